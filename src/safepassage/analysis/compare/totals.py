"""What a run of a scenario or of the baseline comes to, by year and by way, draw by draw."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Generic, NamedTuple, TypeVar

import numpy as np

from safepassage.network.arrays import Floats, Ints, Network
from safepassage.network.calendar import month_number
from safepassage.network.compile import Compiled
from safepassage.network.interventions.scenario_program import Changed
from safepassage.network.scenario_quantities import ARRIVALS, IN_LIMBO, INTO, PAID, SET_OUT, tallied

C = TypeVar("C", Compiled, Changed)

MEASURES = ("safe", "returned", "dead", "limbo", "relatives_punished", "money_usd")
"""People who come to each outcome, people in between at the end, relatives, money."""
BATCH_SIZE = 128
"""Draws that are run at one go: more would not fit the caches."""


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
    """A compiled model under a scenario, or as it is, ready to be measured."""

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
            first_draw: number of the first, which chance depends on.
            prices: `prices(z)` of the baseline.
        """
        moved = self._moved(z, first_draw)
        row_of = {name: q for q, name in enumerate(self.network.quantity_name)}
        measures = np.zeros((len(MEASURES), len(prices), z.shape[1]))
        for o, outcome in enumerate(ARRIVALS):
            measures[o] = self._by_year(moved[row_of[f"{INTO}:{outcome}"]])
        ends = np.flatnonzero(np.diff(self.year_of_month, append=-1))
        measures[3] = moved[row_of[IN_LIMBO]][ends]
        ways = list(self.compiled.model.ways)
        set_out = np.zeros((len(ways), len(prices), z.shape[1]))
        relatives = np.zeros_like(set_out)
        extra = {key: i for i, key in enumerate(self.compiled.program.extra_names)}
        ratios = self.compiled.program.changed_extras(
            z, range(len(self.year_of_month)), lambda row: prices[self.year_of_month, row]
        )
        for name, q in row_of.items():
            kind, _, rest = name.partition(":")
            what, _, group = rest.rpartition(":")
            if kind == SET_OUT:
                way = ways.index(what)
                set_out[way] += self._by_year(moved[q])
                key = extra.get(("relatives", what, group))
                if key is not None:
                    relatives[way] += self._priced(moved[q], key, prices, ratios)
            elif kind == PAID:
                key = extra["payment", what, group]
                measures[5] += self._priced(moved[q], key, prices, ratios)
        measures[4] = relatives.sum(axis=0)
        return Totals(measures, set_out, relatives)

    def _moved(self, z: Floats, first_draw: int) -> Floats:
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

    def _priced(self, moved: Floats, key: int, prices: Floats, ratios: dict[int, Floats]) -> Floats:
        """(Y, B) persons moved times what each costs, month by month where a scenario says so."""
        monthly = ratios[key] if key in ratios else prices[self.year_of_month, key]
        return self._by_year(moved * monthly)


def joined(parts: list[Totals]) -> Totals:
    """Totals of several lots of draws as one."""
    return Totals(*(np.concatenate(arrays, axis=-1) for arrays in zip(*parts, strict=True)))
