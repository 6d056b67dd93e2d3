"""`forecast` on the command line: its arguments, its text, its faults."""

from __future__ import annotations

from safepassage.cli.forecast import _text


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
    lines = _text(value).splitlines()
    assert max(map(len, lines)) <= 80
    (fitted,) = [line for line in lines if line.startswith("  2008")]
    (later,) = [line for line in lines if line.startswith("  2009")]
    assert fitted.endswith("fitted")
    assert later.split() == ["2009", "3", "2", "to", "40", "1", "to", "12,345"]
    assert not any(line.startswith("  2010") for line in lines)


def test_the_last_year_must_be_given(cli):
    code, _, err = cli("forecast", "island")
    assert code == 2
    assert "--to" in err
