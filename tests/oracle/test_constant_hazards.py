"""Constant hazards: matrix exponential, matrix powers, chances of absorption."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import expm
from tests.networks import Sketch

from safepassage.engines import cohort_values
from safepassage.engines.expected import solve

RATES = {
    ("hidden", "caught"): 0.9,
    ("hidden", "transit"): 0.4,
    ("caught", "hidden"): 1.5,
    ("caught", "dead"): 0.2,
    ("transit", "safe"): 2.5,
    ("transit", "caught"): 0.6,
}
STATES = ("hidden", "caught", "transit", "safe", "dead")


def sketch(steps: int, step_years: float) -> Sketch:
    drawn = Sketch(steps=steps, step_years=step_years)
    for name in STATES:
        drawn.cell(name, persons=1000.0 if name == "hidden" else 0.0)
    for (source, target), rate in RATES.items():
        drawn.edge(source, target, rate)
    return drawn


def generator() -> np.ndarray:
    matrix = np.zeros((5, 5))
    for (source, target), rate in RATES.items():
        matrix[STATES.index(source), STATES.index(target)] = rate
    return matrix - np.diag(matrix.sum(axis=1))


def step_matrix(step_years: float) -> np.ndarray:
    """The contract's step: 1 - exp(-H h) leave, split in proportion."""
    q = generator()
    total = -np.diag(q)
    leave = -np.expm1(-total * step_years)
    moves = np.where(np.eye(5, dtype=bool), 0.0, q)
    share = np.divide(leave, total, out=np.zeros(5), where=total > 0)
    return moves * share[:, None] + np.diag(1 - leave)


def test_the_error_against_the_matrix_exponential_halves_with_the_step():
    exact = np.array([1000.0, 0, 0, 0, 0]) @ expm(3.0 * generator())
    errors = []
    for steps in (36, 72, 144, 288, 576):
        counts = solve.solve(*sketch(steps, 3.0 / steps).build()).counts
        errors.append(np.abs(counts[-1] - exact).max())
    ratios = np.divide(errors[:-1], errors[1:])
    assert errors[0] < 30.0
    np.testing.assert_allclose(ratios[-2:], 2.0, atol=0.05)


def test_a_single_state_is_exact_at_any_step():
    for steps in (1, 2, 36):
        drawn = Sketch(steps=steps, step_years=3.0 / steps).cell("a", persons=5.0)
        drawn.cell("b").cell("c").edge("a", "b", 0.7).edge("a", "c", 0.3)
        counts = solve.solve(*drawn.build()).counts[-1]
        left = 5.0 * -np.expm1(-3.0)
        np.testing.assert_allclose(counts, [5.0 - left, 0.7 * left, 0.3 * left], rtol=1e-13)


def test_many_steps_are_the_power_of_one():
    counts = solve.solve(*sketch(336, 1 / 12).build()).counts
    start = np.array([1000.0, 0, 0, 0, 0])
    for t in (1, 12, 336):
        exact = start @ np.linalg.matrix_power(step_matrix(1 / 12), t)
        np.testing.assert_allclose(counts[t], exact, rtol=1e-10)


@pytest.mark.parametrize("engine", ["forward", "backward"])
def test_chances_of_absorption_are_those_of_the_fundamental_matrix(engine):
    matrix = step_matrix(1 / 12)
    fundamental = np.linalg.inv(np.eye(3) - matrix[:3, :3])
    chances = fundamental @ matrix[:3, 3:]
    steps = 2400
    network, tables = sketch(steps, 1 / 12).build()
    if engine == "forward":
        told = solve.solve(network, tables).counts[-1, 3:] / 1000.0
        np.testing.assert_allclose(told, chances[0], rtol=1e-10)
    else:
        nothing = np.zeros((len(RATES), 2))
        values = cohort_values(
            network, tables, np.zeros((0, steps)), np.zeros(steps, int), np.eye(5)[:, 3:],
            nothing, nothing, np.zeros((5, 2), bool),
        )  # fmt: skip
        np.testing.assert_allclose(values[:3], chances, rtol=1e-10)


def test_expected_months_and_passages_are_those_of_the_fundamental_matrix():
    matrix = step_matrix(1 / 12)
    fundamental = np.linalg.inv(np.eye(3) - matrix[:3, :3])
    steps = 2400
    network, tables = sketch(steps, 1 / 12).build()
    into_end = np.isin(network.edge_target, [3, 4]).astype(float)
    is_capture = np.array([name.endswith(">caught") for name in network.edge_name], float)
    rewards = np.stack([np.zeros(len(RATES)), is_capture], axis=1)
    elapsed = np.stack([into_end, np.zeros(len(RATES))], axis=1)
    values = cohort_values(
        network, tables, np.zeros((0, steps)), np.zeros(steps, int), np.zeros((5, 2)),
        rewards, elapsed, np.zeros((5, 2), bool),
    )  # fmt: skip
    np.testing.assert_allclose(values[:3, 0], fundamental.sum(axis=1), rtol=1e-9)
    captured = fundamental @ np.where(np.arange(3) == 1, 0.0, matrix[:3, 1])
    np.testing.assert_allclose(values[:3, 1], captured, rtol=1e-9)
