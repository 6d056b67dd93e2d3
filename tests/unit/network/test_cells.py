"""States to cells: Erlang phases, fixed delays, groups, and what nobody can come to."""

from __future__ import annotations

import numpy as np
import pytest
from tests.teaching import at, parameter, small_model

from safepassage.engines import solve
from safepassage.network.arrays import DELAY, HELD, INSTANT, Cell
from safepassage.network.compile import compile_model


def states(**out):
    return {"out": {"title": "Out", "outcome": "limbo", **out}}


def home_by_step(compiled):
    """(T + 1,) share of people who are home."""
    run = solve(compiled.network, compiled.program.tables(at(compiled)))
    home = [i for i, c in enumerate(compiled.network.cells) if c.state == "home"]
    return run.counts[:, home].sum(axis=1) / run.counts[0].sum()


@pytest.mark.parametrize("phases", [1, 3, 7])
def test_phases_keep_the_mean_stay_and_narrow_it(phases):
    leaves = {"from": "out", "to": "home", "hazard": 4, "completes": True}
    model = small_model(states=states(phases=phases), transitions={"leaves": leaves})
    compiled = compile_model(model, step="day")
    assert sum(c.state == "out" and c.group == "men" for c in compiled.network.cells) == phases
    arrived = np.diff(home_by_step(compiled))
    steps = np.arange(len(arrived)) + 1
    mean = arrived @ steps
    # a phase is left with the same chance in each step: the sum of geometric stays
    chance = -np.expm1(-4 * phases / 365.25)
    assert arrived.sum() == pytest.approx(1, abs=1e-5)
    assert mean == pytest.approx(phases / chance, rel=1e-3)
    assert arrived @ (steps - mean) ** 2 == pytest.approx(
        phases * (1 - chance) / chance**2, rel=0.01
    )
    assert mean / 365.25 == pytest.approx(1 / 4, rel=0.04)


def test_people_begin_in_the_first_phase_and_may_leave_otherwise_from_any():
    moves = {
        "leaves": {"from": "out", "to": "home", "hazard": 2, "completes": True},
        "dies": {"from": "out", "to": "dead", "hazard": 0.5},
    }
    more = {**states(phases=3), "dead": {"title": "Dead", "outcome": "dead"}}
    compiled = compile_model(small_model(states=more, transitions=moves), step="day")
    network = compiled.network
    edges = {
        (network.edge_name[e], network.cells[network.edge_source[e]].phase,
         network.cells[network.edge_target[e]])
        for e in range(len(network.edge_name))
        if network.cells[network.edge_source[e]].group == "men"
    }  # fmt: skip
    assert edges == {
        ("out.0", 0, Cell("out", "men", 1)),
        ("out.1", 1, Cell("out", "men", 2)),
        ("leaves", 2, Cell("home", "men", 0)),
        *(("dies", phase, Cell("dead", "men", 0)) for phase in range(3)),
    }
    run = solve(network, compiled.program.tables(at(compiled)))
    assert {c.phase for c, n in zip(network.cells, run.counts[0], strict=True) if n > 0} == {0}
    dead = sum(run.counts[-1, i] for i, c in enumerate(network.cells) if c.state == "dead")
    # three phases at 6 a year, each left alive with chance 6 / 6.5
    assert dead / 200 == pytest.approx(1 - (6 / 6.5) ** 3, rel=0.01)


@pytest.mark.parametrize("step, steps", [("month", 3), ("week", 13), ("day", 91)])
def test_a_delay_lasts_its_months_at_every_step(step, steps):
    leaves = {"from": "out", "to": "home", "odds": 1}
    model = small_model(states=states(delay_months=3), transitions={"leaves": leaves})
    compiled = compile_model(model, step=step)
    home = home_by_step(compiled)
    assert home[steps - 1] == 0.0
    assert home[steps] == pytest.approx(1.0)


def test_after_a_delay_people_split_by_odds():
    moves = {
        "leaves": {"from": "out", "to": "home", "odds": "share"},
        "stays": {"from": "out", "to": "gone", "odds": 1},
    }
    more = {**states(delay_months=1), "gone": {"title": "Gone", "outcome": "limbo"}}
    share = {"share": parameter("probability", 0.2, 0.8)}
    model = small_model(states=more, transitions=moves, parameters=share)
    compiled = compile_model(model)
    assert home_by_step(compiled)[1] == pytest.approx(0.5)


def test_a_person_who_enters_a_delay_stays_in_full():
    model = small_model(
        states=states(delay_months=2),
        transitions={"leaves": {"from": "out", "to": "home", "odds": 1}},
        initial={"there": {"state": "out", "persons": 0}},
        entries={"enters": {"title": "E", "to": "out", "persons_per_year": [12, "first"]}},
        seasons={"first": {"title": "F", "months": [1] + [0] * 11}},
    )
    compiled = compile_model(model)
    run = solve(compiled.network, compiled.program.tables(at(compiled)))
    home = [i for i, c in enumerate(compiled.network.cells) if c.state == "home"]
    # entered during January, home after two whole further months
    np.testing.assert_allclose(run.counts[:5, home].sum(axis=1), [0, 0, 0, 2, 2])


def test_kinds_of_cells():
    fork = {"title": "F", "outcomes": {"on": {"to": "wait", "odds": 1}}}
    model = small_model(
        states={"wait": {"title": "W", "outcome": "limbo", "delay_months": 1}},
        branches={"fork": fork},
        transitions={
            "leaves": {"from": "out", "to": "fork", "hazard": 1},
            "flies": {"from": "wait", "to": "home", "odds": 1},
        },
    )
    network = compile_model(model).network
    kinds = {c.state: int(k) for c, k in zip(network.cells, network.kind, strict=True)}
    assert kinds == {"out": HELD, "wait": DELAY, "fork": INSTANT, "home": HELD}
    absorbing = {c.state for c, a in zip(network.cells, network.absorbing, strict=True) if a}
    assert absorbing == {"home"}


def test_what_nobody_can_come_to_is_left_out():
    model = small_model(
        states={
            "lost": {"title": "Lost", "outcome": "limbo"},
            "beyond": {"title": "Beyond", "outcome": "limbo"},
            "barracks": {"title": "B", "outcome": "limbo", "groups": {"sex": "men"}},
        },
        transitions={
            "wanders": {"from": "lost", "to": "beyond", "hazard": 1},
            "drafted": {"from": "out", "to": "barracks", "hazard": 1, "groups": {"sex": "men"}},
            "shut": {"from": "out", "to": "beyond", "hazard": [0]},
        },
    )
    network = compile_model(model).network
    assert {(c.state, c.group) for c in network.cells} == {
        ("out", "women"), ("out", "men"), ("home", "women"), ("home", "men"), ("barracks", "men"),
    }  # fmt: skip
    assert {n for n in network.edge_name} == {"leaves", "drafted"}


def test_branches_are_ordered_before_what_they_lead_to():
    chain = {
        "third": {"title": "3", "outcomes": {"on": {"to": "home", "odds": 1}}},
        "first": {"title": "1", "outcomes": {"on": {"to": "second", "odds": 1},
                                             "by": {"to": "third", "odds": 1}}},
        "second": {"title": "2", "outcomes": {"on": {"to": "third", "odds": 1}}},
    }  # fmt: skip
    enters = {"enters": {"title": "E", "to": "first", "persons_per_year": 12}}
    network = compile_model(small_model(branches=chain, entries=enters)).network
    for group in ("women", "men"):
        cells = (network.cells[c] for c in network.instant_order)
        assert [c.state for c in cells if c.group == group] == ["first", "second", "third"]
