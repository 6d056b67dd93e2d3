"""Learning Flee's movement parameters from reported camp counts, one scenario or several together.

The people who appear are given by the reports, so that only how they split over camps and
elsewhere can inform (`likelihood.log_density`): whoever is reported in no camp has not yet come to
one. Without that last part, parameters under which hardly anybody reaches a camp can fit the split
of the few who do. The expected split is the mean field's, with its slopes.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

import numpy as np

from safepassage.engines.jit.threads import thread_limit
from safepassage.engines.rng.streams import Stream
from safepassage.flee.calibration.likelihood import (
    PRIORS,
    Noise,
    counts_as,
    log_density,
    root_shares,
)
from safepassage.flee.calibration.parameters import LEVERS, Levers
from safepassage.flee.calibration.training import Training
from safepassage.flee.engine.simulate import Journeys, NobodyLeft
from safepassage.flee.mean_field.expect import MeanField, Slopes
from safepassage.inference.blas_threads import settled
from safepassage.inference.diagnostics import Diagnostics, diagnose
from safepassage.inference.sampler.metric import Metric, laplace_metric
from safepassage.inference.sampler.mode import out_of_range, reject
from safepassage.inference.sampler.warmup import (
    Draws,
    SamplerState,
    Settings,
    Stage,
    initial_points,
    sample_from,
)
from safepassage.network.arrays import Floats
from safepassage.store import RunFolder, run_key, run_root, source_hash

PARAMETERS = (
    "conflict_movechance", "camp_movechance", "default_movechance", "foreign_weight",
    "camp_weight", "conflict_weight", "distance_power",
)  # fmt: skip
"""Learned unless others are named: as many as one pass of the mean field gives slopes of."""
ABOUT = 3
"""Days on either side of a date that expected people are averaged over: where more come in a day
than there is room, camps are open and shut in turns, and which day is which is chance."""
WIDTH = 0.25
LIMIT = 0.2
"""Of the slopes of how open camps are, as in `MeanField`."""
TARGET = 0.65
"""Acceptance that steps are tuned to."""
PATH = 1.2
"""Trajectory length in units of the posterior."""


@dataclass(frozen=True)
class Learning:
    """How to learn; all of it is part of a run's key."""

    gap_days: int = 14
    """Reports nearer to one another are thinned out; the latest stay."""
    bins: int = 4
    soft: float = 1.0
    least: float = 1e-6
    """As in `MeanField`; coarser than there, since a posterior takes thousands of runs."""
    sampler: Settings = field(
        default_factory=lambda: sampler_of(chains=4, warm_up=(30, 40, 30), draws=150)
    )


