"""What becomes of those who set out on each way under a scenario, against the baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from safepassage.analysis.cohorts import OUTCOMES
from safepassage.inference.summary import interval
from safepassage.network.calendar import month_name, month_number

if TYPE_CHECKING:
    from safepassage.analysis.compare.differences import Window
    from safepassage.analysis.compare.paired_runs import Runs
    from safepassage.analysis.compare.totals import ScenarioModel
    from safepassage.study.scenarios import NamedScenario

TOLD = (*OUTCOMES, "months_to_safety", "cost_usd")


def cohort_date(runs: Runs, window: Window) -> str:
    """The last month of a window, within the calendar and a year from its start."""
    header = runs.model.model
    earliest = month_name(month_number(header.start) + 11)
    return max(min(f"{window.last}-12", header.end), earliest)


def way_outcomes(
    runs: Runs,
    requested: NamedScenario,
    scenario_model: ScenarioModel,
    window: Window,
    ways: dict[str, Any],
) -> dict[str, Any]:
    """Add to each way the paired differences of its outcomes, as of the window's last month.

    Shares are per person who sets out; of mean flows, whatever the engine.
    """
    date = cohort_date(runs, window)
    base = runs.cohorts(None, runs.baseline, date)
    changed = runs.cohorts(requested, scenario_model, date)
    for w, (_, told) in enumerate(ways.items()):
        if "withheld" in told:
            continue
        told["as_of"] = date
        told["outcomes"] = {
            measure: interval(changed.measures[measure][w] - base.measures[measure][w])
            for measure in TOLD
        }
    return ways
