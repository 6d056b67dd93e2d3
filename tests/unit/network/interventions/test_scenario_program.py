"""A scenario's tables against the same change written into a model by hand, and against none."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from tests.teaching import at, natural, parameter, set_out, small_model

from safepassage.engines.counts import draw
from safepassage.engines.expected import solve
from safepassage.inference.fit import compile_study
from safepassage.model.reader import SCENARIO_FILE, read_scenarios
from safepassage.model.scenario_schema import Scenario, with_openings
from safepassage.network.compile import compile_model
from safepassage.network.interventions.scenario_program import ScenarioProgram, changed


def rate(compiled, edge: str, group: str, z) -> np.ndarray:
    """(M,) hazard or weight of an exit, the same in all phases."""
    tables, network = compiled.program.tables(z), compiled.network
    rows = [
        tables.scale[e] * tables.series[network.edge_series[e]]
        for e, name in enumerate(network.edge_name)
        if name == edge and network.cells[network.edge_source[e]].group == group
    ]
    assert all((row == rows[0]).all() for row in rows)
    return rows[0]


def scenario(*changes: dict, **more) -> Scenario:
    return Scenario.model_validate(
        {"title": "One", "reason": "A test", "changes": list(changes), **more}
    )


@pytest.fixture(scope="module")
def declared(three_states):
    path = three_states.path / SCENARIO_FILE
    return read_scenarios(path, three_states.model, own=True).declared.scenarios


@pytest.fixture(scope="module")
def z(three_states_compiled):
    return np.random.default_rng(3).standard_normal((len(three_states_compiled.parameters), 8))


def under(study, compiled, requested):
    if requested.opens:
        model = with_openings(study.model, requested)
        compiled = compile_study(dataclasses.replace(study, model=model))
    return changed(compiled, requested, study.covariates)


def same_as(model, study, new, z):
    """Every flow of a scenario is that of a model written by hand."""
    by_hand = compile_study(dataclasses.replace(study, model=model))
    ours = solve.solve(new.network, new.program.tables(z))
    theirs = solve.solve(by_hand.network, by_hand.program.tables(z))
    np.testing.assert_allclose(ours.quantities, theirs.quantities, rtol=1e-10)
    return ours


def test_what_equals_the_baseline_differs_by_exactly_nothing(
    three_states, three_states_compiled, declared, z
):
    new = under(three_states, three_states_compiled, declared["as_it_was"])
    assert isinstance(new.program, ScenarioProgram)
    base = three_states_compiled.program
    for engine in (
        lambda c: solve.solve(c.network, c.program.tables(z)).quantities,
        lambda c: draw.draw(c.network, c.program.tables(z), seed=5).quantities,
    ):
        np.testing.assert_array_equal(engine(new), engine(three_states_compiled))
    np.testing.assert_array_equal(new.program.extras(z, 60), base.extras(z, 60))
    assert len(new.network.edge_series) == len(three_states_compiled.network.edge_series)
    assert new.program.tables(z).series.shape[0] > base.tables(z).series.shape[0]


def test_a_policy_as_in_another_month(three_states, three_states_compiled, declared, z):
    model = three_states.model
    policy = model.policies["border_policy"]
    eras = {**policy.eras, "closed": policy.eras["closed"].model_copy(update={"factor": (1.0,)})}
    by_hand = model.model_copy(
        update={"policies": {"border_policy": policy.model_copy(update={"eras": eras})}}
    )
    new = under(three_states, three_states_compiled, declared["border_of_2002"])
    ours = same_as(by_hand, three_states, new, z)
    plain = solve.solve(three_states_compiled.network, three_states_compiled.program.tables(z))
    assert np.abs(ours.quantities - plain.quantities).max() > 1


def test_half_the_price_through_a_response(three_states, three_states_compiled, declared, z):
    half = {**three_states.covariates["price"]}
    new = under(three_states, three_states_compiled, declared["cheaper"])
    cheap = {"price": {year: usd / 2 for year, usd in half.items()}}
    by_hand = compile_study(dataclasses.replace(three_states, covariates=cheap))
    month = 12 * 5
    np.testing.assert_allclose(
        new.program.tables(z).entries[:, month],
        by_hand.program.tables(z).entries[:, month],
    )
    np.testing.assert_allclose(new.program.extras(z, month), by_hand.program.extras(z, month))
    plain = three_states_compiled.program
    np.testing.assert_array_equal(new.program.extras(z, 10), plain.extras(z, 10))
    assert (new.program.tables(z).entries[:, month] > plain.tables(z).entries[:, month]).all()


def test_a_shorter_season(three_states, three_states_compiled, declared, z):
    new = under(three_states, three_states_compiled, declared["short_winter"])
    before, after = (c.program.tables(z).entries for c in (three_states_compiled, new))
    moved = np.flatnonzero((before != after).any(axis=(0, 2)))
    assert set(moved % 12) == {1} and moved.min() == 37  # February, from 2005 on
    ratio = natural(three_states_compiled, z[:, 0], "ice_ratio")
    np.testing.assert_allclose(before[:, 37, 0] / after[:, 37, 0], ratio)


def test_hazards_and_odds_of_one_exit(three_states, three_states_compiled, declared, z):
    first = z[:, 0]
    new = under(three_states, three_states_compiled, declared["fewer_arrests"])
    before, after = (rate(c, "arrest", "women", first) for c in (three_states_compiled, new))
    np.testing.assert_allclose(after[36:72], 0.5 * before[36:72])
    np.testing.assert_array_equal(np.delete(after, range(36, 72)), np.delete(before, range(36, 72)))
    np.testing.assert_array_equal(
        rate(new, "death_in_hiding", "women", first),
        rate(three_states_compiled, "death_in_hiding", "women", first),
    )
    new = under(three_states, three_states_compiled, declared["everybody_let_go"])
    np.testing.assert_allclose(rate(new, "release", "men", first)[24:], 9.0)


def test_a_transition_that_ends_a_sojourn_keeps_its_phases(three_states, z):
    model = three_states.model
    new = changed(
        compile_study(three_states),
        scenario({"hazard": "recognised", "from": "2001-01", "set": ["recognition", 2]}),
        three_states.covariates,
    )
    by_hand = model.model_copy(
        update={
            "transitions": {
                **model.transitions,
                "recognised": model.transitions["recognised"].model_copy(
                    update={"hazard": ("recognition", 2)}
                ),
            }
        }
    )
    same_as(by_hand, three_states, new, z)


def test_an_opening_holds_in_its_time_alone(three_states, three_states_compiled, declared, z):
    new = under(three_states, three_states_compiled, declared["a_corridor"])
    open_ = rate(new, "corridor", "men", z[:, 0])
    assert (open_[36:72] == 0.5).all() and open_[:36].sum() == 0 and open_[72:].sum() == 0
    names = three_states_compiled.network.quantity_name
    assert new.network.quantity_name == names
    ours, plain = (
        draw.draw(c.network, c.program.tables(z), seed=5).quantities
        for c in (new, three_states_compiled)
    )
    np.testing.assert_array_equal(ours[:, :36], plain[:, :36])  # same draws until it opens
    arrivals = names.index("arrivals")
    assert (ours[arrivals, 36:72].sum(axis=0) > plain[arrivals, 36:72].sum(axis=0)).all()


def counted(**more):
    """People are counted where they arrive, and the odds to get there change in 2002."""
    return small_model(
        branches={
            "border": {
                "title": "Border",
                "outcomes": {
                    "across": {"to": "out", "odds": 1},
                    "lost": {"to": "home", "odds": ["danger", "guards"]},
                },
            }
        },
        entries={
            "leaves_home": {
                "title": "Leaves", "to": "border", "counted_at": "out",
                "persons_per_year": ["people", "openness"],
            }
        },
        parameters={
            "danger": parameter(), "people": parameter(low=50, high=200), "odd": parameter(),
        },
        policies={
            "guards": {"title": "Guards", "eras": {"many": {"from": "2002-01", "factor": 3}}},
            "openness": {"title": "Open", "eras": {"shut": {"from": "2002-01", "factor": ["odd"]}}},
        },
        **more,
    )  # fmt: skip


def test_who_tries_does_not_change_with_who_gets_through():
    compiled = compile_model(counted())
    new = changed(
        compiled, scenario({"odds": "border.lost", "from": "2001-01", "multiply": 0.1}), {}
    )
    z = at(compiled, danger=0.7)
    np.testing.assert_array_equal(
        set_out(new, "leaves_home", "men", z), set_out(compiled, "leaves_home", "men", z)
    )


def test_as_many_set_out_as_on_the_date_whose_level_is_taken():
    """The level is of those who got through under that date's odds."""
    compiled = compile_model(counted())
    z = at(compiled, danger=0.7, odd=-1.0)
    both = {"policy": ["guards", "openness"], "from": "2002-01", "as_in": "2001-12"}
    for change in (both, {**both, "policy": "openness"}):
        new = changed(compiled, scenario(change), {})
        before, after = (set_out(c, "leaves_home", "men", z) for c in (compiled, new))
        np.testing.assert_allclose(after, before[0])
    assert not np.allclose(before, before[0])


