"""Figures as files: they stand alone, their data are those that they draw, words never collide."""

import csv
import io
import json
import re
import xml.etree.ElementTree as ET

import pytest

from safepassage.reports.figures import INDEX, bare, figures_of, folder_files, standalone
from safepassage.reports.figures.base import STYLE, keys, placed, side_by_side
from safepassage.reports.svg.marks import circle, drawing
from safepassage.results.explorer import ExplorerData

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def figures(data, comparison):
    return {figure.name: figure for figure in figures_of(data, comparison)}


def table(content):
    return list(csv.DictReader(io.StringIO(content.decode())))


def test_there_is_a_figure_of_everything_that_the_model_has(figures):
    parts = {name.partition("_")[0] for name in figures}
    assert parts >= {"ways", "ranking", "losses", "published", "over", "forecast", "what"}


def test_every_figure_is_sound_and_stands_alone(figures):
    for figure in figures.values():
        root = ET.fromstring(standalone(figure, "whose run"))
        assert root.find(f"{SVG}title").text == figure.title
        assert root.find(f"{SVG}desc").text == figure.alternative != ""
        texts = [one.text for one in root.iter(f"{SVG}text")]
        assert "whose run" in texts and "nan" not in " ".join(map(str, texts))
        used = {c for one in root.iter() for c in one.get("class", "").split()}
        known = set(re.findall(r"\.([a-z-]+)", STYLE))
        assert used - known - {"outcome-bars", "share-bar", "map"} == set(), figure.name
        assert not [k for one in root.iter() for k in one.attrib if "href" in k]
        assert not root.findall(f".//{SVG}script") and "url(" not in STYLE


def test_numbers_in_the_data_are_those_of_the_answers(figures, data):
    rows = [dict(zip(figures["ways"].columns, r, strict=True)) for r in figures["ways"].rows]
    for way in data.rankings[0].ways:
        for outcome, estimate in way.outcomes:
            (row,) = [r for r in rows if (r["way"], r["outcome"]) == (way.id, outcome)]
            assert {k: row[k] for k in ("median", "low", "high")} == estimate.to_dict()
    for name, channel in data.series.channels.items():
        if f"published_{name}" in figures:
            figure = figures[f"published_{name}"]
            got = [dict(zip(figure.columns, r, strict=True)) for r in figure.rows]
            assert [r["observed"] for r in got] == [r.observed for r in channel.rows]
            assert [r["evidence"] for r in got] == [";".join(r.evidence) for r in channel.rows]
            assert all(r["source"] for r in got)


def test_what_if_rows_are_the_comparison_s(figures, comparison):
    figure = figures["what_if"]
    rows = [dict(zip(figure.columns, r, strict=True)) for r in figure.rows]
    for scenario in comparison.scenarios:
        for measure in ("safe", "returned", "dead"):
            (row,) = [r for r in rows if (r["scenario"], r["measure"]) == (scenario.id, measure)]
            assert row["median"] == getattr(scenario.differences, measure).median


def test_the_folder_holds_what_its_index_lists_and_the_same_bytes_again(data, figures):
    files = folder_files(data, list(figures.values()), "both")
    again = folder_files(data.model_copy(deep=True), figures_of(data), "both")
    assert {k: v for k, v in again.items() if k != INDEX} == {
        k: v for k, v in files.items() if k != INDEX and not k.startswith("what_if")
    }
    index = json.loads(files[INDEX])
    assert index["files"] == sorted(files)
    assert index["provenance"]["seed"] == 7 and index["data_licences"] is not None
    for entry in index["figures"]:
        assert len(table(files[entry["data"]])) == entry["rows"]
        assert list(table(files[entry["data"]])[0]) == entry["columns"]
        assert entry["alternative"] and entry["figure"] in files


WICKED = '<script>"&한글</script> =1+1'


def test_a_title_is_text_and_never_markup(data):
    own = data.to_dict()
    for ranking in own["rankings"]:
        ranking["ways"][0]["title"] = WICKED
    for named in (own["series"]["channels"], own["model"]["outputs"], own["model"]["quantities"]):
        for one in named.values():
            one["title"] = WICKED
    for steps in own["losses"].values():
        for step in steps:
            step["step"] = WICKED
    for figure in figures_of(ExplorerData.from_dict(own)):
        root = ET.fromstring(standalone(figure, "x"))
        assert not root.findall(f".//{SVG}script"), figure.name
        if figure.name == "ways":
            words = " ".join(str(t.text) for t in root.iter(f"{SVG}text"))
            assert '<script>"&한글</script>' in words


def test_an_unconverged_fit_says_so_on_every_figure(data):
    values = data.to_dict()
    values["model"]["fit"]["converged"] = False
    own = ExplorerData.from_dict(values)
    files = folder_files(own, figures_of(own))
    assert all(b"HAS NOT CONVERGED" in text for name, text in files.items() if name.endswith("svg"))
    assert json.loads(files[INDEX])["fit_converged"] is False


def test_a_drawing_for_a_page_takes_its_fonts_and_has_no_title_of_its_own(figures):
    drawn = bare(figures["ways"], '"Own Font"')
    assert '"Own Font"' in drawn and "Segoe" not in drawn
    assert figures["ways"].title not in [t.text for t in ET.fromstring(drawn).iter(f"{SVG}text")]


def test_pictures_lie_side_by_side_and_keys_wrap():
    dot = drawing(24, 14, circle(12, 7, 3, "dot"), label="a dot")
    assert 'x="5" y="7"' in placed(dot, 5, 7) and "aria" not in placed(dot, 5, 7)
    drawn = side_by_side([dot, dot, dot], columns=2, gap=10)
    assert (drawn.width, drawn.height) == (58, 38)
    assert keys([(dot, "some words")] * 9, 300).height > 18
