"""The text of `diff`: what differs first, ten of a kind, and 80 columns whatever the names."""

import pytest

from safepassage.reports.text.diff import diff_text

FIT = {
    "converged": True, "max_rhat": 1.004, "min_bulk_ess": 900.0, "min_tail_ess": 800.0,
    "divergences": 0,
}  # fmt: skip


def difference(count=12, size=1.0, name="hazard_of_arrest_{}", **changed):
    some = {"median": size, "low": size, "high": size}
    rows = [
        {"name": name.format(i), "first": some, "second": some, "shift": (-1) ** i * size / (i + 1)}
        for i in range(count)
    ]
    return {
        "runs": ["/a/folder/aaaa", "/a/folder/bbbb"],
        "provenance": {"seed": [1, 2], "model_hash": ["a" * 64, "b" * 64], "version": [None, "1"]},
        "fit": [FIT, {**FIT, "converged": False, "max_rhat": None}],
        "parameters": rows,
        "outputs": [{"name": row["name"], "time": "2001-Q1", "shift": 0.25} for row in rows],
        **changed,
    }


@pytest.mark.parametrize("size", [0.0, 1e-9, -3.0, 1e9])
def test_it_fits_a_terminal(size):
    long = difference(size=size, name="a_very_long_name_of_a_parameter_that_no_column_holds_{}")
    long["runs"] = [f"/{'folder/' * 20}aaaa", "b"]
    assert max(map(len, diff_text(long).splitlines())) <= 80


def test_what_differs_and_whether_each_has_converged():
    lines = diff_text(difference()).splitlines()
    assert ["seed", "1", "2"] in [line.split() for line in lines]
    assert ["model_hash", "a" * 12, "b" * 12] in [line.split() for line in lines]
    assert ["version", "absent", "1"] in [line.split() for line in lines]
    assert ["converged", "yes", "NO"] in [line.split() for line in lines]
    assert ["largest", "R-hat", "1.004", "unknown"] in [line.split() for line in lines]
    assert "Run 2 has NOT CONVERGED: what moved may be noise." in lines
    assert "NOT CONVERGED" not in diff_text(difference(fit=[FIT, FIT]))
    assert "the same model, evidence, sources and seed" in diff_text(difference(provenance={}))


def test_ten_of_a_kind_are_listed_and_the_others_counted():
    lines = diff_text(difference(12)).splitlines()
    assert sum(line.startswith("  hazard_of_arrest_") for line in lines) == 20
    assert "  and 2 more parameters (--json lists all)" in lines
    assert "  and 2 more outputs (--json lists all)" in lines
    assert "more" not in diff_text(difference(10)).replace("moved most", "")
    assert "Parameters: none in either run." in diff_text(difference(0))


def test_medians_and_shifts_stand_in_the_order_given():
    some = {"median": 1200.0, "low": 1.0, "high": 2.0}
    rows = [
        {"name": "new", "first": None, "second": some, "shift": None},
        {"name": "old", "first": some, "second": {**some, "median": 0.5}, "shift": -2.5},
    ]
    lines = [line.split() for line in diff_text(difference(parameters=rows)).splitlines()]
    at = lines.index(["new", "absent", "1,200", "-"])
    assert lines[at + 1] == ["old", "1,200", "0.50", "-2.50"]
    assert ["hazard_of_arrest_3", "2001-Q1", "+0.25"] in lines
