"""Rank plots: well-formed, no text on text, and what is uneven is named."""

from __future__ import annotations

from itertools import combinations, pairwise
from xml.etree import ElementTree

import numpy as np
import pytest

from safepassage.analysis.checks.sbc import TruthRanks
from safepassage.inference.sampler.settings import Settings
from safepassage.reports.figures.sbc import WIDTH, rank_plots
from safepassage.reports.svg.label_placement import Box
from safepassage.reports.svg.text_width import text_width

SVG = "{http://www.w3.org/2000/svg}"
SIZES = {"title": 15, "name": 11.5, "note": 11.5, "cell": 10}
LONG = "people_who_leave_detention_after_a_long_time_of_waiting_x"


def drawn(fits, names, uneven=(), title="A model & <more>"):
    rng = np.random.default_rng(1)
    ranks = rng.random((fits, len(names)))
    for column in uneven:
        ranks[:, column] **= 4
    ones = np.ones(fits, bool)
    picture = TruthRanks(tuple(names), ranks, ones, ranks, ranks, ones, Settings()).picture()
    return picture, ElementTree.fromstring(rank_plots(picture.to_dict(), title))


def boxes(root):
    found = []
    for node in root.iter(f"{SVG}text"):
        words, kind = node.text or "", node.get("class", "")
        size = SIZES.get(kind.split(" ")[0], 10.5)
        width = text_width(words, size, bold="uneven" in kind or kind == "title")
        x = float(node.get("x"))
        x -= {"middle": width / 2, "end": width}.get(node.get("text-anchor", ""), 0.0)
        found.append((words, Box(x, float(node.get("y")) - 0.8 * size, width, size)))
    return found


@pytest.mark.parametrize("fits", [2, 30, 400])
@pytest.mark.parametrize("count", [1, 4, 31])
def test_no_text_meets_another_or_leaves_the_paper(fits, count):
    names = [f"{LONG}_{i}" if i % 3 else f"hazard_{i}" for i in range(count)]
    _, root = drawn(fits, names, uneven=range(0, count, 2), title="A long title of a model " * 9)
    paper = Box(0, 0, WIDTH, float(root.get("height")))
    found = boxes(root)
    assert len(found) > count
    for words, box in found:
        assert box.inside(paper), words
    for (words, box), (others, other) in combinations(found, 2):
        assert not box.overlaps(other), (words, others)


def test_what_is_uneven_is_marked_and_named():
    picture, root = drawn(100, ["even", "piled_up"], uneven=[1])
    assert [p.even_curve for p in picture.parameters] == [True, False]
    texts = {t.text: t.get("class", "") for t in root.iter(f"{SVG}text")}
    assert texts["piled_up"] == "cell uneven"
    assert texts["even"] == "cell"
    assert texts["Outside the band: piled_up."] == "name uneven"
    curves = [p.get("class") for p in root.iter(f"{SVG}path")]
    assert curves.count("curve uneven") == 1
    assert curves.count("curve") == 1


def test_bars_are_as_tall_as_their_counts():
    picture, root = drawn(100, ["a"])
    counts = picture.parameters[0].histogram
    bars = [r for r in root.iter(f"{SVG}rect") if (r.get("class") or "").startswith("bar")]
    heights = np.array([float(b.get("height")) for b in bars])
    np.testing.assert_allclose(heights / heights.sum(), np.array(counts) / 100, atol=1e-3)


def test_names_of_two_lines_are_whole():
    _, root = drawn(20, [LONG])
    words = [t.text for t in root.iter(f"{SVG}text")]
    assert any(a + b == LONG for a, b in pairwise(words))


def test_a_title_is_text_and_nothing_is_fetched():
    picture, _ = drawn(20, ["a"])
    svg = rank_plots(picture.to_dict(), "A model & <more>")
    assert "A model &amp; &lt;more&gt;" in svg
    assert svg.count("http") == 1, "only the name of the SVG language"
