"""Products: what a name means for a group, in a hazard and among odds."""

from __future__ import annotations

import numpy as np
import pytest
from tests.teaching import at, natural, parameter, rate, set_out, small_model

from safepassage.engines import solve
from safepassage.network.compile import compile_model

GROUPS = {
    "women": {"sex": "women", "origin": "border"},
    "men": {"sex": "men", "origin": "border"},
    "sailors": {"sex": "men", "origin": "coast"},
}


def leaving(hazard, **sections):
    """A model whose only transition has this hazard."""
    made = {"leaves": {"from": "out", "to": "home", "hazard": hazard}}
    return compile_model(small_model(groups=GROUPS, transitions=made, **sections))


def test_numbers_and_parameters_multiply():
    compiled = leaving(["a", 3, "b"], parameters={"a": parameter(low=2, high=8), "b": parameter()})
    z = at(compiled, a=0.5, b=-1.0)
    expected = 3 * natural(compiled, z, "a") * natural(compiled, z, "b")
    np.testing.assert_allclose(rate(compiled, "leaves", "women", z), expected, rtol=1e-12)


def test_a_name_twice_is_a_square():
    compiled = leaving(["a", "a"], parameters={"a": parameter(low=2, high=8)})
    np.testing.assert_allclose(rate(compiled, "leaves", "men", at(compiled)), 16.0, rtol=1e-12)


@pytest.mark.parametrize("shift", [-2.0, 0.0, 1.3])
def test_a_probability_is_itself_in_a_hazard_and_its_odds_in_a_branch(shift):
    share = {"share": parameter("probability", 0.1, 0.7)}
    outcomes = {"home": {"to": "home", "odds": "share"}, "back": {"to": "out", "odds": 1}}
    compiled = leaving(
        ["share"],
        parameters=share,
        branches={"fork": {"title": "Fork", "outcomes": outcomes}},
        entries={"enters": {"title": "E", "to": "fork", "persons_per_year": 120}},
    )
    z = at(compiled, share=shift)
    p = natural(compiled, z, "share")
    np.testing.assert_allclose(rate(compiled, "leaves", "men", z), p, rtol=1e-12)
    np.testing.assert_allclose(rate(compiled, "fork.home", "men", z), p / (1 - p), rtol=1e-12)
    weights = [rate(compiled, f"fork.{o}", "men", z)[0] for o in ("home", "back")]
    assert weights[0] / sum(weights) == pytest.approx(p, rel=1e-12)


def test_a_contrast_is_one_for_values_that_it_does_not_name():
    contrast = {"title": "C", "by": "sex", "values": {"men": ["ratio", 2]}}
    compiled = leaving(
        ["by_sex"], contrasts={"by_sex": contrast}, parameters={"ratio": parameter(low=3, high=3.1)}
    )
    z = at(compiled, ratio=1.0)
    two = 2 * natural(compiled, z, "ratio")
    for group, factor in (("women", 1.0), ("men", two), ("sailors", two)):
        np.testing.assert_allclose(rate(compiled, "leaves", group, z), factor, rtol=1e-12)


def test_a_contrast_may_choose_a_factor_that_varies_over_time():
    season = {"title": "S", "months": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]}
    contrast = {"title": "C", "by": "origin", "values": {"coast": ["calendar"]}}
    compiled = leaving(["chosen"], contrasts={"chosen": contrast}, seasons={"calendar": season})
    z = at(compiled)
    np.testing.assert_allclose(rate(compiled, "leaves", "men", z), 1.0)
    np.testing.assert_allclose(rate(compiled, "leaves", "sailors", z)[:14], [*range(1, 13), 1, 2])


def test_a_factor_of_zero_shuts_the_way_for_a_group():
    contrast = {"title": "C", "by": "sex", "values": {"men": 0}}
    compiled = leaving(["women_only"], contrasts={"women_only": contrast})
    assert [compiled.network.cells[e].group for e in compiled.network.edge_source] == ["women"]
    run = solve(compiled.network, compiled.program.tables(at(compiled)))
    last = dict(zip(compiled.network.cells, run.counts[-1], strict=True))
    assert {c.group: round(n) for c, n in last.items() if c.state == "out"} == {
        "women": round(100 * np.exp(-4.0)),
        "men": 100,
        "sailors": 100,
    }


def loads(same, groups=None):
    """Entries proportional to people at home; the load's own cells by the group that enters."""
    crowd = {"title": "F", "kind": "proportional", "states": "home", "same": same}
    if groups:
        crowd["groups"] = groups
    compiled = leaving(
        1,
        feedbacks={"crowd": crowd},
        entries={"enters": {"title": "E", "to": "out", "persons_per_year": [0.5, "crowd"]}},
    )
    network = compiled.network
    found = {}
    for (_, group), k in zip(compiled.entry_names, network.entry_feedback, strict=True):
        members = network.feedback_cell[network.feedback_start[k] : network.feedback_start[k + 1]]
        found[group] = {network.cells[c].group for c in members}
    assert {network.cells[c].state for c in network.feedback_cell} == {"home"}
    return compiled, found


def test_a_feedback_counts_whom_it_says():
    _, all_of_them = loads([])
    everybody = {"women", "men", "sailors"}
    assert all_of_them == dict.fromkeys(everybody, everybody)
    _, by_sex = loads(["sex"])
    men = {"men", "sailors"}
    assert by_sex == {"women": {"women"}, "men": men, "sailors": men}
    _, landed = loads(["sex"], {"origin": ["border"]})
    assert landed == {"women": {"women"}, "men": {"men"}, "sailors": {"men"}}


def test_a_feedback_acts_on_the_flow():
    compiled, _ = loads(["sex"])
    z = at(compiled)
    np.testing.assert_allclose(set_out(compiled, "enters", "men", z), 0.5)
    run = solve(compiled.network, compiled.program.tables(z))
    home = {c.group: run.counts[5, i] for i, c in enumerate(compiled.network.cells)
            if c.state == "home"}  # fmt: skip
    before = [run.counts[5, i] for i, c in enumerate(compiled.network.cells) if c.group == "men"]
    after = [run.counts[6, i] for i, c in enumerate(compiled.network.cells) if c.group == "men"]
    entered = sum(after) - sum(before)
    assert entered == pytest.approx(0.5 / 12 * (home["men"] + home["sailors"]), rel=1e-9)


def test_a_product_of_two_feedbacks_is_refused_when_read(tmp_path):
    from tests.planting import change, copy_of_three_states, faults_of

    folder = copy_of_three_states(tmp_path)
    old = "hazard: [arrest_hazard, by_sex, crowding]"
    change(folder, "model.yaml", old, "hazard: [arrest_hazard, crowding, crowding]")
    assert any("2 feedbacks" in fault.message for fault in faults_of(folder))
