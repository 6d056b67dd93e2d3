"""What becomes of those who take a way: outcomes of a cohort under the conditions of a date.

The conditions are those of the twelve months up to the date, repeated; feedbacks keep the factor
that they had then. A cohort starts where its way is entered, month by month as people set out.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from safepassage.network.arrays import Floats, Tables
from safepassage.network.calendar import month_number
from safepassage.network.scenario_quantities import way_starts

if TYPE_CHECKING:
    from safepassage.engines.expected.solve import Trajectory
    from safepassage.network.compile import Compiled

OUTCOMES = ("dead", "returned", "limbo", "safe")
COHORT_DRAWS = 96
"""Draws that the outcomes of a way are computed from: each needs a recursion of its own."""
MEASURES = (*OUTCOMES, "ever_returned", "months_to_safety", "cost_usd", "relatives_punished")


@dataclass(frozen=True)
class Answers:
    """Measures of every way and draw; NaN where a way has nobody of the sex asked for."""

    ways: tuple[str, ...]
    measures: dict[str, Floats]
    """measure -> (way, B)"""
    attempts_per_year: Floats
    """(way, B)"""


def months_before(compiled: Compiled, as_of: str, count: int = 12) -> np.ndarray:
    """Month rows of the `count` months up to a date, the date's own month last.

    Raises:
        ValueError: the calendar does not hold them.
    """
    last = month_number(as_of) - month_number(compiled.model.model.start)
    if not count - 1 <= last <= int(compiled.network.month_of_step[-1]):
        model = compiled.model.model
        raise ValueError(
            f"as_of {as_of} needs the twelve months before it inside {model.start} to {model.end}"
        )
    return np.arange(last - count + 1, last + 1)


class Cohorts:
    """Values of every cell for every draw at one date, ready to be asked by way and sex."""

    def __init__(self, compiled: Compiled, z: np.ndarray, run: Trajectory, as_of: str):
        """Solve the backward recursion for every draw.

        Args:
            compiled: the model, by month.
            z: (P, B) draws.
            run: the expected run of those draws.
            as_of: the date.
        """
        self.compiled, self.run, self.z = compiled, run, z
        self.window = months_before(compiled, as_of)
        self.extras = compiled.program.extras(z, int(self.window[6]))
        tables = compiled.program.tables(z)
        self._classes()
        ways = compiled.model.ways.values()
        self.horizons = sorted({w.horizon_months for w in ways}) or [60]
        batch = range(z.shape[1])
        with ThreadPoolExecutor(max_workers=2) as pool:
            values = list(pool.map(lambda b: self._values(tables, b), batch))
        self.values = np.stack(values, axis=-1)
        """(horizon, start month, cell, value, B)"""

    def _classes(self) -> None:
        network, model = self.compiled.network, self.compiled.model
        outcome = [
            model.states[c.state].outcome if c.state in model.states else "" for c in network.cells
        ]
        self.outcome = np.array(outcome)
        self.returned = self.outcome == "returned"
        safe = self.outcome == "safe"
        self.into_safe = safe[network.edge_target] & ~safe[network.edge_source]

    def _values(self, tables: Tables, index: int) -> np.ndarray:
        from safepassage.engines.expected.backward import cohort_values

        network = self.compiled.network
        cells, edges = len(network.cells), len(network.edge_name)
        terminal = np.zeros((cells, 7))
        for r, name in enumerate(OUTCOMES):
            terminal[:, r] = self.outcome == name
        terminal[:, 4] = self.returned
        stopped = np.zeros((cells, 7), bool)
        stopped[:, 4] = self.returned
        reward, elapsed = np.zeros((edges, 7)), np.zeros((edges, 7))
        elapsed[:, 5] = self.into_safe
        reward[:, 6] = self._paid(index)
        own = Tables(*(np.ascontiguousarray(a[..., index]) for a in tables))
        feedback = np.ascontiguousarray(self.run.feedback[:, :, index])
        return np.stack(
            [
                cohort_values(
                    network,
                    own,
                    feedback,
                    self.window[cohort_steps(horizon)],
                    terminal,
                    reward,
                    elapsed,
                    stopped,
                )
                for horizon in self.horizons
            ]
        )

    def _paid(self, index: int) -> np.ndarray:
        """(E,) USD paid when a person passes an edge."""
        paid = np.zeros(len(self.compiled.network.edge_name))
        for edge, row in self._payments:
            paid[edge] += self.extras[row, index]
        return paid

    @cached_property
    def _payments(self) -> list[tuple[int, int]]:
        """(edge, row of `extras`) pairs of money paid on an edge."""
        network, model = self.compiled.network, self.compiled.model
        row_of = {key: i for i, key in enumerate(self.compiled.program.extra_names)}
        return [
            (e, row_of["payment", payment, network.cells[int(network.edge_source[e])].group])
            for e, name in enumerate(network.edge_name)
            for payment, declared in model.payments.items()
            if name in declared.when
        ]

    def answers(self, sex: str | None = None) -> Answers:
        """Measures of every way, of all people or of one sex."""
        ways = tuple(self.compiled.model.ways)
        stacked = [self._way(way, sex) for way in ways]
        return Answers(
            ways,
            {m: np.array([s[0][m] for s in stacked]) for m in MEASURES},
            np.array([s[1] for s in stacked]),
        )

    def _way(self, way: str, sex: str | None) -> tuple[dict[str, Floats], Floats]:
        network, model = self.compiled.network, self.compiled.model
        years = model.ways[way].pooled_years
        values = self.values[self.horizons.index(model.ways[way].horizon_months)]
        batch = self.z.shape[1]
        totals = np.zeros((7, batch))
        relatives, people, attempts = np.zeros(batch), np.zeros(batch), np.zeros(batch)
        row_of = {key: i for i, key in enumerate(self.compiled.program.extra_names)}
        span = np.arange(max(0, self.window[-1] - 12 * years + 1), self.window[-1] + 1)
        for q, cell in way_starts(network.quantity_name, way):
            group = network.cells[cell].group
            if sex is not None and model.groups[group].get("sex") != sex:
                continue
            moved = self.run.quantities[q, self.window]
            totals += np.einsum("wb,wrb->rb", moved, values[:, cell])
            people += moved.sum(axis=0)
            attempts += self.run.quantities[q, span].sum(axis=0) * 12 / len(span)
            if ("relatives", way, group) in row_of:
                relatives += moved.sum(axis=0) * self.extras[row_of["relatives", way, group]]
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = totals / people
            found: dict[str, Floats] = dict(zip(OUTCOMES, mean[:4], strict=True))
            found["ever_returned"] = mean[4]
            found["months_to_safety"] = mean[5] / mean[3]
            found["cost_usd"] = mean[6]
            found["relatives_punished"] = relatives / people
        return found, np.where(people > 0, attempts, np.nan)


def cohort_steps(horizon: int) -> np.ndarray:
    """(12, horizon) month of the window that holds in each step, by month of setting out."""
    return (np.arange(12)[:, None] + np.arange(horizon)[None, :]) % 12


def cohort_draws(z: np.ndarray) -> np.ndarray:
    """Some of the draws, spread evenly."""
    return z[:, :: max(1, z.shape[1] // COHORT_DRAWS)][:, :COHORT_DRAWS]


def answers(compiled: Compiled, z: np.ndarray, date: str) -> Answers:
    """Outcomes of every way at a date."""
    from safepassage.engines.expected.solve import solve

    run = solve(compiled.network, compiled.program.tables(z))
    return Cohorts(compiled, z, run, date).answers()
