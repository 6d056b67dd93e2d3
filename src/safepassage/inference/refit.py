"""Sampling a posterior again under a small change: figures left out, a prior widened.

From the posterior's own draws, in coordinates near its own, with chains much shorter than those of
a fit. How far the chains agree is part of the answer.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from safepassage.inference.blas_threads import settled
from safepassage.inference.density import Density
from safepassage.inference.sampler.warmup import Draws, Settings, Stage, last_state, sample_from
from safepassage.store import RunFolder, run_key

if TYPE_CHECKING:
    from safepassage.inference.posterior import Posterior

Progress = Callable[[str, float, float], None]
FAR = (Stage(20, 1.2, True), Stage(12, 2.0, False, target=0.95))
"""Warm-up where figures are left out: the posterior may be much wider."""
NEAR = (Stage(12, 2.0, False, target=0.95),)
"""Warm-up where a prior is somewhat wider: the coordinates still fit."""
DRAWS = 48
"""Per chain. Measured on 314 unknowns: enough for R-hat below 1.1 of nearly every answer."""


@dataclass(frozen=True)
class Change:
    """How a posterior differs from the one that was fitted."""

    without: tuple[int, ...] = ()
    """Figures that are left out."""
    wider: int | None = None
    """Coordinate whose prior is wider."""
    times: float = 1.0
    """So many times as wide."""


def key_of(posterior: Posterior, change: Change, draws: int = DRAWS) -> str:
    """Name of a sampling among those of a run: 16 hexadecimal digits; fixes its chance too."""
    settings = {"change": asdict(change), "draws": draws}
    return run_key(
        posterior.study.identity, posterior.study.evidence_hash, "", settings, posterior.seed
    )


class Changed:
    """A density under a change; a `TargetDensity` like `Density`."""

    def __init__(self, density: Density, change: Change):
        """Look at `density` under `change`; the density itself stays as it is."""
        self._density, self._change = density, change
        self._weight = np.ones(len(density.likelihood.data))
        self._weight[list(change.without)] = 0.0

    @property
    def size(self) -> int:
        """Number of unknowns P."""
        return self._density.size

    def __call__(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Log density (B,) and gradient (P, B) at z (P, B)."""
        before, self._density.weight = self._density.weight, self._weight
        try:
            value, gradient = self._density(z)
        finally:
            self._density.weight = before
        if self._change.wider is None:
            return value, gradient
        own, gain = z[self._change.wider], 1 - self._change.times**-2
        gradient = gradient.copy()
        gradient[self._change.wider] += np.where(np.isfinite(value), gain * own, 0.0)
        return value + 0.5 * gain * own**2, gradient

    def levels(self, z: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """As `Density.levels`."""
        return self._density.levels(z, weights)

    def information(self, z: np.ndarray) -> np.ndarray:
        """As `Density.information`; nothing of figures left out."""
        return self._weight * self._density.information(z)


def log_ratios(change: Change, z: np.ndarray, each: np.ndarray) -> np.ndarray:
    """(S,) log of the changed density over the fitted one, up to a constant.

    Args:
        change: the change.
        z: (P, S) draws.
        each: (D, S) log density of every figure at them.
    """
    ratios = -each[list(change.without)].sum(axis=0)
    if change.wider is not None:
        ratios = ratios + 0.5 * (1 - change.times**-2) * z[change.wider] ** 2
    return ratios


def starts(draws: np.ndarray, weights: np.ndarray, chains: int, key: str) -> np.ndarray:
    """(P, chains) of draws (P, S) taken by importance weights (S,), no draw twice."""
    rng = np.random.Generator(np.random.Philox(np.random.SeedSequence(int(key, 16))))
    share = weights + 1e-9  # enough draws to take even where a few have all the weight
    few = min(chains, draws.shape[1])
    chosen = rng.choice(draws.shape[1], few, replace=False, p=share / share.sum())
    return np.ascontiguousarray(draws[:, np.resize(chosen, chains)])


def again(
    posterior: Posterior,
    density: Density,
    change: Change,
    first: np.ndarray,
    *,
    draws: int = DRAWS,
    progress: Progress = lambda stage, done, total: None,
) -> Draws:
    """Sample a fit's posterior again under a change; a killed call resumes where it was.

    Args:
        posterior: the posterior.
        density: of the same model and figures.
        change: what differs.
        first: (P, chains) where to begin, as `starts` gives them.
        draws: per chain; the warm-up grows with them.
        progress: called with (stage, done, total).
    """
    key = key_of(posterior, change, draws)
    scratch = RunFolder(posterior.path / "again", key)
    longer = max(1, draws // DRAWS)
    stages = tuple(
        replace(stage, iterations=longer * stage.iterations)
        for stage in (FAR if change.without else NEAR)
    )
    settings = Settings(chains=first.shape[1], draws=draws, block=draws, stages=stages)
    with settled():
        sampled = sample_from(
            Changed(density, change),
            settings,
            last_state(RunFolder(posterior.path.parent, posterior.path.name), posterior.draws),
            first,
            seed=int(key, 16),
            folder=scratch,
            progress=progress,
        )
    shutil.rmtree(scratch.path, ignore_errors=True)
    return sampled
