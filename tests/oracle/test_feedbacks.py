"""Feedbacks in closed form: a queue that saturates, a chain that grows, a load that is shared."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq
from tests.networks import Sketch

from safepassage.engines.expected import solve

INFLOW, SERVICE, CAPACITY = 60.0, 4.0, 25.0


def queue(steps: int, sharpness: float, per_year: int) -> Sketch:
    """People wait and are served at a hazard that falls as the queue passes its capacity."""
    drawn = Sketch(steps=steps, step_years=1 / per_year).cell("wait").cell("out")
    drawn.feedback("crowd", "saturating", ["wait"], CAPACITY, sharpness)
    drawn.entry("wait", INFLOW).edge("wait", "out", SERVICE, "crowd")
    return drawn.quantity("served", ("edge", "wait>out"))


@pytest.mark.parametrize("sharpness", [1.0, 0.6])
def test_throughput_of_a_saturating_queue_settles_where_inflow_is_served(sharpness):
    network, tables = queue(6000, sharpness, 12).build()
    trajectory = solve.solve(network, tables)

    def excess(load: float) -> float:
        hazard = SERVICE / (1 + (load / CAPACITY) ** sharpness)
        return load * -np.expm1(-hazard / 12) - INFLOW / 12

    load = brentq(excess, 1e-6, 1e5)
    np.testing.assert_allclose(trajectory.counts[-1, 0], load, rtol=1e-8)
    np.testing.assert_allclose(trajectory.quantities[0, -1], INFLOW / 12, rtol=1e-8)
    np.testing.assert_allclose(
        trajectory.feedback[0, -1], 1 / (1 + (load / CAPACITY) ** sharpness), rtol=1e-8
    )


def test_with_sharpness_one_and_short_steps_the_queue_is_the_hyperbola():
    # inflow = service * x / (1 + x / capacity)
    network, tables = queue(40000, 1.0, 400).build()
    load = INFLOW / (SERVICE - INFLOW / CAPACITY)
    np.testing.assert_allclose(solve.solve(network, tables).counts[-1, 0], load, rtol=0.01)


def test_beyond_its_capacity_the_queue_never_settles():
    network, tables = queue(240, 1.0, 12).build()
    flooded = tables._replace(entries=tables.entries * 2)  # 120 a year against 100 at most
    counts = solve.solve(network, flooded).counts[:, 0]
    assert np.diff(counts).min() > (120.0 - 100.0) / 12


def test_a_chain_of_sponsors_grows_by_a_constant_factor():
    drawn = Sketch(steps=120).cell("abroad", persons=10.0)
    drawn.feedback("relatives", "proportional", ["abroad"]).entry("abroad", 0.3, "relatives")
    network, tables = drawn.quantity("come", ("entry", ">abroad")).build()
    trajectory = solve.solve(network, tables)
    growth = 10.0 * (1 + 0.3 / 12) ** np.arange(121)
    np.testing.assert_allclose(trajectory.counts[:, 0], growth, rtol=1e-12)
    np.testing.assert_allclose(trajectory.quantities[0], growth[:-1] * 0.3 / 12, rtol=1e-12)


def test_a_proportional_hazard_is_the_load_at_the_start_of_the_step():
    drawn = Sketch(steps=2).cell("home", persons=100.0).cell("abroad", persons=3.0)
    drawn.feedback("relatives", "proportional", ["abroad"])
    network, tables = drawn.edge("home", "abroad", 0.2, "relatives").build()
    counts = solve.solve(network, tables).counts
    first = 100.0 * np.exp(-0.2 * 3.0 / 12)
    np.testing.assert_allclose(counts[1, 0], first, rtol=1e-13)
    np.testing.assert_allclose(counts[2, 0], first * np.exp(-0.2 * (103 - first) / 12), rtol=1e-13)


def test_a_season_acts_in_its_month_only():
    rates = np.where(np.arange(24) % 12 < 2, 6.0, 0.0)
    drawn = Sketch(steps=24).cell("home", persons=1.0).cell("away").edge("home", "away", rates)
    counts = solve.solve(*drawn.build()).counts[:, 0]
    np.testing.assert_allclose(counts, np.exp(-np.concatenate([[0], np.cumsum(rates)]) / 12))
