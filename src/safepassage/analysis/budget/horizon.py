"""The months from the fit's end to a plan's horizon, run with levers in them, draw by draw.

What happened before is the same in every plan: each draw is run once up to the fit's end, and only
the months after it again. Those in between at the horizon count by what becomes of them in the
five years after, under the baseline's last conditions.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from safepassage.analysis.budget.lever_draws import LeverDraws, draw_levers
from safepassage.analysis.budget.request import PlanRequest, harm_prices
from safepassage.analysis.compare.paired_runs import Runs
from safepassage.analysis.compare.request import CompareRequest
from safepassage.analysis.compare.totals import BATCH_SIZE
from safepassage.network.arrays import Network, Tables
from safepassage.network.calendar import month_name, month_number, months_between
from safepassage.network.interventions.lever_program import Stretch, stretch
from safepassage.network.scenario_quantities import (
    ARRIVALS,
    IN_LIMBO,
    INTO,
    SET_OUT,
    WAITING,
    tallied,
)

if TYPE_CHECKING:
    from safepassage.engines.expected.solve import Trajectory
    from safepassage.inference.posterior import Posterior
    from safepassage.model.lever_schema import Lever
    from safepassage.network.arrays import Floats
    from safepassage.network.compile import Compiled
    from safepassage.study.levers import Levers

MEASURES = (
    "safe", "returned", "dead", "relatives_punished", "limbo", "safe_later", "returned_later",
    "dead_later", "net",
)  # fmt: skip
"""What a plan counts up to its horizon, what becomes of those in between after it, and the sum."""
LATER_MONTHS = 60


def draws_at_most(posterior: Posterior, count: int) -> int:
    """So many draws, or all of a posterior where it has fewer."""
    chains, draws = posterior.draws.z.shape[:2]
    return min(count, chains * draws)


@dataclass(frozen=True)
class Block:
    """Up to `SIMD_WIDTH` draws, ready to be run with any units of the levers."""

    stretch: Stretch
    network: Network
    """The stretch's, with what a plan counts."""
    levers: LeverDraws
    relatives: dict[int, Floats]
    """(M, B) relatives punished per person of each quantity."""
    later: Floats
    """(waiting quantities, arrivals, B) arrivals of one person in between, after the horizon."""
    worth: Floats
    """(Q, M, B) what one person of each quantity is worth in people safe, in each month."""

    def measures(self, units: Floats) -> Floats:
        """(MEASURES, B) with so many units a year (L, B)."""
        from safepassage.engines.expected.solve import solve

        tables = self.stretch.pulled(units, self.levers.strengths)
        quantities = solve(self.network, tables).quantities
        names = self.network.quantity_name
        totals = np.zeros((len(MEASURES), quantities.shape[-1]))
        for row, outcome in enumerate(MEASURES[:3]):
            totals[row] = quantities[names.index(f"{INTO}:{outcome}")].sum(axis=0)
        for q, each in self.relatives.items():
            totals[3] += (quantities[q] * each).sum(axis=0)
        totals[4] = quantities[names.index(IN_LIMBO), -1]
        waiting = [q for q, name in enumerate(names) if name.startswith(f"{WAITING}:")]
        totals[5:8] = np.einsum("cb,cob->ob", quantities[waiting, -1], self.later)
        totals[8] = np.einsum("qmb,qmb->b", quantities, self.worth)
        return totals

    def gradient(self, units: Floats, weights: Floats) -> tuple[Floats, Floats]:
        """Net worth (B,), and the gradient (L, B) of its sum weighted (B,) in the units."""
        from safepassage.engines.expected.solve import solve, solve_adjoint

        tables = self.stretch.pulled(units, self.levers.strengths)
        run = solve(self.network, tables)
        net = np.einsum("qmb,qmb->b", run.quantities, self.worth)
        pulled = solve_adjoint(self.network, tables, run, self.worth * weights)
        return net, self.stretch.pull(units, self.levers.strengths, pulled)


