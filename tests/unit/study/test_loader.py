"""A model folder as a whole: its data files, and the links to evidence."""

import shutil
from pathlib import Path

import pytest
from tests.planting import (
    THREE_STATES,
    Planted,
    assert_reported,
    change,
    copy_of_three_states,
    faults_of,
)

from safepassage.errors import InputError
from safepassage.study.bundled import bundled_models
from safepassage.study.loader import load_study

ARRIVALS, WOMEN, PRICE = (f"observations/{n}.csv" for n in ("arrivals", "women", "price"))
FIRST = "T10,arrivals,2002-01,2002-12,100,,,"


def arrivals(new: str, field: str, says: str) -> Planted:
    return Planted(FIRST, new, field, says, file=ARRIVALS)


CASES = {
    "text in a number column": arrivals(
        "T10,arrivals,2002-01,2002-12,about 100,,,", "value", "is 'about 100' but must be a number"
    ),
    "NaN in a number column": arrivals(
        "T10,arrivals,2002-01,2002-12,NaN,,,", "value", "must be a finite number"
    ),
    "infinity in a number column": arrivals(
        "T10,arrivals,2002-01,2002-12,100,0,inf,", "high", "must be a finite number"
    ),
    "negative count": arrivals("T10,arrivals,2002-01,2002-12,-100,,,", "value", "at least 0"),
    "no value": arrivals("T10,arrivals,2002-01,2002-12,,90,110,", "value", "needs a number"),
    "interval upside down": arrivals(
        "T10,arrivals,2002-01,2002-12,100,110,90,", "low", "above high 90; swap"
    ),
    "value outside its interval": arrivals(
        "T10,arrivals,2002-01,2002-12,100,110,120,", "value", "outside its own interval"
    ),
    "unknown quantity": arrivals(
        "T10,arivals,2002-01,2002-12,100,,,", "quantity", "did you mean 'arrivals'?"
    ),
    "no evidence": arrivals(
        ",arrivals,2002-01,2002-12,100,,,", "evidence", "name the evidence row"
    ),
    "unknown evidence": arrivals(
        "T99,arrivals,2002-01,2002-12,100,,,", "evidence", "evidence 'T99' does not exist"
    ),
    "a month that is none": arrivals(
        "T10,arrivals,2002-1,2002-12,100,,,", "from", "write it as 2004-01"
    ),
    "from after to": arrivals("T10,arrivals,2002-12,2002-01,100,,,", "from", "after `to` 2002-01"),
    "outside the calendar": arrivals(
        "T10,arrivals,2000-06,2002-12,100,,,", "from", "outside the calendar 2001-01 to 2008-12"
    ),
    "too few cells": arrivals(
        "T10,arrivals,2002-01,2002-12,100", "", "has 5 cells under 8 columns"
    ),
    "quotes left open": arrivals('T10,"arrivals,2002-01,2002-12,100,,,', "", "is not CSV"),
    "note with an address": arrivals(
        "T10,arrivals,2002-01,2002-12,100,,,write to someone@example.org", "note", "e-mail"
    ),
    "column that a channel points to": Planted(
        "columns: {value: share}",
        "columns: {value: shares}",
        "shares",
        "did you mean 'share'?",
        at="evidence,quantity",
        reported_in=WOMEN,
    ),
    "column that is missing": Planted(
        "evidence,quantity,from,to,value",
        "evidence,quantity,since,to,value",
        "from",
        "the column 'from' is missing; add it",
        file=ARRIVALS,
    ),
    "column that stands twice": Planted(
        "value,low,high,note",
        "value,low,low,note",
        "low",
        "stands twice in the header",
        file=ARRIVALS,
        at="evidence,",
    ),
    "column of a covariate": Planted(
        "column: usd",
        "column: eur",
        "eur",
        "the column 'eur' is missing",
        at="year,usd",
        reported_in=PRICE,
    ),
    "covariate of zero": Planted(
        "2008,2400,T21", "2008,0,T21", "usd", "must be a positive number", file=PRICE
    ),
    "covariate with text": Planted(
        "2008,2400,T21", "2008,dear,T21", "usd", "must be a number", file=PRICE
    ),
    "covariate with a gap": Planted("2008,2400,T21", "2008,,T21", "usd", "is empty", file=PRICE),
    "covariate without order": Planted(
        "2008,2400,T21", "2000,2400,T21", "year", "order the rows by year", file=PRICE
    ),
    "covariate in no year": Planted(
        "2008,2400,T21", "2008.5,2400,T21", "year", "a whole year", file=PRICE
    ),
    "covariate that rests on nothing": Planted(
        "2008,2400,T21", "2008,2400,", "evidence", "begin `note` with 'assumed'", file=PRICE
    ),
    "missing file": Planted(
        "file: observations/women.csv",
        "file: observations/woman.csv",
        "channels.women_among_arrivals.file",
        "is missing from the folder; add the file",
    ),
    "missing covariate": Planted(
        "file: observations/price.csv",
        "file: observations/prize.csv",
        "covariates.price.file",
        "is missing from the folder",
    ),
    "a file outside the folder": Planted(
        "file: observations/women.csv",
        "file: ../women.csv",
        "channels.women_among_arrivals.file",
        "leads out of the model folder",
    ),
    "unknown evidence of a parameter": Planted(
        "    evidence: T01\n",
        "    evidence: T0\n",
        "parameters.departures.evidence",
        "does not exist",
    ),
    "unknown evidence of an era": Planted(
        "evidence: T05}",
        "evidence: T55}",
        "policies.border_policy.eras.closed.evidence",
        "does not exist; did you mean",
    ),
    "a datum twice in one place": Planted(
        "[T02, T03]", "[T02, T02]", "parameters.recognition.evidence", "stands twice here"
    ),
    "a datum as prior and observation": Planted(
        "[T02, T03]",
        "[T02, T12]",
        "evidence",
        "evidence 'T12' is already used at",
        at="T12,women",
        reported_in=ARRIVALS,
    ),
    "a datum under another id": Planted(
        "T11,arrivals",
        "T910,arrivals",
        "evidence",
        "evidence 'T910', which is T10, is already used",
        file=ARRIVALS,
    ),
    "a datum in another cut": Planted(
        "T14;T15,", "T16,", "evidence", "evidence 'T16' overlaps 'T11', already used at", file=WOMEN
    ),
    "a datum as season and covariate": Planted(
        "2008,2400,T21", "2008,2400,T04", "evidence", "(seasons.ice_season.evidence)", file=PRICE
    ),
    "a faulty evidence row": Planted(
        "T22,T22,", "T21,T21,", "id", "T21 was already given", at="price,1500", file="evidence.csv"
    ),
}


