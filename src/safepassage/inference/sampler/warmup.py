"""From a density to judged draws: mode, whitening, warm-up in stages, sampling in blocks.

Every finished part is kept in the run's folder, so an interrupted fit goes on where it was, with
the same result as if it had not been interrupted.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from safepassage.engines.rng.streams import Stream
from safepassage.inference.sampler.hmc import Chains, StepSize, Whitened, iterate, start
from safepassage.inference.sampler.metric import fisher
from safepassage.inference.sampler.mode import curvature, find_mode, whitening
from safepassage.inference.sampler.settings import Settings as Settings
from safepassage.inference.sampler.settings import Stage as Stage
from safepassage.inference.sampler.shear import Shear, straight, straighten
from safepassage.store import RunFolder

CURVATURES = 4
"""Chains whose curvature is averaged when the coordinates are made anew."""
Progress = Callable[[str, float, float], None]
"""(stage, done, total)."""


class Sampled(Protocol):
    """What a sampler asks of a density."""

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
    step: float
    """Leapfrog step that warm-up settled on, in whitened units."""
    seconds: float
    """Wall seconds spent, over all calls that worked on it."""


@dataclass(frozen=True)
class State:
    """What warm-up hands on, and what a block of draws leaves behind."""

    chains: Chains
    shear: Shear
    """The chains and the whitening are in its coordinates u."""
    space: Whitened
    step: float
    seconds: float

    def arrays(self) -> dict[str, np.ndarray]:
        """What a kept part holds."""
        return {
            "z": self.chains.z, "value": self.chains.value, "gradient": self.chains.gradient,
            "centre": self.space.centre, "root": self.space.root,
            "middle": self.shear.centre, "pivots": self.shear.pivots, "bend": self.shear.bend,
            "step": np.array(self.step), "seconds": np.array(self.seconds),
        }  # fmt: skip

    @classmethod
    def of(cls, a: dict[str, np.ndarray]) -> State:
        """From a kept part."""
        return cls(
            Chains(a["z"], a["value"], a["gradient"]),
            Shear(a["middle"], a["pivots"], a["bend"]), Whitened(a["centre"], a["root"]),
            float(a["step"]), float(a["seconds"]),
        )  # fmt: skip


def sample(
    density: Sampled,
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
        folder: where finished parts are kept.
        progress: called as the work goes on.
    """
    mode, state = _prepare(density, settings, seed, folder, progress)
    return _go_on(density, settings, mode, state, seed=seed, folder=folder, progress=progress)


def last_state(folder: RunFolder, draws: Draws) -> State:
    """Where a finished run stopped; coordinates from the draws alone if that part is gone."""
    parts = sorted(folder.path.glob("draws_*.npz"))
    kept = folder.load_arrays(parts[-1].stem) if parts else None
    if kept is not None:
        return State.of(_unprefixed(kept[0]))
    size = draws.z.shape[2]
    flat, none = draws.z.reshape(-1, size), np.zeros((size, 0))
    space = Whitened(flat.mean(axis=0), np.linalg.cholesky(np.cov(flat.T) + 1e-9 * np.eye(size)))
    return State(Chains(none, none[0], none), straight(size), space, draws.step, 0.0)


def sample_again(
    density: Sampled,
    settings: Settings,
    state: State,
    first: np.ndarray,
    *,
    seed: int,
    folder: RunFolder,
    progress: Progress,
) -> Draws:
    """Draw from a density near one that was sampled: from its draws, in coordinates near its own.

    Where the first stage whitens, so does the start, from the curvature where the chains begin.

    Args:
        density: a changed density over the same coordinates.
        settings: how; its chains are those of `first`.
        state: the earlier sampler's last, for its coordinates and its step.
        first: (P, chains) where to begin.
        seed: fixes every random choice.
        folder: where finished parts are kept.
        progress: called as the work goes on.
    """
    chains = start(state.shear.density(density), state.shear.u(first))
    state = replace(state, chains=chains, seconds=0.0)
    if settings.stages[0].whiten and folder.load_arrays("warm_0") is None:
        state = _whitened(density, state, state.shear, first)
    mode = first.mean(axis=1)
    return _go_on(density, settings, mode, state, seed=seed, folder=folder, progress=progress)


