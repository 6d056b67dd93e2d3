"""A model that is wrong in a known way: how its answers fare, and whether anything tells."""

from __future__ import annotations

import pytest
from benchmarks.misspecification import AsDeclared, Drift, ShiftedPolicy, recover, recovery_table
from tests.recovery.test_three_states import FIGURES, published
from tests.teaching import small_settings

WORLDS = {
    "as declared": AsDeclared(),
    "a tenth less reported each year": Drift("arrivals_counted", -0.1),
    "border closed a year later": ShiftedPolicy("border_policy", 12),
}


@pytest.mark.slow
def test_answers_under_a_wrong_model(three_states, tmp_path, capsys):
    study = published(three_states, [100.0] * len(FIGURES))
    found = {
        title: recover(
            study, how, title=title, seeds=range(10), out=tmp_path / title,
            settings=small_settings(),
        )
        for title, how in WORLDS.items()
    }  # fmt: skip
    with capsys.disabled():
        print(f"\n{recovery_table(list(found.values()))}")
    right, drifting, moved = found.values()
    coverage = [sum(r.inside_90.values()) / len(r.inside_90) for r in (right, drifting, moved)]
    assert coverage[0] > 0.75, "of a right model the answers are held as promised"
    assert coverage[1] < coverage[0] - 0.2, "and of a drifting share they are not"
    stock = "hidden_people"
    assert drifting.inside_90[stock] < 0.5 < right.inside_90[stock]
    assert drifting.error[stock] < -1, "people who go unreported are missing from the stock"
    assert abs(moved.error[stock]) < 1, "a date that is off by a year hardly moves it"
