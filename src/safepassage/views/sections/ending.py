"""Limits, protection, how to cite, licences, and how the numbers were made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from safepassage.views.markup import Markup, element
from safepassage.views.numbers import date_words, exact, is_number
from safepassage.views.sections.common import Bundle, section


def limits_section(bundle: Bundle) -> Markup:
    """What the model cannot say, and what it will not say."""
    report = bundle["model"].get("report") or {}
    return section(
        "limits",
        "Limits, and protection of people at risk",
        element("h3", "Limits"),
        _list(report.get("limits") or (), "No limits are declared by the model."),
        element("h3", "What is withheld, and why"),
        _list(
            report.get("protection") or (),
            "Published aggregates only: no crossing point, path, person or timetable is named.",
        ),
    )


def citation_section(bundle: Bundle) -> Markup:
    """How to cite, licences of the data, and the provenance of the run."""
    citation = bundle.get("citation") or {}
    report = bundle["model"].get("report") or {}
    fit = bundle["fit"].get("fit") or {}
    provenance = bundle["fit"].get("provenance") or {}
    facts = [
        ("As of", date_words(citation.get("as_of", "not given"))),
        ("Version", str(citation.get("version") or provenance.get("version") or "not given")),
        ("Hash", str(citation.get("hash") or "not given")),
        ("Converged", "yes" if fit.get("converged") else "no"),
        *_diagnostics(fit),
        *(
            (name.replace("_", " ").capitalize(), str(provenance[name]))
            for name in ("model_hash", "evidence_hash", "source_hash", "seed")
            if provenance.get(name) is not None
        ),
    ]
    return section(
        "cite",
        "How to cite, licences and provenance",
        element("blockquote", element("p", str(citation.get("text") or bundle["model"]["title"]))),
        element("h3", "Data licences"),
        _list(report.get("data_licences") or (), "None declared."),
        element("h3", "Provenance"),
        element("dl", [_fact(*fact) for fact in facts], class_="facts"),
    )


def diagnostics_words(fit: Mapping[str, Any]) -> str:
    """The convergence figures in one phrase."""
    facts = _diagnostics({**fit, "seconds": None})
    return "; ".join(f"{name[:1].lower()}{name[1:]} {value}" for name, value in facts)


def _diagnostics(fit: Mapping[str, Any]) -> list[tuple[str, str]]:
    facts: list[tuple[str, str]] = []
    if is_number(fit.get("max_rhat")):
        facts.append(("Largest R-hat", f"{fit['max_rhat']:.3f}"))
    for key, name in (
        ("min_bulk_ess", "Smallest bulk effective sample size"),
        ("min_tail_ess", "Smallest tail effective sample size"),
        ("divergences", "Divergences"),
    ):
        if is_number(fit.get(key)):
            facts.append((name, exact(round(fit[key]))))
    if is_number(fit.get("seconds")):
        facts.append(("Seconds of fitting", exact(round(fit["seconds"]))))
    return facts


def _fact(name: str, value: str) -> list[Markup]:
    long = len(value) > 24 and " " not in value
    return [element("dt", name), element("dd", element("code", value) if long else value)]


def _list(sentences: Sequence[str], otherwise: str) -> Markup:
    if not sentences:
        return element("p", otherwise)
    return element("ul", [element("li", sentence) for sentence in sentences])
