"""What only a whole series shows: people counted twice, fractions of people, no rows, gaps."""

from __future__ import annotations

import dataclasses
import warnings
from pathlib import Path

import pytest
from tests.planting import change, copy_of_three_states, faults_of

from safepassage.cli.main import main
from safepassage.errors import InputError
from safepassage.evidence import coverage
from safepassage.evidence.coverage import missing_years
from safepassage.study.loader import load_study

ARRIVALS = "observations/arrivals.csv"
SECOND = "T11,arrivals,2003-01,2003-12,130,,,\n"


def test_spans_that_meet_count_people_twice(tmp_path):
    folder = copy_of_three_states(tmp_path)
    change(folder, ARRIVALS, SECOND, "T11,arrivals,2002-10,2003-12,130,,,\n")
    (fault,) = faults_of(folder)
    assert (fault.file, fault.line, fault.field) == (str(folder / ARRIVALS), 3, "from")
    assert "2002-10 to 2003-12 of 'arrivals' meets 2002-01 to 2002-12" in fault.message
    assert f"{folder / ARRIVALS}:2" in fault.message


def test_spans_of_two_quantities_or_of_estimates_may_meet(tmp_path):
    folder = copy_of_three_states(tmp_path)
    change(folder, ARRIVALS, SECOND, "T11,women_arriving,2002-10,2003-12,130,,,\n")
    assert load_study(folder)
    change(folder, ARRIVALS, "T11,women_arriving", "T11,arrivals")
    change(folder, "model.yaml", "{kind: count, spread: arrivals_spread}",
           "{kind: estimate, spread: arrivals_spread}")  # fmt: skip
    assert load_study(folder)


def test_a_row_that_stands_twice_is_reported_once(tmp_path):
    folder = copy_of_three_states(tmp_path)
    change(folder, ARRIVALS, SECOND, SECOND + SECOND)
    (fault,) = faults_of(folder)
    assert (fault.line, fault.field) == (4, "evidence")
    assert "a datum serves once" in fault.message


@pytest.mark.parametrize(
    ("value", "says"),
    [("130.5", "is 130.5 but a count is of whole people"), ("-1", "must be at least 0")],
)
def test_a_count_is_of_whole_people(tmp_path, value, says):
    folder = copy_of_three_states(tmp_path)
    change(folder, ARRIVALS, SECOND, SECOND.replace("130", value))
    (fault,) = faults_of(folder)
    assert (fault.line, fault.field) == (3, "value")
    assert says in fault.message


def test_percent_given_as_a_share_says_what_to_do(tmp_path):
    folder = copy_of_three_states(tmp_path)
    change(folder, "observations/women.csv", "0.55,0.5,0.6", "55,50,60")
    faults = faults_of(folder)
    assert {f.field for f in faults} == {"share", "low", "high"}
    assert all("divide percent by 100" in f.message for f in faults)


def test_a_channel_without_rows(tmp_path):
    folder = copy_of_three_states(tmp_path)
    path = folder / ARRIVALS
    path.write_text(path.read_text().splitlines()[0] + "\n")
    (fault,) = faults_of(folder)
    assert fault.file == str(folder / "model.yaml")
    assert fault.field == "channels.arrivals_counted.file"
    assert "no row that can be used" in fault.message


def test_a_channel_whose_rows_are_all_wrong_is_not_called_empty_too(tmp_path):
    folder = copy_of_three_states(tmp_path)
    text = (folder / ARRIVALS).read_text()
    for value in ("100", "130", "70"):
        text = text.replace(f",{value},", ",,")
    (folder / ARRIVALS).write_text(text)
    faults = faults_of(folder)
    assert [f.line for f in faults] == [2, 3, 4]
    assert all("needs a number" in f.message for f in faults)


def faults_of_population(folder: Path) -> list[str]:
    try:
        load_study(folder)
    except InputError as error:
        return [f.message for f in error.faults if "people in all" in f.message]
    return []


def test_a_stock_above_all_people_of_the_model(tmp_path, monkeypatch):
    study = load_study(copy_of_three_states(tmp_path / "whole"))
    assert coverage.population_of(study.model) is None, "people enter it"
    alone = study.model.model_copy(update={"entries": {}})
    assert coverage.population_of(alone) == 100, "women and men, 50 each"
    monkeypatch.setattr(coverage, "population_of", lambda model: 100.0)
    folder = copy_of_three_states(tmp_path / "more")
    change(folder, ARRIVALS, "T12,women_arriving,2004-01,2004-12,70,,,women only",
           "T12,hidden_stock,2004-01,2004-12,101,,,")  # fmt: skip
    (said,) = faults_of_population(folder)
    assert said.startswith("is 101 but the model holds 100 people in all")
    change(folder, ARRIVALS, ",101,", ",100,")
    assert not faults_of_population(folder), "and 130 arrivals may be of people who come twice"


def test_a_year_that_a_yearly_series_lacks_is_a_warning(tmp_path):
    folder = copy_of_three_states(tmp_path)
    evidence = folder / "evidence.csv"
    (like,) = [row for row in evidence.read_text().splitlines() if row.startswith("T17,")]
    header = (folder / ARRIVALS).read_text().splitlines()[0]
    rows, known = [header], []
    for year in (2001, 2002, 2003, 2004, 2006, 2007):
        rows.append(f"X{year},arrivals,{year}-01,{year}-12,100,,,")
        known.append(like.replace("T17", f"X{year}"))
    (folder / ARRIVALS).write_text("\n".join(rows) + "\n")
    evidence.write_text(evidence.read_text() + "\n".join(known) + "\n")
    with pytest.warns(UserWarning, match=r"arrivals_counted: .*'arrivals' has no 2005; if"):
        load_study(folder)


def test_single_years_and_parts_of_years_are_no_yearly_series(three_states):
    row = three_states.observations["arrivals_counted"][0]

    def spans(*pairs):
        return [dataclasses.replace(row, start=a, end=b) for a, b in pairs]

    yearly = [(f"{y}-01", f"{y}-12") for y in (2001, 2002, 2003, 2005, 2006)]
    assert missing_years(spans(*yearly)) == [2004]
    assert missing_years(spans(*yearly[:4])) == []
    assert missing_years(spans(*yearly, ("2010-01", "2010-12"))) == []
    assert missing_years(spans(*yearly, ("2007-01", "2007-06"))) == []


@pytest.mark.parametrize("model", ["north-korea", "examples/after_the_earthquake"])
def test_the_models_that_we_ship_have_no_gaps_to_tell(model):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert load_study(model if "/" not in model else Path(__file__).parents[3] / model)


def test_the_command_line_says_all_at_once_with_code_2(tmp_path, capsys):
    folder = copy_of_three_states(tmp_path)
    change(folder, ARRIVALS, SECOND, "T11,arrivals,2002-10,2003-12,130.5,,,\n")
    change(folder, "observations/women.csv", "0.55,0.5,0.6", "55,,")
    before = sorted(tmp_path.rglob("*"))
    assert main(["fit", str(folder), "--out", str(tmp_path / "out")]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 3
    assert sorted(tmp_path.rglob("*")) == before
