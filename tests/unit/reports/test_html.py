"""The report's file: whole or not at all, its own policy, data that stays data."""

import base64
import gzip
import hashlib
import json
import re

import pytest

from safepassage.errors import InputError
from safepassage.reports.html import PageNotBuilt, render_report, write_report
from safepassage.results.parts import Estimate, Outcomes

EVIL = "</script><script>alert(1)</script>\"'&<!--"
SCRIPT = "const a = '</script>', b = `<script x>`, c = '<!-- <SCRIPT'; b + a + c;"


def payloads_of(data, words, way):
    """The page's data with these words about the model, and one way of this title."""
    some = Estimate(median=0.25, low=0.1, high=0.5)
    outcomes = Outcomes(**dict.fromkeys(("dead", "returned", "limbo", "safe"), some))
    texts = {"title": words, "summary": words}
    cited = data.model.citation.model_copy(update={"text": words})
    model = data.model.model_copy(update={**texts, "citation": cited})
    first = data.rankings[0]
    changed = {"title": way, "outcomes": outcomes, "expected_rank": some, "label": "mixed"}
    ways = (first.ways[0].model_copy(update=changed),)
    ranking = first.model_copy(update={"as_of": "2020-12", "ways": ways})
    return {
        "model": model.model_dump_json().encode(),
        "rankings": json.dumps([ranking.to_dict()]).encode(),
        "grid": b"{}",
    }


@pytest.fixture
def page(tmp_path):
    folder = tmp_path / "web_static"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(
        '<script type="module" crossorigin src="/assets/i.js"></script>'
        '<link rel="stylesheet" crossorigin href="/assets/i.css">'
    )
    (folder / "assets" / "i.js").write_text(SCRIPT)
    (folder / "assets" / "i.css").write_text("p { color: red }")
    (folder / "licences.txt").write_text("as they are")
    return folder


@pytest.fixture
def payloads(data):
    return payloads_of(data, "The island", "By boat")


def test_data_comes_back_as_it_was(page, payloads):
    html = render_report(payloads, page)
    blocks = dict(re.findall(r'<script type="application/gzip" id="piece-(\w+)">([^<]*)<', html))
    opened = {name: gzip.decompress(base64.b64decode(text)) for name, text in blocks.items()}
    assert opened == {**payloads, "licences": b"as they are"}


def test_the_policy_names_the_file_s_own_script_and_style_alone(page, payloads):
    html = render_report(payloads, page)
    (script,) = re.findall(r'<script type="module">(.*?)</script>', html, re.S)
    (style,) = re.findall(r"<style>(.*?)</style>", html, re.S)
    for text, kind in ((script, "script-src"), (style, "style-src")):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind} 'sha256-{digest}';" in html
    assert "default-src 'none'" in html and "unsafe" not in html
    assert not re.search(r"""(?:src|href)=["'](?!data:)""", html)


def test_a_script_cannot_end_its_own_element(page, payloads):
    html = render_report(payloads, page)
    (script,) = re.findall(r'<script type="module">(.*?)</script>', html, re.S)
    assert script.endswith("b + a + c;") and "<!--" not in script
    assert not re.search("<script", script, re.IGNORECASE)


def test_whatever_stands_in_the_data_stays_text(page, data):
    payloads = payloads_of(data, EVIL, EVIL)
    html = render_report(payloads, page)
    assert html.count("<script") == len(payloads) + 2  # licences, and the page's own
    assert html.count("&lt;script&gt;alert") >= 5


def test_without_a_script_the_ranking_can_be_read(page, payloads):
    (plain,) = re.findall("<noscript>(.*?)</noscript>", render_report(payloads, page), re.S)
    words = " ".join(re.sub("<[^>]+>", " ", plain).split())
    assert words.count("The island") == 3, "title, summary and citation"
    assert "1 By boat 25 % (10 to 50 %)" in words and "as of December 2020" in words


def test_a_model_that_ranks_nothing_makes_a_page(page, payloads):
    assert "The island" in render_report({**payloads, "rankings": b"[]"}, page)


def test_a_page_that_is_not_built_says_how(tmp_path, payloads):
    with pytest.raises(PageNotBuilt, match="build_web") as caught:
        write_report(payloads, tmp_path / "report.html", tmp_path / "nothing")
    assert isinstance(caught.value, InputError)
    assert list(tmp_path.iterdir()) == []


def test_writing_is_whole_or_not_at_all(page, data, payloads, tmp_path, monkeypatch):
    path = tmp_path / "deep" / "report.html"
    write_report(payloads, path, page)
    before = path.read_text(encoding="utf-8")
    assert before.startswith("<!doctype html>") and list(path.parent.iterdir()) == [path]
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        write_report(payloads_of(data, "Another", "By foot"), path, page)
    assert path.read_text(encoding="utf-8") == before and list(path.parent.iterdir()) == [path]
