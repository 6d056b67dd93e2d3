"""Static Hamiltonian Monte Carlo on many lanes at once, in whitened coordinates.

Every lane is a chain of its own; all lanes take the same number of leapfrog steps, so that one
batched gradient serves them all. Randomness is keyed by (seed, stage, iteration): a run that was
interrupted goes on as if it had not been.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from safepassage.inference.sampler.mode import BatchDensity

DIVERGENT = 1000.0
"""Energy error beyond which a trajectory counts as divergent (as in Stan)."""


@dataclass(frozen=True)
class Whitened:
    """Coordinates w with z = centre + root @ w."""

    centre: np.ndarray
    root: np.ndarray

    def z(self, w: np.ndarray) -> np.ndarray:
        """(P, B) from (P, B)."""
        return self.centre[:, None] + self.root @ w

    def w(self, z: np.ndarray) -> np.ndarray:
        """The inverse of `z`."""
        return np.linalg.solve(self.root, z - self.centre[:, None])


@dataclass(frozen=True)
class Chains:
    """Where all lanes stand: positions, values and gradients in z coordinates."""

    z: np.ndarray
    value: np.ndarray
    gradient: np.ndarray


@dataclass(frozen=True)
class Moved:
    """One iteration of all lanes."""

    chains: Chains
    acceptance: np.ndarray
    """(B,) acceptance probabilities."""
    divergent: np.ndarray
    """(B,)"""


def start(density: BatchDensity, z: np.ndarray) -> Chains:
    """Chains that stand at z (P, B)."""
    return Chains(z, *density(z))


def iterate(
    density: BatchDensity,
    space: Whitened,
    chains: Chains,
    *,
    step: float,
    length: float,
    key: tuple[int, ...],
) -> Moved:
    """One HMC iteration.

    Args:
        density: batched log density and gradient.
        space: whitened coordinates.
        chains: where the lanes stand.
        step: leapfrog step size in whitened units.
        length: path length in whitened units.
        key: integers that name this iteration; they fix its randomness.
    """
    rng = np.random.Generator(np.random.Philox(np.random.SeedSequence(key)))
    momentum = rng.standard_normal(chains.z.shape)
    size = step * rng.uniform(0.85, 1.15)
    count = max(1, round(length * rng.uniform(0.7, 1.3) / size))
    uniform = rng.random(chains.z.shape[1])
    w, gradient, value = space.w(chains.z), space.root.T @ chains.gradient, chains.value
    before = value - 0.5 * (momentum**2).sum(axis=0)
    z = chains.z
    raw = chains.gradient
    momentum = momentum + 0.5 * size * gradient
    for k in range(count):
        w = w + size * momentum
        z = space.z(w)
        value, raw = density(z)
        momentum = momentum + (size if k < count - 1 else 0.5 * size) * (space.root.T @ raw)
    error = value - 0.5 * (momentum**2).sum(axis=0) - before
    error = np.where(np.isfinite(error), error, -np.inf)
    acceptance = np.exp(np.minimum(error, 0.0))
    taken = uniform < acceptance
    kept = Chains(
        np.where(taken, z, chains.z),
        np.where(taken, value, chains.value),
        np.where(taken, raw, chains.gradient),
    )
    return Moved(kept, acceptance, error < -DIVERGENT)


@dataclass(frozen=True)
class StepSize:
    """Dual averaging of the step size towards a target acceptance (Hoffman and Gelman 2014)."""

    log_step: float
    log_average: float
    shift: float
    error: float = 0.0
    count: int = 0

    @classmethod
    def around(cls, step: float) -> StepSize:
        """Start from a guess."""
        return cls(np.log(step), np.log(step), np.log(10 * step))

    def update(self, acceptance: float, target: float) -> StepSize:
        """The state after an iteration with this mean acceptance."""
        count = self.count + 1
        error = self.error + (target - acceptance - self.error) / (count + 10)
        log_step = self.shift - np.sqrt(count) / 0.05 * error
        weight = count**-0.75
        average = weight * log_step + (1 - weight) * self.log_average
        return replace(self, log_step=log_step, log_average=average, error=error, count=count)
