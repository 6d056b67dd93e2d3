"""Parameters to tables, written once over an array module (numpy or jax.numpy), with a pullback.

Every logarithm in the model is linear in X, the logarithms of scalars (and, for responses, their
products with an elasticity). So one sparse matrix gives all of them at once:

    log rows = constant + matrix @ X;   rows = [distinct series values, edges, entries, ...]

A series (S of them, M months each) takes few distinct values, so only those are rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from safepassage.network.arrays import Floats, Ints, Tables


@dataclass(frozen=True)
class Rows:
    """Which rows of the matrix belong to what; R rows in all."""

    series: slice
    edges: slice
    entries: slice
    initial: slice
    capacity: slice
    extras: slice


@dataclass(frozen=True)
class Reach:
    """An entry that is counted where it ends, after branches.

    `cells` lists instant cells so that each comes after those that it leads to; for each cell
    its edges with the target's slot: an index into `cells`, -1 for the state counted at, -2 for
    anything else.
    """

    entry: int
    cells: tuple[tuple[tuple[int, int], ...], ...]
    months: Ints
    """One month of each class of months in which all these edges have the same values."""
    month_class: Ints
    """(M,) class of each month."""


@dataclass(frozen=True)
class Program:
    """Everything that turns z into `Tables`. P parameters, X logarithms, M months, B lanes."""

    location: Floats
    scale: Floats
    probability: Ints
    """Parameters of which log sigmoid(u) is needed, in the order of their slots in X."""
    walks: tuple[tuple[int, int], ...]
    """Slices of u whose cumulative sums follow in X."""
    products: tuple[tuple[int, int], ...]
    """(elasticity's parameter, slot) whose products close X."""
    constant: Floats
    """(R,)"""
    matrix: sparse.csr_matrix
    """(R, X)"""
    transposed: sparse.csr_matrix
    """(X, R), stored because the pullback needs it at every gradient."""
    rows: Rows
    series_index: Ints
    """(S, M) distinct value that a series takes in a month."""
    edge_series: Ints
    entry_series: Ints
    initial_series: Ints
    initial_cell: Ints
    capacity_series: Ints
    extra_names: tuple[tuple[str, str, str], ...]
    """What each further row is: its kind (payment, relatives), its name, the group."""
    extra_series: Ints
    reaches: tuple[Reach, ...]
    cells: int

    def logarithms(self, z: Any, xp: Any = np) -> Any:
        """X (1 + P + probabilities + walks + products, B); X[0] = 0 pads."""
        u = self.location[:, None] + self.scale[:, None] * z
        parts = [xp.zeros((1, z.shape[1])), u]
        if len(self.probability):
            parts.append(-xp.logaddexp(0.0, -u[self.probability]))
        parts += [xp.cumsum(u[start:stop], axis=0) for start, stop in self.walks]
        logs = xp.concatenate(parts, axis=0)
        if not self.products:
            return logs
        elasticity, slot = (np.array(column) for column in zip(*self.products, strict=True))
        factor = xp.where((slot == 0)[:, None], 1.0, logs[slot])
        return xp.concatenate([logs, u[elasticity] * factor], axis=0)

    def tables(self, z: Any, xp: Any = np) -> Tables:
        """Tables at z (P,) or (P, B), with xp numpy or jax.numpy."""
        if z.ndim == 1:
            return Tables(*(a[..., 0] for a in self.tables(z[:, None], xp)))
        rows = self.rows
        last = rows.capacity.stop
        matrix = self.matrix[:last] if xp is np else self.matrix[:last].toarray()
        values = xp.exp(self.constant[:last, None] + matrix @ self.logarithms(z, xp))
        series = values[rows.series][self.series_index]
        scale = values[rows.edges]
        entries = values[rows.entries][:, None] * series[self.entry_series]
        for reach in self.reaches:
            share = self._reach(reach, scale, series)[-1][reach.month_class]
            entries = _divide_row(entries, reach.entry, share, xp)
        starts = values[rows.initial] * series[self.initial_series, 0]
        capacity = values[rows.capacity][:, None] * series[self.capacity_series]
        return Tables(scale, series, entries, self._placement() @ starts, capacity)

    def extras(self, z: Floats, month: int) -> Floats:
        """(len(extra_names), B) money and relatives in one month, at z (P, B)."""
        logs = self.logarithms(z)
        rows = self.matrix[self.rows.extras] @ logs + self.constant[self.rows.extras, None]
        series = self.series_index[self.extra_series, month]
        return np.exp(rows + self.matrix[series] @ logs + self.constant[series, None])

    def changed_extras(
        self, z: Floats, months: Sequence[int], base: Callable[[int], Floats]
    ) -> dict[int, Floats]:
        """Rows of `extras` that differ from the baseline's: none, this is the baseline."""
        return {}

    def arrival_chance(self, entry: int, tables: Tables) -> Floats | None:
        """(M, B) chance to get where an entry is counted; None where that is at once."""
        for reach in self.reaches:
            if reach.entry == entry:
                return self._reach(reach, tables.scale, tables.series)[-1][reach.month_class]
        return None

    def pull(self, z: Floats, tables: Tables, gradient: Tables) -> Floats:
        """Gradient with respect to z (P, B) from the gradient with respect to the tables.

        Args:
            z: where the tables were computed.
            tables: `tables(z)`.
            gradient: of the same shapes.
        """
        rows = self.rows
        d_log = np.zeros((len(self.constant), z.shape[1]))
        d_entries = gradient.entries * tables.entries
        d_capacity = gradient.capacity * tables.capacity
        d_starts = gradient.initial[self.initial_cell] * self._starts(z, tables)
        d_edges = gradient.scale * tables.scale
        d_series = gradient.series * tables.series
        for reach in self.reaches:
            self._pull_reach(reach, tables, -d_entries[reach.entry], d_edges, d_series)
        for row, series in enumerate(self.entry_series):
            d_series[series] += d_entries[row]
        for row, series in enumerate(self.capacity_series):
            d_series[series] += d_capacity[row]
        for row, series in enumerate(self.initial_series):
            d_series[series, 0] += d_starts[row]
        d_log[rows.edges] = d_edges
        d_log[rows.entries] = d_entries.sum(axis=1)
        d_log[rows.capacity] = d_capacity.sum(axis=1)
        d_log[rows.initial] = d_starts
        d_log[rows.series] = self._collect(d_series)
        return self._pull_logarithms(z, self.transposed @ d_log)

    def _placement(self) -> Any:
        placement = np.zeros((self.cells, len(self.initial_cell)))
        placement[self.initial_cell, np.arange(len(self.initial_cell))] = 1.0
        return placement

    def _starts(self, z: Floats, tables: Tables) -> Floats:
        """(initial stocks, B) persons of each initial stock."""
        at = self.rows.initial
        values = np.exp(self.constant[at, None] + self.matrix[at] @ self.logarithms(z))
        return values * tables.series[self.initial_series, 0]

    def _collect(self, d_series: Floats) -> Floats:
        """Sum (S, M, B) over the months that share a distinct value."""
        flat = d_series.reshape(-1, d_series.shape[-1])
        order = self._order
        return np.add.reduceat(flat[order[0]], order[1], axis=0)

    @cached_property
    def _order(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Positions of (S, M) sorted by distinct value, and where each value's run begins."""
        flat = self.series_index.reshape(-1)
        order = np.argsort(flat, kind="stable")
        return order, np.flatnonzero(np.r_[True, np.diff(flat[order]) > 0])

    def _pull_logarithms(self, z: Floats, d: Floats) -> Floats:
        count = len(self.location)
        u = self.location[:, None] + self.scale[:, None] * z
        d = d.copy()
        if self.products:
            logs = self.logarithms(z)
            first = d.shape[0] - len(self.products)
            for i, (elasticity, slot) in enumerate(self.products):
                row = d[first + i]
                factor = 1.0 if slot == 0 else logs[slot]
                d[1 + elasticity] += row * factor
                if slot:
                    d[slot] += row * u[elasticity]
        du = d[1 : 1 + count].copy()
        at = 1 + count
        if len(self.probability):
            part = d[at : at + len(self.probability)]
            du[self.probability] += part / (1 + np.exp(u[self.probability]))
            at += len(self.probability)
        for start, stop in self.walks:
            du[start:stop] += np.cumsum(d[at : at + stop - start][::-1], axis=0)[::-1]
            at += stop - start
        return du * self.scale[:, None]

    def _reach(self, reach: Reach, scale: Any, series: Any) -> list[Any]:
        """(classes, B) probability, from each cell, of getting to the state counted at."""
        values: list[Any] = []
        for edges in reach.cells:
            total, hit = 0.0, 0.0
            for edge, slot in edges:
                weight = scale[edge] * series[self.edge_series[edge], reach.months]
                total = total + weight
                if slot != -2:
                    hit = hit + (weight if slot == -1 else weight * values[slot])
            values.append(hit / total)
        return values

    def _pull_reach(
        self, reach: Reach, tables: Tables, d_log: Floats, d_edges: Floats, d_series: Floats
    ) -> None:
        """Add what d log(reach) (M, B) means for the logarithms of edges and series."""
        values = self._reach(reach, tables.scale, tables.series)
        d_value: list[Any] = [0.0] * len(values)
        classes = np.zeros((len(reach.months), d_log.shape[1]))
        np.add.at(classes, reach.month_class, d_log)
        d_value[-1] = classes / values[-1]
        for cell in range(len(values) - 1, -1, -1):
            edges = reach.cells[cell]
            weights = [
                tables.scale[e] * tables.series[self.edge_series[e], reach.months] for e, _ in edges
            ]  # fmt: skip
            total = sum(weights)
            for (edge, slot), weight in zip(edges, weights, strict=True):
                value = 0.0 if slot == -2 else 1.0 if slot == -1 else values[slot]
                share = weight / total
                d = d_value[cell] * share * (value - values[cell])
                d_edges[edge] += d.sum(axis=0)
                # All months of a class share one distinct value: any of them may carry it.
                d_series[self.edge_series[edge], reach.months] += d
                if slot >= 0:
                    d_value[slot] = d_value[slot] + d_value[cell] * share


def _divide_row(rows: Any, row: int, by: Any, xp: Any) -> Any:
    """Rows with one of them divided, without writing in place (for jax)."""
    mask = (np.arange(int(rows.shape[0])) == row)[:, None, None]
    return xp.where(mask, rows / by[None], rows)
