"""Every view as it was last looked at: small kept pictures, so that nothing changes unseen.

After a change that was meant: `SAFEPASSAGE_PICTURES=write make test-browser ARGS="-k picture"`,
and look at the pictures before they are committed. They are a quarter as large as the page and
grey, of kept pieces (a fit differs from machine to machine), in a font that comes with the
environment.
"""

import base64
import gzip
import io
import json
import os
from pathlib import Path
from typing import Any

import matplotlib
import pytest
from PIL import Image, ImageChops, ImageFilter
from tests.browser.test_report_page import VIEWS, seen

KEPT = Path(__file__).parent / "pictures"
PIECES = KEPT / "pieces.json.gz"
WRITE = os.environ.get("SAFEPASSAGE_PICTURES") == "write"
SMALLER = 4
APART = 40
"""Grey levels of 255 that a point may differ by."""
MOST = 0.01
"""Share of points that may differ by more."""
SEEN = [(view, 1280) for view in VIEWS] + [("ways", 390), ("danger", 390)]


@pytest.fixture(scope="session")
def pictured(request, tmp_path_factory) -> Path:
    """A report of the kept pieces."""
    from safepassage.reports.html import write_report

    if WRITE:
        KEPT.mkdir(exist_ok=True)
        content = json.dumps(pieces_of(request.getfixturevalue("fitted"))).encode()
        PIECES.write_bytes(gzip.compress(content, mtime=0))
    path = tmp_path_factory.mktemp("pictured") / "report.html"
    write_report(json.loads(gzip.decompress(PIECES.read_bytes())), path)
    return path


def pieces_of(posterior) -> dict[str, Any]:
    from safepassage.reports.data.artifacts import artifacts_of, embedded, store_grid

    pieces = embedded(artifacts_of(posterior), store_grid(posterior))
    return {k: json.loads(v) if isinstance(v, bytes) else v for k, v in pieces.items()}


@pytest.fixture(scope="session")
def font() -> str:
    """A style by which every machine writes in the same font."""
    file = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
    data = base64.b64encode(file.read_bytes()).decode()
    return (
        f"@font-face {{ font-family: Pictured; src: url(data:font/ttf;base64,{data}) }}"
        "* { font-family: Pictured !important }"
    )


def name_of(view: str, width: int) -> str:
    return f"{view.replace('&', '-').replace('=', '-').replace(':', '-')}-{width}.png"


def small(picture: bytes) -> Image.Image:
    whole = Image.open(io.BytesIO(picture)).convert("L")
    return whole.resize((whole.width // SMALLER, whole.height // SMALLER), Image.Resampling.LANCZOS)


def apart(first: Image.Image, second: Image.Image) -> float:
    """Share of points that differ, once both are blurred by a point."""
    blurred = [one.filter(ImageFilter.GaussianBlur(1.0)) for one in (first, second)]
    levels = ImageChops.difference(*blurred).histogram()
    return sum(levels[APART + 1 :]) / sum(levels)


@pytest.mark.parametrize(("view", "width"), SEEN, ids=[name_of(*one)[:-4] for one in SEEN])
def test_a_view_looks_as_its_picture(open_report, pictured, font, view, width):
    # The policy of the page forbids what a test puts in; so the test goes round it.
    still = {
        "reduced_motion": "reduce",
        "color_scheme": "light",
        "bypass_csp": True,
        "file": pictured,
    }
    page = seen(open_report, view, width=width, **still)
    page.add_style_tag(content=font)
    page.evaluate("document.fonts.load('16px Pictured').then(() => document.fonts.ready)")
    page.wait_for_timeout(200)
    now, kept = small(page.screenshot(animations="disabled")), KEPT / name_of(view, width)
    if WRITE:
        now.quantize(16).save(kept, optimize=True)
    assert kept.is_file(), f"no picture of {view} is kept; see the head of this file"
    before = Image.open(kept).convert("L")
    assert now.size == before.size
    assert apart(now, before) <= MOST, f"{view} at {width} looks otherwise than {kept.name}"


def test_a_picture_of_another_view_is_another():
    views = [Image.open(KEPT / name_of(view, 1280)).convert("L") for view in ("ways", "danger")]
    assert apart(*views) > 2 * MOST
    shifted = ImageChops.offset(views[0], 0, 3)
    assert apart(views[0], shifted) > MOST, "what moves by twelve points is noticed"