def test_something_may_come_of_nothing():
    model = counted(
        transitions={"leaves": {"from": "out", "to": "home", "hazard": ["odd", "shut"]}}
    )
    model = model.model_copy(
        update={
            "policies": {
                **model.policies,
                "shut": model.policies["guards"].model_validate(
                    {"title": "Shut", "eras": {"now": {"from": "2002-01", "factor": 0}}}
                ),
            }
        }
    )
    compiled = compile_model(model)
    z = at(compiled, odd=0.4)
    new = changed(compiled, scenario({"policy": "shut", "from": "2003-01", "as_in": "2001-12"}), {})
    hazard = rate(new, "leaves", "men", z)
    assert (hazard[24:36] == 0).all()
    np.testing.assert_allclose(hazard[36:], hazard[0])


def test_a_scenario_program_gives_numbers_alone(three_states, three_states_compiled, declared):
    """Fits and gradients are of the baseline, so its program has no such methods."""
    program = under(three_states, three_states_compiled, declared["fewer_arrests"]).program
    assert not hasattr(program, "pull") and not hasattr(program, "logarithms")
    assert program.extra_names == three_states_compiled.program.extra_names


def test_an_entry_that_was_shut_opens_as_it_was():
    """Of nothing there is no ratio: the level is worked out whole, as on the date it is of."""
    model = counted()
    shut = {"title": "Open", "eras": {"shut": {"from": "2002-01", "factor": 0}}}
    policies = {
        **model.policies, "openness": model.policies["guards"].model_validate(shut),
    }  # fmt: skip
    compiled = compile_model(model.model_copy(update={"policies": policies}))
    z = at(compiled, danger=0.7)
    change = {"policy": "openness", "from": "2003-01", "as_in": "2001-12"}
    after = set_out(changed(compiled, scenario(change), {}), "leaves_home", "men", z)
    assert after[0] > 0 and (after[24:36] == 0).all()
    np.testing.assert_allclose(after[36:], after[0])
