"""Any figure back to its parameters, their evidence rows and the sources."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from safepassage.analysis.ranking import cohorts_at, danger, influences, rank
from safepassage.errors import Fault, InputError
from safepassage.inference.outputs import spans
from safepassage.network.calendar import months_between

if TYPE_CHECKING:
    from safepassage.inference.posterior import Posterior

SHOWN = 12
"""Parameters listed for one answer."""
LEAST = 0.01
"""Least squared correlation that lists a parameter."""


@dataclass(frozen=True)
class Trace:
    """Where a figure comes from."""

    name: str
    kind: str
    title: str
    figures: list[dict[str, Any]]
    parameters: list[dict[str, Any]]
    evidence: list[dict[str, Any]]
    informed_by: str
    fit: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        """The object of `trace --json`."""
        return dict(self.__dict__)


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
                name, kind, title, figures, parameters, _evidence(posterior, ids), informed,
                posterior.verdict,
            )  # fmt: skip
    known = [*model.ways, *model.parameters, *model.channels, *model.outputs]
    near = difflib.get_close_matches(name, known, 3) or list(model.ways)[:3]
    message = f"{name!r} is no way, parameter, channel or output; perhaps {', '.join(near)}"
    raise InputError([Fault("trace", 0, "NAME", message)])


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


Traced = tuple[str, list[dict[str, Any]], list[dict[str, Any]], list[str], str]


def _way(posterior: Posterior, name: str) -> Traced:
    ranking = rank(posterior)
    figure = next(w for w in ranking.ways if w["id"] == name)
    answers = cohorts_at(posterior, posterior.study.model.model.as_of).answers()
    score = danger(posterior, answers)[answers.ways.index(name)].mean(axis=0)
    parameters = influential(posterior, score)
    ids = [i for p in parameters for i in p["evidence"]]
    return figure["title"], [figure], parameters, ids, f"label of its danger: {figure['label']}"


def _parameter(posterior: Posterior, name: str) -> Traced:
    entry = {"name": name, **posterior.parameters()[name]}
    declared = posterior.study.model.parameters[name]
    text = declared.assumed or declared.note or ""
    return declared.title, [entry["posterior"]], [entry], list(declared.evidence), text


def _channel(posterior: Posterior, name: str) -> Traced:
    entry = posterior.channels()[name]
    mean, _ = posterior.predictions()
    rows = [d for d, datum in enumerate(posterior.likelihood.data) if datum.channel == name]
    level = np.log(np.maximum(mean[rows], 1e-9)).mean(axis=0)
    parameters = influential(posterior, level)
    ids = [i for row in entry["rows"] for i in row["evidence"]]
    title = f"{entry['title']} (tension {entry['tension']:.2f})"
    return title, entry["rows"], parameters, ids, ""


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
    ids = [i for p in parameters for i in p["evidence"]]
    for channel in posterior.study.model.channels:
        for observation in posterior.study.observations.get(channel, ()):
            if observation.quantity == output.quantity:
                ids += list(observation.evidence)
    figures = posterior.outputs()[name]
    return output.title, figures, parameters, ids, output.informed_by


def influential(posterior: Posterior, values: np.ndarray) -> list[dict[str, Any]]:
    """Declared parameters that carry an answer's doubt, most first.

    `share` is the squared correlation with the answer over the posterior.
    """
    squared = influences(posterior, values)
    entries = posterior.parameters()
    order = np.argsort(-squared)
    listed = [
        {"name": posterior.compiled.parameters.names[i], "share": float(squared[i])}
        for i in order
        if squared[i] >= LEAST and posterior.compiled.parameters.names[i] in entries
    ]
    return [{**item, **entries[item["name"]]} for item in listed[:SHOWN]]


def _evidence(posterior: Posterior, ids: list[str]) -> list[dict[str, Any]]:
    return evidence_rows(posterior, list(dict.fromkeys(ids)))


def evidence_rows(posterior: Posterior, ids: list[str]) -> list[dict[str, Any]]:
    """Rows with their sources as plain values, each once, in the order asked for."""
    found: dict[str, dict[str, Any]] = {}
    rare = _rare(posterior)
    for i in ids:
        row = posterior.study.evidence.resolve(i)
        if row is None or row.id in found:
            continue
        withheld = row.id in rare
        found[row.id] = {
            "id": row.id,
            "ids": list(row.ids),
            "quantity": row.quantity,
            "value": None if withheld else row.value,
            "low": None if withheld else row.low,
            "high": None if withheld else row.high,
            "unit": row.unit,
            "year_from": row.year_from,
            "year_to": row.year_to,
            "grade": row.grade,
            "note": WITHHELD if withheld else row.note,
            "source_title": row.source_title,
            "source_publisher": row.source_publisher,
            "source_year": row.source_year,
            "source_url": row.source_url,
        }
    return list(found.values())