@pytest.mark.parametrize("planted", CASES.values(), ids=CASES.keys())
def test_fault_is_reported(tmp_path, planted):
    assert_reported(tmp_path, planted)


def test_a_share_in_percent(tmp_path):
    folder = copy_of_three_states(tmp_path)
    change(folder, WOMEN, "0.55,0.5,0.6", "55,50,60")
    told = faults_of(folder)
    assert [f.field for f in told] == ["high", "low", "share"]
    assert all("divide percent by 100" in f.message and f.line == 2 for f in told)


def test_an_estimate_needs_a_value_or_an_interval(tmp_path):
    folder = copy_of_three_states(tmp_path)
    change(folder, "model.yaml", "{kind: count, spread", "{kind: estimate, spread")
    change(folder, ARRIVALS, FIRST, "T10,arrivals,2002,2002,,80,120,")
    seen = load_study(folder).observations["arrivals_counted"][0]
    assert (seen.start, seen.end, seen.value) == ("2002-01", "2002-12", None)
    assert (seen.low, seen.high, seen.evidence, seen.line) == (80, 120, ("T10",), 2)
    change(folder, ARRIVALS, "2002,2002,,80,120,", "2002,2002,,80,,")
    (fault,) = faults_of(folder)
    assert fault.field == "value"
    assert "give a value, or both `low` and `high`" in fault.message


def test_eras_may_share_the_date_of_a_law(tmp_path):
    folder = copy_of_three_states(tmp_path)
    change(folder, "model.yaml", "factor: 1.2}", "factor: 1.2, evidence: [T05, T10]}")
    assert load_study(folder).model.policies["border_policy"].eras["half_closed"].evidence


