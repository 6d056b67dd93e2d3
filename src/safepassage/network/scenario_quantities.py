"""What a what-if counts: who comes to each outcome, who is in between, who sets out, who pays.

The same network with quantities of its own: any engine then measures them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np

from safepassage.model.schema import Model
from safepassage.network.arrays import EDGE, ENTRY, STOCK, Network

ARRIVALS = ("safe", "returned", "dead")
"""Outcomes whose arrivals are counted; `limbo` is counted as a stock."""
WAY = "way"
"""Kind of the model's own counts of those who set out: `way:WAY:CELL`, by where they begin."""
INTO, IN_LIMBO, SET_OUT, PAID = "into", "in_limbo", "set_out", "paid"
"""Kinds of what a what-if counts: `into:safe`, `set_out:WAY:GROUP`, `paid:PAYMENT:GROUP`."""
WAITING = "waiting"
"""Kind of `waiting:CELL`, people in between by where they are."""

Taps = list[tuple[int, int]]


@dataclasses.dataclass(frozen=True)
class QuantityKey:
    """The name of a quantity that the program itself counts, in its parts."""

    kind: str
    subject: str = ""
    """An outcome, a way, a payment, or the number of a cell."""
    part: str = ""
    """A group, or the number of a cell."""

    def __str__(self) -> str:
        return ":".join(part for part in (self.kind, self.subject, self.part) if part)

    @classmethod
    def parse(cls, name: str) -> Self:
        """The parts of a name; a quantity that the model declares has its kind alone."""
        return cls(*name.split(":", 2))


def way_starts(names: Sequence[str], way: str) -> list[tuple[int, int]]:
    """Row and cell of each quantity that counts people who set out on a way."""
    keys = [QuantityKey.parse(name) for name in names]
    return [(q, int(k.part)) for q, k in enumerate(keys) if (k.kind, k.subject) == (WAY, way)]


def tallied(network: Network, model: Model, *, planned: bool = False) -> Network:
    """The network with what a what-if counts in place of the model's quantities.

    A plan counts no money, but where each person in between is.
    """
    outcome = [
        model.states[c.state].outcome if c.state in model.states else "" for c in network.cells
    ]
    taps_by_name: dict[str, Taps] = {str(QuantityKey(INTO, o)): [] for o in ARRIVALS}
    for e, (source, target) in enumerate(
        zip(network.edge_source, network.edge_target, strict=True)
    ):
        comes_to = outcome[int(target)]
        if comes_to in ARRIVALS and outcome[int(source)] != comes_to:
            taps_by_name[str(QuantityKey(INTO, comes_to))].append((EDGE, e))
    for i, target in enumerate(network.entry_target):
        if outcome[int(target)] in ARRIVALS:
            taps_by_name[str(QuantityKey(INTO, outcome[int(target)]))].append((ENTRY, i))
    taps_by_name[IN_LIMBO] = [(STOCK, c) for c, o in enumerate(outcome) if o == "limbo"]
    for way, declared in model.ways.items():
        _by_group(network, QuantityKey(SET_OUT, way), declared.entered_by, taps_by_name)
    if planned:
        taps_by_name |= {
            str(QuantityKey(WAITING, str(c))): [(STOCK, c)]
            for c, o in enumerate(outcome)
            if o == "limbo"
        }
    for payment, declared in ({} if planned else model.payments).items():
        _by_group(network, QuantityKey(PAID, payment), declared.when, taps_by_name)
    return dataclasses.replace(network, **tap_arrays(taps_by_name))


def tap_arrays(taps_by_name: Mapping[str, Taps]) -> dict[str, Any]:
    """The fields of a network that say what its quantities are, from the taps of each."""
    taps = [tap for taps in taps_by_name.values() for tap in taps]
    start = np.cumsum([0, *map(len, taps_by_name.values())])
    return {
        "quantity_name": tuple(taps_by_name),
        "tap_start": start.astype(np.int32),
        "tap_kind": np.array([kind for kind, _ in taps], np.int8),
        "tap_index": np.array([index for _, index in taps], np.int32),
    }


def _by_group(
    network: Network, key: QuantityKey, moves: tuple[str, ...], counted: dict[str, Taps]
) -> None:
    """Add the people who make one of the moves, a quantity for each group that can."""

    def of(group: str) -> Taps:
        return counted.setdefault(str(dataclasses.replace(key, part=group)), [])

    for e, move in enumerate(network.edge_name):
        if move in moves:
            of(network.cells[int(network.edge_source[e])].group).append((EDGE, e))
    for i, move in enumerate(network.entry_name):
        if move in moves:
            of(network.entry_group[i]).append((ENTRY, i))
