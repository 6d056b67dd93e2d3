"""The report on paper: a PDF set by typst, from the figures that stand alone as SVG files too."""

from __future__ import annotations

import json
import tempfile
import unicodedata
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

from safepassage.errors import Fault, InputError
from safepassage.reports.figures import bare, figures_of
from safepassage.reports.pdf.content import paper_content
from safepassage.results.comparison import Comparison
from safepassage.results.explorer import ExplorerData

FONTS = '"Libertinus Serif", "DejaVu Sans Mono"'
"""What typst brings along: no font of the machine is asked, so that pages are the same on all."""
LACKING = (
    (0x0530, 0x0590),
    (0x0700, 0x1D00),
    (0x2C00, 0xFB00),
    (0xFB07, 0xFE00),
    (0xFE10, 0x110000),
)
"""Spans of letters that those fonts do not have: Hangul, Han, Thai, Devanagari and more."""


def report_pdf(
    data: ExplorerData, comparison: Comparison | None = None
) -> tuple[bytes, str | None]:
    """The report as a PDF without dates: the same run gives the same bytes.

    Args:
        data: what the explorer shows.
        comparison: what `compare` gave, where what-ifs are wanted.

    Raises:
        InputError: typst is not installed.

    Returns:
        The file, and what is to be said where its own fonts were not enough.
    """
    check_typst()
    import typst

    figures = figures_of(data, comparison)
    content = json.dumps(paper_content(data, figures).to_dict(), ensure_ascii=False)
    drawings = {f"{figure.name}.svg": bare(figure, FONTS) for figure in figures}
    missing = lacking("".join([content, *drawings.values()]))
    with tempfile.TemporaryDirectory(prefix="safepassage-") as name:
        folder = Path(name)
        template = files("safepassage.reports.pdf").joinpath("report.typ").read_text("utf-8")
        for file, text in {**drawings, "data.json": content, "report.typ": template}.items():
            (folder / file).write_text(text, encoding="utf-8")
        pdf = typst.compile(
            str(folder / "report.typ"), root=str(folder), format="pdf",
            ignore_system_fonts=not missing,
        )  # fmt: skip
    return bytes(pdf), _font_note(missing)


def check_typst() -> None:
    """See whether typst is there, without loading it.

    Raises:
        InputError: it is not.
    """
    if find_spec("typst") is None:
        message = "needs typst: pip install 'safepassage[pdf]'; or leave --pdf out"
        raise InputError([Fault("call", 0, "pdf", message)])


def lacking(words: str) -> str:
    """The letters, each once, that typst's own fonts do not have."""
    return "".join(
        letter
        for letter in sorted(set(words))
        if any(first <= ord(letter) < last for first, last in LACKING)
        or unicodedata.east_asian_width(letter) in "WF"
    )


def _font_note(missing: str) -> str | None:
    if not missing:
        return None
    some = " ".join(missing[:8]) + (" and more" if len(missing) > 8 else "")
    return (
        f"the PDF has letters that typst's own fonts lack ({some}); fonts of this machine stand "
        "in, so the file may differ elsewhere, and a letter that they lack too is a box"
    )
