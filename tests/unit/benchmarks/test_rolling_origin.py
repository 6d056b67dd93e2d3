"""The rolling-origin evaluation on the teaching model, with methods that answer at once."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from benchmarks.scores import score
from tests.teaching import small_settings

from safepassage.study.loader import load_study

HERE = Path(__file__).resolve().parents[3] / "benchmarks"
RULES = {
    "splits": {"origins": [2002], "horizons": [1, 2]},
    "targets": {"series": ["arrivals_by_quarter"]},
    "what_is_known_at_an_origin": {"policies": "may change", "draws": 480, "seed": 1},
    "baselines": {"package": "methods"},
}
QUANTILES = np.linspace(50.0, 150.0, 480)


@pytest.fixture(scope="module")
def rolling():
    sys.path.insert(0, str(HERE))
    yield importlib.import_module("rolling_origin")
    sys.path.remove(str(HERE))


@pytest.fixture(scope="module")
def table(rolling):
    return importlib.import_module("_rolling_origin_table")


@pytest.fixture
def methods(rolling, monkeypatch):
    """Two methods: one that says the same each year, one that cannot read the series."""
    requested = []

    def answer(study, rules, rows):
        split = {"series": "arrivals_by_quarter", "origin": 2002}
        requested.append([row["year"] for row in rows])
        same = {"draws": [QUANTILES.tolist()] * 2, "chosen": ""}
        return {"version": "1", "splits": [{**split, "methods": {"same": same}}]}

    monkeypatch.setattr(rolling, "of_baselines", answer)
    return requested


def test_an_evaluation_scores_both_and_goes_on_from_what_is_kept(
    rolling, methods, teaching, tmp_path, monkeypatch
):
    # The sources are part of the key; someone may be at work on them while the tests run.
    monkeypatch.setattr("safepassage.store.source_hash", lambda: "these")
    said = []
    how = {"settings": small_settings(), "out": tmp_path, "say": said.append}
    rows, fits, package = rolling.evaluate(teaching, RULES, **how)
    assert [(r["origin"], r["year"], r["value"]) for r in rows] == [(2002, 2003, 130.0)]
    assert methods == [[2003]]
    assert package == "methods 1"
    assert set(rows[0]["draws"]) == {"safepassage", "same"}
    assert rows[0]["draws"]["safepassage"].shape == (480,)
    assert set(fits) == {2002}

    def fail(*_, **__):
        raise AssertionError("fitted again")

    monkeypatch.setattr("safepassage.inference.fit", fail)
    again, _, _ = rolling.evaluate(teaching, RULES, **how)
    np.testing.assert_array_equal(again[0]["draws"]["safepassage"], rows[0]["draws"]["safepassage"])


def test_the_methods_are_shown_the_past_alone(rolling, north_korea, monkeypatch):
    """Every split that goes to the methods ends at its origin."""
    seen = {}

    def answer(command, *, input, **_):
        seen.update(json.loads(input))
        return subprocess.CompletedProcess(command, 0, stdout='{"splits": []}')

    monkeypatch.setattr(rolling.subprocess, "run", answer)
    monkeypatch.setattr(rolling.Path, "exists", lambda self: True)
    rules = {**RULES, "splits": {"origins": [2008, 2020], "horizons": [1, 2]}}
    rules["targets"] = {"series": ["arrivals", "arrivals_women"]}
    rolling.of_baselines(north_korea, rules, rolling.rows_of(north_korea, rules))
    assert [(s["series"], s["origin"]) for s in seen["splits"]] == [
        ("arrivals", 2008), ("arrivals", 2020), ("arrivals_women", 2008), ("arrivals_women", 2020),
    ]  # fmt: skip
    for split in seen["splits"]:
        assert split["years"][-1] == split["origin"]
        assert len(split["values"]) == len(split["years"])
        assert split["horizon"] == 2


def test_a_total_is_the_sum_of_its_parts_where_it_stands_alone_it_is_its_own(rolling, north_korea):
    total, women, men = (
        rolling.history(north_korea, name)
        for name in ("arrivals", "arrivals_women", "arrivals_men")
    )
    assert total[2008] == women[2008] + men[2008]
    assert min(total) < min(women)


ROWS = [
    {
        "series": "one", "origin": 2000, "year": 2001, "value": 100.0,
        "draws": {"ours": QUANTILES, "wide": QUANTILES * 3, "short": None},
    },
    {
        "series": "one", "origin": 2001, "year": 2002, "value": 400.0,
        "draws": {"ours": QUANTILES, "wide": QUANTILES * 3, "short": QUANTILES},
    },
]  # fmt: skip
ABOUT = {"model": "m", "rules": "r", "package": "p", "fits": {}}


def test_totals_are_of_the_forecasts_that_every_method_has(table):
    totals = table.totals(ROWS)
    assert {t["figures"] for t in totals} == {1}
    (ours,) = [t for t in totals if (t["series"], t["method"]) == ("all", "ours")]
    assert ours["crps"] == pytest.approx(score(QUANTILES, 400.0).crps)
    assert ours["inside_90"] == 0
    assert ours["inside_90_interval"] == [0.0, pytest.approx(0.975)]


def test_a_method_without_any_forecast_does_not_empty_the_totals(table):
    rows = [{**row, "draws": {**row["draws"], "short": None}} for row in ROWS]
    assert {(t["method"], t["figures"]) for t in table.totals(rows)} == {("ours", 2), ("wide", 2)}


def test_wins_and_losses_are_both_counted(table):
    assert table.wins(ROWS, "crps", "ours") == {"wide": (1, 1), "short": (0, 0)}


def test_the_whole_table_is_shown(table):
    text = table.as_markdown(ROWS, ABOUT)
    assert "| one | 2000 | 2001 | 100 |" in text
    assert text.count("none") == 3  # once by forecast, once by origin in each unit
    assert " !" in text
    told = json.loads(json.dumps(table.as_json(ROWS, ABOUT)))
    assert len(told["forecasts"]) == 6
    assert sum("missing" in row for row in told["forecasts"]) == 1


def test_the_rules_name_series_that_the_model_has(rolling):
    import tomllib

    rules = tomllib.loads((HERE / "forecast_rules.toml").read_text())
    rows = rolling.rows_of(load_study(rolling.MODEL), rules)
    assert {r["series"] for r in rows} == set(rules["targets"]["series"])
    assert {r["origin"] for r in rows} == set(rules["splits"]["origins"])
