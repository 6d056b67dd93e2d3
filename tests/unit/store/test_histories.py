"""Histories on disk: names for numbers, no months for the last years, whole files only."""

from __future__ import annotations

import numpy as np
import pytest
from tests.networks import Sketch

from safepassage.engines.individuals.records import MOVE, PAYMENT, REPAYMENT, ROW
from safepassage.store import histories
from safepassage.store.histories import HistoryWriter, scan


@pytest.fixture
def network():
    sketch = Sketch(steps=60).cell("a", persons=1).cell("b").edge("a", "b", 1.0).entry("a", 2.0)
    return sketch.build()[0]  # five years from 2000-01


def rows(*values):
    """person, party, step, event, cost, payer, kind, cell."""
    return np.array([tuple(v) for v in values], ROW)


def test_rows_say_in_words_what_happened(tmp_path, network):
    writer = HistoryWriter(tmp_path, network)
    writer.begin(3)
    writer.write(3, rows(
        (0, 0, 0, 2, 0.0, 0, MOVE, 0), (7, 6, 0, 1, 50.0, 0, MOVE, 0),
        (7, 6, 13, 0, 5.0, 0, MOVE, 1), (7, 6, 13, 0, 80.0, 2, PAYMENT, 1),
        (7, 6, 13, 0, 80.0, 0, REPAYMENT, 1), (7, 6, 13, 0, 9.0, 1, PAYMENT, 1),
    ))  # fmt: skip
    table = scan(tmp_path).collect()
    assert table.columns == [
        "replicate", "person", "party", "time", "from", "to", "cause", "cost", "payer", "simulated",
    ]  # fmt: skip
    assert table.drop("cost", "simulated").rows() == [
        (3, 0, 0, "2000-01", "outside", "a", "start", "self"),
        (3, 7, 6, "2000-01", "outside", "a", ">a", "self"),
        (3, 7, 6, "2001-02", "a", "b", "a>b", "self"),
        (3, 7, 6, "2001-02", "b", "b", "payment", "owed"),
        (3, 7, 6, "2001-02", "b", "b", "repayment", "self"),
        (3, 7, 6, "2001-02", "b", "b", "payment", "relative"),
    ]
    assert table["cost"].to_list() == [0, 50, 5, 80, 80, 9] and table["simulated"].all()


@pytest.mark.parametrize(("end", "last_month"), [(None, "2002-12"), ("2006-03", "2004-12")])
def test_the_running_year_and_the_one_before_carry_no_month(tmp_path, network, end, last_month):
    writer = HistoryWriter(tmp_path, network, end=end)
    writer.write(0, rows(*((0, 0, step, 0, 0.0, 0, MOVE, 1) for step in range(60))))
    times = scan(tmp_path).collect()["time"].to_list()
    monthly = [time for time in times if len(time) == 7]
    assert monthly[-1] == last_month
    assert all(len(time) == 4 for time in times[len(monthly) :])


def test_a_replicate_run_again_replaces_its_files(tmp_path, network):
    move = (0, 0, 0, 0, 0.0, 0, MOVE, 1)
    writer = HistoryWriter(tmp_path, network)
    for replicate in (0, 1):
        writer.begin(replicate)
        for _ in range(3):
            writer.write(replicate, rows(move, move))
    assert scan(tmp_path).collect().height == 12
    again = HistoryWriter(tmp_path, network)
    again.begin(1)
    again.write(1, rows(move))
    assert scan(tmp_path).collect().height == 7


def test_a_failed_write_leaves_no_half_file(tmp_path, network, monkeypatch):
    def full(path, content):
        raise OSError("no space left")

    monkeypatch.setattr(histories, "atomic_write_bytes", full)
    with pytest.raises(OSError, match="no space"):
        HistoryWriter(tmp_path, network).write(0, rows((0, 0, 0, 0, 0.0, 0, MOVE, 1)))
    with pytest.raises(FileNotFoundError, match="holds no histories"):
        scan(tmp_path)
