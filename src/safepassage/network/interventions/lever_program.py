"""Levers as tables: a stretch of the calendar in which bought units change rows, with a gradient.

Each thing that a lever acts on has a row of its own, so that tables for other units cost a few
rows, and the gradient comes back from the same rows.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from safepassage.model.lever_schema import Act, Lever
from safepassage.model.schema import Model
from safepassage.network.arrays import Floats, Ints, Network, Tables
from safepassage.network.calendar import month_name, month_number
from safepassage.network.compile import Compiled, gather
from safepassage.network.interventions.scenario_program import edges_named
from safepassage.network.products import Resolver


@dataclass(frozen=True)
class Strength:
    """How strongly one act works in each of B draws."""

    most: Floats
    """(B,) persons of capacity per unit a year; or the most that is removed (below 0) or added,
    as a share."""
    reach: Floats
    """(B,) units a year that do 63 % of the most; of no meaning for a capacity."""


@dataclass(frozen=True)
class Row:
    """One row of the tables that a lever changes."""

    lever: int
    act: int
    """Place of the act among all levers' acts."""
    row: int
    """Row of `series`, or of `capacity`."""
    source: int
    """The baseline's row of `series` that it comes from; -1 for a capacity."""


@dataclass(frozen=True)
class Stretch:
    """Some months of a compiled model with levers in it. B draws, L levers, M months."""

    network: Network
    tables: Tables
    """The baseline's, with the rows that levers change behind the others."""
    rows: tuple[Row, ...]
    active: NDArray[np.bool_]
    """(L, M) months in which each lever acts."""

    def pulled(self, units: Floats, strengths: Sequence[Strength]) -> Tables:
        """Tables with so many units a year (L, B) of each lever."""
        series, capacity = self.tables.series.copy(), self.tables.capacity.copy()
        for one in self.rows:
            months, strength = self.active[one.lever], strengths[one.act]
            bought = units[one.lever]
            if one.source < 0:
                capacity[one.row, months] += strength.most * bought
            else:
                series[one.row, months] *= 1 + strength.most * -np.expm1(-bought / strength.reach)
        return self.tables._replace(series=series, capacity=capacity)

    def pull(self, units: Floats, strengths: Sequence[Strength], gradient: Tables) -> Floats:
        """(L, B) gradient in the units, from the gradient in the tables of `pulled`."""
        slopes = np.zeros_like(units)
        for one in self.rows:
            months, strength = self.active[one.lever], strengths[one.act]
            if one.source < 0:
                slopes[one.lever] += gradient.capacity[one.row, months].sum(axis=0) * strength.most
                continue
            slope = strength.most * np.exp(-units[one.lever] / strength.reach) / strength.reach
            worth = gradient.series[one.row, months] * self.tables.series[one.row, months]
            slopes[one.lever] += worth.sum(axis=0) * slope
        return slopes

    @property
    def years(self) -> Floats:
        """(L,) years in which each lever acts."""
        return self.active.sum(axis=1) / 12


def stretch(
    compiled: Compiled,
    tables: Tables,
    counts: Floats,
    levers: Mapping[str, Lever],
    first: int,
) -> Stretch:
    """The months from `first` to the end of the calendar, from the people who are there.

    Args:
        compiled: the model.
        tables: its tables, with lanes B.
        counts: (N, B) persons in each cell at the start of month `first`.
        levers: what may be bought.
        first: row of the first month.
    """
    network, model = compiled.network, compiled.model
    series_of, rows, sources = _rows(model, network, levers, len(tables.series))
    count = int(np.shape(tables.series)[1]) - first
    start = month_number(model.model.start) + first
    names = [month_name(start + m) for m in range(count)]
    series = tables.series[:, first:]
    return Stretch(
        dataclasses.replace(
            network,
            start=names[0],
            month_of_step=np.arange(count, dtype=np.int32),
            edge_series=series_of,
        ),
        Tables(
            tables.scale,
            np.concatenate([series, series[sources]]),
            tables.entries[:, first:],
            counts,
            tables.capacity[:, first:],
        ),
        rows,
        np.array([[(lever.start or "") <= n for n in names] for lever in levers.values()]),
    )


def acts_of(levers: Mapping[str, Lever]) -> list[Act]:
    """The acts of all levers, in order."""
    return [act for lever in levers.values() for act in lever.acts]


def _rows(
    model: Model, network: Network, levers: Mapping[str, Lever], count: int
) -> tuple[Ints, tuple[Row, ...], list[int]]:
    """Series of every exit, the rows that levers change, and where new series come from."""
    feedbacks = [f.name for f in gather(model, Resolver(model), "month").feedbacks]
    series_of, sources = network.edge_series.copy(), list[int]()
    rows: list[Row] = []
    act_number = -1
    for index, lever in enumerate(levers.values()):
        for act in lever.acts:
            act_number += 1
            new: dict[int, int] = {}
            for name in act.capacity:
                acting = [k for k, feedback in enumerate(feedbacks) if feedback == name]
                rows += [Row(index, act_number, k, -1) for k in acting]
            for name in (*act.hazard, *act.odds):
                for edge in edges_named(model, network, name):
                    source = int(network.edge_series[edge])
                    if source not in new:
                        new[source] = count + len(sources)
                        sources.append(source)
                        rows.append(Row(index, act_number, new[source], source))
                    series_of[edge] = new[source]
    return series_of, tuple(rows), sources
