"""Quantities to taps: which cells, edges and entries add up to what is counted."""

from __future__ import annotations

from collections.abc import Sequence

from safepassage.model.schema import Model, Quantity
from safepassage.network.arrays import EDGE, ENTRY, STOCK, Cell
from safepassage.network.assemble import Edge
from safepassage.network.products import Term, allowed
from safepassage.network.scenario_quantities import WAY, QuantityKey, Taps


def collect_taps(
    model: Model,
    cells: Sequence[Cell],
    edges: Sequence[Edge],
    entries: Sequence[tuple[str, str, Cell, Term]],
) -> dict[str, Taps]:
    """Taps of every stock and flow, and of the people who set out on each way.

    The latter are named `way:<id>:<cell>`, one for each cell where they begin.
    """
    taps = {
        name: _taps(model, quantity, cells, edges, entries)
        for name, quantity in model.quantities.items()
        if quantity.of is None
    }
    position = {cell: i for i, cell in enumerate(cells)}
    for way, declared in model.ways.items():
        setting_out = Quantity(title=way, flow=declared.entered_by)
        for k, i in _taps(model, setting_out, cells, edges, entries):
            target = edges[i].target if k == EDGE else entries[i][2]
            key = QuantityKey(WAY, way, str(position[target]))
            taps.setdefault(str(key), []).append((k, i))
    return taps


def _taps(
    model: Model,
    quantity: Quantity,
    cells: Sequence[Cell],
    edges: Sequence[Edge],
    entries: Sequence[tuple[str, str, Cell, Term]],
) -> Taps:
    def counts(group: str) -> bool:
        return allowed(model, quantity.groups, group)

    taps = [
        (STOCK, i) for i, c in enumerate(cells) if c.state in quantity.stock and counts(c.group)
    ]
    for i, edge in enumerate(edges):
        arrives = edge.target.state in quantity.into and edge.source.state != edge.target.state
        if (edge.name in quantity.flow or arrives) and counts(edge.source.group):
            taps.append((EDGE, i))
    for i, (name, group, target, _) in enumerate(entries):
        if (name in quantity.flow or target.state in quantity.into) and counts(group):
            taps.append((ENTRY, i))
    return taps
