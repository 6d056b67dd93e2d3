"""The report on paper: the same bytes again, words that cannot become code, lacking letters."""

import time

import pytest

from safepassage.errors import InputError
from safepassage.reports import pdf
from safepassage.reports.figures import figures_of
from safepassage.reports.pdf.content import opening_sentence, paper_content
from safepassage.results.explorer import ExplorerData

WICKED = '#panic("x") *bold* $x$ @cite <label> \\ ` // /* = heading _u_ ~ [a] "quotes" {b}'


@pytest.fixture(scope="module")
def paper(data, comparison):
    return pdf.report_pdf(data, comparison)


def test_it_is_a_pdf_without_dates_and_the_same_again(paper, data, comparison):
    content, note = paper
    assert content.startswith(b"%PDF-") and note is None
    assert b"CreationDate" not in content and b"ModDate" not in content
    assert len(content) < 3_000_000
    time.sleep(1.1)  # a date would tell the seconds apart
    assert pdf.report_pdf(data.model_copy(deep=True), comparison)[0] == content


def test_what_a_user_writes_is_set_as_text(data):
    own = data.to_dict()
    own["model"]["title"] = own["model"]["summary"] = WICKED
    own["model"]["report"]["limits"] = [WICKED]
    for ranking in own["rankings"]:
        for way in ranking["ways"]:
            way["title"] = way["caveat"] = WICKED
    for row in own["evidence"]:
        row["source_title"], row["source_url"] = WICKED, "javascript:alert(1)"
    wicked = ExplorerData.from_dict(own)
    content, note = pdf.report_pdf(wicked)
    assert content.startswith(b"%PDF-") and note is None
    assert b"javascript" not in content
    on_paper = paper_content(wicked, figures_of(wicked))
    assert on_paper.title == WICKED and all(one.url == "" for one in on_paper.sources)


def test_letters_without_a_font_are_said_and_still_set(data):
    own = data.to_dict()
    own["model"]["title"] = "북한을 벗어나는 길"
    content, note = pdf.report_pdf(ExplorerData.from_dict(own))
    assert content.startswith(b"%PDF-") and "fonts of this machine" in str(note)
    assert pdf.lacking("Łódź, Ελλάδα, Пхеньян, 90 % → x⁻³, ’–…") == ""
    assert set(pdf.lacking("漢字 ไทย 한글 a")) == set("漢字ไทย한글")


def test_without_typst_one_message_says_how_to_get_it(data, monkeypatch):
    monkeypatch.setattr(pdf, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"safepassage\[pdf\]"):
        pdf.report_pdf(data)


def test_the_opening_counts_what_is_assumed(data):
    whole = data.rankings[0]

    def ranking(*labels):
        ways = tuple(whole.ways[0].model_copy(update={"label": label}) for label in labels)
        return whole.model_copy(update={"ways": ways})

    assert opening_sentence(ranking("mixed", "assumed")).startswith("One of the two answers")
    assert "is based mainly" in opening_sentence(ranking("mixed", "data-driven"))
    assert opening_sentence(ranking("mixed", "mixed")).startswith("None of the two")
    assert opening_sentence(ranking("assumed", "prior-driven")).startswith("All two")


def test_the_content_has_every_part(data):
    on_paper = paper_content(data, figures_of(data))
    assert len(on_paper.ranking.rows) == len(data.rankings[0].ways)
    assert on_paper.assumptions == data.forecast.assumptions
    ids = ", ".join(one.ids for one in on_paper.sources)
    assert all(row.id in ids for row in data.evidence)
    assert on_paper.cite == data.model.citation.text
    outside = [r for c in data.series.channels.values() for r in c.rows if not r.inside]
    assert len(on_paper.tension) == min(len(outside), 12)
