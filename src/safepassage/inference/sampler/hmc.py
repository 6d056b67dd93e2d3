"""Static Hamiltonian Monte Carlo for a batch of chains, in whitened coordinates.

All chains take the same number of leapfrog steps, so that one batched gradient serves them all.
Random numbers are keyed by (seed, stage, iteration): an interrupted run resumes with exactly the
numbers that it would have used.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from safepassage.inference.sampler.metric import Metric
from safepassage.inference.sampler.mode import BatchDensity

DIVERGENT = 1000.0
"""Energy error beyond which a trajectory counts as divergent (as in Stan)."""


@dataclass(frozen=True)
class HMCState:
    """Positions of all chains, with the log density and its gradient there."""

    z: np.ndarray
    """(P, B)"""
    log_density: np.ndarray
    """(B,)"""
    gradient: np.ndarray
    """(P, B)"""


@dataclass(frozen=True)
class HMCInfo:
    """What happened in one iteration of all chains."""

    acceptance: np.ndarray
    """(B,) acceptance probabilities."""
    divergent: np.ndarray
    """(B,)"""


def init(density: BatchDensity, z: np.ndarray) -> HMCState:
    """The state of chains at z (P, B)."""
    return HMCState(z, *density(z))


def step(
    density: BatchDensity,
    metric: Metric,
    state: HMCState,
    *,
    step_size: float,
    length: float,
    key: tuple[int, ...],
) -> tuple[HMCState, HMCInfo]:
    """One HMC iteration: the new state, and what happened.

    Args:
        density: batched log density and gradient.
        metric: whitened coordinates.
        state: of the chains.
        step_size: of the leapfrog integrator, in whitened units.
        length: trajectory length, in whitened units.
        key: integers that name this iteration; they fix its random numbers.
    """
    rng = np.random.Generator(np.random.Philox(np.random.SeedSequence(key)))
    momentum = rng.standard_normal(state.z.shape)
    size = step_size * rng.uniform(0.85, 1.15)
    count = max(1, round(length * rng.uniform(0.7, 1.3) / size))
    uniform = rng.random(state.z.shape[1])
    w, log_density = metric.w(state.z), state.log_density
    energy = log_density - 0.5 * (momentum**2).sum(axis=0)
    z, gradient = state.z, state.gradient
    momentum = momentum + 0.5 * size * (metric.root.T @ gradient)
    for k in range(count):
        w = w + size * momentum
        z = metric.z(w)
        log_density, gradient = density(z)
        momentum = momentum + (size if k < count - 1 else 0.5 * size) * (metric.root.T @ gradient)
    error = log_density - 0.5 * (momentum**2).sum(axis=0) - energy
    error = np.where(np.isfinite(error), error, -np.inf)
    acceptance = np.exp(np.minimum(error, 0.0))
    accepted = uniform < acceptance
    after = HMCState(
        np.where(accepted, z, state.z),
        np.where(accepted, log_density, state.log_density),
        np.where(accepted, gradient, state.gradient),
    )
    return after, HMCInfo(acceptance, error < -DIVERGENT)


@dataclass(frozen=True)
class DualAveraging:
    """Tuning of the step size towards a target acceptance (Hoffman and Gelman 2014)."""

    log_step_size: float
    log_average: float
    """Average of the above over the iterations: the step size to sample with."""
    shift: float
    error: float = 0.0
    count: int = 0

    @classmethod
    def init(cls, step_size: float) -> DualAveraging:
        """Begin from a guess."""
        return cls(np.log(step_size), np.log(step_size), np.log(10 * step_size))

    def update(self, acceptance: float, target: float) -> DualAveraging:
        """The state after an iteration with this mean acceptance."""
        count = self.count + 1
        error = self.error + (target - acceptance - self.error) / (count + 10)
        log_step_size = self.shift - np.sqrt(count) / 0.05 * error
        weight = count**-0.75
        average = weight * log_step_size + (1 - weight) * self.log_average
        return replace(
            self, log_step_size=log_step_size, log_average=average, error=error, count=count
        )
