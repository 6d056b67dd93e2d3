"""What all records share, and what is left of 0.1 for one release."""

from __future__ import annotations

import math

import pytest

from safepassage.results.base import ByName, text_screen
from safepassage.results.fit import ChannelRow, FitSummary
from safepassage.results.parts import Convergence, Estimate

ROW = {
    "quantity": "arrivals", "from": "2001-01", "to": "2001-12", "evidence": ["T1"],
    "observed": 3.0, "low": None, "high": None, "inside": True, "tension": 0.2,
    "predicted": {"median": 3.5, "low": 2.0, "high": 5.0},
}  # fmt: skip


def test_what_is_not_finite_is_null():
    estimate = Estimate(median=float("nan"), low=None, high=float("inf"))
    assert estimate.to_dict() == {"median": None, "low": None, "high": None}


def test_a_fit_whose_chains_are_stuck_is_read_back():
    values = {"converged": False, "max_rhat": float("inf"), "min_bulk_ess": float("nan"),
              "min_tail_ess": 4.0, "divergences": 0, "seconds": 1.0, "chains": 4,
              "draws": 9}  # fmt: skip
    stored = Convergence(**values).to_dict()
    assert stored["max_rhat"] is None and stored["min_bulk_ess"] is None
    again = Convergence.from_dict(stored)
    assert math.isnan(again.max_rhat) and again.to_dict() == stored


def test_a_word_of_python_has_another_name_there():
    row = ChannelRow.from_dict(ROW)
    assert (row.start, row.end) == ("2001-01", "2001-12")
    assert row.to_dict() == ROW
    named = {"start": "2001-01", "end": "2001-12"}
    rest = {name: value for name, value in ROW.items() if name not in ("from", "to")}
    assert ChannelRow(**named, **rest) == row


def test_what_is_not_declared_is_refused():
    with pytest.raises(ValueError, match="extra"):
        Estimate(median=1.0, low=0.0, high=2.0, mean=1.0)


def test_what_was_not_requested_is_absent(posterior):
    assert {"checks", "compared"}.isdisjoint(posterior.to_dict())
    assert FitSummary.from_dict(posterior.to_dict()).checks is None


def test_fields_by_key_warn(posterior):
    with pytest.warns(DeprecationWarning, match=r"Estimate\['median'\].*write \.median"):
        assert Estimate(median=1.0, low=0.0, high=2.0)["median"] == 1.0
    with pytest.warns(DeprecationWarning, match=r"write \.start"):
        assert ChannelRow.from_dict(ROW)["from"] == "2001-01"
    with pytest.raises(KeyError):
        Estimate(median=1.0, low=0.0, high=2.0)["mean"]
    with pytest.warns(DeprecationWarning, match="use to_dict"):
        assert posterior.summary().to_json() == posterior.to_dict()


@pytest.mark.parametrize("name", ["parameters", "channels", "outputs"])
def test_what_was_a_method_warns_and_is_itself(posterior, name):
    table = getattr(posterior, name)
    assert isinstance(table, ByName)
    with pytest.warns(DeprecationWarning, match=r"leave out the \(\)"):
        assert table() is table
    assert len(repr(table)) < 2000
    assert table.to_frame().height >= len(table)
    assert "<table" in table._repr_html_()


def test_a_screen_shows_the_columns_and_rows_that_fit():
    import polars as pl

    rows = [{"name": f"a name that is longer than a cell may be {i}", "value": 12345.678, "n": i,
             **{f"more_{k}": 0.123456 for k in range(12)}} for i in range(40)]  # fmt: skip
    text = text_screen("A headline of many words, " * 5, pl.DataFrame(rows))
    lines = text.splitlines()
    assert max(map(len, lines)) <= 80
    assert "12,346" in text and "0.123 " in text and "a name that is longer than a …" in text
    assert lines[2].split() == ["name", "value", "n", *(f"more_{k}" for k in range(4))]
    assert len(lines) == 2 + 13 + 2 and lines[-2].startswith("40 rows in all; more columns: more_4")
    assert text_screen("Nothing.", pl.DataFrame()) == "Nothing."