def test_an_assumed_year_of_a_covariate(tmp_path):
    folder = copy_of_three_states(tmp_path)
    change(folder, PRICE, "year,usd,evidence\n2001,800,T20\n2008,2400,T21",
           "year,usd,evidence,note\n2001,800,T20,\n2008,2400,,assumed: as before")  # fmt: skip
    study = load_study(folder)
    assert study.covariates == {"price": {2001: 800.0, 2008: 2400.0}}
    assert study.covariate_evidence == {"price": ("T20",)}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty; give it a header"),
        (b"evidence\xff\n", "is not UTF-8 text there"),
        (b"a" * 10_000_001, "is larger than 10,000,000 bytes"),
    ],
)
def test_data_file_that_cannot_be_read(tmp_path, content, says):
    folder = copy_of_three_states(tmp_path)
    (folder / WOMEN).write_bytes(content)
    (fault,) = faults_of(folder)
    assert fault.file == str(folder / WOMEN)
    assert says in fault.message


def test_missing_evidence_file(tmp_path):
    folder = copy_of_three_states(tmp_path)
    (folder / "evidence.csv").unlink()
    (fault,) = faults_of(folder)
    assert fault.file == str(folder / "evidence.csv")


HEADER = "id,topic,quantity,value,unit,year_from,year_to,grade,source_title\n"


def extra(folder: Path, row: str) -> Path:
    path = folder / "extra.csv"
    path.write_text(HEADER + row + "\n")
    return path


def test_a_users_row_becomes_an_observation(tmp_path):
    path = extra(tmp_path, "U1,channel:arrivals_counted,arrivals,140,persons,2006,2006,B,Own count")
    study = load_study(THREE_STATES, [path])
    plain = load_study(THREE_STATES)
    last = study.observations["arrivals_counted"][-1]
    assert (last.evidence, last.value, last.start, last.end) == (("U1",), 140, "2006-01", "2006-12")
    assert (last.file, last.line) == (str(path), 2)
    assert len(study.observations["arrivals_counted"]) == 4
    assert study.model_hash == plain.model_hash
    assert study.evidence_hash != plain.evidence_hash


def test_a_users_row_may_just_add_to_the_table(tmp_path):
    path = extra(tmp_path, "U1,arrivals,arrivals,140,persons,2006,2006,B,Own count")
    study = load_study(THREE_STATES, [path])
    assert study.evidence.resolve("U1").value == 140
    assert study.observations == load_study(THREE_STATES).observations


@pytest.mark.parametrize(
    ("row", "field", "says"),
    [
        ("U1,channel:arrivals_count,arrivals,9,persons,2006,2006,B,O", "topic", "did you mean"),
        ("U1,channel:arrivals_counted,arrival,9,persons,2006,2006,B,O", "quantity", "did you mean"),
        ("U1,channel:arrivals_counted,arrivals,9,persons,2012,2012,B,O", "from", "outside the cal"),
        ("U1,channel:arrivals_counted,arrivals,,persons,2006,2006,B,O", "value", "needs a number"),
    ],
)
def test_fault_of_a_users_row(tmp_path, row, field, says):
    path = extra(tmp_path, row)
    with pytest.raises(InputError) as caught:
        load_study(THREE_STATES, [path])
    (fault,) = caught.value.faults
    assert (fault.file, fault.line) == (str(path), 2)
    assert says in fault.message
    assert fault.field == {"from": "year_from"}.get(field, field)


def test_hashes_follow_what_they_are_of(tmp_path):
    first = load_study(THREE_STATES)
    folder = copy_of_three_states(tmp_path)
    assert load_study(folder).model_hash == first.model_hash
    change(folder, PRICE, "2001,800", "2001,801")
    second = load_study(folder)
    assert second.model_hash != first.model_hash
    assert second.evidence_hash == first.evidence_hash
    change(folder, "evidence.csv", "price,1500", "price,1501")
    assert load_study(folder).model_hash == second.model_hash
    assert load_study(folder).evidence_hash != second.evidence_hash


def test_bundled_models_are_found_by_name(monkeypatch, tmp_path):
    package = tmp_path / "package"
    shutil.copytree(THREE_STATES, package / "models" / "three_states")
    monkeypatch.setattr("safepassage.study.bundled.files", lambda name: package)
    assert list(bundled_models()) == ["three-states"]
    for name in ("three-states", "three_states"):
        assert load_study(name).path == package / "models" / "three_states"


@pytest.mark.parametrize("name", ["nowhere", "a\0b", "x" * 5000, Path("nowhere")])
def test_unknown_model(name):
    with pytest.raises(InputError) as caught:
        load_study(name)
    (fault,) = caught.value.faults
    assert "is neither a folder nor a bundled model; bundled: north-korea" in fault.message
