"""Policies that change together: what was, and what may come by the same law."""

from __future__ import annotations

import numpy as np
import pytest
from tests.teaching import small_model

from safepassage.analysis.forecast import policy_breaks
from safepassage.analysis.forecast.policy_breaks import (
    A_FACTOR_OF_TWO,
    HALF,
    SHUT,
    break_sentences,
    levels_ahead,
    past_of,
    sizes_of,
)

BOTH = {
    "hazard": {"title": "Hazard", "eras": {"slow": {"from": "2001-01", "factor": 0.5}}},
    "flow": {
        "title": "Flow",
        "eras": {
            "low": {"from": "2001-01", "to": "2001-12", "factor": 0.1},
            "high": {"from": "2002-01", "factor": 3},
        },
    },
    "never": {"title": "Never", "eras": {"later": {"from": "2000-01", "factor": 1}}},
    "idle": {"title": "Acts on nothing", "eras": {"x": {"from": "2001-06", "factor": 9}}},
}


def model_with(policies=BOTH, acting=("hazard", "flow", "never")):
    return small_model(
        policies=policies,
        transitions={"leaves": {"from": "out", "to": "home", "hazard": [1, *acting]}},
    )


def values_of(past, draws):
    factors = {"hazard": {"slow": 0.5}, "flow": {"low": 0.1, "high": 3.0}, "never": {"later": 1.0}}
    return {
        name: {None: np.zeros(draws)} | {e: np.full(draws, np.log(f)) for e, f in eras.items()}
        for name, eras in factors.items()
        if name in past.eras
    }


def test_breaks_are_the_months_in_which_policies_that_act_pass_into_another_era():
    past = past_of(model_with())
    assert [(b.time, b.policies) for b in past.breaks] == [
        ("2001-01", ("hazard", "flow")), ("2002-01", ("flow",)),
    ]  # fmt: skip
    assert past.never == ("never",)
    assert past.years == 4.0
    assert past.joint_eras(("hazard", "flow")) == (
        (None, None), ("slow", "low"), ("slow", "high"),
    )  # fmt: skip


def test_the_rate_is_that_of_the_past_and_uncertain():
    past = past_of(model_with())
    rates = past.rates(200_000, np.random.default_rng(1))
    assert rates.mean() == pytest.approx((2 + HALF) / 4, rel=0.01)
    assert rates.var() == pytest.approx((2 + HALF) / 16, rel=0.03)


def test_a_model_that_saw_no_break_may_still_have_one():
    past = past_of(model_with(acting=("never",)))
    assert not past.breaks
    draws = 4000
    values = {"never": {None: np.zeros(draws), "later": np.zeros(draws)}}
    levels = levels_ahead(past, values, {"never": ["later"] * 24}, np.random.default_rng(2))[
        "never"
    ]
    changed = (levels[-1] != 0).mean()
    # A Gamma(1/2) rate over 4 years, for 2 years: 1 - (1 + 2/4) ** -1/2; changes may come back.
    assert changed == pytest.approx(1 - 1.5**-HALF, abs=0.02)
    steps = levels / A_FACTOR_OF_TWO
    np.testing.assert_allclose(steps, np.rint(steps), atol=1e-9)
    assert 0.4 < (levels[-1] > 0).sum() / (levels[-1] != 0).sum() < 0.6


def test_policies_that_changed_together_change_together_to_what_they_had_together(monkeypatch):
    past = past_of(model_with(acting=("hazard", "flow")))
    draws, odd = 60_000, 0.123
    monkeypatch.setattr(policy_breaks, "sizes_of", lambda *_: np.full((1, draws), odd))
    declared = {"hazard": ["slow"], "flow": ["high"]}
    levels = levels_ahead(past, values_of(past, draws), declared, np.random.default_rng(3))
    hazard, flow = levels["hazard"][0], levels["flow"][0]
    # In one month there is one break at most, but for a few draws.
    none = np.isclose(hazard, 0.0)
    assert none.sum() > 200
    assert np.isclose(flow, 0.0)[none].mean() > 0.9
    # New values come to both as well: as likely as one of the pair's two other pasts, and on a
    # date like none before.
    new = np.isclose(np.abs(hazard - np.log(0.5)), odd)
    assert np.isclose(np.abs(flow - np.log(3.0)), odd)[new].mean() > 0.9
    assert new.sum() / none.sum() == pytest.approx(4.0, rel=0.2)
    # The flow alone changes on the other date.
    alone = np.isclose(flow, np.log(0.1)) & np.isclose(hazard, np.log(0.5))
    assert alone.any()


def test_new_values_lie_as_far_off_as_past_changes_went():
    past = past_of(model_with(acting=("hazard", "flow")))
    sizes = sizes_of(past, values_of(past, 2), 2)
    expected = sorted([np.log(2), np.log(2), np.log(10), np.log(30)])
    np.testing.assert_allclose(np.sort(sizes[:, 0]), expected)


def test_a_policy_that_shuts_has_no_size_and_may_open_again():
    policies = {
        "gate": {"title": "Gate", "eras": {"shut": {"from": "2002-01", "factor": 0}}},
    }
    past = past_of(model_with(policies, acting=("gate",)))
    draws = 2000
    values = {"gate": {None: np.zeros(draws), "shut": np.full(draws, SHUT)}}
    assert len(sizes_of(past, values, draws)) == 1
    levels = levels_ahead(past, values, {"gate": ["shut"] * 36}, np.random.default_rng(4))["gate"]
    assert (levels[0] == SHUT).mean() > 0.9
    assert (levels[-1] == 0.0).any()


def test_a_change_that_the_model_declares_comes_on_its_date():
    past = past_of(model_with(acting=("hazard",)))
    draws = 500
    levels = levels_ahead(
        past, values_of(past, draws), {"hazard": ["slow"] * 5 + [None] * 5},
        np.random.default_rng(5),
    )["hazard"]  # fmt: skip
    assert np.isclose(levels[4], np.log(0.5)).mean() > 0.7
    assert np.isclose(levels[5], 0.0).mean() > 0.9


def test_policies_that_never_changed_take_their_turn():
    past = past_of(model_with())
    draws = 3000
    declared = {"hazard": ["slow"] * 24, "flow": ["high"] * 24, "never": ["later"] * 24}
    levels = levels_ahead(past, values_of(past, draws), declared, np.random.default_rng(6))
    # Breaks like none before, a third; and a third of the others. A Gamma(2.5) rate over 4 years,
    # for 2 years.
    changed = (levels["never"][-1] != 0).mean()
    assert changed == pytest.approx(1 - (1 + 2 * (1 / 3 + 2 / 9) / 4) ** -(2 + HALF), abs=0.04)
    assert any("1 of 3: Never" in s for s in break_sentences(past, {"never": "Never"}))


def test_a_model_without_policies_says_nothing_of_breaks():
    past = past_of(small_model(parameters={}))
    assert break_sentences(past, {}) == ()
    assert levels_ahead(past, {}, {}, np.random.default_rng(1)) == {}
