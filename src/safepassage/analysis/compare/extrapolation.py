"""How far a question lies from what was fitted: inside, beyond (flagged), far beyond (refused)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from safepassage.errors import Refused
from safepassage.model.scenario_schema import FACTOR_SECTIONS, Support
from safepassage.network.arrays import Floats
from safepassage.network.products import FactorRef
from safepassage.results.checks.extrapolation import ChangeDistance, DistanceFromFit, FittedRange

if TYPE_CHECKING:
    from safepassage.network.interventions.scenario_program import Changed
    from safepassage.study.scenarios import NamedScenario

OFF, ON = "switched off", "never seen"
"""A value of nothing where there was something, or of something where there was nothing."""


@dataclass(frozen=True)
class Distance:
    """One thing that changes, against the values that the fit holds plausible for it."""

    kind: str
    name: str
    low: float
    """5th percentile over draws of the smallest value in the fitted years."""
    high: float
    """95th percentile over draws of the largest."""
    value: float
    """The median value that lies farthest outside; one inside where none does."""

    @property
    def times(self) -> float:
        """How many times outside the interval, 1 inside; infinite for nothing against something."""
        if self.low <= self.value <= self.high:
            return 1.0
        if self.value == 0 or self.high == 0:
            return float("inf")
        return max(self.value / self.high, self.low / self.value)

    def record(self) -> ChangeDistance:
        """As a part of a result, with a word for what has no number."""
        word = None
        if self.times == float("inf"):
            word = OFF if self.value == 0 else ON
        return ChangeDistance(
            kind=self.kind,
            name=self.name,
            value=self.value,
            fitted=FittedRange(low=self.low, high=self.high),
            times_outside=None if word else self.times,
            says=word,
        )


def distances(
    changed: Changed, requested: NamedScenario, z: Floats, fitted_months: int
) -> list[Distance]:
    """The distance of every change of a scenario.

    Args:
        changed: the model under the scenario.
        requested: the scenario.
        z: (P, B) some draws.
        fitted_months: months of the calendar that were fitted.
    """
    answer = [
        _farthest(kind, name, list(_values(changed, kind, name, z)), fitted_months)
        for kind, name in dict.fromkeys(
            target for change in requested.scenario.changes for target in change.targets
        )
    ]
    for name in requested.scenario.opens:
        edges = [e for e, edge in enumerate(changed.network.edge_name) if edge == name]
        tables = changed.program.tables(z)
        rates = [tables.scale[e] * tables.series[changed.network.edge_series[e]] for e in edges]
        most = max((float(np.median(rate, axis=1).max()) for rate in rates), default=0.0)
        answer.append(Distance("opens", name, 0.0, 0.0, most))
    return answer


def verdict(
    requested: NamedScenario, measured: list[Distance], support: Support, years_on: int
) -> DistanceFromFit:
    """Whether a question is inside what was fitted or beyond it, and why.

    Raises:
        Refused: it is far beyond.
    """
    for one in measured:
        if support.refused < one.times < float("inf"):
            raise Refused(
                f"{requested.name}: {one.kind} '{one.name}' would be {one.value:.3g}; the fit "
                f"covers {one.low:.3g} to {one.high:.3g}, and {one.times:.0f} times "
                f"outside is more than the {support.refused:g} times that this model answers for"
            )
    flagged = years_on > 0 or any(one.times > support.flagged for one in measured)
    return DistanceFromFit(
        verdict="beyond" if flagged else "inside",
        years_past_the_fit=years_on,
        changes=tuple(one.record() for one in measured),
    )


def _farthest(
    kind: str, name: str, pairs: list[tuple[Floats, Floats]], fitted_months: int
) -> Distance:
    """The worst of the rows (groups) of one thing; old and new values (M, B) of each."""
    worst: Distance | None = None
    for old, new in pairs:
        fitted = old[:fitted_months]
        low = float(np.quantile(fitted.min(axis=0), 0.05))
        high = float(np.quantile(fitted.max(axis=0), 0.95))
        differs = (new != old).any(axis=1)
        levels = np.median(new[differs], axis=1) if differs.any() else np.array([high])
        for value in (float(levels.min()), float(levels.max())):
            here = Distance(kind, name, low, high, value)
            if worst is None or here.times > worst.times:
                worst = here
    return worst or Distance(kind, name, 0.0, 0.0, 0.0)


def _values(changed: Changed, kind: str, name: str, z: Floats) -> Iterator[tuple[Floats, Floats]]:
    """Old and new values (M, B) of everything that a change of one name acts on."""
    program, network, baseline = changed.program, changed.network, changed.program.baseline
    months = range(baseline.series_index.shape[1])
    if kind in FACTOR_SECTIONS:
        old = program.edit.evaluator.factor(FactorRef(name, ""), z, months)
        ratio = program.edit.ratios(z, months)[name]
        yield old, old * ratio.ratio if ratio.new is None else ratio.new
        return
    if kind in ("payment", "relatives"):
        level = np.repeat(baseline.extras(z, len(months) // 2)[:, None], len(months), axis=1)
        new = program.changed_extras(z, months, lambda row: level[row])
        for row, key in enumerate(program.extra_names):
            if key[:2] == (kind, name):
                yield level[row], new[row]
        return
    before, after = baseline.tables(z), program.tables(z)
    if kind == "capacity":
        for row, (_, own) in program.edit.capacity.items():
            if any(name in change.capacity for change in own):
                yield before.capacity[row], after.capacity[row]
    elif kind == "entry":
        for row, entry in enumerate(network.entry_name):
            if entry == name:
                yield before.entries[row], after.entries[row]
    else:
        for e, edge in enumerate(network.edge_name):
            if edge == name:
                old = before.series[baseline.edge_series[e]]
                yield after.scale[e] * old, after.scale[e] * after.series[network.edge_series[e]]
