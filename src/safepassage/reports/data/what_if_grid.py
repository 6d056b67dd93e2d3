"""What-ifs answered in advance, for a report that runs no model: by slider and by scenario.

Each slider changes alone, the others at rest; every answer is of `compare`, over fewer draws.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from safepassage.analysis.compare.compare import answers_to
from safepassage.analysis.compare.interactive import own_scenario
from safepassage.analysis.compare.paired_runs import Runs
from safepassage.analysis.compare.request import CompareRequest
from safepassage.errors import InputError, Refused
from safepassage.model.scenario_schema import Slider
from safepassage.results.comparison import GridAnswer, RefusedAnswer, SliderAnswer, WhatIfGrid
from safepassage.study.scenarios import Catalogue, NamedScenario, catalogue

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
) -> WhatIfGrid:
    """Answers by slider and position, and by scenario."""
    listed = catalogue(posterior.study)
    chains, draws = posterior.draws.z.shape[:2]
    count = min(GRID_DRAWS, chains * draws)
    places = [(name, at) for name, slider in listed.sliders.items() for at in positions(slider)]
    total = len(places) + len(listed.scenarios)
    sliders: dict[str, list[SliderAnswer]] = {name: [] for name in listed.sliders}
    scenarios: dict[str, GridAnswer | RefusedAnswer] = {}
    if not total:
        return WhatIfGrid(draws=count, sliders={}, scenarios=scenarios)
    runs = Runs(posterior, CompareRequest(draws=count), prior_draws=count)
    for done, (name, at) in enumerate(places):
        progress("what-ifs for the report", done, total)
        answer = (
            None if at == 1 else _answer(runs, own_scenario({name: at}, listed.sliders), listed)
        )
        sliders[name].append(SliderAnswer(value=at, answer=answer))
    for done, (name, requested) in enumerate(listed.scenarios.items(), start=len(places)):
        progress("what-ifs for the report", done, total)
        scenarios[name] = _answer(runs, requested, listed)
    progress("what-ifs for the report", total, total)
    by_name = {name: tuple(answers) for name, answers in sliders.items()}
    return WhatIfGrid(draws=count, sliders=by_name, scenarios=scenarios)


def _answer(runs: Runs, requested: NamedScenario, listed: Catalogue) -> GridAnswer | RefusedAnswer:
    try:
        (answer,) = answers_to(runs, [requested], listed)
    except (Refused, InputError) as error:
        return RefusedAnswer(refused=str(error))
    own = {name: value for name, value in answer if name in GridAnswer.model_fields}
    return GridAnswer(**own, draws=runs.z.shape[1], engine="expected")


def positions(slider: Slider) -> list[float]:
    """Positions of a slider: evenly from end to end, or on both sides of 1, and 1 itself."""
    both = slider.least < 1 < slider.most
    half = POSITIONS // 2 + 1
    parts = [
        np.linspace(slider.least, 1, half if both else POSITIONS) if slider.least < 1 else [],
        np.linspace(1, slider.most, half if both else POSITIONS) if slider.most > 1 else [],
    ]
    return sorted({round(float(value), 2) for part in parts for value in part} | {1.0})
