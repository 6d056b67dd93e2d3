"""Worlds that a model gets wrong: figures differ in the one respect that is asked for."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.misspecification import (
    AsDeclared,
    Drift,
    MovedPolicy,
    Recovery,
    _at_truth,
    misspecified,
    recovery_table,
)

from safepassage.analysis.checks.synthetic_data import simulate_figures
from safepassage.analysis.headlines import of_posterior
from safepassage.inference.compile_likelihood import compile_likelihood
from safepassage.inference.fit import compile_study

ARRIVALS = "arrivals_counted"


def test_as_declared_is_what_calibration_makes(three_states):
    made, z = simulate_figures(three_states, 1, 3)
    world = misspecified(three_states, AsDeclared(), 1, 3)
    assert world.figures.observations == made.observations
    np.testing.assert_array_equal(world.z, z)
    assert world.truth is three_states


def test_a_drift_lowers_the_later_figures_of_its_channel_only(three_states, three_states_compiled):
    likelihood = compile_likelihood(three_states, three_states_compiled)
    drifted = Drift(ARRIVALS, -0.2).reporting(likelihood)
    shift = drifted.reported - likelihood.reported
    expected = [
        -0.2 * (int(d.start[:4]) - 2002) if d.channel == ARRIVALS else 0.0 for d in likelihood.data
    ]
    np.testing.assert_allclose(shift, expected, atol=1e-12)
    plain = misspecified(three_states, AsDeclared(), 1, 0).figures.observations
    world = misspecified(three_states, Drift(ARRIVALS, -3.0), 1, 0).figures.observations
    seen, known = ([r.value for r in o[ARRIVALS]] for o in (world, plain))
    assert seen[0] > 0.5 * known[0]
    assert seen[2] < 0.1 * max(known[2], 1)


def test_a_policy_is_moved_in_the_world_and_not_in_the_model(three_states):
    world = misspecified(three_states, MovedPolicy("border_policy", 12), 1, 0)
    eras = world.truth.model.policies["border_policy"].eras
    assert (eras["half_closed"].start, eras["half_closed"].end) == ("2004-01", "2004-12")
    assert (eras["closed"].start, eras["closed"].end) == ("2005-01", None)
    known = world.figures.model.policies["border_policy"].eras
    assert known["closed"].start == "2004-01"
    moved, plain = (compile_study(x) for x in (world.truth, world.figures))
    z = np.zeros((len(plain.parameters), 1))
    assert (moved.program.tables(z).series != plain.program.tables(z).series).any()


def test_headline_answers_of_the_truth_are_one_number_each(posterior):
    world = misspecified(posterior.study, MovedPolicy("border_policy", 12), 1, 0)
    answers = of_posterior(posterior)
    true = of_posterior(_at_truth(posterior, world))
    assert set(true) == set(answers)
    assert {len(v) for v in true.values()} == {1}
    outcomes = [v[0] for k, v in true.items() if k.startswith("over_the_border.")]
    assert sum(outcomes) == pytest.approx(1)
    assert "hidden_people" in true or "hidden_by_month" in true


def test_the_table_has_a_row_for_each_world():
    one = Recovery("as declared", 3, {"a": 1.0}, {"a": 0.2}, 0.1, {"c": 0.9})
    two = Recovery("a drift", 3, {"a": 1 / 3}, {"a": -2.0}, 0.2, {"c": 2.0})
    table = recovery_table([one, two]).splitlines()
    assert len(table) == 4
    assert table[0] == "| world | fits | a | figures listed | tension of c |"
    assert table[3] == "| a drift | 3 | 33% (-2.0) | 20% | 2.00 |"
