"""The model folder as it could have been fitted at the end of a year, and what came after.

Figures, eras, knots and yearly figures of later dates are left out. What stays is what hindsight
gave the whole model: its states and ways, the list of its policies, and its priors. A forecast
from an earlier year is therefore still a little better informed than one made then would have been.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from safepassage.errors import Fault, InputError
from safepassage.evidence.observations import Observation
from safepassage.inference.compile_likelihood import compile_likelihood
from safepassage.model.ablation import without
from safepassage.model.fields import iter_products
from safepassage.model.schema import Channel, Innovation, Mechanism, Model, Output, Policy, Trend

if TYPE_CHECKING:
    from safepassage.analysis.forecast.projection import Projection
    from safepassage.study.loader import Study

UNCHANGED = "unchanged"
"""The one era, of factor 1, of a policy that had not changed by then: it may change yet."""


def as_of(study: Study, origin_year: int) -> Study:
    """A model folder without anything that was not known at the end of a year.

    The calendar ends there. Left out are figures whose span ends later (with channels that lose all
    of theirs), eras that begin later, knots of trends and yearly departures of later years,
    covariates' later years, and the parameters that then act on nothing. A policy whose eras all
    begin later stays, unchanged so far; an era that ends later has no end. A trend or covariate
    that begins later stays at its first value.

    Args:
        loaded: the model folder.
        origin_year: last year that is known.

    Raises:
        InputError: the year is not within the calendar.
    """
    header = study.model.model
    first, last = int(header.start[:4]), int(header.end[:4])
    if not first <= origin_year <= last:
        message = f"{origin_year} is outside the calendar {first} to {last}; give a year within"
        raise InputError([Fault(str(study.path), 0, "origin", message)])
    end = min(header.end, f"{origin_year}-12")
    observations = {
        name: tuple(row for row in rows if row.end <= end)
        for name, rows in study.observations.items()
    }
    observations = {name: rows for name, rows in observations.items() if rows}
    model = _model(study.model, end, {n: study.model.channels[n] for n in observations})
    covariates = {
        name: {y: v for y, v in years.items() if y <= max(origin_year, min(years))}
        for name, years in study.covariates.items()
    }
    return replace(study, model=model, observations=observations, covariates=covariates)


def _model(model: Model, end: str, channels: dict[str, Channel]) -> Model:
    """The declarations up to a month."""
    year = int(end[:4])
    late = {name for name, one in model.innovations.items() if one.start > year}
    header = model.model.model_copy(
        update={
            "end": end,
            "as_of": min(model.model.as_of, end),
            "also_as_of": tuple(month for month in model.model.also_as_of if month <= end),
        }
    )
    cut = model.model_copy(
        update={
            "model": header,
            "channels": channels,
            "policies": {n: _policy(p, model.model.start, end) for n, p in model.policies.items()},
            "trends": {n: _trend(t, year) for n, t in model.trends.items()},
            "innovations": {
                n: _innovation(i, year) for n, i in model.innovations.items() if n not in late
            },
            "outputs": {n: _output(o, end) for n, o in model.outputs.items()},
        }
    )
    return _tidied(_neutral(cut, late))


def _policy(policy: Policy, start: str, end: str) -> Policy:
    eras = {
        name: era.model_copy(update={"end": None}) if era.end and era.end > end else era
        for name, era in policy.eras.items()
        if era.start <= end
    }
    if not eras:
        first = next(iter(policy.eras.values()))
        unchanged = {"start": start, "end": None, "factor": (1.0,), "evidence": (), "note": None}
        eras = {UNCHANGED: first.model_copy(update=unchanged)}
    return policy.model_copy(update={"eras": eras})


def _trend(trend: Trend, year: int) -> Trend:
    first = min(trend.knots)
    knots = {knot: value for knot, value in trend.knots.items() if knot <= max(year, first)}
    return trend.model_copy(update={"knots": knots})


def _innovation(innovation: Innovation, year: int) -> Innovation:
    return innovation.model_copy(update={"end": min(innovation.end, year)})


def _output(output: Output, end: str) -> Output:
    return output.model_copy(update={"until": min(output.until, end) if output.until else None})


def _neutral(model: Model, names: set[str]) -> Model:
    """The model with some factors gone from every product."""
    used = sorted(names & _named(model))
    if not used:
        return model
    step = Mechanism(title="not known yet", ways=(), neutral=tuple(used), shows_in="")
    switched = without(model.model_copy(update={"mechanisms": {"origin": step}}), "origin")
    return switched.model_copy(update={"mechanisms": model.mechanisms})


def _tidied(model: Model) -> Model:
    """Without the parameters that act on nothing, and without mention of what is gone."""
    used = _named(model) | {one.elasticity for one in model.responses.values()}
    used |= {str(one.reporting.spread) for one in model.channels.values()}
    parameters = {n: p for n, p in model.parameters.items() if n in used}
    gone = set(model.parameters) - set(parameters)
    factors = {
        *parameters, *model.seasons, *model.policies, *model.contrasts, *model.trends,
        *model.innovations, *model.covariates, *model.responses, *model.feedbacks,
    }  # fmt: skip
    mechanisms = {
        name: one.model_copy(update={"neutral": tuple(n for n in one.neutral if n in factors)})
        for name, one in model.mechanisms.items()
    }
    report = model.report.model_copy(
        update={"channels": tuple(n for n in model.report.channels if n in model.channels)}
    )
    return model.model_copy(
        update={
            "parameters": parameters,
            "mechanisms": {n: m for n, m in mechanisms.items() if m.remove or m.neutral},
            "ways": {
                name: way.model_copy(
                    update={"rests_on": tuple(p for p in way.rests_on if p not in gone)}
                )
                for name, way in model.ways.items()
            },
            "report": report,
        }
    )


def _named(model: Model) -> set[str]:
    """Every name that stands in a product."""
    return {
        item for place in iter_products(model) for item in place.product if isinstance(item, str)
    }


@dataclass(frozen=True)
class Target:
    """One figure that was not known at an origin, and draws of it."""

    quantity: str
    year: int
    value: float
    draws: np.ndarray
    """(B,) figures as they might have been published."""


def yearly_figures(study: Study) -> dict[str, dict[int, Observation]]:
    """Counts published of whole years, by quantity and year: what a forecast can be held to."""
    found: dict[str, dict[int, Observation]] = {}
    for name, rows in study.observations.items():
        if study.model.channels[name].reporting.kind != "count":
            continue
        for row in rows:
            whole = row.start[:4] == row.end[:4] and (row.start[5:], row.end[5:]) == ("01", "12")
            if whole and row.value is not None:
                found.setdefault(row.quantity, {}).setdefault(int(row.start[:4]), row)
    return found


def figures_ahead(whole: Study, ahead: Projection, quantities: Sequence[str]) -> tuple[Target, ...]:
    """Later figures of some quantities beside draws of what would be published.

    The draws hold all that a figure's own channel says of reporting, as the fit does.

    Args:
        whole: the folder with all its figures.
        ahead: an earlier fit (`as_of`) run on; its calendar says which figures are meant.
        quantities: names of quantities that are counted by year.
    """
    known = yearly_figures(whole)
    first, last = int(ahead.last_fitted[:4]) + 1, int(ahead.compiled.model.model.end[:4])
    rows = [
        row
        for quantity in quantities
        for year, row in sorted(known.get(quantity, {}).items())
        if first <= year <= last
    ]
    by_channel: dict[str, list[Observation]] = {}
    for row in rows:
        by_channel.setdefault(row.channel, []).append(row)
    missing = [name for name in by_channel if name not in ahead.compiled.model.channels]
    if missing:
        message = f"has no figure at {first - 1}, so nothing says how it is published; leave it out"
        raise InputError([Fault(str(whole.path), 0, f"channels.{n}", message) for n in missing])
    observations = {name: tuple(each) for name, each in by_channel.items()}
    later = replace(ahead.posterior.study, model=ahead.compiled.model, observations=observations)
    likelihood = compile_likelihood(later, ahead.compiled)
    seed = np.random.SeedSequence((ahead.posterior.seed, 7002))
    drawn = likelihood.publish(
        ahead.compiled.program.logarithms(ahead.z),
        ahead.people,
        np.random.Generator(np.random.Philox(seed)),
    )
    return tuple(
        Target(datum.quantity, int(datum.start[:4]), datum.value, drawn[d])
        for d, datum in enumerate(likelihood.data)
    )
