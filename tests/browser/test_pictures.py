"""Every view as it was last looked at: small stored pictures, so that nothing changes unseen.

After a change that was meant: `SAFEPASSAGE_PICTURES=write make test-browser ARGS="-k picture"`,
and look at the pictures before they are committed. They are a quarter as large as the page and
grey, of stored data (a fit differs from machine to machine), in a font that comes with the
environment.
"""

import base64
import gzip
import io
import json
import os
from pathlib import Path

import matplotlib
import pytest
from PIL import Image, ImageChops, ImageFilter
from tests.browser.test_report_page import VIEWS, view_of

PICTURES = Path(__file__).parent / "pictures"
DATA = PICTURES / "payloads.json.gz"
WRITE = os.environ.get("SAFEPASSAGE_PICTURES") == "write"
SMALLER = 4
APART = 40
"""Grey levels of 255 that a point may differ by."""
MOST = 0.01
"""Share of points that may differ by more."""
SHOTS = [(view, 1280) for view in VIEWS] + [("ways", 390), ("danger", 390)]


@pytest.fixture(scope="session")
def pictured(request, tmp_path_factory) -> Path:
    """A report of the stored data."""
    from safepassage.reports.html import write_report

    if WRITE:
        PICTURES.mkdir(exist_ok=True)
        values = values_of(request.getfixturevalue("posterior"))
        DATA.write_bytes(gzip.compress(json.dumps(values).encode(), mtime=0))
    path = tmp_path_factory.mktemp("pictured") / "report.html"
    values = json.loads(gzip.decompress(DATA.read_bytes()))
    write_report({name: json.dumps(value).encode() for name, value in values.items()}, path)
    return path


def values_of(posterior) -> dict[str, object]:
    """What a report of a fit shows, as plain values by name."""
    from safepassage.reports.data.artifacts import artifacts_of, report_payloads, store_grid

    payloads = report_payloads(artifacts_of(posterior), store_grid(posterior))
    return {name: json.loads(text) for name, text in payloads.items()}


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


@pytest.mark.parametrize(("view", "width"), SHOTS, ids=[name_of(*one)[:-4] for one in SHOTS])
def test_a_view_looks_as_its_picture(open_report, pictured, font, view, width):
    # The policy of the page forbids what a test puts in; so the test goes round it.
    still = {
        "reduced_motion": "reduce",
        "color_scheme": "light",
        "bypass_csp": True,
        "file": pictured,
    }
    page = view_of(open_report, view, width=width, **still)
    page.add_style_tag(content=font)
    page.evaluate("document.fonts.load('16px Pictured').then(() => document.fonts.ready)")
    page.wait_for_timeout(200)
    now, stored = small(page.screenshot(animations="disabled")), PICTURES / name_of(view, width)
    if WRITE:
        now.quantize(16).save(stored, optimize=True)
    assert stored.is_file(), f"no picture of {view} is stored; see the head of this file"
    before = Image.open(stored).convert("L")
    assert now.size == before.size
    assert apart(now, before) <= MOST, f"{view} at {width} looks otherwise than {stored.name}"


def test_a_picture_of_another_view_is_another():
    views = [Image.open(PICTURES / name_of(view, 1280)).convert("L") for view in ("ways", "danger")]
    assert apart(*views) > 2 * MOST
    shifted = ImageChops.offset(views[0], 0, 3)
    assert apart(views[0], shifted) > MOST, "what moves by twelve points is noticed"
