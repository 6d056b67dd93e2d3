"""Where on each way people are lost: by step, into which outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from safepassage.analysis.cohorts import cohort_steps, months_before
from safepassage.inference.summary import estimate
from safepassage.network.arrays import Tables
from safepassage.network.scenario_quantities import way_starts
from safepassage.results.ranking import Loss, Outcome

if TYPE_CHECKING:
    from safepassage.inference.posterior import Posterior

LOSS_DRAWS = 48
LEAST = 0.001
"""Least median share that is listed."""


def losses(posterior: Posterior) -> dict[str, tuple[Loss, ...]]:
    """For every way the steps where people are lost, as of the model's own date.

    A loss is a death, a first return, or being in limbo at the way's horizon. The shares of
    one way add up to 1 less the share of those who are safe and were never returned; a way that
    begins in custody has no first return and lists nothing.
    """
    from safepassage.engines.expected.backward import cohort_values

    model, network = posterior.study.model, posterior.compiled.network
    numbers = np.linspace(
        0, posterior.z.shape[1] - 1, min(LOSS_DRAWS, posterior.z.shape[1])
    ).astype(int)
    tables = posterior.compiled.program.tables(posterior.z[:, numbers])
    window = months_before(posterior.compiled, model.model.as_of)
    kinds, reward, terminal, stopped = _rewards(posterior)
    horizons = sorted({w.horizon_months for w in model.ways.values()})
    lost: dict[str, list[np.ndarray]] = {way: [] for way in model.ways}
    for index, draw in enumerate(numbers):
        own = Tables(*(np.ascontiguousarray(a[..., index]) for a in tables))
        feedback = np.ascontiguousarray(posterior.trajectory.feedback[:, :, draw])
        still = np.zeros_like(reward)
        by_horizon = {
            h: cohort_values(
                network, own, feedback, window[cohort_steps(h)], terminal, reward, still, stopped
            )
            for h in horizons
        }
        for way, declared in model.ways.items():
            values = by_horizon[declared.horizon_months]
            total, people = np.zeros(len(kinds)), 0.0
            for q, cell in way_starts(network.quantity_name, way):
                set_out = posterior.trajectory.quantities[q, window, draw]
                total += set_out @ values[:, cell]
                people += float(set_out.sum())
            lost[way].append(total / people if people > 0 else total * np.nan)
    answer: dict[str, tuple[Loss, ...]] = {}
    for way, rows in lost.items():
        shares = np.array(rows)
        steps = [
            Loss(step=step, outcome=outcome, share=estimate(shares[:, k]))
            for k, (step, outcome) in enumerate(kinds)
        ]
        listed = [one for one in steps if (one.share.median or 0.0) >= LEAST]
        answer[way] = tuple(sorted(listed, key=lambda one: -(one.share.median or 0.0)))
    return answer


def _rewards(
    posterior: Posterior,
) -> tuple[list[tuple[str, Outcome]], np.ndarray, np.ndarray, np.ndarray]:
    """Kinds of loss, and what each edge and each cell at the horizon count towards them."""
    model, network = posterior.study.model, posterior.compiled.network

    def title(state: str) -> str:
        return (model.states.get(state) or model.branches[state]).title

    def outcome(state: str) -> Outcome | None:
        return model.states[state].outcome if state in model.states else None

    kinds: dict[tuple[str, Outcome], int] = {}
    edges: list[tuple[int, int]] = []
    ends: list[tuple[int, int]] = []
    for e in range(len(network.edge_name)):
        source = network.cells[int(network.edge_source[e])].state
        into = outcome(network.cells[int(network.edge_target[e])].state)
        if into in ("dead", "returned") and outcome(source) not in ("dead", "returned", "safe"):
            edges.append((e, kinds.setdefault((title(source), into), len(kinds))))
    for c, cell in enumerate(network.cells):
        if outcome(cell.state) == "limbo":
            ends.append((c, kinds.setdefault((title(cell.state), "limbo"), len(kinds))))
    reward = np.zeros((len(network.edge_name), len(kinds)))
    terminal = np.zeros((len(network.cells), len(kinds)))
    for e, k in edges:
        reward[e, k] = 1.0
    for c, k in ends:
        terminal[c, k] = 1.0
    returned = np.array([outcome(c.state) == "returned" for c in network.cells])
    stopped = np.repeat(returned[:, None], len(kinds), axis=1)
    return list(kinds), reward, terminal, stopped
