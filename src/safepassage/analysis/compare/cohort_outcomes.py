"""What becomes of those who set out on each way under a scenario, against the baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from safepassage.inference.summary import estimate
from safepassage.network.calendar import month_name, month_number
from safepassage.results.comparison import OutcomeDifferences

if TYPE_CHECKING:
    from safepassage.analysis.cohorts import Answers
    from safepassage.analysis.compare.differences import Window
    from safepassage.analysis.compare.paired_runs import Runs


def cohort_date(runs: Runs, window: Window) -> str:
    """The last month of a window, within the calendar and a year from its start."""
    header = runs.model.model
    earliest = month_name(month_number(header.start) + 11)
    return max(min(f"{window.last}-12", header.end), earliest)


def outcome_differences(base: Answers, changed: Answers) -> dict[str, OutcomeDifferences]:
    """Paired differences of the outcomes of each way, per person who sets out.

    They are of mean flows, whatever the engine.
    """
    return {
        way: OutcomeDifferences(
            **{
                measure: estimate(changed.measures[measure][w] - base.measures[measure][w])
                for measure in OutcomeDifferences.model_fields
            }
        )
        for w, way in enumerate(base.ways)
    }
