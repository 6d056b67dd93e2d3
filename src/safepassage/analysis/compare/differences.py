"""Paired differences: interval, what pairing was worth, how far the data moved them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from safepassage.analysis.compare.totals import MEASURES, Totals
from safepassage.analysis.ranking import assumed_share
from safepassage.inference.summary import LABELS, contraction, interval, label
from safepassage.network.arrays import Floats

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


def differences(
    posterior: Posterior, z: Floats, pair: Pair, prior: Pair, window: Window, scenario: Scenario
) -> dict[str, Any]:
    """Every measure's difference over the window, and by year.

    `times_fitted_peak` says how far a measure leads from what was fitted: the scenario's highest
    year over the baseline's highest of the fitted years.
    """
    fitted_years = int(posterior.study.model.model.end[:4]) - window.start + 1
    known = posterior.parameters
    named = [known[p].label for p in scenario.rests_on]
    answer: dict[str, Any] = {}
    for m, measure in enumerate(MEASURES):
        base, changed = (_total(measure, totals.measures[m], window) for totals in pair)
        before = [_total(measure, totals.measures[m], window) for totals in prior]
        by_year = (pair[1].measures[m] - pair[0].measures[m])[window.rows]
        change = changed - base
        moved = moved_by_data((before[0], before[1]), (base, changed))
        answer[measure] = {
            **interval(change),
            "baseline": interval(base),
            "scenario": interval(changed),
            "share": interval(_share(change, base)),
            "label": _label(posterior, z, change, moved, named, bool(scenario.opens)),
            "contraction": moved,
            "times_fitted_peak": _peak(pair, m, window, fitted_years),
            **_paired(base, changed),
            "by_year": [
                {"time": str(year), **interval(row)}
                for year, row in zip(window.years, by_year, strict=True)
            ],
        }
    return answer


def way_differences(model: Model, pair: Pair, window: Window) -> dict[str, Any]:
    """People who set out and relatives punished by way, pooled as the model asks.

    A way that is published only pooled over years is given only where the window holds as many.
    """
    found: dict[str, Any] = {}
    for w, (way, declared) in enumerate(model.ways.items()):
        pooled = declared.pooled_years
        if len(window.years) < pooled:
            found[way] = {"title": declared.title, "withheld": f"pooled over {pooled} years"}
            continue
        out = (pair[1].set_out[w] - pair[0].set_out[w])[window.rows]
        punished = (pair[1].relatives[w] - pair[0].relatives[w])[window.rows]
        found[way] = {
            "title": declared.title,
            "set_out": interval(out.sum(axis=0)),
            "set_out_baseline": interval(pair[0].set_out[w][window.rows].sum(axis=0)),
            "relatives_punished": interval(punished.sum(axis=0)),
            "by_year": [
                {"time": time, **interval(rows.sum(axis=0))}
                for time, rows in _spells(out, window, pooled)
            ],
        }
    return found


def _spells(rows: Floats, window: Window, pooled: int) -> list[tuple[str, Floats]]:
    """Years one by one, or so many together; what is left over joins the last."""
    count = max(1, len(rows) // pooled)
    found: list[tuple[str, Floats]] = []
    for k in range(count):
        stop = len(rows) if k == count - 1 else (k + 1) * pooled
        years = window.years[k * pooled : stop]
        time = str(years[0]) if len(years) == 1 else f"{years[0]}-{years[-1]}"
        found.append((time, rows[k * pooled : stop]))
    return found


def _total(measure: str, yearly: Floats, window: Window) -> Floats:
    """(B,) sum over the window; of a stock, what is there at its end."""
    rows = yearly[window.rows]
    return rows[-1] if measure == "limbo" else rows.sum(axis=0)


def _peak(pair: Pair, m: int, window: Window, fitted_years: int) -> float | None:
    """Median over draws of the scenario's highest year over the highest year of the fit."""
    highest = pair[0].measures[m, :fitted_years].max(axis=0)
    seen = highest > 0
    if not seen.any():
        return None
    peak = pair[1].measures[m, window.rows].max(axis=0)
    return float(np.median(peak[seen] / highest[seen]))


def _share(change: Floats, base: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(base > 0, change / base, np.nan)


def _paired(base: Floats, changed: Floats) -> dict[str, float | None]:
    """By how much pairing narrows: variance and interval of unpaired over paired differences.

    Unpaired runs have the sum of both variances; their interval is made by pairing each draw with
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


def moved_by_data(before: tuple[Floats, Floats], after: tuple[Floats, Floats]) -> float:
    """How far the data moved a difference: the less of its size and of its share of the baseline.

    The size alone would be called known where only the number of people is. Both are compared on
    a logarithmic scale, since a prior's few huge draws would make any posterior look narrow.

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
    """Scenario over baseline on the log scale; below a thousandth the one is as good as nothing."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(base > 0, np.log(np.maximum(changed / base, 1e-3)), np.nan)


def _spread(values: Floats) -> float:
    """The middle 80 %."""
    seen = values[np.isfinite(values)]
    return float(np.subtract(*np.quantile(seen, (0.9, 0.1)))) if seen.size else 0.0


def _label(
    posterior: Posterior, z: Floats, change: Floats, moved: float, named: list[str], opens: bool
) -> str:
    """A label no better than what the scenario rests on; an exit that was never seen is assumed."""
    if not change.any():
        return NO_DIFFERENCE
    if opens:
        return "assumed"
    own = label(moved, assumed=assumed_share(posterior, change, z) > 0.5)
    return max([own, *named], key=LABELS.index)
