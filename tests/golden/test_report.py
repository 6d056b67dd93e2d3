"""The report from a mock bundle: its structure, what it says, and that it stands alone."""

import json
import re
from copy import deepcopy
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from safepassage.views.markup import VOID_ELEMENTS
from safepassage.views.report import opening_sentence, render_report, write_report

DATA = Path(__file__).parents[1] / "data" / "report_bundle.json"
SECTIONS = ["ranking", "danger", "map", "fit", "outputs", "losses", "parameters", "sources",
            "limits", "cite"]  # fmt: skip


class Page(HTMLParser):
    """Elements in order with their attributes and text; faults when tags do not match."""

    def __init__(self, html):
        super().__init__()
        self.open, self.elements = [], []
        self.feed(html)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        item = {"tag": tag, "text": "", "parents": [e["tag"] for e in self.open], **dict(attrs)}
        self.elements.append(item)
        if tag not in VOID_ELEMENTS:
            self.open.append(item)

    def handle_endtag(self, tag):
        assert self.open.pop()["tag"] == tag

    def handle_data(self, data):
        for item in self.open:
            item["text"] += data

    def all(self, *tags):
        return [item for item in self.elements if item["tag"] in tags]


@pytest.fixture(scope="module")
def original():
    return json.loads(DATA.read_text(encoding="utf-8"))


@pytest.fixture
def bundle(original):
    return deepcopy(original)


@pytest.fixture(scope="module")
def html(original):
    return render_report(original)


@pytest.fixture(scope="module")
def page(html):
    return Page(html)


def test_one_title_and_headings_in_order(page):
    levels = [int(item["tag"][1]) for item in page.all("h1", "h2", "h3", "h4")]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))
    assert [item["id"] for item in page.all("section")] == SECTIONS


def test_the_first_sentence_counts_the_answers_that_rest_on_assumptions(page, bundle):
    lead = page.all("p")[0]
    assert lead["text"] == "Seven of the ten answers below rest mainly on assumptions, not on data."
    ways = bundle["rankings"][0]["ways"]
    for way in ways:
        way["label"] = "data-driven"
    assert opening_sentence(bundle).startswith("None of the ten")
    ways[0]["label"] = "assumed"
    assert opening_sentence(bundle).startswith("One of the ten answers below rests")


def test_a_fit_that_has_not_converged_comes_first_as_an_alert(bundle, page):
    assert not [item for item in page.elements if item.get("role") == "alert"]
    bundle["fit"]["fit"].update(converged=False, max_rhat=1.342, divergences=17)
    alarmed = Page(render_report(bundle))
    (banner,) = [item for item in alarmed.elements if item.get("role") == "alert"]
    assert "not converged" in banner["text"]
    assert "1.342" in banner["text"] and "divergences 17" in banner["text"]
    assert alarmed.elements.index(banner) < alarmed.elements.index(alarmed.all("h1")[0])


def test_every_table_has_a_caption_and_scoped_heads(page):
    tables = page.all("table")
    assert len(tables) > 30
    assert len(page.all("caption")) == len(tables)
    assert all(item.get("scope") in ("col", "row") for item in page.all("th"))
    regions = [e for e in page.all("div") if (e.get("class") or "") == "scroll"]
    assert len(regions) == len(tables)
    assert all(e["tabindex"] == "0" and e["aria-label"] for e in regions)


def test_every_figure_has_a_caption_and_every_picture_a_text_or_is_hidden(page):
    assert len(page.all("figure")) == len(page.all("figcaption")) > 5
    for svg in page.all("svg"):
        assert svg.get("aria-label") or svg.get("aria-hidden") == "true"


def test_the_ranked_table_has_all_ways_with_numbers_position_and_label(page, original):
    for way in original["rankings"][0]["ways"]:
        (row,) = [r for r in page.all("tr") if r.get("id") == f"way-{way['id'].replace('_', '-')}"]
        assert way["title"] in row["text"] and way["label"] in row["text"]
        assert f"{way['expected_rank']['median']:.1f}" in row["text"]


