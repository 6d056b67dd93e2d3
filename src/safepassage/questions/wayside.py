"""What becomes of those who set out on each way under a scenario, against the baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from safepassage.inference.summary import estimate
from safepassage.network.calendar import month_name, month_number
from safepassage.questions.cohorts import OUTCOMES, Answers, Cohorts

if TYPE_CHECKING:
    import numpy as np

    from safepassage.evidence.scenarios import Asked
    from safepassage.network.compile import Compiled
    from safepassage.questions.differences import Window
    from safepassage.questions.measuring import Meter
    from safepassage.questions.paired_runs import Runs

COHORT_DRAWS = 96
"""Draws that the outcomes of a way are told from: each needs a recursion of its own."""
TOLD = (*OUTCOMES, "months_to_safety", "cost_usd")


def cohort_date(runs: Runs, window: Window) -> str:
    """The last month of a window, within the calendar and a year from its start."""
    header = runs.model.model
    earliest = month_name(month_number(header.start) + 11)
    return max(min(f"{window.last}-12", header.end), earliest)


def cohort_draws(z: np.ndarray) -> np.ndarray:
    """Some of the draws, spread evenly."""
    return z[:, :: max(1, z.shape[1] // COHORT_DRAWS)][:, :COHORT_DRAWS]


def way_outcomes(
    runs: Runs, asked: Asked, meter: Meter, window: Window, ways: dict[str, Any]
) -> dict[str, Any]:
    """Add to each way the paired differences of its outcomes, as of the window's last month.

    Shares are per person who sets out; of mean flows, whatever the engine.
    """
    date = cohort_date(runs, window)
    base = runs.cohorts(None, runs.baseline, date)
    changed = runs.cohorts(asked, meter, date)
    for w, (_, told) in enumerate(ways.items()):
        if "withheld" in told:
            continue
        told["as_of"] = date
        told["outcomes"] = {
            measure: estimate(changed.measures[measure][w] - base.measures[measure][w])
            for measure in TOLD
        }
    return ways


def answers(compiled: Compiled, z: np.ndarray, date: str) -> Answers:
    """Outcomes of every way at a date."""
    from safepassage.engines.expected import solve

    run = solve(compiled.network, compiled.program.tables(z))
    return Cohorts(compiled, z, run, date).answers()