class Horizon:
    """Draws of a fit to a horizon, block by block."""

    def __init__(
        self,
        posterior: Posterior,
        listed: Levers,
        levers: Mapping[str, Lever],
        request: PlanRequest,
        draws: int,
        *,
        prior: bool = False,
    ):
        """Run the draws up to the fit's end; from the posterior, or from the prior."""
        runs = Runs(posterior, CompareRequest("expected", draws, None, request.horizon))
        self.request = request
        self.model, self.compiled = runs.model, runs.compiled
        self.z = runs.prior if prior else runs.z
        header = posterior.study.model.model
        self.first = months_between(header.start, header.end)
        self.prices = harm_prices(self.model, request.weights)
        self.drawn = draw_levers(
            posterior.study,
            listed.parameters,
            levers,
            self.compiled.parameters,
            self.z,
            posterior.seed,
        )
        self.levers = levers
        self.coming: list[Floats] = []
        """(Q, B) by block: the model's own quantities over the twelve months after the fit."""
        self.blocks = [
            self._block(slice(first, first + BATCH_SIZE))
            for first in range(0, self.z.shape[1], BATCH_SIZE)
        ]

    @property
    def begin(self) -> str:
        """First month of a plan."""
        return month_name(month_number(self.model.model.start) + self.first)

    @property
    def years(self) -> Floats:
        """(L,) years in which each lever acts."""
        return self.blocks[0].stretch.years

    @property
    def most(self) -> Floats:
        """(L,) USD that each lever can take: the most units at their median cost."""
        units = np.array([lever.most for lever in self.levers.values()])
        return units * self.years * np.median(self.drawn.costs, axis=1)

    def units(self, money: Floats, block: Block) -> tuple[Floats, Floats]:
        """(L, B) units a year that money (L,) buys in each draw, and their slope in the money."""
        most = np.array([lever.most for lever in self.levers.values()])[:, None]
        slope = 1 / (block.levers.costs * self.years[:, None])
        bought = money[:, None] * slope
        return np.minimum(bought, most), np.where(bought < most, slope, 0.0)

    def measures(self, money: Floats) -> Floats:
        """(MEASURES, B) of an allocation of USD (L,)."""
        totals = [block.measures(self.units(money, block)[0]) for block in self.blocks]
        return np.concatenate(totals, axis=1)

    def net(self, money: Floats) -> Floats:
        """(B,) net worth of an allocation."""
        return self.measures(money)[MEASURES.index("net")]

    def slopes(self, money: Floats, weights: Floats | None = None) -> tuple[Floats, Floats]:
        """Net worth (B,) and its slope (L, B) in each lever's money, weighted by draw (B,)."""
        nets: list[Floats] = []
        slopes: list[Floats] = []
        first = 0
        for block in self.blocks:
            units, slope = self.units(money, block)
            width = units.shape[1]
            share = np.ones(width) if weights is None else weights[first : first + width]
            net, gradient = block.gradient(units, share)
            nets.append(net)
            slopes.append(gradient * slope)
            first += width
        return np.concatenate(nets), np.concatenate(slopes, axis=1)

    def _block(self, batch: slice) -> Block:
        from safepassage.engines.expected.solve import solve

        compiled, z = self.compiled, np.ascontiguousarray(self.z[:, batch])
        tables = compiled.program.tables(z)
        run = solve(compiled.network, tables)
        self.coming.append(self._coming(run))
        future = stretch(compiled, tables, run.counts[self.first], self.levers, self.first)
        network = tallied(future.network, self.model, planned=True)
        later = later_arrivals(compiled, tables, run)
        relatives = _relatives(compiled, network, z, self.first)
        return Block(
            future, network, self.drawn.batch(batch), relatives, later,
            self._worth(network, relatives, later, z.shape[1]),
        )  # fmt: skip

    def _coming(self, run: Trajectory) -> Floats:
        """Flows over the twelve months after the fit, and the mean of stocks."""
        rows = run.quantities[:, self.first : self.first + 12]
        return rows.sum(axis=1)

    def _worth(
        self, network: Network, relatives: Mapping[int, Floats], later: Floats, batch: int
    ) -> Floats:
        prices, months = self.prices, network.steps
        each = {"safe": 1.0, "returned": -prices.returned, "dead": -prices.dead}
        worth = np.zeros((len(network.quantity_name), months, batch))
        waiting = 0
        for q, name in enumerate(network.quantity_name):
            kind, _, rest = name.partition(":")
            if kind == INTO:
                worth[q] = each[rest]
            elif kind == IN_LIMBO:
                worth[q, -1] = -prices.limbo
            elif kind == WAITING:
                worth[q, -1] = sum(each[o] * later[waiting, r] for r, o in enumerate(ARRIVALS))
                waiting += 1
            elif q in relatives:
                worth[q] = -prices.relatives_punished * relatives[q]
        return worth


def later_arrivals(compiled: Compiled, tables: Tables, run: Trajectory) -> Floats:
    """(cells in between, ARRIVALS, B) arrivals of a person there within five more years.

    The conditions are those of the calendar's last twelve months, repeated.
    """
    from safepassage.engines.expected.backward import cohort_values

    network, model = compiled.network, compiled.model
    outcome = [model.states[c.state].outcome if c.state in model.states else ""
               for c in network.cells]  # fmt: skip
    reward = np.zeros((len(network.edge_target), len(ARRIVALS)))
    for e, (source, target) in enumerate(
        zip(network.edge_source, network.edge_target, strict=True)
    ):
        comes_to = outcome[int(target)]
        if comes_to in ARRIVALS and outcome[int(source)] != comes_to:
            reward[e, ARRIVALS.index(comes_to)] = 1.0
    limbo = [c for c, o in enumerate(outcome) if o == "limbo"]
    nothing = np.zeros((len(network.cells), len(ARRIVALS)))
    last = np.arange(network.steps - 12, network.steps)[np.arange(LATER_MONTHS) % 12]

    def of_draw(index: int) -> Floats:
        own = Tables(*(np.ascontiguousarray(a[..., index]) for a in tables))
        feedback = np.ascontiguousarray(run.feedback[:, :, index])
        values = cohort_values(
            network, own, feedback, last, nothing, reward, np.zeros_like(reward),
            nothing.astype(bool),
        )  # fmt: skip
        return np.nan_to_num(values[limbo])

    with ThreadPoolExecutor(max_workers=2) as pool:
        return np.stack(list(pool.map(of_draw, range(run.counts.shape[-1]))), axis=-1)


def _relatives(compiled: Compiled, network: Network, z: Floats, first: int) -> dict[int, Floats]:
    """(M, B) relatives punished for each person of each quantity, as in the middle of its year."""
    row_of = {key: i for i, key in enumerate(compiled.program.extra_names)}
    begin = month_number(compiled.model.model.start)
    months = np.arange(first, first + network.steps)
    years = (months + begin) // 12
    by_year = {
        int(year): compiled.program.extras(z, int(np.median(months[years == year])))
        for year in np.unique(years)
    }
    monthly = np.stack([by_year[int(year)] for year in years])
    relatives: dict[int, Floats] = {}
    for q, name in enumerate(network.quantity_name):
        kind, _, rest = name.partition(":")
        way, _, group = rest.rpartition(":")
        if kind == SET_OUT and ("relatives", way, group) in row_of:
            relatives[q] = monthly[:, row_of["relatives", way, group]]
    return relatives
