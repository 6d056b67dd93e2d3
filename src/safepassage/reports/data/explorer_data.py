"""Everything that the report and the explorer show before anything is simulated."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from safepassage.analysis.checks.published_estimates import compare_published
from safepassage.analysis.checks.tension import checks
from safepassage.analysis.forecast.forecast import forecast
from safepassage.analysis.losses import losses
from safepassage.analysis.ranking import cohorts_at, danger, rank
from safepassage.analysis.trace import evidence_rows, trace
from safepassage.inference.summary import estimate
from safepassage.network.scenario_quantities import way_starts
from safepassage.reports.data.model_text import model_text
from safepassage.results.explorer import ExplorerData, ParameterReference, SeriesData, TraceSummary
from safepassage.results.parts import TimedEstimate

if TYPE_CHECKING:
    from safepassage.inference.posterior import Posterior
    from safepassage.results.ranking import Ranking

Progress = Callable[[str, float, float], None]
YEARS_AHEAD = 3


def explorer_data(
    posterior: Posterior, progress: Progress = lambda stage, done, total: None
) -> ExplorerData:
    """What is shown of a fit.

    Args:
        posterior: the posterior.
        progress: called as parts are made.
    """
    stage = "answers for the explorer"
    progress(stage, 0, 3)
    rankings = _rankings(posterior)
    fit_checks = checks(posterior)
    progress(stage, 1, 3)
    traces = dict(_traces(posterior))
    progress(stage, 2, 3)
    ids = [*_cited(posterior), *(i for one in traces.values() for i in one.evidence)]
    outlines = posterior.study.path / posterior.study.model.report.map_file
    data = ExplorerData(
        model=model_text(posterior, rankings),
        region=json.loads(outlines.read_text(encoding="utf-8")) if outlines.is_file() else {},
        rankings=rankings,
        losses=losses(posterior),
        series=SeriesData(
            outputs=dict(posterior.outputs),
            flows=flows(posterior),
            channels=dict(posterior.channels),
            compared=compare_published(posterior),
        ),
        forecast=forecast(posterior, _last_year(posterior) + YEARS_AHEAD),
        parameters=dict(posterior.parameters),
        evidence=evidence_rows(posterior, ids),
        checks=fit_checks,
        traces=traces,
    )
    progress(stage, 3, 3)
    return data


def scaled_harms(posterior: Posterior, rankings: tuple[Ranking, ...]) -> dict[str, np.ndarray]:
    """(way, harm, B) scaled harms of every ranking, by `AS_OF SEX`."""
    return {
        f"{one.as_of} {one.sex}": danger(
            posterior,
            cohorts_at(posterior, one.as_of).answers(None if one.sex == "all" else one.sex),
        )
        for one in rankings
    }


def flows(posterior: Posterior) -> dict[str, tuple[TimedEstimate, ...]]:
    """People who set out on each route: by year, or the yearly mean of the years it is pooled over.

    Spans of a pooled route are whole and end with the last year.
    """
    compiled, run = posterior.compiled, posterior.trajectory
    first = int(compiled.model.model.start[:4])
    year_of_step = first + compiled.network.month_of_step // 12
    last = _last_year(posterior)
    series: dict[str, tuple[TimedEstimate, ...]] = {}
    for way, declared in compiled.model.ways.items():
        rows = [q for q, _ in way_starts(compiled.network.quantity_name, way)]
        set_out = run.quantities[rows].sum(axis=0)
        span = declared.pooled_years
        begin = last + 1 - (last + 1 - first) // span * span
        series[way] = tuple(
            estimate(
                set_out[(year_of_step >= year) & (year_of_step < year + span)].sum(axis=0) / span,
                TimedEstimate,
                time=str(year) if span == 1 else f"{year}-{year + span - 1}",
            )
            for year in range(begin, last + 1, span)
        )
    return series


def _rankings(posterior: Posterior) -> tuple[Ranking, ...]:
    """Of every date that the model names, for everybody and for each sex."""
    model = posterior.study.model
    sexes = dict.fromkeys(g["sex"] for g in model.groups.values() if "sex" in g)
    dates = (model.model.as_of, *model.model.also_as_of)
    return tuple(rank(posterior, as_of=d, sex=sex) for d in dates for sex in (None, *sexes))


def _last_year(posterior: Posterior) -> int:
    return int(posterior.study.model.model.end[:4])


def _traces(posterior: Posterior) -> Iterator[tuple[str, TraceSummary]]:
    """Of every route, output, channel and parameter: shares and ids, to be looked up."""
    model = posterior.study.model
    for name in dict.fromkeys([*model.ways, *model.outputs, *model.channels, *model.parameters]):
        traced = trace(posterior, name)
        channel = traced.kind == "channel"
        yield (
            name,
            TraceSummary(
                kind=traced.kind,
                # Its tension is shown elsewhere; with a number in it no language has the title.
                title=model.channels[name].title if channel else traced.title,
                informed_by=traced.informed_by,
                parameters=tuple(
                    ParameterReference(name=p.name, share=p.share) for p in traced.parameters
                ),
                evidence=tuple(row.id for row in traced.evidence),
            ),
        )


def _cited(posterior: Posterior) -> Iterator[str]:
    """Ids of all rows that priors, channels, covariates, seasons and policies are based on."""
    study = posterior.study
    for parameter in study.model.parameters.values():
        yield from parameter.evidence
    for rows in study.observations.values():
        for observation in rows:
            yield from observation.evidence
    for ids in study.covariate_evidence.values():
        yield from ids
    for season in study.model.seasons.values():
        yield from season.evidence
    for policy in study.model.policies.values():
        for era in policy.eras.values():
            yield from era.evidence