def sampler_of(*, chains: int, warm_up: Sequence[int], draws: int) -> Settings:
    """Few unknowns: short trajectories, an adapted metric, no shears."""
    stages = tuple(
        Stage(many, PATH, adapt_metric=number == 1, target=TARGET)
        for number, many in enumerate(warm_up)
    )
    return Settings(
        chains=chains, draws=draws, block=max(draws // 3, 1), step_size_factor=1.0, lengths=(PATH,),
        mode_iterations=60, stages=stages,
    )  # fmt: skip


class Calibration:
    """Log density and gradient of the parameters and the noise: a `TargetDensity`."""

    def __init__(
        self, trainings: Sequence[Training], names: Sequence[str] = PARAMETERS,
        learning: Learning | None = None,
    ):  # fmt: skip
        """Prepare.

        Args:
            trainings: The scenarios; they share all parameters, and the noise.
            names: Which parameters.
            learning: How.
        """
        learning = learning or Learning()
        self.trainings = tuple(trainings)
        self.levers = [
            Levers(one.scenario, one.plan, names, min(int(one.dates[-1]) + ABOUT + 1, one.days))
            for one in trainings
        ]
        self.names = self.levers[0].names
        self._priors = [LEVERS[name] for name in self.names]
        self._learning = learning
        self._idle: list[list[MeanField]] = [[] for _ in self.trainings]

    @property
    def size(self) -> int:
        """Number of unknowns."""
        return len(self.names) + len(PRIORS)

    def values(self, z: Floats) -> Floats:
        """(D,) values of the parameters at z (P,)."""
        return np.array([lever.value(x) for lever, x in zip(self._priors, z, strict=False)])

    def noise(self, z: Floats) -> Noise:
        """The noise at z (P,)."""
        return Noise.at(z[len(self.names) :])

    def __call__(self, z: Floats) -> tuple[Floats, Floats]:
        """Log density (B,) and gradient (P, B) at z (P, B); -inf where it cannot be computed."""
        value = -0.5 * (z**2).sum(axis=0)
        gradient = -z.copy()
        outside = out_of_range(z)
        tasks = [(s, b) for b in np.flatnonzero(~outside) for s in range(len(self.trainings))]
        with ThreadPoolExecutor(thread_limit(len(tasks))) as pool:
            results = list(pool.map(lambda task: self._one(task[0], z[:, task[1]]), tasks))
        for (_, b), (each, slope) in zip(tasks, results, strict=True):
            value[b] += each
            gradient[:, b] += slope
        return reject(value, gradient, outside)

    def expected(self, s: int, z: Floats) -> tuple[Floats, Floats]:
        """(N, W + 1) expected people of a scenario on its dates, and (N, W + 1, D) slopes by z."""
        one, levers = self.trainings[s], self.levers[s]
        values = self.values(z)
        journeys = levers.journeys(values)
        by_z = np.array([lever.slope(x) for lever, x in zip(self._priors, z, strict=False)])
        slopes = levers.slopes(values, journeys)
        parts = (slopes.move, slopes.score, slopes.nearness, slopes.rules)
        scaled = Slopes(*(part * by_z for part in parts))
        field_ = self._idle[s].pop() if self._idle[s] else self._field(journeys)
        try:
            run = field_.expect(journeys, one.watched, scaled)
        finally:
            self._idle[s].append(field_)
        here, slope, total = (
            np.array(
                [each[max(day - ABOUT, 0) : day + ABOUT + 1].mean(axis=0) for day in one.dates]
            )
            for each in (run.here, run.slope, run.total)
        )
        elsewhere = total - here.sum(axis=1)
        return (
            np.column_stack([here, np.maximum(elsewhere, 0.0)]),
            np.concatenate([slope, -slope.sum(axis=1, keepdims=True)], axis=1),
        )

    def levels(self, z: Floats, weights: Floats) -> Floats:
        """(P, B) gradient of weighted log figures: people by scenario, date and camp."""
        out = np.zeros_like(z)
        for b in range(z.shape[1]):
            runs = [self.expected(s, z[:, b]) for s in range(len(self.trainings))]
            steep = [(slope / np.maximum(here, 1e-9)[..., None]) for here, slope in runs]
            rows = np.concatenate([one.reshape(-1, len(self.names)) for one in steep])
            out[: len(self.names), b] = weights[:, b] @ rows
        return out

    def information(self, z: Floats) -> Floats:
        """(D,) Fisher information about the log of each figure at z (P,), others fixed."""
        parts: list[Floats] = []
        for s, one in enumerate(self.trainings):
            here, _ = self.expected(s, z)
            by_log = here / here.sum(axis=1, keepdims=True) * 0.5 / root_shares(here)
            weight = counts_as(one.dates.astype(float), here.shape[1])
            parts.append((weight * (by_log / self.noise(z).error) ** 2).ravel())
        return np.concatenate(parts)

    def _one(self, s: int, z: Floats) -> tuple[float, Floats]:
        one, noise = self.trainings[s], self.noise(z)
        try:
            here, slope = self.expected(s, z)
            value, by_people, by_log = log_density(
                one.reported, here, one.dates.astype(float), noise
            )
        except NobodyLeft:
            return -np.inf, np.zeros(self.size)
        spreads = np.array([spread for _, spread in PRIORS.values()])
        by_parameter = np.einsum("nw,nwd->d", by_people, slope)
        return value, np.concatenate([by_parameter, by_log * spreads])

    def _field(self, journeys: Journeys) -> MeanField:
        how = self._learning
        return MeanField(journeys, bins=how.bins, soft=how.soft, limit=LIMIT, least=how.least)


@dataclass(frozen=True)
class Calibrated:
    """A posterior of movement parameters."""

    density: Calibration
    draws: Draws
    diagnostics: Diagnostics
    seed: int
    path: Path

    @property
    def z(self) -> Floats:
        """(S, P) all draws."""
        return self.draws.z.reshape(-1, self.draws.z.shape[2])

    @property
    def converged(self) -> bool:
        """Whether to believe it: R-hat below 1.05 and 100 effective draws of everything."""
        d = self.diagnostics
        least = min(d.bulk_ess.min(), d.tail_ess.min())
        return bool(d.rhat.max() < 1.05 and least >= 100)

    def some(self, many: int) -> Floats:
        """(many, P) draws, evenly spaced over all."""
        return self.z[np.linspace(0, len(self.z) - 1, many).astype(int)]


def calibrate(
    trainings: Sequence[Training],
    names: Sequence[str] = PARAMETERS,
    *,
    seed: int = 1,
    out: Path | None = None,
    learning: Learning | None = None,
    progress: Callable[[str, float, float], None] = lambda stage, done, total: None,
) -> Calibrated:
    """Draw from the posterior of movement parameters, or load the stored draws.

    Args:
        trainings: Scenarios that share the parameters.
        names: Which parameters; see `levers.LEVERS`.
        seed: Fixes every random choice.
        out: Folder for the run; the user's cache folder unless given.
        learning: How.
        progress: Called with (stage, done, total).
    """
    learning = learning or Learning()
    density = Calibration(trainings, names, learning)
    requested = {"learning": dataclasses.asdict(learning), "names": list(density.names)}
    key = run_key(_identity(trainings), "", source_hash(), requested, seed)
    folder = RunFolder(run_root(out), key)
    with folder.lock(), settled():
        state, first = _begin(density, learning.sampler.chains, seed, folder)
        draws = sample_from(
            density, learning.sampler, state, first, seed=seed, folder=folder, progress=progress
        )
    return Calibrated(density, draws, diagnose(draws.z), seed, folder.path)


def _begin(
    density: Calibration, chains: int, seed: int, folder: RunFolder
) -> tuple[SamplerState, Floats]:
    """The metric about the mode, and where the chains begin there."""
    stored = folder.load_arrays("mode")
    if stored is None:
        metric = _metric(density)
        folder.save_arrays("mode", {"mode": metric.centre, "root": metric.root})
    else:
        metric = Metric(stored[0]["mode"], stored[0]["root"])
    return SamplerState.before_chains(metric, 0.3), initial_points(metric, chains, seed)


def _metric(density: Calibration) -> Metric:
    """The normal approximation at the mode.

    Camps that fill and empty make the density rough at small scale: curvature is taken over
    `WIDTH` prior standard deviations.
    """
    return laplace_metric(density, density.size, iterations=60, width=WIDTH, least=1.0)


def calibrate_roughly(
    trainings: Sequence[Training],
    names: Sequence[str] = PARAMETERS,
    *,
    draws: int = 200,
    seed: int = 1,
    learning: Learning | None = None,
) -> Calibrated:
    """A normal approximation of the posterior at its mode, for scenarios too many to sample.

    Args:
        trainings: Scenarios that share the parameters.
        names: Which parameters.
        draws: How many.
        seed: Fixes the draws.
        learning: How; its sampler is not used.
    """
    begin = time.perf_counter()
    density = Calibration(trainings, names, learning)
    with settled():
        metric = _metric(density)
    rng = Stream.SAMPLER.generator(seed)
    z = metric.z(rng.standard_normal((density.size, draws))).T[None]
    one, none = np.ones((1, draws)), np.zeros((1, draws))
    took = time.perf_counter() - begin
    sampled = Draws(z, one, none.astype(bool), none, metric.centre, 0.0, took)
    return Calibrated(density, sampled, diagnose(z), seed, Path())


def _identity(trainings: Sequence[Training]) -> str:
    """Hash of all that is learned from, wherever it lies."""
    content = [(replace(one.scenario, folder="", warnings=()), one.days) for one in trainings]
    return sha256(repr(content).encode()).hexdigest()
