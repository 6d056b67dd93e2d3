"""Rows of a channel's file, one by one."""

from __future__ import annotations

import pytest

from safepassage.evidence.csv_file import CsvFile, CsvRow
from safepassage.evidence.observations import observations_in
from safepassage.model.reader import draft_model

COLUMNS = ("evidence", "quantity", "from", "to", "value", "low", "high", "rounded", "status")


def read(study, kind: str = "count", **cells: str):
    draft = draft_model(study.path).draft
    channel = draft.model.channels["arrivals_counted"]
    changed = channel.reporting.model_copy(update={"kind": kind})
    row = {
        "evidence": "T10", "quantity": "arrivals", "from": "2002", "to": "2002", "value": "100",
        **cells,
    }  # fmt: skip
    file = CsvFile("f.csv", COLUMNS, (CsvRow(2, row),), ())
    return observations_in(
        file, "arrivals_counted", channel.model_copy(update={"reporting": changed}), draft
    )


def test_a_row_may_be_rounded_and_provisional(three_states):
    found, faults = read(three_states, rounded="50", status="provisional")
    assert not faults
    assert found[0].rounded == 50.0 and found[0].provisional
    plain = read(three_states, status="final")[0][0]
    assert plain.rounded is None and not plain.provisional


@pytest.mark.parametrize(
    "kind, cells, field, says",
    [
        ("count", {"status": "maybe"}, "status", "'provisional', 'final' or empty"),
        ("count", {"rounded": "0"}, "rounded", "above 0"),
        ("count", {"rounded": "ten"}, "rounded", "must be a number"),
        ("split", {"rounded": "10"}, "rounded", "belongs to counts and estimates"),
        ("split", {"quantity": "women_share"}, "quantity", "is a share; use `kind: share`"),
        ("count", {"quantity": "women_share"}, "quantity", "is a share; use `kind: share`"),
        ("share", {"value": "0.5"}, "quantity", "is no share"),
        ("range", {"low": "90"}, "low", "must be given"),
        ("range", {"low": "100", "high": "100"}, "low", "apart"),
        ("range", {"low": "0", "high": "100"}, "low", "above 0"),
        ("range", {"low": "110", "high": "100", "value": ""}, "low", "above high 100"),
    ],
)
def test_what_is_wrong_is_reported(three_states, kind, cells, field, says):
    found, faults = read(three_states, kind, **cells)
    assert not found
    assert [(f.field, says in f.message, f.line) for f in faults] == [(field, True, 2)]
