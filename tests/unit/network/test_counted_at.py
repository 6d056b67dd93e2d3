"""An entry counted where it ends: so many reach the place, however many set out."""

from __future__ import annotations

import numpy as np
import pytest
from tests.teaching import at, natural, parameter, set_out, small_model

from safepassage.engines.expected import solve
from safepassage.network.compile import compile_model

STATES = {
    "dead": {"title": "Dead", "outcome": "dead"},
    "caught": {"title": "Caught", "outcome": "returned"},
    "arrived": {"title": "Arrived", "outcome": "limbo"},
}
BRANCHES = {
    "border": {
        "title": "Border",
        "outcomes": {
            "across": {"to": "landing", "odds": 1},
            "bribe": {"to": "gamble", "odds": ["bribes", "season"]},
            "shot": {"to": "dead", "odds": ["danger", "policy", "by_sex"]},
        },
    },
    "gamble": {
        "title": "Gamble",
        "outcomes": {
            "passed": {"to": "landing", "odds": 1},
            "betrayed": {"to": "caught", "odds": ["danger"]},
        },
    },
    "landing": {
        "title": "Landing",
        "outcomes": {
            "free": {"to": "arrived", "odds": 1},
            "seized": {"to": "caught", "odds": ["seizure", "by_sex"]},
        },
    },
}


def reaching(goal):
    """Two entries to one border, one of them counted at a place beyond it."""
    return compile_model(
        small_model(
            states=STATES,
            branches=BRANCHES,
            transitions={},
            entries={
                "counted": {"title": "C", "to": "border", "counted_at": goal,
                            "persons_per_year": ["flow", "season", "by_sex"]},
                "plain": {"title": "P", "to": "border", "persons_per_year": [30, "policy"],
                          "groups": {"sex": "men"}},
            },
            initial={"there": {"state": "out", "persons": 0}},
            parameters={"flow": parameter(low=100, high=900), "bribes": parameter(low=0.2, high=2),
                        "danger": parameter(low=0.1, high=1),
                        "seizure": parameter("probability", 0.1, 0.5)},
            seasons={"season": {"title": "S", "months": [1, 2, 3, 2, 1, 1, 1, 1, 1, 1, 4, 1]}},
            policies={"policy": {"title": "P", "eras": {"e": {"from": "2001-06", "factor": 6}}}},
            contrasts={"by_sex": {"title": "X", "by": "sex", "values": {"men": 3}}},
        )
    )  # fmt: skip


def alone(compiled, z, entry):
    """Steady flows of one entry's people: (place, group) to (M,) persons who come there."""
    tables = compiled.program.tables(z)
    rows = np.array([name == entry for name, _ in compiled.entry_names])
    tables = tables._replace(entries=tables.entries * rows[:, None])
    network = compiled.network
    moved = solve.flows(network, tables, np.arange(network.steps)).edges
    found = {}
    for e, target in enumerate(network.edge_target):
        cell = network.cells[target]
        found[cell.state, cell.group] = found.get((cell.state, cell.group), 0) + moved[:, e]
    return found


@pytest.mark.parametrize("goal", ["landing", "arrived"])
def test_the_declared_number_reaches_the_place_two_branches_deep(goal):
    compiled = reaching(goal)
    rng = np.random.default_rng(3)
    season = np.array([1, 2, 3, 2, 1, 1, 1, 1, 1, 1, 4, 1] * 4)
    for z in (at(compiled), rng.standard_normal(len(compiled.parameters))):
        come = alone(compiled, z, "counted")
        flow = natural(compiled, z, "flow")
        np.testing.assert_allclose(come[goal, "women"], flow / 12 * season, rtol=1e-10)
        np.testing.assert_allclose(come[goal, "men"], 3 * flow / 12 * season, rtol=1e-10)
        for group in ("women", "men"):
            sent = set_out(compiled, "counted", group, z) / 12
            assert (sent > come[goal, group] * 1.01).all(), "nobody was lost on the way"


def test_an_entry_that_is_not_counted_there_sets_out_as_declared():
    compiled = reaching("arrived")
    policy = np.where(np.arange(48) < 17, 1, 6)
    z = at(compiled, danger=1.0, bribes=-1.0)
    np.testing.assert_allclose(set_out(compiled, "plain", "men", z), 30 * policy)
    assert alone(compiled, z, "plain")["arrived", "men"][0] < 30 / 12


def test_the_share_that_arrives_is_that_of_the_odds():
    compiled = reaching("arrived")
    z = at(compiled, danger=0.6, bribes=0.3, seizure=-1.0)
    danger, bribes = natural(compiled, z, "danger"), natural(compiled, z, "bribes")
    seizure = natural(compiled, z, "seizure")
    seized = 3 * seizure / (1 - seizure)
    month = 20  # September 2001: the policy holds, the season does not
    landed = (1 + bribes / (1 + danger)) / (1 + bribes + 6 * 3 * danger)
    arrived = landed / (1 + seized)
    sent = set_out(compiled, "counted", "men", z)[month]
    assert sent * arrived == pytest.approx(3 * natural(compiled, z, "flow"), rel=1e-12)
