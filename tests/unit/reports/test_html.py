"""The report's file: whole or not at all, its own policy, data that stays data."""

import base64
import gzip
import hashlib
import json
import re

import pytest

from safepassage.errors import InputError
from safepassage.reports.html import PageNotBuilt, render_report, write_report

EVIL = "</script><script>alert(1)</script>\"'&<!--"
SCRIPT = "const a = '</script>', b = `<script x>`, c = '<!-- <SCRIPT'; b + a + c;"


def ranking(title):
    some = {"median": 0.25, "low": 0.1, "high": 0.5}
    outcomes = dict.fromkeys(("dead", "returned", "limbo", "safe"), some)
    way = {"title": title, "outcomes": outcomes, "expected_rank": some, "label": "mixed"}
    return {"as_of": "2020-12", "sex": "all", "ways": [way]}


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
def pieces():
    model = {"title": "The island", "summary": "Of people.", "citation": {"text": "cite it"}}
    return {"model": model, "rankings": json.dumps([ranking("By boat")]).encode(), "grid": {}}


def test_pieces_come_back_as_they_were(page, pieces):
    html = render_report(pieces, page)
    blocks = dict(re.findall(r'<script type="application/gzip" id="piece-(\w+)">([^<]*)<', html))
    opened = {name: gzip.decompress(base64.b64decode(text)) for name, text in blocks.items()}
    assert json.loads(opened["model"]) == pieces["model"]
    assert opened["rankings"] == pieces["rankings"]
    assert opened["licences"] == b"as they are"


def test_the_policy_names_the_file_s_own_script_and_style_alone(page, pieces):
    html = render_report(pieces, page)
    (script,) = re.findall(r'<script type="module">(.*?)</script>', html, re.S)
    (style,) = re.findall(r"<style>(.*?)</style>", html, re.S)
    for text, kind in ((script, "script-src"), (style, "style-src")):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind} 'sha256-{digest}';" in html
    assert "default-src 'none'" in html and "unsafe" not in html
    assert not re.search(r"""(?:src|href)=["'](?!data:)""", html)


def test_a_script_cannot_end_its_own_element(page, pieces):
    html = render_report(pieces, page)
    (script,) = re.findall(r'<script type="module">(.*?)</script>', html, re.S)
    assert script.endswith("b + a + c;") and "<!--" not in script
    assert not re.search("<script", script, re.IGNORECASE)


def test_whatever_stands_in_the_data_stays_text(page, pieces):
    pieces["model"] |= {"title": EVIL, "summary": EVIL, "citation": {"text": EVIL}}
    pieces["rankings"] = [ranking(EVIL)]
    html = render_report(pieces, page)
    assert html.count("<script") == len(pieces) + 2  # licences, and the page's own
    assert html.count("&lt;script&gt;alert") >= 5


def test_without_a_script_the_ranking_can_be_read(page, pieces):
    (plain,) = re.findall("<noscript>(.*?)</noscript>", render_report(pieces, page), re.S)
    words = " ".join(re.sub("<[^>]+>", " ", plain).split())
    assert "The island Of people." in words and "cite it" in words
    assert "1 By boat 25 % (10 to 50 %)" in words and "as of December 2020" in words


def test_a_model_that_ranks_nothing_makes_a_page(page, pieces):
    assert "The island" in render_report({**pieces, "rankings": []}, page)


def test_a_page_that_is_not_built_says_how(tmp_path, pieces):
    with pytest.raises(PageNotBuilt, match="build_web") as caught:
        write_report(pieces, tmp_path / "report.html", tmp_path / "nothing")
    assert isinstance(caught.value, InputError)
    assert list(tmp_path.iterdir()) == []


def test_writing_is_whole_or_not_at_all(page, pieces, tmp_path, monkeypatch):
    path = tmp_path / "deep" / "report.html"
    write_report(pieces, path, page)
    before = path.read_text(encoding="utf-8")
    assert before.startswith("<!doctype html>") and list(path.parent.iterdir()) == [path]
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError("disk full")))
    pieces["model"]["title"] = "Another"
    with pytest.raises(OSError, match="disk full"):
        write_report(pieces, path, page)
    assert path.read_text(encoding="utf-8") == before and list(path.parent.iterdir()) == [path]
