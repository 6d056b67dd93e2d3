"""A what-if over a thousand draws, beside a loop that runs them one by one.

The draws are spread about the middle of the priors, so that nothing needs to be fitted; everything
else is what `compare` does: both runs of every draw, prior draws for the labels, cohorts by way,
distance and diversion. The loop does the two runs alone. CPU seconds of all threads, so that others
on the machine do not matter; two cores take little more than half of them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from statistics import median
from time import process_time
from typing import Any

import numpy as np

MODEL, SCENARIO, DRAWS, SPREAD = "north-korea", "no-aid-network", 1000, 0.5
ALONE, REPEATS = 40, 5
"""Single runs of the loop that are timed, and repeats of the rest."""


def unfitted() -> Any:
    """The model as if draws about the middle of its priors had been its posterior."""
    from pathlib import Path

    from safepassage.inference.density import Density
    from safepassage.inference.diagnostics import diagnose
    from safepassage.inference.fit import compile_study
    from safepassage.inference.posterior import Posterior
    from safepassage.inference.sampler.warmup import Draws
    from safepassage.study.loader import load_study

    study = load_study(MODEL)
    compiled = compile_study(study)
    z = SPREAD * np.random.default_rng(1).standard_normal((8, 250, len(compiled.parameters)))
    blank = np.zeros(z.shape[:2])
    draws = Draws(z, blank, blank.astype(bool), blank, np.zeros(z.shape[2]), 0.1, 0.0)
    likelihood = Density(study, compiled).likelihood
    return Posterior(study, compiled, likelihood, draws, diagnose(z), 1, "", Path("none"))


def run() -> list[dict[str, Any]]:
    """Rows for `benchmarks/run.py`."""
    from safepassage.analysis.compare.compare import compare
    from safepassage.analysis.compare.paired_runs import Runs
    from safepassage.analysis.compare.request import CompareRequest
    from safepassage.analysis.compare.totals import BATCH_SIZE
    from safepassage.study.scenarios import catalogue

    posterior = unfitted()
    requested = catalogue(posterior.study).scenarios[SCENARIO]
    rows: list[dict[str, Any]] = []
    for engine in ("expected", "counts"):
        compare(posterior, [SCENARIO], draws=DRAWS, engine=engine)  # compile
        runs = Runs(posterior, CompareRequest(engine, DRAWS))
        scenario_models = (runs.baseline, runs.scenario(requested))
        some = runs.z[:, :ALONE]
        work: dict[str, Callable[[], Any]] = {
            "whole": partial(compare, posterior, [SCENARIO], draws=DRAWS, engine=engine),
            "pairs": partial(_pair, runs.z, scenario_models, BATCH_SIZE),
            "loop": partial(_pair, some, scenario_models, 1),
        }
        spent = {name: median(_seconds(w) for _ in range(REPEATS)) for name, w in work.items()}
        alone = ("a loop of single runs", spent["loop"] * DRAWS / ALONE)
        what = f"{engine}, {DRAWS:,} draws"
        rows.append(_row(f"{what}: all of the answer", spent["whole"], alone))
        rows.append(_row(f"{what}: the runs of baseline and scenario", spent["pairs"], alone))
    return rows


def _pair(z: np.ndarray, scenario_models: tuple[Any, Any], lanes: int) -> None:
    """Tables and run of the baseline and of a scenario, so many draws at one go."""
    for first in range(0, z.shape[1], lanes):
        some = z[:, first : first + lanes]
        prices = scenario_models[0].prices(some)
        for scenario_model in scenario_models:
            scenario_model.totals(some, first, prices)


def _seconds(work: Callable[[], Any]) -> float:
    begin = process_time()
    work()
    return process_time() - begin


def _row(figure: str, seconds: float, base: tuple[str, float]) -> dict[str, Any]:
    return {
        "figure": f"what-if, {figure}", "value": seconds, "unit": "CPU s",
        "baseline": base[0], "baseline_value": base[1], "state": "warm",
    }  # fmt: skip