def _go_on(
    density: Sampled,
    settings: Settings,
    mode: np.ndarray,
    state: State,
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
        kept = folder.load_arrays(f"draws_{number:03d}")
        if kept is None:
            state, block = _block(density, settings, state, number, seed, progress, done)
            folder.save_arrays(f"draws_{number:03d}", {**block, **_prefixed(state)})
        else:
            block, state = kept[0], State.of(_unprefixed(kept[0]))
        blocks.append(block)
        done += settings.block
    return Draws(
        z=np.concatenate([b["draws"] for b in blocks]).transpose(2, 0, 1),
        acceptance=np.concatenate([b["acceptance"] for b in blocks]).T,
        divergent=np.concatenate([b["divergent"] for b in blocks]).T,
        log_density=np.concatenate([b["log_density"] for b in blocks]).T,
        mode=mode,
        step=settings.caution * state.step,
        seconds=state.seconds,
    )


def _prepare(
    density: Sampled, settings: Settings, seed: int, folder: RunFolder, progress: Progress
) -> tuple[np.ndarray, State]:
    """The mode, and chains about it in coordinates whitened by the curvature there."""
    kept = folder.load_arrays("mode")
    if kept is not None:
        return kept[0]["mode"], State.of(kept[0])
    began = time.perf_counter()
    mode = find_mode(
        density, np.zeros(density.size), iterations=settings.mode_iterations,
        progress=lambda share: progress("finding the mode", share, 1.0),
    )  # fmt: skip
    space = Whitened(mode, whitening(curvature(density, mode)))
    rng = Stream.SAMPLER.generator(seed)
    # Half a standard deviation: far draws of a Gaussian about the mode of a curved density
    # lie where it is nearly zero, and the first iterations then take very small steps.
    first = space.z(0.5 * rng.standard_normal((density.size, settings.chains)))
    state = State(
        start(density, first), straight(density.size), space, 0.12, time.perf_counter() - began
    )
    folder.save_arrays("mode", {"mode": mode, **state.arrays()})
    return mode, state


def _warm(
    density: Sampled,
    settings: Settings,
    state: State,
    number: int,
    stage: Stage,
    seed: int,
    folder: RunFolder,
    progress: Progress,
    done: float,
) -> State:
    kept = folder.load_arrays(f"warm_{number}")
    if kept is not None:
        return State.of(kept[0])
    began, chains = time.perf_counter(), state.chains
    step = StepSize.around(state.step)
    seen: list[np.ndarray] = []
    bent = state.shear.density(density)
    for i in range(stage.iterations):
        moved = iterate(
            bent, state.space, chains, step=float(np.exp(step.log_step)),
            length=stage.length, key=(seed, 1 + number, i),
        )  # fmt: skip
        chains = moved.chains
        step = step.update(float(moved.acceptance.mean()), stage.target)
        seen.append(chains.z)
        progress("warming up", done + i + 1, settings.iterations)
    state = replace(state, chains=chains, step=float(np.exp(step.log_average)))
    if stage.whiten or stage.straighten:
        late = [state.shear.z(u) for u in seen[len(seen) // 6 :]]
        state = _new_coordinates(density, state, stage, np.concatenate(late, axis=1))
    state = replace(state, seconds=state.seconds + time.perf_counter() - began)
    folder.save_arrays(f"warm_{number}", state.arrays())
    return state


def _new_coordinates(density: Sampled, state: State, stage: Stage, z: np.ndarray) -> State:
    """Bend and whiten from draws z (P, S) of all lanes; the chains stay where they are."""
    if not stage.straighten:
        return _whitened(density, state, state.shear, z)
    shear = straighten(
        density.levels, density.information(z.mean(axis=1)), z.T, count=stage.straighten
    )  # fmt: skip
    return _whitened(density, state, shear, z)


def _whitened(density: Sampled, state: State, shear: Shear, z: np.ndarray) -> State:
    """Whiten bent coordinates from draws z (P, S); the chains stay where they are."""
    now = state.shear.z(state.chains.z)
    bent, draws = shear.density(density), shear.u(z)
    stand = shear.u(now)
    spots = np.linspace(0, stand.shape[1] - 1, CURVATURES).astype(int)
    local = whitening(np.mean([curvature(bent, stand[:, i]) for i in spots], axis=0))
    batch = stand.shape[1]
    gradients = [bent(draws[:, i : i + batch])[1] for i in range(0, draws.shape[1], batch)]
    root = fisher(draws, np.concatenate(gradients, axis=1), local)
    space = Whitened(draws.mean(axis=1), root)
    chains = start(bent, stand)
    return replace(state, chains=chains, shear=shear, space=space)


def _block(
    density: Sampled,
    settings: Settings,
    state: State,
    number: int,
    seed: int,
    progress: Progress,
    done: float,
) -> tuple[State, dict[str, np.ndarray]]:
    began, chains = time.perf_counter(), state.chains
    rows: dict[str, list[np.ndarray]] = {
        k: [] for k in ("draws", "acceptance", "divergent", "log_density")
    }
    bent = state.shear.density(density)
    count = min(settings.block, settings.draws - number * settings.block)
    for i in range(count):
        drawn = number * settings.block + i
        moved = iterate(
            bent, state.space, chains, step=settings.caution * state.step,
            length=settings.lengths[drawn % len(settings.lengths)], key=(seed, 1000, drawn),
        )  # fmt: skip
        chains = moved.chains
        rows["draws"].append(state.shear.z(chains.z))
        rows["acceptance"].append(moved.acceptance)
        rows["divergent"].append(moved.divergent)
        rows["log_density"].append(chains.value)
        progress("sampling", done + i + 1, settings.iterations)
    spent = state.seconds + time.perf_counter() - began
    after = replace(state, chains=chains, seconds=spent)
    return after, {k: np.array(v) for k, v in rows.items()}


def _prefixed(state: State) -> dict[str, np.ndarray]:
    return {f"state_{k}": v for k, v in state.arrays().items()}


def _unprefixed(arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {k[6:]: v for k, v in arrays.items() if k.startswith("state_")}
