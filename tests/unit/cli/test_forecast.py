"""`forecast` on the command line: its arguments, its text, its faults."""

from __future__ import annotations

import json

from safepassage.cli.forecast import _text

TITLES = {"people_seen": "People who were seen in a place with a name that fills the whole line"}


def test_the_text_fits_a_terminal_and_marks_what_was_fitted():
    row = {"low": 1.0, "low_50": 2.0, "median": 3.0, "high_50": 40.0, "high": 12345.0}
    value = {
        "fit": {"converged": True},
        "outputs": {
            "people_seen": [
                {"time": "2008", "forecast": False, **row},
                {"time": "2009", "forecast": True, **row},
                {"time": "2010", "forecast": True, **dict.fromkeys(row)},
            ]
        },
        "assumptions": ["Something long is taken for granted here. " * 4],
    }
    lines = _text(value, TITLES).splitlines()
    assert max(map(len, lines)) <= 80
    (posterior,) = [line for line in lines if line.startswith("  2008")]
    (later,) = [line for line in lines if line.startswith("  2009")]
    assert posterior.endswith("fitted")
    assert later.split() == ["2009", "3", "2", "to", "40", "1", "to", "12,345"]
    assert not any(line.startswith("  2010") for line in lines)


ROW = {"low": 1.0, "low_50": 2.0, "median": 3.0, "high_50": 40.0, "high": 12345.0}


def view(**parts):
    return {"from": "2009-01", "flows": {}, "stocks": {}, "places": {}, **parts}


def text_of(planner):
    value = {"fit": {"converged": True}, "outputs": {}, "assumptions": [], "planner": planner}
    return _text(value, TITLES).splitlines()


def test_a_planner_reads_months_and_places_on_a_terminal():
    title = "People who wait in a place with a long name " * 2
    waiting = {"title": title, "unit": "persons", "rows": [{"time": "2009-01", **ROW}]}
    nobody = {
        "title": "Nobody",
        "unit": "persons",
        "rows": [{"time": "2009-01", **dict.fromkeys(ROW, 0.0)}],
    }
    places = [{"time": "2009", **ROW, "enough_50": 1200.0, "enough_90": 34567.0}]
    lines = text_of(
        view(
            flows={
                "coming": {
                    "title": "Coming",
                    "unit": "persons",
                    "rows": [{"time": "2009-01", **ROW}],
                }
            },
            stocks={"waiting": waiting, "nobody": nobody},
            places={"waiting": places},
        )
    )
    assert max(map(len, lines)) <= 80
    assert sum(line.startswith("  2009-01") for line in lines) == 2
    assert "Nobody: none expected" in lines
    (enough,) = [line for line in lines if line.startswith("  2009 ")]
    assert enough.split() == ["2009", "1,200", "34,567"]
    (head,) = [line for line in lines if line.startswith("In the worst month")]
    assert len(enough) <= len(head)


def test_a_model_without_months_says_what_to_declare():
    assert "declares no output of people by month" in " ".join(text_of(view()))


def test_the_last_year_must_be_given(cli):
    code, _, err = cli("forecast", "island")
    assert code == 2
    assert "--to" in err


def test_a_real_forecast_names_its_outputs_by_title_and_ends_in_the_last_year(model, cli):
    code, out, _ = cli("forecast", model, "--to", "2010", "--policies", "stay", "--planner")
    assert code == 0
    assert "People in hiding (median, 50 %, 90 %)" in out
    years = [line.split()[0] for line in out.splitlines() if line.startswith("  20")]
    assert years == ["2007", "2008", "2009", "2010"]
    assert "declares no output of people by month" in " ".join(out.split())
    value = json.loads(cli("forecast", model, "--to", "2010", "--json").out)
    assert (value["to"], value["policies"]) == (2010, "may change")
