"""The report: one HTML file that needs neither a network nor a script to be read."""

from __future__ import annotations

import base64
import hashlib
import os
import tempfile
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from safepassage.views.markup import Markup, element
from safepassage.views.numbers import date_words, number_word
from safepassage.views.sections.atlas import map_section
from safepassage.views.sections.channels import fit_section
from safepassage.views.sections.common import ASSUMPTION_LABELS, main_ranking, ways_of
from safepassage.views.sections.compared import compared_section
from safepassage.views.sections.danger import danger_section
from safepassage.views.sections.ending import (
    citation_section,
    diagnostics_words,
    limits_section,
)
from safepassage.views.sections.knowing import knowing_section
from safepassage.views.sections.losses import losses_section
from safepassage.views.sections.outputs import outputs_section
from safepassage.views.sections.parameters import parameters_section
from safepassage.views.sections.ranking import ranking_section
from safepassage.views.sections.sources import sources_section

CONTENTS = (
    ("ranking", "The ways, ranked by danger", ranking_section),
    ("danger", "How sure the order is", danger_section),
    ("map", "Where the ways lead", map_section),
    ("fit", "How well the model fits what was published", fit_section),
    ("knowing", "How do we know?", knowing_section),
    ("compared", "People whom nobody counts, beside published estimates", compared_section),
    ("outputs", "What happened over time", outputs_section),
    ("losses", "Where on each way people are lost", losses_section),
    ("parameters", "What the data taught", parameters_section),
    ("sources", "Sources", sources_section),
    ("limits", "Limits, and protection of people at risk", limits_section),
    ("cite", "How to cite, licences and provenance", citation_section),
)


def render_report(bundle: dict[str, Any]) -> str:
    """The whole page from the report bundle (plain JSON types; see `safepassage.views`).

    A part for which the bundle has nothing is left out, and so is its entry in the contents.
    """
    parts = [(name, title, build(bundle)) for name, title, build in CONTENTS]
    kept = [(name, title, part) for name, title, part in parts if part is not None]
    main = element("main", [part for _, _, part in kept], id="content")
    body = element(
        "body",
        element("a", "Skip to the table", href="#ranking", class_="skip"),
        _banner(bundle),
        _opening(bundle, [(name, title) for name, title, _ in kept]),
        main,
        element(
            "footer",
            element(
                "p", "Made with safepassage. Every figure can be followed to its sources above."
            ),
            class_="page-foot",
        ),
        element("script", Markup(_resource("report.js"))),
    )
    page = element("html", _head(bundle), body, lang="en")
    return f"<!doctype html>\n{page}\n"


def write_report(bundle: dict[str, Any], path: Path) -> None:
    """Write the page to `path` in one move, so that no reader ever sees half a file.

    Raises:
        OSError: The folder cannot be made or written to; an older report is then untouched.
    """
    text = render_report(bundle)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    partial = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        mask = os.umask(0)
        os.umask(mask)
        partial.chmod(0o666 & ~mask)
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def opening_sentence(bundle: dict[str, Any]) -> str:
    """How many of the answers rest mainly on assumptions."""
    ways = ways_of(main_ranking(bundle))
    count = sum(way.get("label") in ASSUMPTION_LABELS for way in ways)
    total = number_word(len(ways))
    if count == 0:
        return f"None of the {total} answers below rests mainly on assumptions."
    if count == len(ways):
        return f"All {total} answers below rest mainly on assumptions, not on data."
    verb = "rests" if count == 1 else "rest"
    word = number_word(count)
    head = f"{word[:1].upper()}{word[1:]} of the {total} answers below"
    return f"{head} {verb} mainly on assumptions, not on data."


def _banner(bundle: dict[str, Any]) -> Markup | None:
    fit = bundle["fit"].get("fit") or {}
    if fit.get("converged"):
        return None
    numbers = diagnostics_words(fit)
    words = f"The fit has not converged ({numbers}). " if numbers else "The fit has not converged. "
    return element(
        "div",
        element("p", words, "The figures below are not to be relied on or cited."),
        role="alert",
        class_="alert",
    )


def _opening(bundle: dict[str, Any], contents: list[tuple[str, str]]) -> Markup:
    model = bundle["model"]
    ways = ways_of(main_ranking(bundle))
    as_of = main_ranking(bundle).get("as_of") or (bundle.get("citation") or {}).get("as_of")
    date = f" Answers are as of {date_words(as_of)}." if as_of else ""
    what = (
        f"This report ranks {number_word(len(ways))} ways by danger from published aggregate "
        "figures and stated assumptions; every estimate is a median with its 90\u00a0% interval."
    )
    links = [element("li", element("a", title, href=f"#{name}")) for name, title in contents]
    return element(
        "header",
        element("h1", model["title"]),
        element("p", opening_sentence(bundle), class_="lead"),
        element("p", what + date),
        element("p", model["summary"], class_="muted") if model.get("summary") else None,
        element("nav", element("ol", links), aria_label="Contents", class_="contents"),
        class_="page-head",
    )


def _head(bundle: dict[str, Any]) -> Markup:
    script = _resource("report.js").encode()
    digest = base64.b64encode(hashlib.sha256(script).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    return element(
        "head",
        element("meta", charset="utf-8"),
        Markup(f'<meta http-equiv="Content-Security-Policy" content="{policy}">'),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("link", rel="icon", href="data:,"),
        element("title", str(bundle["model"]["title"])),
        element("style", Markup(_resource("report.css"))),
    )


@cache
def _resource(name: str) -> str:
    return files("safepassage.views").joinpath(name).read_text(encoding="utf-8")
