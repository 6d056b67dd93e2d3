"""Paired differences: interval, what pairing was worth, how far the data narrowed them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from safepassage.analysis.compare.totals import MEASURES, Totals
from safepassage.analysis.ranking import assumed_share
from safepassage.inference.summary import LABELS, contraction, estimate, label
from safepassage.network.arrays import Floats
from safepassage.results.comparison import (
    Difference,
    Differences,
    OutcomeDifferences,
    WayDifference,
    WithheldWay,
)
from safepassage.results.parts import TimedEstimate

if TYPE_CHECKING:
    from safepassage.inference.posterior import Posterior
    from safepassage.model.scenario_schema import Scenario
    from safepassage.model.schema import Model

NO_DIFFERENCE = "no difference"
"""In place of a label: the difference is exactly zero in every draw."""
Pair = tuple[Totals, Totals]
"""Baseline and scenario."""


@dataclass(frozen=True)
class Window:
    """The years that are summed, in a calendar that begins with `start`."""

    start: int
    first: int
    last: int

    @property
    def rows(self) -> slice:
        """Rows of the years."""
        return slice(self.first - self.start, self.last - self.start + 1)

    @property
    def years(self) -> list[int]:
        """The years."""
        return list(range(self.first, self.last + 1))

    def total(self, measure: str, yearly: Floats) -> Floats:
        """(B,) sum of (Y, B) over the window; of a stock, what is there at its end."""
        rows = yearly[self.rows]
        return rows[-1] if measure == "limbo" else rows.sum(axis=0)


def differences(
    posterior: Posterior, z: Floats, pair: Pair, prior: Pair, window: Window, scenario: Scenario
) -> Differences:
    """Every measure's difference over the window, and by year.

    Args:
        posterior: the posterior.
        z: (P, B) its draws.
        pair: baseline and scenario at these draws.
        prior: the same at draws from the prior.
        window: the years that are summed.
        scenario: what is declared of the scenario.
    """
    fitted_years = int(posterior.study.model.model.end[:4]) - window.start + 1
    least = [posterior.labels[p] for p in scenario.rests_on]
    answer: dict[str, Difference] = {}
    for m, measure in enumerate(MEASURES):
        base, changed = (window.total(measure, totals.measures[m]) for totals in pair)
        before, after = (window.total(measure, totals.measures[m]) for totals in prior)
        by_year = (pair[1].measures[m] - pair[0].measures[m])[window.rows]
        change = changed - base
        contracted = difference_contraction((before, after), (base, changed))
        answer[measure] = estimate(
            change,
            Difference,
            baseline=estimate(base),
            scenario=estimate(changed),
            share=estimate(_share(change, base)),
            label=_label(posterior, z, change, contracted, least, bool(scenario.opens)),
            contraction=contracted,
            times_fitted_peak=_peak(pair, m, window, fitted_years),
            **_pairing_gains(base, changed),
            by_year=tuple(
                estimate(row, TimedEstimate, time=str(year))
                for year, row in zip(window.years, by_year, strict=True)
            ),
        )
    return Differences(**answer)


def way_differences(
    model: Model,
    pair: Pair,
    window: Window,
    as_of: str,
    outcomes: Mapping[str, OutcomeDifferences],
) -> dict[str, WayDifference | WithheldWay]:
    """People who set out, relatives punished and outcomes by way, pooled as the model requires.

    A way that is published only pooled over years is reported only where the window holds as many.

    Args:
        model: the model.
        pair: baseline and scenario.
        window: the years that are summed.
        as_of: month of the outcomes' conditions.
        outcomes: differences of the outcomes by way.
    """
    answer: dict[str, WayDifference | WithheldWay] = {}
    for w, (way, declared) in enumerate(model.ways.items()):
        title, pooled = declared.title, declared.pooled_years
        if len(window.years) < pooled:
            answer[way] = WithheldWay(title=title, withheld=f"pooled over {pooled} years")
            continue
        out = (pair[1].set_out[w] - pair[0].set_out[w])[window.rows]
        punished = (pair[1].relatives[w] - pair[0].relatives[w])[window.rows]
        answer[way] = WayDifference(
            title=title,
            set_out=estimate(out.sum(axis=0)),
            set_out_baseline=estimate(pair[0].set_out[w][window.rows].sum(axis=0)),
            relatives_punished=estimate(punished.sum(axis=0)),
            by_year=tuple(
                estimate(rows.sum(axis=0), TimedEstimate, time=time)
                for time, rows in _periods(out, window, pooled)
            ),
            as_of=as_of,
            outcomes=outcomes[way],
        )
    return answer


def _periods(rows: Floats, window: Window, pooled: int) -> list[tuple[str, Floats]]:
    """Years one by one, or so many together; what is left over joins the last."""
    count = max(1, len(rows) // pooled)
    periods: list[tuple[str, Floats]] = []
    for k in range(count):
        stop = len(rows) if k == count - 1 else (k + 1) * pooled
        years = window.years[k * pooled : stop]
        time = str(years[0]) if len(years) == 1 else f"{years[0]}-{years[-1]}"
        periods.append((time, rows[k * pooled : stop]))
    return periods


def _peak(pair: Pair, m: int, window: Window, fitted_years: int) -> float | None:
    """Median over draws of the scenario's highest year over the highest year of the fit."""
    highest = pair[0].measures[m, :fitted_years].max(axis=0)
    some = highest > 0
    if not some.any():
        return None
    peak = pair[1].measures[m, window.rows].max(axis=0)
    return float(np.median(peak[some] / highest[some]))


