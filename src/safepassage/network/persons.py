"""What people carry and what ties them, as flat arrays: parties, sponsors, money, attempts.

An *event* here is an edge or an entry: event v < E is edge v, event E + i is entry i.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from safepassage.model.schema import Model
from safepassage.network.arrays import Floats, Ints, Network
from safepassage.network.assemble import loads_feedback
from safepassage.network.calendar import months_between
from safepassage.network.compile import Compiled
from safepassage.network.products import FeedbackRef, Resolver

OUTCOMES = ("dead", "returned", "limbo", "safe")
SELF, RELATIVE, OWED = 0, 1, 2
PAYERS = ("self", "relative", "owed")


@dataclass(frozen=True)
class Persons:
    """Ties and burdens of a network's people: I entries, N cells, V events, M months."""

    party_name: tuple[str, ...]
    party_of_entry: Ints
    """(I,) row of the party's law, or -1: alone."""
    party_size: Floats
    """(P, S) share of parties of at most 1, 2, ..., S people."""
    party_mean: Floats
    """(P,) people in a party."""
    party_apart: NDArray[np.bool_]
    """(P, N) cells in which the members stop being together."""
    tie_name: tuple[str, ...]
    tie_of_entry: Ints
    """(I,) tie that gives an entrant a sponsor, or -1."""
    pool_of_entry: Ints
    """(I,) pool from which the sponsor is drawn, or -1."""
    pool_of_cell: Ints
    """(K, N) pool that a person in a cell is in, by tie, or -1."""
    pools: int
    cost: Floats
    """(K + 1, 3, M, V) USD by sponsor (0: none, k + 1: tie k), payer, month and event."""
    attempt: NDArray[np.bool_]
    """(V,) whether the event counts as setting out."""
    relatives: Floats
    """(M, V) relatives punished, on average, for each person whom the event moves."""
    outcome: NDArray[np.int8]
    """(N,) index into `OUTCOMES`, or -1 for a branch."""


def persons_of(compiled: Compiled, z: Floats, month: int | None = None) -> Persons:
    """Ties and burdens of a compiled model's people.

    Args:
        compiled: the model.
        z: (P,) the unknowns.
        month: the month whose prices and punishments hold throughout; by default each its own.

    Raises:
        ValueError: z has lanes.
    """
    if np.ndim(z) != 1:
        raise ValueError(f"z has shape {np.shape(z)}; give one draw, of shape (parameters,)")
    model, network = compiled.model, compiled.network
    parties = tuple(model.parties)
    laws = [model.parties[name].sizes for name in parties]
    widest = max((max(law) for law in laws), default=1)
    shares = np.array([[law.get(n, 0.0) for n in range(1, widest + 1)] for law in laws])
    shares = shares.reshape(len(laws), widest)
    of_entry = {entry: p for p, name in enumerate(parties) for entry in model.parties[name].entries}
    tie_of_entry, pool_of_entry, pool_of_cell, pools = _sponsors(model, network)
    cost, attempt, relatives = _burdens(compiled, np.asarray(z, float), month)
    return Persons(
        party_name=parties,
        party_of_entry=np.array([of_entry.get(e, -1) for e in network.entry_name], np.int32),
        party_size=np.cumsum(shares, axis=1) / shares.sum(axis=1, keepdims=True),
        party_mean=shares @ np.arange(1, widest + 1) / shares.sum(axis=1),
        party_apart=np.array(
            [[c.state in model.parties[p].apart for c in network.cells] for p in parties], bool
        ).reshape(len(parties), len(network.cells)),
        tie_name=tuple(model.ties),
        tie_of_entry=tie_of_entry,
        pool_of_entry=pool_of_entry,
        pool_of_cell=pool_of_cell,
        pools=pools,
        cost=cost,
        attempt=attempt,
        relatives=relatives,
        outcome=np.array(
            [
                OUTCOMES.index(model.states[c.state].outcome) if c.state in model.states else -1
                for c in network.cells
            ],
            np.int8,
        ),
    )


def _sponsors(model: Model, network: Network) -> tuple[Ints, Ints, Ints, int]:
    """Ties and pools of entries, pools of cells, and how many pools there are."""
    resolver = Resolver(model)
    ties = {tie.feedback: k for k, tie in enumerate(model.ties.values())}
    entries, cells = len(network.entry_name), len(network.cells)
    tie_of_entry, pool_of_entry = np.full(entries, -1, np.int32), np.full(entries, -1, np.int32)
    pool_of_cell = np.full((len(model.ties), cells), -1, np.int32)
    pools: dict[FeedbackRef, int] = {}
    for i, (name, group) in enumerate(zip(network.entry_name, network.entry_group, strict=True)):
        feedback = resolver.term(model.entries[name].persons_per_year, group).feedback
        if feedback is None or feedback.name not in ties:
            continue
        tie_of_entry[i] = ties[feedback.name]
        pool_of_entry[i] = pools.setdefault(feedback, len(pools))
    for feedback, pool in pools.items():
        for c, cell in enumerate(network.cells):
            if loads_feedback(model, feedback, cell):
                pool_of_cell[ties[feedback.name], c] = pool
    return tie_of_entry, pool_of_entry, pool_of_cell, len(pools)


def _burdens(
    compiled: Compiled, z: Floats, month: int | None
) -> tuple[Floats, NDArray[np.bool_], Floats]:
    """Money by sponsor, payer, month and event; events that set out; relatives punished."""
    model, network = compiled.model, compiled.network
    months = months_between(model.model.start, model.model.end)
    rows = range(months) if month is None else [month] * months
    extras = np.stack([compiled.program.extras(z[:, None], m)[:, 0] for m in rows])
    row_of = {key: i for i, key in enumerate(compiled.program.extra_names)}
    names = (*network.edge_name, *network.entry_name)
    groups = (
        *(network.cells[int(c)].group for c in network.edge_source),
        *network.entry_group,
    )
    ties = list(model.ties.values())
    cost = np.zeros((len(ties) + 1, len(PAYERS), months, len(names)))
    relatives = np.zeros((months, len(names)))
    attempt = np.zeros(len(names), bool)
    for payment, declared in model.payments.items():
        for v in _events(names, declared.when):
            usd = extras[:, row_of["payment", payment, groups[v]]]
            alone = OWED if declared.on_credit else SELF
            cost[0, alone, :, v] += usd
            for k, tie in enumerate(ties):
                cost[k + 1, RELATIVE if payment in tie.pays else alone, :, v] += usd
    for way, declared in model.ways.items():
        for v in _events(names, declared.entered_by):
            attempt[v] = True
            key = ("relatives", way, groups[v])
            if key in row_of:
                relatives[:, v] += extras[:, row_of[key]]
    return cost, attempt, relatives


def _events(names: Sequence[str], moves: Sequence[str]) -> list[int]:
    chosen = set(moves)
    return [v for v, name in enumerate(names) if name in chosen]
