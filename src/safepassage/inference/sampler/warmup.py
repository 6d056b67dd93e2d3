"""From a density to draws: mode, metric, warm-up in stages, sampling in blocks.

Every finished part is stored in the run's folder, so that an interrupted fit resumes where it was,
with the same result as one that was not interrupted.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from safepassage.engines.rng.streams import Stream
from safepassage.inference.sampler.hmc import DualAveraging, HMCState, init, step
from safepassage.inference.sampler.metric import Metric, fisher_root, laplace_metric
from safepassage.inference.sampler.mode import curvature, whitening
from safepassage.inference.sampler.settings import Settings as Settings
from safepassage.inference.sampler.settings import Stage as Stage
from safepassage.inference.sampler.shear import Shear, fit_shear, identity
from safepassage.store import RunFolder

CURVATURES = 4
"""Chains whose curvature is averaged when the metric is estimated anew."""
Progress = Callable[[str, float, float], None]
"""(stage, done, total)."""


class TargetDensity(Protocol):
    """What the sampler needs of a density."""

    @property
    def size(self) -> int:
        """Number of unknowns P."""
        ...

    def __call__(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Log density (B,) and gradient (P, B) at z (P, B)."""
        ...

    def levels(self, z: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """(P, B) gradient of weighted log figures."""
        ...

    def information(self, z: np.ndarray) -> np.ndarray:
        """(D,) Fisher information about the log of each figure at z (P,)."""
        ...


@dataclass(frozen=True)
class Draws:
    """The outcome of sampling."""

    z: np.ndarray
    """(chain, draw, P) standard normal coordinates."""
    acceptance: np.ndarray
    """(chain, draw)"""
    divergent: np.ndarray
    """(chain, draw)"""
    log_density: np.ndarray
    """(chain, draw)"""
    mode: np.ndarray
    """(P,)"""
    step_size: float
    """Leapfrog step size that was sampled with, in whitened units."""
    seconds: float
    """Wall seconds spent, over all calls that worked on it."""


@dataclass(frozen=True)
class SamplerState:
    """The sampler between two stages or two blocks of draws."""

    chains: HMCState
    shear: Shear
    """The chains and the metric are in its coordinates u."""
    metric: Metric
    step_size: float
    seconds: float

    def arrays(self) -> dict[str, np.ndarray]:
        """What a stored part holds."""
        return {
            "z": self.chains.z, "value": self.chains.log_density,
            "gradient": self.chains.gradient,
            "centre": self.metric.centre, "root": self.metric.root,
            "middle": self.shear.centre, "pivots": self.shear.pivots, "bend": self.shear.bend,
            "step": np.array(self.step_size), "seconds": np.array(self.seconds),
        }  # fmt: skip

    @classmethod
    def of(cls, a: dict[str, np.ndarray]) -> SamplerState:
        """From a stored part."""
        return cls(
            HMCState(a["z"], a["value"], a["gradient"]),
            Shear(a["middle"], a["pivots"], a["bend"]), Metric(a["centre"], a["root"]),
            float(a["step"]), float(a["seconds"]),
        )  # fmt: skip

    @classmethod
    def before_chains(cls, metric: Metric, step_size: float) -> SamplerState:
        """With a metric and a step size, and no chains yet."""
        size = len(metric.centre)
        none = np.zeros((size, 0))
        return cls(HMCState(none, none[0], none), identity(size), metric, step_size, 0.0)


def initial_points(metric: Metric, chains: int, seed: int) -> np.ndarray:
    """(P, chains) where chains begin: half a standard deviation about the metric's centre.

    Far draws of a Gaussian about the mode of a curved density lie where the density is nearly
    zero, and the first iterations then need very small steps.
    """
    rng = Stream.SAMPLER.generator(seed)
    return metric.z(0.5 * rng.standard_normal((len(metric.centre), chains)))


def sample(
    density: TargetDensity,
    settings: Settings,
    *,
    seed: int,
    folder: RunFolder,
    progress: Progress,
) -> Draws:
    """Draw from a joint density.

    Args:
        density: over P coordinates that are standard normal a priori.
        settings: how.
        seed: fixes every random choice.
        folder: where finished parts are stored.
        progress: called as the work proceeds.
    """
    mode, state = _prepare(density, settings, seed, folder, progress)
    return _run(density, settings, mode, state, seed=seed, folder=folder, progress=progress)


def last_state(folder: RunFolder, draws: Draws) -> SamplerState:
    """Where a finished run stopped; coordinates from the draws alone if that part is gone."""
    parts = sorted(folder.path.glob("draws_*.npz"))
    stored = folder.load_arrays(parts[-1].stem) if parts else None
    if stored is not None:
        return SamplerState.of(_unprefixed(stored[0]))
    size = draws.z.shape[2]
    flat = draws.z.reshape(-1, size)
    root = np.linalg.cholesky(np.cov(flat.T) + 1e-9 * np.eye(size))
    return SamplerState.before_chains(Metric(flat.mean(axis=0), root), draws.step_size)


def sample_from(
    density: TargetDensity,
    settings: Settings,
    state: SamplerState,
    first: np.ndarray,
    *,
    seed: int,
    folder: RunFolder,
    progress: Progress,
) -> Draws:
    """Draw from a density near one that was sampled before, starting with its draws and metric.

    Where the first stage adapts the metric, so does the start, from the curvature at the chains.

    Args:
        density: a changed density over the same coordinates.
        settings: how; its chains are those of `first`.
        state: the earlier sampler's last, for its shear, metric and step size.
        first: (P, chains) where to begin.
        seed: fixes every random choice.
        folder: where finished parts are stored.
        progress: called as the work proceeds.
    """
    chains = init(state.shear.density(density), state.shear.u(first))
    state = replace(state, chains=chains, seconds=0.0)
    if settings.stages[0].adapt_metric and folder.load_arrays("warm_0") is None:
        state = _adapted(density, state, state.shear, first)
    mode = first.mean(axis=1)
    return _run(density, settings, mode, state, seed=seed, folder=folder, progress=progress)


def _run(
    density: TargetDensity,
    settings: Settings,
    mode: np.ndarray,
    state: SamplerState,
    *,
    seed: int,
    folder: RunFolder,
    progress: Progress,
) -> Draws:
    """Warm up from a state, and sample."""
    done = 0.0
    for number, stage in enumerate(settings.stages):
        state = _warm(density, settings, state, number, stage, seed, folder, progress, done)
        done += stage.iterations
    blocks: list[dict[str, np.ndarray]] = []
    for number in range(-(-settings.draws // settings.block)):
        stored = folder.load_arrays(f"draws_{number:03d}")
        if stored is None:
            state, block = _block(density, settings, state, number, seed, progress, done)
            folder.save_arrays(f"draws_{number:03d}", {**block, **_prefixed(state)})
        else:
            block, state = stored[0], SamplerState.of(_unprefixed(stored[0]))
        blocks.append(block)
        done += settings.block
    return Draws(
        z=np.concatenate([b["draws"] for b in blocks]).transpose(2, 0, 1),
        acceptance=np.concatenate([b["acceptance"] for b in blocks]).T,
        divergent=np.concatenate([b["divergent"] for b in blocks]).T,
        log_density=np.concatenate([b["log_density"] for b in blocks]).T,
        mode=mode,
        step_size=settings.step_size_factor * state.step_size,
        seconds=state.seconds,
    )


def _prepare(
    density: TargetDensity, settings: Settings, seed: int, folder: RunFolder, progress: Progress
) -> tuple[np.ndarray, SamplerState]:
    """The mode, and chains about it with the metric of the curvature there."""
    stored = folder.load_arrays("mode")
    if stored is not None:
        return stored[0]["mode"], SamplerState.of(stored[0])
    began = time.perf_counter()
    metric = laplace_metric(
        density, density.size, iterations=settings.mode_iterations,
        progress=lambda share: progress("finding the mode", share, 1.0),
    )  # fmt: skip
    chains = init(density, initial_points(metric, settings.chains, seed))
    seconds = time.perf_counter() - began
    state = SamplerState(chains, identity(density.size), metric, 0.12, seconds)
    folder.save_arrays("mode", {"mode": metric.centre, **state.arrays()})
    return metric.centre, state


def _warm(
    density: TargetDensity,
    settings: Settings,
    state: SamplerState,
    number: int,
    stage: Stage,
    seed: int,
    folder: RunFolder,
    progress: Progress,
    done: float,
) -> SamplerState:
    stored = folder.load_arrays(f"warm_{number}")
    if stored is not None:
        return SamplerState.of(stored[0])
    began, chains = time.perf_counter(), state.chains
    tuning = DualAveraging.init(state.step_size)
    positions: list[np.ndarray] = []
    sheared = state.shear.density(density)
    for i in range(stage.iterations):
        chains, info = step(
            sheared, state.metric, chains, step_size=float(np.exp(tuning.log_step_size)),
            length=stage.length, key=(seed, 1 + number, i),
        )  # fmt: skip
        tuning = tuning.update(float(info.acceptance.mean()), stage.target)
        positions.append(chains.z)
        progress("warming up", done + i + 1, settings.iterations)
    state = replace(state, chains=chains, step_size=float(np.exp(tuning.log_average)))
    if stage.adapt_metric or stage.shears:
        late = [state.shear.z(u) for u in positions[len(positions) // 6 :]]
        state = _with_new_coordinates(density, state, stage, np.concatenate(late, axis=1))
    state = replace(state, seconds=state.seconds + time.perf_counter() - began)
    folder.save_arrays(f"warm_{number}", state.arrays())
    return state


def _with_new_coordinates(
    density: TargetDensity, state: SamplerState, stage: Stage, z: np.ndarray
) -> SamplerState:
    """Shear and whiten from draws z (P, S) of all chains; the chains stay where they are."""
    if not stage.shears:
        return _adapted(density, state, state.shear, z)
    shear = fit_shear(density.levels, density.information(z.mean(axis=1)), z.T, count=stage.shears)
    return _adapted(density, state, shear, z)


def _adapted(
    density: TargetDensity, state: SamplerState, shear: Shear, z: np.ndarray
) -> SamplerState:
    """The state with a metric estimated from draws z (P, S); the chains stay where they are."""
    sheared, draws = shear.density(density), shear.u(z)
    chains = shear.u(state.shear.z(state.chains.z))
    batch = chains.shape[1]
    some = np.linspace(0, batch - 1, CURVATURES).astype(int)
    local = whitening(np.mean([curvature(sheared, chains[:, i]) for i in some], axis=0))
    gradients = [sheared(draws[:, i : i + batch])[1] for i in range(0, draws.shape[1], batch)]
    root = fisher_root(draws, np.concatenate(gradients, axis=1), local)
    metric = Metric(draws.mean(axis=1), root)
    return replace(state, chains=init(sheared, chains), shear=shear, metric=metric)


def _block(
    density: TargetDensity,
    settings: Settings,
    state: SamplerState,
    number: int,
    seed: int,
    progress: Progress,
    done: float,
) -> tuple[SamplerState, dict[str, np.ndarray]]:
    began, chains = time.perf_counter(), state.chains
    rows: dict[str, list[np.ndarray]] = {
        k: [] for k in ("draws", "acceptance", "divergent", "log_density")
    }
    sheared = state.shear.density(density)
    count = min(settings.block, settings.draws - number * settings.block)
    for i in range(count):
        draw = number * settings.block + i
        chains, info = step(
            sheared, state.metric, chains, step_size=settings.step_size_factor * state.step_size,
            length=settings.lengths[draw % len(settings.lengths)], key=(seed, 1000, draw),
        )  # fmt: skip
        rows["draws"].append(state.shear.z(chains.z))
        rows["acceptance"].append(info.acceptance)
        rows["divergent"].append(info.divergent)
        rows["log_density"].append(chains.log_density)
        progress("sampling", done + i + 1, settings.iterations)
    spent = state.seconds + time.perf_counter() - began
    after = replace(state, chains=chains, seconds=spent)
    return after, {k: np.array(v) for k, v in rows.items()}


def _prefixed(state: SamplerState) -> dict[str, np.ndarray]:
    return {f"state_{k}": v for k, v in state.arrays().items()}


def _unprefixed(arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {k[6:]: v for k, v in arrays.items() if k.startswith("state_")}
