"""`compare`: scenarios against the baseline, from the same inferred past and the same luck."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safepassage.analysis.compare.cache import Kept
from safepassage.analysis.compare.cohort_outcomes import cohort_date, way_outcomes
from safepassage.analysis.compare.differences import Window, differences, way_differences
from safepassage.analysis.compare.diversion import diversion
from safepassage.analysis.compare.extrapolation import distances, verdict
from safepassage.analysis.compare.paired_runs import Runs
from safepassage.analysis.compare.question import Question, ask
from safepassage.analysis.compare.safeguards import raised_captures, refuse_harm
from safepassage.analysis.compare.totals import Meter
from safepassage.errors import Fault, InputError
from safepassage.network.calendar import months_between
from safepassage.parallel import HERE, Hands
from safepassage.study.scenarios import Asked, Catalogue

if TYPE_CHECKING:
    from safepassage.inference.posterior import Fitted

Progress = Callable[[str, float, float], None]
TRIED = 64
"""Draws that a scenario's distance from the fit and its captures are told from."""


@dataclass(frozen=True)
class Comparison:
    """Differences of scenarios to the baseline, in the order in which they were asked for."""

    engine: str
    draws: int
    scenarios: tuple[dict[str, Any], ...]
    notes: tuple[str, ...]
    fit: dict[str, Any]
    provenance: dict[str, Any]
    kept: dict[str, str]
    """Where each side's draws are kept, the baseline's too; empty where they are not."""

    def to_json(self) -> dict[str, Any]:
        """The object of `compare --json`."""
        return {
            "engine": self.engine,
            "draws": self.draws,
            "scenarios": list(self.scenarios),
            "notes": list(self.notes),
            "fit": self.fit,
            "provenance": self.provenance,
            **({"kept": self.kept} if self.kept else {}),
        }


def compare(
    fitted: Fitted,
    scenarios: Sequence[str] = (),
    *,
    engine: str = "expected",
    draws: int = 1000,
    first_year: int | None = None,
    last_year: int | None = None,
    file: Path | None = None,
    keep: bool = False,
    out: Path | None = None,
    hands: Hands = HERE,
) -> Comparison:
    """Compare scenarios with the baseline, draw by draw.

    Args:
        fitted: the posterior.
        scenarios: their names; all of the model's unless given.
        engine: `expected` for mean flows, `counts` for whole people.
        draws: posterior draws, spread evenly over chains and iterations.
        first_year: first year that is summed; that of a scenario's first change unless given.
        last_year: last year that is summed, up to ten past the fitted calendar; the calendar's
            last unless given.
        file: a user's own scenarios.
        keep: keep every draw of every side (Zarr): an interrupted comparison goes on, and a side
            that was run before is not run again.
        out: folder for what is kept; the user's cache folder unless given.
        hands: who runs the draws.

    Raises:
        InputError: an unknown scenario, a wrong number, or a fault in a file of scenarios.
        Refused: a question far outside what was fitted, or one that asks for more captures.
    """
    question = Question(engine, draws, first_year, last_year)
    listed, asked = ask(fitted.loaded, scenarios, question, file)
    enough_draws(fitted, draws)
    kept = Kept(fitted, question, asked, out) if keep else None
    with kept.locked() if kept else nullcontext():
        runs = Runs(fitted, question, kept=kept)
        found = answers_to(runs, asked, listed, hands=hands)
    return Comparison(
        engine, draws, tuple(found), _notes(runs, asked), fitted.verdict, fitted.provenance,
        kept.paths if kept else {},
    )  # fmt: skip


def answers_to(
    runs: Runs,
    asked: Sequence[Asked],
    listed: Catalogue,
    progress: Progress = lambda stage, done, total: None,
    hands: Hands = HERE,
) -> list[dict[str, Any]]:
    """The answers to some scenarios, in their order.

    Raises:
        Refused: a question far outside what was fitted, or one that asks for more captures.
    """
    known = [(one, runs.scenario(one)) for one in asked]
    tried = runs.z[:, :TRIED]
    refuse_harm(
        [
            (one, raised_captures(meter.compiled, one.scenario, tried, listed.captures))
            for one, meter in known
        ]
    )
    header = runs.fitted.loaded.model.model
    months = months_between(header.start, header.end)
    told = {
        one.name: verdict(
            one, distances(meter.compiled, one, tried, months), listed.support, runs.years_on
        )
        for one, meter in known
    }
    dates = [cohort_date(runs, _window(runs, one)) for one in asked]
    return [
        _answer(runs, one, meter, told[one.name], listed.captures, progress)
        for one, meter in runs.ready(known, dates, hands)
    ]


def enough_draws(fitted: Fitted, draws: int) -> None:
    """Raise InputError where a fit has fewer draws than are asked for."""
    there = fitted.draws.z.shape[0] * fitted.draws.z.shape[1]
    if not 2 <= draws <= there:
        message = f"{draws} draws; the fit has {there}: give a number from 2 to {there}"
        raise InputError([Fault("--draws", 0, "", message)])


def _answer(
    runs: Runs,
    asked: Asked,
    meter: Meter,
    distance: dict[str, Any],
    captures: frozenset[str],
    progress: Progress,
) -> dict[str, Any]:
    """One scenario's answer."""
    fitted, scenario = runs.fitted, asked.scenario
    window = _window(runs, asked)
    progress(asked.name, 0, 3)
    pair = runs.pair(asked, meter)
    progress(asked.name, 1, 3)
    prior = runs.prior_pair(asked, meter)
    progress(asked.name, 2, 3)
    change = (pair[1].set_out - pair[0].set_out)[:, window.rows].sum(axis=1)
    z = fitted.spread_draws(runs.question.draws)
    return {
        "id": asked.name,
        "title": scenario.title,
        "reason": scenario.reason,
        "comparison_of_harm": scenario.comparison_of_harm,
        "first_change": scenario.first_month,
        "from": window.first,
        "to": window.last,
        "differences": differences(fitted, z, pair, prior, window, scenario),
        "ways": way_outcomes(runs, asked, meter, window, way_differences(runs.model, pair, window)),
        "diversion": diversion(fitted, z, change, captures),
        "distance": distance,
    }


def _window(runs: Runs, asked: Asked) -> Window:
    """The years that one scenario is told of."""
    return Window(
        int(runs.model.model.start[:4]),
        runs.question.first_year or int(asked.scenario.first_month[:4]),
        runs.question.last_year or runs.last_fitted,
    )


def _notes(runs: Runs, asked: Sequence[Asked]) -> tuple[str, ...]:
    """What every reader must know, in plain sentences."""
    notes = [
        "Each difference is scenario less baseline, from the same draw of the past and the same "
        "luck; it holds what is doubtful about the past, not what is doubtful about the model.",
        "People set out as they did unless the scenario says otherwise: nobody is taken to set out "
        "because a way has become safer, save through relatives who arrived, prices and places.",
        "Somebody who sets out on two ways counts on both.",
    ]
    if runs.years_on:
        notes.append(
            f"Years past {runs.last_fitted} are a projection: policies stay, yearly figures and "
            "trends stay at their last value, years differ as they have."
        )
    if any(one.scenario.comparison_of_harm for one in asked):
        notes.append(
            "A comparison of harm says what a harmful practice costs. It is no plan, and "
            "scenarios are listed as asked for, never by what more interception would do."
        )
    return tuple(notes)
