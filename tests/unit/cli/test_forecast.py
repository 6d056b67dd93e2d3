"""`forecast` on the command line: its arguments and its faults."""

from __future__ import annotations


def test_the_last_year_must_be_given(cli):
    code, _, err = cli("forecast", "island")
    assert code == 2
    assert "--to" in err