def _share(change: Floats, base: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(base > 0, change / base, np.nan)


def _pairing_gains(base: Floats, changed: Floats) -> dict[str, float | None]:
    """By how much pairing narrows: variance and interval of unpaired over paired differences.

    Unpaired runs have the sum of both variances; their interval comes from pairing each draw with
    the one half way round.
    """
    change = changed - base
    paired = float(change.var())
    if paired <= 0:
        return {"variance_ratio": None, "interval_ratio": None}
    unpaired = changed - np.roll(base, len(base) // 2)
    width = [
        float(np.subtract(*np.quantile(values, (0.95, 0.05)))) for values in (unpaired, change)
    ]
    return {
        "variance_ratio": float(changed.var() + base.var()) / paired,
        "interval_ratio": width[0] / width[1] if width[1] > 0 else None,
    }


def difference_contraction(before: tuple[Floats, Floats], after: tuple[Floats, Floats]) -> float:
    """How far the data narrowed a difference: the less of its size and its share of the baseline.

    The size alone would be called data-driven where only the number of people is. Both are compared
    on a logarithmic scale, since a prior's few huge draws would make any posterior look narrow.

    Args:
        before: baseline and scenario at draws from the prior.
        after: the same at draws from the posterior.
    """
    unit = max(0.1 * float(np.median(np.abs(after[1] - after[0]))), 1e-9)
    sizes = [np.arcsinh((changed - base) / unit) for base, changed in (before, after)]
    shares = [_log_ratio(base, changed) for base, changed in (before, after)]
    return min(
        contraction(_spread(wide) ** 2, _spread(narrow) ** 2) for wide, narrow in (sizes, shares)
    )


def _log_ratio(base: Floats, changed: Floats) -> Floats:
    """Scenario over baseline on the log scale; below a thousandth it counts as nothing."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(base > 0, np.log(np.maximum(changed / base, 1e-3)), np.nan)


def _spread(values: Floats) -> float:
    """The middle 80 %."""
    finite = values[np.isfinite(values)]
    return float(np.subtract(*np.quantile(finite, (0.9, 0.1)))) if finite.size else 0.0


def _label(
    posterior: Posterior,
    z: Floats,
    change: Floats,
    contracted: float,
    least: list[str],
    opens: bool,
) -> str:
    """A label no better than those that a scenario depends on; an exit that it opens is assumed."""
    if not change.any():
        return NO_DIFFERENCE
    if opens:
        return "assumed"
    own = label(contracted, assumed=assumed_share(posterior, change, z) > 0.5)
    return max([own, *least], key=LABELS.index)
