"""People whom nobody counts, beside published estimates, used and unused."""

from __future__ import annotations

import csv
import dataclasses
import io
import json

import numpy as np
import pytest
from tests.planting import change, copy_of_three_states
from tests.teaching import small_settings

from safepassage.analysis.checks.published_estimates import (
    COLUMNS,
    _verdict,
    compare_published,
    compared_csv,
)
from safepassage.evidence.row import EvidenceRow
from safepassage.inference.fit import fit
from safepassage.results.parts import Estimate
from safepassage.study.loader import load_study

QUANTITIES = """
  women_hidden: {title: Women in hiding, stock: hidden, groups: {sex: female}}
  men_hidden: {title: Men in hiding, stock: hidden, groups: {sex: male}}
"""
MEMORIES = """
  over_1_year: {title: Long in hiding, among: hidden_stock, years_in: [hidden, detained],
                over_years: 1}
"""
CHANNEL = """
  hidden_estimates:
    {title: Estimates of people in hiding, file: observations/hidden.csv,
     reporting: {kind: estimate, spread: 0.2}}
"""
ROWS = (
    ("U1", "300", "", "", 2003, 2003, "B"),
    ("U2", "", "100", "900", 2004, 2004, "C"),
    ("U3", "9000", "", "", 2005, 2005, "C"),
    ("U4", "", "", "2", 2005, 2005, "D"),
    ("U5", "500", "", "", 1990, 1990, "C"),
)


@pytest.fixture(scope="module")
def estimated(tmp_path_factory):
    """The teaching model with estimates of those in hiding, of which a channel uses one."""
    folder = copy_of_three_states(tmp_path_factory.mktemp("hidden"))
    change(folder, "model.yaml", "\nmemories:\n", f"{QUANTITIES}\nmemories:{MEMORIES}")
    change(folder, "model.yaml", "\nchannels:\n", f"\nchannels:\n{CHANNEL.strip(chr(10))}\n")
    evidence = folder / "evidence.csv"
    with evidence.open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    with evidence.open("a", encoding="utf-8", newline="") as file:
        for name, value, low, high, first, last, grade in ROWS:
            cells = {
                "id": name, "ids": name, "quantity": "in_hiding", "value": value, "low": low,
                "high": high, "unit": "persons", "year_from": first, "year_to": last,
                "grade": grade, "source_title": f"Source of {name}", "topic": "made_up",
            }  # fmt: skip
            csv.writer(file, lineterminator="\n").writerow([cells.get(c, "") for c in header])
    rows = "evidence,quantity,from,to,value\nU1,hidden_stock,2003-01,2003-12,300\n"
    (folder / "observations" / "hidden.csv").write_text(rows, encoding="utf-8")
    study = load_study(folder)
    return fit(study, seed=3, out=tmp_path_factory.mktemp("fit"), settings=small_settings())


@pytest.fixture(scope="module")
def entry(estimated):
    (entry,) = compare_published(estimated)
    return entry


def test_every_figure_of_the_variable_stands_beside_the_model(entry):
    rows = {row.evidence: row for row in entry.published}
    assert list(rows) == ["U5", "U1", "U2", "U3", "U4"]  # in order of time
    assert rows["U1"].used_by == "channel hidden_estimates"
    assert all(rows[name].used_by is None for name in ("U2", "U3", "U4", "U5"))
    assert rows["U3"].verdict == "published is higher"
    assert rows["U4"].verdict == "published is lower"
    assert (rows["U5"].model, rows["U5"].verdict) == (None, "outside the model's years")
    assert {row.grade for row in rows.values()} == {"B", "C", "D"}
    value = entry.to_dict()
    assert json.loads(json.dumps(value)) == value
    assert type(entry).from_dict(value) == entry


def test_the_model_says_the_mean_of_the_months_of_a_figure(estimated, entry):
    network = estimated.compiled.network
    row = network.quantity_name.index("hidden_stock")
    months = network.month_of_step // 12 == 2  # 2003
    people = estimated.people.quantities[row, months].mean(axis=0)
    model = next(row for row in entry.published if row.evidence == "U1").model
    assert model.median == pytest.approx(np.median(people))


def test_parts_add_up_and_long_stays_are_a_part(entry):
    parts = {part.value: part.series for part in entry.parts}
    assert set(parts) == {"female", "male", "over 1 years"}
    whole = {point.time: point for point in entry.series}
    for women, men in zip(parts["female"], parts["male"], strict=True):
        both = women.median + men.median
        assert both == pytest.approx(whole[women.time].median, rel=0.1)
    assert parts["over 1 years"][0].time == "2002"  # nobody can have been before
    for point in parts["over 1 years"]:
        assert 0 < point.high < whole[point.time].high


@pytest.mark.parametrize(
    ("value", "low", "high", "verdict"),
    [
        (150, None, None, "agrees"),
        (250, None, None, "published is higher"),
        (50, None, None, "published is lower"),
        (None, 190, 400, "agrees"),
        (None, 20, 110, "agrees"),
        (None, None, 90, "published is lower"),
        (None, None, 900, "agrees"),
        (None, 201, None, "published is higher"),
        (None, 10, None, "agrees"),
        (210, None, 300, "published is higher"),
        (90, 80, 99, "published is lower"),
    ],
)
def test_a_bound_contradicts_on_one_side_only(estimated, value, low, high, verdict):
    row = next(iter(estimated.study.evidence.rows.values()))
    assert isinstance(row, EvidenceRow)
    figure = dataclasses.replace(row, value=value, low=low, high=high)
    assert _verdict(figure, Estimate(median=140.0, low=100.0, high=200.0)) == verdict


def test_the_table_has_every_point_and_every_figure(entry):
    rows = list(csv.DictReader(io.StringIO(compared_csv([entry]))))
    assert tuple(rows[0]) == COLUMNS
    published = [row for row in rows if row["part"] == "published"]
    assert [row["evidence"] for row in published] == ["U5", "U1", "U2", "U3", "U4"]
    assert published[0]["median"] == ""
    assert published[2]["published_low"] == "100"
    series = [row for row in rows if row["part"] == "all"]
    assert [row["time"] for row in series] == [point.time for point in entry.series]
    assert float(series[3]["high"]) == pytest.approx(entry.series[3].high, rel=1e-4)
