"""Any figure back to its parameters, their evidence rows and the sources."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from safepassage.analysis.ranking import cohorts_at, danger, influences, rank
from safepassage.errors import Fault, InputError
from safepassage.inference.outputs import spans
from safepassage.network.calendar import months_between
from safepassage.results.fit import ChannelRow
from safepassage.results.parts import Estimate, TimedEstimate
from safepassage.results.ranking import RankedWay
from safepassage.results.trace import EvidenceRow, Trace, TracedParameter

if TYPE_CHECKING:
    from safepassage.inference.posterior import Posterior

MOST = 12
"""Parameters listed for one answer, at most."""
LEAST = 0.01
"""Least squared correlation that lists a parameter."""
NOISE = 10.83
"""Of draws that have nothing to do with each other, the squared correlation times their number
is chi-squared with one degree of freedom: its 99.9 % point."""


def trace(posterior: Posterior, name: str) -> Trace:
    """Trace a way, a parameter, a channel or an output.

    Raises:
        InputError: nothing has that name.
    """
    model = posterior.study.model
    for kind, names, tracer in (
        ("way", model.ways, _way),
        ("parameter", model.parameters, _parameter),
        ("channel", model.channels, _channel),
        ("output", model.outputs, _output),
    ):
        if name in names:
            title, figures, parameters, ids, informed = tracer(posterior, name)
            return Trace(
                name=name,
                kind=kind,
                title=title,
                figures=tuple(figures),
                parameters=tuple(parameters),
                evidence=evidence_rows(posterior, ids),
                informed_by=informed,
                fit=posterior.verdict,
            )
    kinds = {"way": model.ways, "parameter": model.parameters, "series": model.channels}
    kinds["output"] = model.outputs
    names = {n: kind for kind, names in reversed(kinds.items()) for n in names}
    near = difflib.get_close_matches(name, list(names), 3) or list(model.ways)[:3]
    listed = ", ".join(f"{n} ({names[n]})" for n in near)
    message = f"no way, parameter, series or output has the name {name!r}; did you mean {listed}?"
    raise InputError([Fault("trace", 0, "name", message)])


WITHHELD = "A rare way's figure of a few years; shown only in sums over years."


def _rare(posterior: Posterior) -> set[str]:
    """Rows of pooled channels that are of fewer years than the channel is shown for."""
    model, evidence = posterior.study.model, posterior.study.evidence
    rare: set[str] = set()
    for name, observations in posterior.study.observations.items():
        years = model.channels[name].pooled_years
        for observation in observations:
            if months_between(observation.start, observation.end) < 12 * years:
                rows = (evidence.resolve(i) for i in observation.evidence)
                rare |= {row.id for row in rows if row is not None and years > 1}
    return rare


Figures = Sequence[RankedWay | ChannelRow | TimedEstimate | Estimate]
Traced = tuple[str, Figures, list[TracedParameter], list[str], str]


def _way(posterior: Posterior, name: str) -> Traced:
    ranking = rank(posterior)
    figure = next(w for w in ranking.ways if w.id == name)
    answers = cohorts_at(posterior, posterior.study.model.model.as_of).answers()
    score = danger(posterior, answers)[answers.ways.index(name)].mean(axis=0)
    parameters = influential(posterior, score)
    ids = [i for p in parameters for i in p.evidence]
    return figure.title, [figure], parameters, ids, f"label of its danger: {figure.label}"


def _parameter(posterior: Posterior, name: str) -> Traced:
    entry = _traced(posterior, name, None)
    declared = posterior.study.model.parameters[name]
    text = declared.assumed or declared.note or ""
    return declared.title, [entry.posterior], [entry], list(declared.evidence), text


def _channel(posterior: Posterior, name: str) -> Traced:
    entry = posterior.channels[name]
    mean, _ = posterior.predictions
    rows = [d for d, datum in enumerate(posterior.likelihood.data) if datum.channel == name]
    level = np.log(np.maximum(mean[rows], 1e-9)).mean(axis=0)
    parameters = influential(posterior, level)
    ids = [i for row in entry.rows for i in row.evidence]
    return f"{entry.title} (tension {entry.tension:.2f})", entry.rows, parameters, ids, ""


def _output(posterior: Posterior, name: str) -> Traced:
    output = posterior.study.model.outputs[name]
    series = list(
        spans(
            posterior.compiled,
            output,
            posterior.trajectory.quantities,
            remembered=posterior.remembered,
        )
    )
    parameters = influential(posterior, series[-1][1])
    ids = [i for p in parameters for i in p.evidence]
    for channel in posterior.study.model.channels:
        for observation in posterior.study.observations.get(channel, ()):
            if observation.quantity == output.quantity:
                ids += list(observation.evidence)
    figures = posterior.outputs[name]
    return output.title, figures, parameters, ids, output.informed_by


def influential(posterior: Posterior, values: np.ndarray) -> list[TracedParameter]:
    """Declared parameters that carry an answer's uncertainty, largest share first.

    The share is the squared correlation with the answer over the posterior. One that does not
    stand out from the noise of so many draws is not listed.
    """
    squared = influences(posterior, values)
    names = posterior.compiled.parameters.names
    least = max(LEAST, NOISE / len(values))
    order = [i for i in np.argsort(-squared) if squared[i] >= least]
    listed = [i for i in order if names[i] in posterior.parameters]
    return [_traced(posterior, names[i], float(squared[i])) for i in listed[:MOST]]


def _traced(posterior: Posterior, name: str, share: float | None) -> TracedParameter:
    fields = dict(posterior.parameters[name])
    return TracedParameter(name=name, share=share, **fields)


def evidence_rows(posterior: Posterior, ids: Iterable[str]) -> tuple[EvidenceRow, ...]:
    """Rows with their sources, each once, in the order requested."""
    rows: dict[str, EvidenceRow] = {}
    rare = _rare(posterior)
    for i in ids:
        row = posterior.study.evidence.resolve(i)
        if row is None or row.id in rows:
            continue
        withheld = row.id in rare
        rows[row.id] = EvidenceRow(
            id=row.id,
            ids=tuple(row.ids),
            quantity=row.quantity,
            value=None if withheld else row.value,
            low=None if withheld else row.low,
            high=None if withheld else row.high,
            unit=row.unit,
            year_from=row.year_from,
            year_to=row.year_to,
            grade=row.grade,
            note=WITHHELD if withheld else row.note,
            source_title=row.source_title,
            source_publisher=row.source_publisher,
            source_year=row.source_year,
            source_url=row.source_url,
        )
    return tuple(rows.values())
