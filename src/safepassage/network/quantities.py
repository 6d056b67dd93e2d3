"""Quantities to taps: which cells, edges and entries add up to what is counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from safepassage.model.schema import Model, Quantity
from safepassage.network.arrays import EDGE, ENTRY, STOCK, Cell, Ints
from safepassage.network.assemble import Edge
from safepassage.network.products import Term, allowed
from safepassage.network.scenario_quantities import WAY, QuantityKey


@dataclass(frozen=True)
class Taps:
    """Taps of all quantities that are counted directly (shares are made of two of them)."""

    names: tuple[str, ...]
    start: Ints
    kind: np.ndarray
    index: Ints


def collect_taps(
    model: Model,
    cells: Sequence[Cell],
    edges: Sequence[Edge],
    entries: Sequence[tuple[str, str, Cell, Term]],
) -> Taps:
    """Taps of every stock and flow, and of the people who set out on each way.

    The latter are named `way:<id>:<cell>`, one for each cell where they begin.
    """
    names: list[str] = []
    start, kind, index = [0], list[int](), list[int]()

    def add(name: str, found: Sequence[tuple[int, int]]) -> None:
        names.append(name)
        kind.extend(k for k, _ in found)
        index.extend(i for _, i in found)
        start.append(len(kind))

    for name, quantity in model.quantities.items():
        if quantity.of is None:
            add(name, _taps(model, quantity, cells, edges, entries))
    position = {cell: i for i, cell in enumerate(cells)}
    for way, declared in model.ways.items():
        begins: dict[int, list[tuple[int, int]]] = {}
        setting_out = Quantity(title=way, flow=declared.entered_by)
        for k, i in _taps(model, setting_out, cells, edges, entries):
            target = edges[i].target if k == EDGE else entries[i][2]
            begins.setdefault(position[target], []).append((k, i))
        for cell, found in begins.items():
            add(str(QuantityKey(WAY, way, str(cell))), found)
    return Taps(
        tuple(names),
        np.array(start, np.int32),
        np.array(kind, np.int8),
        np.array(index, np.int32),
    )


def _taps(
    model: Model,
    quantity: Quantity,
    cells: Sequence[Cell],
    edges: Sequence[Edge],
    entries: Sequence[tuple[str, str, Cell, Term]],
) -> list[tuple[int, int]]:
    def counts(group: str) -> bool:
        return allowed(model, quantity.groups, group)

    found = [
        (STOCK, i) for i, c in enumerate(cells) if c.state in quantity.stock and counts(c.group)
    ]
    for i, edge in enumerate(edges):
        arrives = edge.target.state in quantity.into and edge.source.state != edge.target.state
        if (edge.name in quantity.flow or arrives) and counts(edge.source.group):
            found.append((EDGE, i))
    for i, (name, group, target, _) in enumerate(entries):
        if (name in quantity.flow or target.state in quantity.into) and counts(group):
            found.append((ENTRY, i))
    return found
