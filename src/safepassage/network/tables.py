"""Parameters to tables, written once over an array module (numpy or jax.numpy)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from safepassage.network.arrays import Floats, Ints, Tables
from safepassage.network.factors import FactorArrays


@dataclass(frozen=True)
class TermArrays:
    """Scalar parts of many terms: log value = constant + sum_j L[index[:, j]]."""

    constant: Floats
    """(X,)"""
    index: Ints
    """(X, J) into L, padded with 0."""
    series: Ints
    """(X,) row of the series that multiplies the term."""


@dataclass(frozen=True)
class Reach:
    """An entry that is counted where it ends, after branches.

    `cells` lists instant cells so that each comes after those that it leads to; for each cell
    its edges with the target's slot: an index into `cells`, -1 for the state counted at, -2 for
    anything else.
    """

    entry: int
    cells: tuple[tuple[tuple[int, int], ...], ...]


@dataclass(frozen=True)
class Program:
    """Everything that turns z into `Tables`. P parameters, M months."""

    location: Floats
    scale: Floats
    probability: Ints
    """Parameters of which log sigmoid(u) is needed, in the order of their slots in L."""
    walks: tuple[tuple[int, int], ...]
    """Slices of u whose cumulative sums follow in L."""
    factors: FactorArrays
    series: Ints
    """(S, C) factor rows multiplied into each series, padded with 0 (the constant 1)."""
    edges: TermArrays
    entries: TermArrays
    initial: TermArrays
    initial_cell: Ints
    capacity: TermArrays
    reaches: tuple[Reach, ...]
    cells: int

    def logarithms(self, z: Any, xp: Any = np) -> Any:
        """L (1 + P + probabilities + walks, B): logarithms that every product draws from."""
        u = self.location[:, None] + self.scale[:, None] * z
        parts = [xp.zeros((1, z.shape[1])), u]
        if len(self.probability):
            parts.append(-xp.logaddexp(0.0, -u[self.probability]))
        parts += [xp.cumsum(u[start:stop], axis=0) for start, stop in self.walks]
        return xp.concatenate(parts, axis=0)

    def log_factors(self, logs: Any, xp: Any = np) -> Any:
        """(F, M, B) logarithms of the time-varying factors."""
        f = self.factors
        rows = f.base[:, :, None] + (f.weight[..., None] * logs[f.index]).sum(axis=2)
        if not f.response_rows:
            return rows
        extra = [
            sign * logs[1 + p][None] * (rows[driver] - reference)
            for driver, p, sign, reference in f.response_rows
        ]
        return xp.concatenate([rows, xp.stack(extra)], axis=0)

    def tables(self, z: Any, xp: Any = np) -> Tables:
        """Tables at z.

        Args:
            z: (P,) or (P, B) standard normal coordinates.
            xp: numpy or jax.numpy.
        """
        single = z.ndim == 1
        logs = self.logarithms(z[:, None] if single else z, xp)
        factors = self.log_factors(logs, xp)
        log_series = sum((factors[self.series[:, c]] for c in range(self.series.shape[1])), 0.0)
        series = xp.exp(log_series)
        scale = xp.exp(_scalar(self.edges, logs))
        entries = xp.exp(_scalar(self.entries, logs)[:, None] + log_series[self.entries.series])
        for reach in self.reaches:
            share = self._reach(reach, scale, series, xp)
            entries = _divide_row(entries, reach.entry, share, xp)
        starts = xp.exp(_scalar(self.initial, logs)) * series[self.initial.series, 0]
        placement = np.zeros((self.cells, len(self.initial_cell)))
        placement[self.initial_cell, np.arange(len(self.initial_cell))] = 1.0
        capacity = xp.exp(_scalar(self.capacity, logs)[:, None] + log_series[self.capacity.series])
        tables = Tables(scale, series, entries, placement @ starts, capacity)
        return Tables(*(a[..., 0] for a in tables)) if single else tables

    def _reach(self, reach: Reach, scale: Any, series: Any, xp: Any) -> Any:
        """(M, B) probability of getting through the branches to the state counted at."""
        values: list[Any] = []
        for edges in reach.cells:
            total, hit = 0.0, 0.0
            for edge, slot in edges:
                weight = scale[edge] * series[self.edges.series[edge]]
                total = total + weight
                if slot == -1:
                    hit = hit + weight
                elif slot >= 0:
                    hit = hit + weight * values[slot]
            values.append(hit / total)
        return values[-1]


def _scalar(terms: TermArrays, logs: Any) -> Any:
    """(X, B) time-constant logarithms of terms."""
    return terms.constant[:, None] + logs[terms.index].sum(axis=1)


def _divide_row(rows: Any, row: int, by: Any, xp: Any) -> Any:
    """Rows with one of them divided, without writing in place (for jax)."""
    mask = (np.arange(rows.shape[0]) == row)[:, None, None]
    return xp.where(mask, rows / by[None], rows)
