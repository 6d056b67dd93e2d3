"""Levers as tables: the same as a scenario of the same size, and a gradient that is right."""

from __future__ import annotations

import numpy as np
import pytest

from safepassage.engines.expected.solve import solve, solve_adjoint
from safepassage.model.lever_schema import Lever
from safepassage.model.scenario_schema import Scenario
from safepassage.network.arrays import INSTANT
from safepassage.network.interventions.lever_program import Strength, stretch
from safepassage.network.interventions.scenario_program import changed, edges_named

FIRST, BATCH_SIZE = 60, 8
COMMON = {"title": "T", "reason": "R", "unit": "one", "cost": 1, "most": 9}


def lever(*acts, **more):
    return Lever.model_validate({**COMMON, "acts": list(acts), **more})


LEVERS = {
    "lawyers": lever({"hazard": "arrest", "removes": 0.5, "reach": 2}),
    "clerks": lever(
        {"hazard": "recognised", "raises": 0.5, "reach": 2},
        {"odds": ["crossing.lost", "release"], "removes": 0.3, "reach": 4},
        **{"from": "2007-01"},
    ),
    "room": lever({"capacity": "crowding", "adds": 20}),
}


@pytest.fixture(scope="module")
def stretched(three_states_compiled):
    compiled = three_states_compiled
    rng = np.random.default_rng(5)
    z = rng.standard_normal((len(compiled.parameters), BATCH_SIZE))
    tables = compiled.program.tables(z)
    run = solve(compiled.network, tables)
    strengths = (
        Strength(-rng.uniform(0.2, 0.6, BATCH_SIZE), rng.uniform(1, 4, BATCH_SIZE)),
        Strength(rng.uniform(0.2, 0.6, BATCH_SIZE), rng.uniform(1, 4, BATCH_SIZE)),
        Strength(-rng.uniform(0.2, 0.6, BATCH_SIZE), rng.uniform(1, 4, BATCH_SIZE)),
        Strength(rng.uniform(5, 50, BATCH_SIZE), np.ones(BATCH_SIZE)),
    )
    return z, stretch(compiled, tables, run.counts[FIRST], LEVERS, FIRST), strengths, run


def test_without_units_the_months_run_as_they_did(stretched):
    _, part, strengths, whole = stretched
    run = solve(part.network, part.pulled(np.zeros((3, BATCH_SIZE)), strengths))
    np.testing.assert_array_equal(run.counts, whole.counts[FIRST:])
    np.testing.assert_array_equal(run.quantities, whole.quantities[:, FIRST:])


def test_levers_are_a_scenario_of_the_same_size(stretched, three_states, three_states_compiled):
    """Draw by draw, as `compare` would run it."""
    z, part, strengths, _ = stretched
    units = np.array([3.0, 2.0, 1.5])[:, None] * np.ones(BATCH_SIZE)
    ours = solve(part.network, part.pulled(units, strengths))
    for lane in range(BATCH_SIZE):
        size = [
            1 + s.most[lane] * (1 - np.exp(-u / s.reach[lane]))
            for s, u in zip(strengths[:3], (3.0, 2.0, 2.0), strict=True)
        ]
        capacity = three_states_compiled.program.tables(z).capacity[0, FIRST, lane]
        more = 1 + 1.5 * strengths[3].most[lane] / capacity
        scenario = Scenario.model_validate(
            {
                "title": "S", "reason": "R",
                "changes": [
                    {"hazard": "arrest", "from": "2006-01", "multiply": size[0]},
                    {"hazard": "recognised", "from": "2007-01", "multiply": size[1]},
                    {"odds": ["crossing.lost", "release"], "from": "2007-01", "multiply": size[2]},
                    {"capacity": "crowding", "from": "2006-01", "multiply": more},
                ],
            }
        )  # fmt: skip
        there = changed(three_states_compiled, scenario, three_states.covariates)
        theirs = solve(there.network, there.program.tables(z[:, [lane]]))
        np.testing.assert_allclose(
            ours.quantities[..., lane], theirs.quantities[:, FIRST:, 0], rtol=1e-9
        )
        assert (ours.quantities[..., lane] != stretched[3].quantities[:, FIRST:, lane]).any()


def test_the_gradient_is_that_of_finite_differences(stretched):
    _, part, strengths, _ = stretched
    rng = np.random.default_rng(2)
    units = rng.uniform(0.5, 3, (3, BATCH_SIZE))
    shape = solve(part.network, part.pulled(units, strengths)).quantities.shape
    worth = rng.standard_normal(shape)

    def value(at):
        moved = solve(part.network, part.pulled(at, strengths)).quantities
        return (moved * worth).sum(axis=(0, 1))

    tables = part.pulled(units, strengths)
    gradient = solve_adjoint(part.network, tables, solve(part.network, tables), worth)
    ours = part.pull(units, strengths, gradient)
    for row in range(3):
        step = np.zeros_like(units)
        step[row] = 1e-4
        theirs = (value(units + step) - value(units - step)) / 2e-4
        np.testing.assert_allclose(ours[row], theirs, rtol=1e-5, atol=1e-7)
        assert np.abs(ours[row]).min() > 0


def test_a_lever_acts_from_its_month_on(stretched):
    _, part, strengths, _ = stretched
    assert part.network.start == "2006-01" and part.network.steps == 36
    assert part.active.sum(axis=1).tolist() == [36, 24, 36]
    assert part.years.tolist() == [3, 2, 3]
    changed_rows = [one.row for one in part.rows if one.lever == 1]
    before, after = part.tables, part.pulled(np.full((3, BATCH_SIZE), 2.0), strengths)
    same = before.series[changed_rows] == after.series[changed_rows]
    assert same[:, :12].all() and not same[:, 12:].any()


def test_exits_of_a_sojourn_in_phases_come_together(three_states_compiled):
    compiled = three_states_compiled
    found = edges_named(compiled.model, compiled.network, "recognised")
    assert {compiled.network.edge_name[e] for e in found} == {"recognised", "hidden.0"}
    (source,) = {
        compiled.network.kind[compiled.network.edge_source[e]]
        for e in edges_named(compiled.model, compiled.network, "crossing.lost")
    }
    assert source == INSTANT
