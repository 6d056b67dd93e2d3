"""`compare`: scenarios against the baseline, from the same past and the same random numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from safepassage.analysis.compare.cache import DiskCache
from safepassage.analysis.compare.cohort_outcomes import cohort_date, outcome_differences
from safepassage.analysis.compare.differences import Window, differences, way_differences
from safepassage.analysis.compare.diversion import diversion
from safepassage.analysis.compare.extrapolation import distances, verdict
from safepassage.analysis.compare.paired_runs import Runs
from safepassage.analysis.compare.request import CompareRequest, validate
from safepassage.analysis.compare.safeguards import raised_captures, refuse_harm
from safepassage.analysis.compare.totals import ScenarioModel
from safepassage.errors import Fault, InputError
from safepassage.network.calendar import months_between
from safepassage.parallel import LOCAL, Executor
from safepassage.results.checks.extrapolation import DistanceFromFit
from safepassage.results.comparison import Comparison, ScenarioComparison
from safepassage.study.scenarios import Catalogue, NamedScenario

if TYPE_CHECKING:
    from safepassage.inference.posterior import Posterior

Progress = Callable[[str, float, float], None]
SCREENING_DRAWS = 64
"""Draws that a scenario's distance from the fit and its captures are computed from."""


def compare(
    posterior: Posterior,
    scenarios: Sequence[str] = (),
    *,
    engine: str = "expected",
    draws: int = 1000,
    first_year: int | None = None,
    last_year: int | None = None,
    file: Path | None = None,
    keep: bool = False,
    out: Path | None = None,
    executor: Executor = LOCAL,
) -> Comparison:
    """Compare scenarios with the baseline, draw by draw.

    Args:
        posterior: the posterior.
        scenarios: their names; all of the model's unless given.
        engine: `expected` for mean flows, `counts` for whole people.
        draws: posterior draws, spread evenly over chains and iterations.
        first_year: first year that is summed; that of a scenario's first change unless given.
        last_year: last year that is summed, up to ten past the fitted calendar; the calendar's
            last unless given.
        file: a user's own scenarios.
        keep: store every draw of the baseline and of each scenario (Zarr): an interrupted
            comparison resumes, and what was run before is not run again.
        out: folder for what is stored; the user's cache folder unless given.
        executor: what runs the draws.

    Raises:
        InputError: an unknown scenario, a wrong number, or a fault in a file of scenarios.
        Refused: a question far outside what was fitted, or one that requests more captures.
    """
    request = CompareRequest(engine, draws, first_year, last_year)
    listed, requested = validate(posterior.study, scenarios, request, file)
    enough_draws(posterior, draws)
    cache = DiskCache(posterior, request, requested, out) if keep else None
    with cache.locked() if cache else nullcontext():
        runs = Runs(posterior, request, cache=cache)
        answers = answers_to(runs, requested, listed, executor=executor)
    return Comparison(
        engine=engine,
        draws=draws,
        scenarios=tuple(answers),
        notes=_notes(runs, requested),
        fit=posterior.verdict,
        provenance=posterior.provenance,
        stores=cache.paths if cache else {},
    )


def answers_to(
    runs: Runs,
    requested: Sequence[NamedScenario],
    listed: Catalogue,
    progress: Progress = lambda stage, done, total: None,
    executor: Executor = LOCAL,
) -> list[ScenarioComparison]:
    """The answers to some scenarios, in their order.

    Raises:
        Refused: a question far outside what was fitted, or one that requests more captures.
    """
    scenarios = [(one, runs.scenario(one)) for one in requested]
    some = runs.z[:, :SCREENING_DRAWS]
    refuse_harm(
        [
            (one, raised_captures(scenario_model.compiled, one.scenario, some, listed.captures))
            for one, scenario_model in scenarios
        ]
    )
    header = runs.posterior.study.model.model
    months = months_between(header.start, header.end)
    distance_of = {
        one.name: verdict(
            one,
            distances(scenario_model.compiled, one, some, months),
            listed.support,
            runs.years_on,
        )
        for one, scenario_model in scenarios
    }
    dates = [cohort_date(runs, _window(runs, one)) for one in requested]
    return [
        _answer(runs, one, scenario_model, distance_of[one.name], listed.captures, progress)
        for one, scenario_model in runs.ready(scenarios, dates, executor)
    ]


def enough_draws(posterior: Posterior, draws: int) -> None:
    """Raise InputError where a fit has fewer draws than are requested."""
    available = posterior.draws.z.shape[0] * posterior.draws.z.shape[1]
    if not 2 <= draws <= available:
        message = f"{draws} draws; the fit has {available}: give a number from 2 to {available}"
        raise InputError([Fault("call", 0, "draws", message)])


def _answer(
    runs: Runs,
    requested: NamedScenario,
    scenario_model: ScenarioModel,
    distance: DistanceFromFit,
    captures: frozenset[str],
    progress: Progress,
) -> ScenarioComparison:
    """One scenario's answer."""
    posterior, scenario = runs.posterior, requested.scenario
    window = _window(runs, requested)
    progress(requested.name, 0, 3)
    pair = runs.pair(requested, scenario_model)
    progress(requested.name, 1, 3)
    prior = runs.prior_pair(requested, scenario_model)
    progress(requested.name, 2, 3)
    date = cohort_date(runs, window)
    outcomes = outcome_differences(
        runs.cohorts(None, runs.baseline, date), runs.cohorts(requested, scenario_model, date)
    )
    change = (pair[1].set_out - pair[0].set_out)[:, window.rows].sum(axis=1)
    z = posterior.spread_draws(runs.request.draws)
    return ScenarioComparison(
        id=requested.name,
        title=scenario.title,
        reason=scenario.reason,
        comparison_of_harm=scenario.comparison_of_harm,
        first_change=scenario.first_month,
        start=window.first,
        end=window.last,
        differences=differences(posterior, z, pair, prior, window, scenario),
        ways=way_differences(runs.model, pair, window, date, outcomes),
        diversion=diversion(posterior, z, change, captures),
        distance=distance,
    )


def _window(runs: Runs, requested: NamedScenario) -> Window:
    """The years over which one scenario is summed."""
    return Window(
        int(runs.model.model.start[:4]),
        runs.request.first_year or int(requested.scenario.first_month[:4]),
        runs.request.last_year or runs.last_fitted,
    )


def _notes(runs: Runs, requested: Sequence[NamedScenario]) -> tuple[str, ...]:
    """What every reader must know, in plain sentences."""
    notes = [
        "Each difference is scenario less baseline, from the same draw of the past and the same "
        "random numbers; it includes uncertainty about the past, not uncertainty about the model.",
        "People set out as they did unless the scenario says otherwise: nobody is assumed to set "
        "out because a way has become safer, save through relatives who arrived, prices and "
        "places.",
        "Somebody who sets out on two ways counts on both.",
    ]
    if runs.years_on:
        notes.append(
            f"Years past {runs.last_fitted} are a projection: policies stay, yearly figures and "
            "trends stay at their last value, years differ as they have."
        )
    if any(one.scenario.comparison_of_harm for one in requested):
        notes.append(
            "A comparison of harm says what a harmful practice costs. It is no plan, and "
            "scenarios are listed as requested, never by what more interception would do."
        )
    return tuple(notes)
