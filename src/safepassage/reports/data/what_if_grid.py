"""What-ifs answered ahead, for a report that runs no model: sliders at some positions, scenarios.

Each slider is moved alone, the others at rest; every answer is of `compare`, over fewer draws.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from safepassage.analysis.compare.compare import answers_to
from safepassage.analysis.compare.interactive import own_scenario
from safepassage.analysis.compare.paired_runs import Runs
from safepassage.analysis.compare.request import CompareRequest
from safepassage.errors import InputError, Refused
from safepassage.model.scenario_schema import Slider
from safepassage.reports.data.explorer_data import rounded
from safepassage.study.scenarios import NamedScenario, catalogue

if TYPE_CHECKING:
    from safepassage.inference.posterior import Posterior

GRID_DRAWS = 64
"""Posterior draws of each answer, and as many from the prior for its label.

The largest model's 35 answers take 15 CPU seconds, and 96 KB under gzip."""
POSITIONS = 5
"""Of a slider, its rest at 1 among them."""
Progress = Callable[[str, float, float], None]


def what_if_grid(
    posterior: Posterior, progress: Progress = lambda stage, done, total: None
) -> dict[str, Any]:
    """Answers by slider and position, and by scenario; `refused` where there is none to give.

    Returns:
        `draws`, `sliders` (by name, a list of `value` and `answer`), `scenarios` (by name).
    """
    listed = catalogue(posterior.study)
    chains, draws = posterior.draws.z.shape[:2]
    count = min(GRID_DRAWS, chains * draws)
    found: dict[str, Any] = {"draws": count, "sliders": {}, "scenarios": {}}
    moved = [(name, at) for name, slider in listed.sliders.items() for at in positions(slider)]
    total = len(moved) + len(listed.scenarios)
    if not total:
        return found
    runs = Runs(posterior, CompareRequest(draws=count), prior_draws=count)

    def told(requested: NamedScenario) -> dict[str, Any]:
        try:
            (answer,) = answers_to(runs, [requested], listed)
        except (Refused, InputError) as error:
            return {"refused": str(error)}
        # The page shows neither why a scenario is asked for (it has that) nor the diversion.
        kept = {k: v for k, v in answer.items() if k not in ("title", "reason", "diversion")}
        return rounded({**kept, "draws": count, "engine": "expected"})

    for done, (name, at) in enumerate(moved):
        progress("what-ifs for the report", done, total)
        at_rest = at == 1
        answer = None if at_rest else told(own_scenario({name: at}, listed.sliders))
        found["sliders"].setdefault(name, []).append({"value": at, "answer": answer})
    for done, (name, requested) in enumerate(listed.scenarios.items(), start=len(moved)):
        progress("what-ifs for the report", done, total)
        found["scenarios"][name] = told(requested)
    progress("what-ifs for the report", total, total)
    return found


def positions(slider: Slider) -> list[float]:
    """Where a slider is asked: evenly from end to end, or on both sides of 1, and at 1 itself."""
    both = slider.least < 1 < slider.most
    half = POSITIONS // 2 + 1
    parts = [
        np.linspace(slider.least, 1, half if both else POSITIONS) if slider.least < 1 else [],
        np.linspace(1, slider.most, half if both else POSITIONS) if slider.most > 1 else [],
    ]
    return sorted({round(float(value), 2) for part in parts for value in part} | {1.0})
