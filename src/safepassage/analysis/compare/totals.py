"""Totals of a run of a scenario or of the baseline, by year and by way, draw by draw."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Generic, NamedTuple, TypeVar

import numpy as np

from safepassage.network.arrays import Floats, Ints, Network
from safepassage.network.calendar import month_number
from safepassage.network.compile import Compiled
from safepassage.network.interventions.scenario_program import Changed
from safepassage.network.scenario_quantities import (
    ARRIVALS,
    IN_LIMBO,
    INTO,
    PAID,
    SET_OUT,
    QuantityKey,
    tallied,
)
from safepassage.results.comparison import Differences

C = TypeVar("C", Compiled, Changed)
MEASURES = tuple(Differences.model_fields)
"""People who come to each outcome, people in between at the end, relatives, money."""
BATCH_SIZE = 128
"""Draws that are run at once: more would not fit the caches."""


class Totals(NamedTuple):
    """Y years, W ways, B draws."""

    measures: Floats
    """(MEASURES, Y, B) persons in the year; `limbo` at its end."""
    set_out: Floats
    """(W, Y, B)"""
    relatives: Floats
    """(W, Y, B)"""


@dataclass(frozen=True)
class ScenarioModel(Generic[C]):
    """A compiled model under a scenario, or as it is, with what a what-if counts."""

    compiled: C
    engine: str = "expected"
    seed: int = 1

    @cached_property
    def network(self) -> Network:
        """The network with what is counted."""
        return tallied(self.compiled.network, self.compiled.model)

    @cached_property
    def year_of_month(self) -> Ints:
        """(M,) row of each month's year."""
        header = self.compiled.model.model
        first = month_number(header.start)
        months = np.arange(first, month_number(header.end) + 1)
        return (months // 12 - first // 12).astype(np.int32)

    def prices(self, z: Floats) -> Floats:
        """(Y, rows of `extras`, B) money and relatives in the middle of every year."""
        years = np.unique(self.year_of_month)
        middles = [int(np.median(np.flatnonzero(self.year_of_month == year))) for year in years]
        return np.stack([self.compiled.program.extras(z, month) for month in middles])

    def totals(self, z: Floats, first_draw: int, prices: Floats) -> Totals:
        """Run some draws.

        Args:
            z: (P, B) draws.
            first_draw: number of the first, which the random numbers depend on.
            prices: `prices(z)` of the baseline.
        """
        quantities = self._quantities(z, first_draw)
        measures = np.zeros((len(MEASURES), len(prices), z.shape[1]))
        ends = np.flatnonzero(np.diff(self.year_of_month, append=-1))
        ways = list(self.compiled.model.ways)
        set_out = np.zeros((len(ways), len(prices), z.shape[1]))
        relatives = np.zeros_like(set_out)
        extra = {key: i for i, key in enumerate(self.compiled.program.extra_names)}
        ratios = self.compiled.program.changed_extras(
            z, range(len(self.year_of_month)), lambda row: prices[self.year_of_month, row]
        )
        for name, monthly in zip(self.network.quantity_name, quantities, strict=True):
            key = QuantityKey.parse(name)
            if key.kind == INTO:
                measures[ARRIVALS.index(key.subject)] = self._by_year(monthly)
            elif key.kind == IN_LIMBO:
                measures[3] = monthly[ends]
            elif key.kind == SET_OUT:
                way = ways.index(key.subject)
                set_out[way] += self._by_year(monthly)
                row = extra.get(("relatives", key.subject, key.part))
                if row is not None:
                    relatives[way] += self._priced(monthly, row, prices, ratios)
            elif key.kind == PAID:
                row = extra["payment", key.subject, key.part]
                measures[5] += self._priced(monthly, row, prices, ratios)
        measures[4] = relatives.sum(axis=0)
        return Totals(measures, set_out, relatives)

    def _quantities(self, z: Floats, first_draw: int) -> Floats:
        """Quantities by month, (Q, M, B)."""
        tables = self.compiled.program.tables(z)
        if self.engine == "expected":
            from safepassage.engines.expected.solve import solve

            return solve(self.network, tables).quantities
        from safepassage.engines.simulate import simulate

        numbers = range(first_draw, first_draw + z.shape[1])
        return simulate(
            self.network, tables, self.engine, seed=self.seed, draws=numbers
        ).quantities  # fmt: skip

    def _by_year(self, monthly: Floats) -> Floats:
        starts = np.flatnonzero(np.diff(self.year_of_month, prepend=-1))
        return np.add.reduceat(monthly, starts, axis=0)

    def _priced(
        self, people: Floats, row: int, prices: Floats, ratios: dict[int, Floats]
    ) -> Floats:
        """(Y, B) of people (M, B) times the price of each, by month where a scenario changes it."""
        monthly = ratios[row] if row in ratios else prices[self.year_of_month, row]
        return self._by_year(people * monthly)


def joined(parts: list[Totals]) -> Totals:
    """Totals of several batches of draws as one."""
    return Totals(*(np.concatenate(arrays, axis=-1) for arrays in zip(*parts, strict=True)))