def test_rare_ways_say_that_they_are_pooled(page):
    (row,) = [r for r in page.all("tr") if r.get("id") == "way-dmz"]
    assert "pooled over five years" in row["text"]
    (row,) = [r for r in page.all("tr") if r.get("id") == "way-china-border"]
    assert "pooled" not in row["text"]


def test_outputs_carry_the_word_on_what_informs_them(html):
    assert "after 2020 nothing was published" in html


def test_links_within_the_page_lead_somewhere(page):
    ids = [item["id"] for item in page.elements if item.get("id")]
    assert len(ids) == len(set(ids))
    targets = {a["href"][1:] for a in page.all("a") if a["href"].startswith("#")}
    assert targets <= set(ids)
    assert any(target.startswith("evidence-") for target in targets)


def test_nothing_is_fetched_and_only_sources_are_linked(html, page, original):
    assert not re.search(r"""(?:src|srcset|data|poster)\s*=\s*["']""", html.split("<style>")[0])
    assert not page.all("img", "iframe", "object", "video", "audio", "base", "form")
    assert not re.search(r"url\(|@import", html)
    sources = {row["source_url"] for row in original["evidence"]}
    outside = [a for a in page.all("a") if not a["href"].startswith("#")]
    assert outside and all(a["href"] in sources for a in outside)
    assert all("noreferrer" in a["rel"] for a in outside)
    assert [link["href"] for link in page.all("link")] == ["data:,"]
    assert "default-src 'none'" in html


def test_the_file_is_small(html):
    assert len(html.encode()) < 3_000_000


def test_numbers_read_well(page):
    for cell in page.all("td", "text", "p", "dd"):
        assert not re.search(r"\bnan\b|\binf\b|\bNone\b|-0(?![\d.-])", cell["text"]), cell["text"]


def test_whatever_stands_in_the_data_stays_text(bundle):
    evil = "<script>alert(1)</script>\"'&"
    bundle["model"]["title"] = bundle["model"]["summary"] = evil
    bundle["model"]["ways"]["dmz"]["denominator"] = evil
    for ranking in bundle["rankings"]:
        for way in ranking["ways"]:
            way["title"] = way["denominator"] = evil
    for place in bundle["model"]["places"].values():
        place["title"] = evil
    for row in bundle["evidence"]:
        row.update(note=evil, source_title=evil, source_url="javascript:alert(1)")
    for parameter in bundle["fit"]["parameters"].values():
        parameter.update(title=evil, assumed=evil)
    for output in bundle["model"]["outputs"].values():
        output.update(title=evil, informed_by=evil)
    for channel in bundle["fit"]["channels"].values():
        channel["title"] = evil
    bundle["model"]["report"]["limits"] = [evil]
    bundle["citation"]["text"] = evil
    html = render_report(bundle)
    assert len(Page(html).all("script")) == 1
    assert "javascript:" not in html
    assert html.count("&lt;script&gt;") > 50


def test_a_bundle_with_little_in_it_still_makes_a_page():
    page = Page(render_report({"model": {"title": "Bare"}, "fit": {"fit": {"converged": True}}}))
    ids = {item["id"] for item in page.all("section")}
    links = {a["href"][1:] for a in page.all("a")}
    assert "outputs" not in ids and "ranking" in ids and links <= ids


def test_writing_is_atomic(bundle, tmp_path, monkeypatch):
    path = tmp_path / "deep" / "report.html"
    write_report(bundle, path)
    before = path.read_text(encoding="utf-8")
    assert before.startswith("<!doctype html>") and list(path.parent.iterdir()) == [path]
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError("disk full")))
    bundle["model"]["title"] = "Another"
    with pytest.raises(OSError, match="disk full"):
        write_report(bundle, path)
    assert path.read_text(encoding="utf-8") == before and list(path.parent.iterdir()) == [path]
