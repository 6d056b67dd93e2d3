"""Does a fit recover what its figures were simulated from? Simulation-based calibration.

Parameters are drawn from their priors, figures are simulated with whole people and published as the
channels declare, and the model is fitted to those figures. Over many such fits the share of draws
below the truth is uniform for every parameter if, and only if, the fit and the intervals are right
(Talts, Betancourt, Simpson, Vehtari, Gelman 2018). Lower bounds are left out: they say that the
truth is above a figure, and not how the figure comes about.

Neighbouring draws of a chain are alike, and ranks among draws that are alike pile up at the ends
even where the fit is right. So each parameter's chains are thinned to about as many draws as its
own effective sample size before the truth is ranked among them.
"""

from __future__ import annotations

import dataclasses
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import stats

from safepassage.analysis.checks.sbc_bands import Bands, bands, cumulative
from safepassage.analysis.checks.synthetic_data import simulate_figures
from safepassage.engines.rng.streams import Stream
from safepassage.errors import Fault, InputError
from safepassage.inference.fit import fit
from safepassage.inference.sampler.settings import Settings
from safepassage.parallel import LOCAL, Executor, TaskSpec
from safepassage.results.checks.calibration import (
    CalibratedParameter,
    Calibration,
    RankPlot,
    RankPlots,
)
from safepassage.store import RunFolder, run_key, run_root, source_hash

if TYPE_CHECKING:
    from safepassage.inference.posterior import Posterior
    from safepassage.study.loader import Study

Progress = Callable[[str, float, float], None]
Fit = tuple[dict[str, np.ndarray], dict[str, Any]]
"""What is stored of one fit: arrays by parameter, and a JSON object: whether it converged."""
BINS = 10
AGREED = 1.05
"""R-hat below which chains of a short fit are taken to agree."""


@dataclass(frozen=True)
class TruthRanks:
    """Ranks of the truth among the draws of many fits."""

    names: tuple[str, ...]
    """The declared parameters, P of them."""
    ranks: np.ndarray
    """(fits, P) rank of the truth among thinned draws, between 0 and 1."""
    converged: np.ndarray
    """(fits,) whether a fit converged by the rule for answers."""
    contraction: np.ndarray
    """(fits, P) contraction of each parameter."""
    thinned_draws: np.ndarray
    """(fits, P) draws of each fit's chains after thinning."""
    agreed: np.ndarray
    """(fits,) whether chains agreed (R-hat below 1.05) without a divergence."""
    settings: Settings
    """How each fit was sampled."""

    @property
    def bands(self) -> Bands:
        """Where uniform ranks of so many fits lie."""
        return bands(len(self.ranks), BINS)

    def summary(self) -> Calibration:
        """How often intervals hold the truth, and how uniform the ranks of each parameter are."""
        rows = [self._parameter(p) for p in range(len(self.names))]
        return Calibration(
            fits=len(self.ranks),
            chains=self.settings.chains,
            draws=self.settings.draws,
            converged=int(self.converged.sum()),
            chains_agreed=int(self.agreed.sum()),
            inside_50=_inside(self.ranks, 0.5),
            inside_90=_inside(self.ranks, 0.9),
            parameters=tuple(sorted(rows, key=lambda row: row.p_uniform)),
        )

    def picture(self) -> RankPlots:
        """What rank plots draw: histograms and curves of every parameter, and their bands."""
        band = self.bands
        return RankPlots(
            fits=len(self.ranks),
            bar_band=(band.bar_low, band.bar_high),
            grid=tuple(band.grid.tolist()),
            curve_band=(tuple(band.curve_low.tolist()), tuple(band.curve_high.tolist())),
            inside_90=_inside(self.ranks, 0.9),
            inside_50=_inside(self.ranks, 0.5),
            parameters=tuple(self._plot(p) for p in range(len(self.names))),
        )

    def _parameter(self, p: int) -> CalibratedParameter:
        ranks, plot = self.ranks[:, p], self._plot(p)
        return CalibratedParameter(
            name=plot.name,
            inside_50=_inside(ranks, 0.5),
            inside_90=_inside(ranks, 0.9),
            p_uniform=float(stats.kstest(ranks, "uniform").pvalue),
            even=plot.even_bars and plot.even_curve,
            contraction=float(self.contraction[:, p].mean()),
            thinned_draws=float(np.median(self.thinned_draws[:, p])),
            histogram=plot.histogram,
        )

    def _plot(self, p: int) -> RankPlot:
        ranks, band = self.ranks[:, p], self.bands
        histogram, curve = _histogram(ranks), cumulative(ranks, band.grid)
        return RankPlot(
            name=self.names[p],
            histogram=tuple(histogram.tolist()),
            curve=tuple(curve.tolist()),
            even_bars=band.holds_bars(histogram),
            even_curve=band.holds_curve(curve),
        )


def _histogram(ranks: np.ndarray) -> np.ndarray:
    return np.histogram(ranks, np.linspace(0, 1, BINS + 1))[0]


def _inside(ranks: np.ndarray, level: float) -> float:
    """Share of ranks for which the central interval of a level holds the truth."""
    return float((np.abs(ranks - 0.5) <= level / 2).mean())


def calibrate(
    study: Study,
    fits: int,
    *,
    seed: int = 1,
    out: Path | None = None,
    settings: Settings | None = None,
    progress: Progress = lambda stage, done, total: None,
    executor: Executor = LOCAL,
) -> TruthRanks:
    """Fit a model to figures that it simulated, again and again; an interrupted call resumes.

    Args:
        study: The model folder.
        fits: How many.
        seed: Seed of all of them.
        out: Folder for what is stored; the user's cache folder unless given.
        settings: How to sample.
        progress: Called with (stage, done, total).
        executor: Who fits; this process stores the results.

    Raises:
        InputError: Fewer than two fits, or a model without figures.
    """
    if fits < 2:
        message = f"{fits} fits; give at least 2, better 100"
        raise InputError([Fault("call", 0, "fits", message)])
    settings = settings or Settings()
    sampling = {"calibration": dataclasses.asdict(settings)}
    key = run_key(study.identity, study.evidence_hash, source_hash(), sampling, seed)
    folder = RunFolder(run_root(out), key)
    with folder.lock():
        stored = {number: folder.load_arrays(_part(number)) for number in range(fits)}
        parts = {number: part for number, part in stored.items() if part is not None}
        progress("calibration", len(parts), fits)
        scratch = folder.path / "fits" if executor.same_disk else None
        spec = TaskSpec(make_fit, (study, seed, scratch, settings))

        def here(number: int) -> Fit:
            return _one(study, number, seed, scratch, settings, _share_of(parts, fits, progress))

        missing = [number for number in range(fits) if number not in parts]
        for number, (arrays, meta) in executor.each(spec, missing, here):
            folder.save_arrays(_part(number), arrays, meta)
            parts[number] = arrays, meta
            progress("calibration", len(parts), fits)
    every = [parts[number] for number in range(fits)]
    return TruthRanks(
        names=tuple(study.model.parameters),
        ranks=np.array([arrays["below"] for arrays, _ in every]),
        converged=np.array([meta["converged"] for _, meta in every]),
        contraction=np.array([arrays["contraction"] for arrays, _ in every]),
        thinned_draws=np.array([arrays["kept"] for arrays, _ in every]),
        agreed=np.array([meta["agreed"] for _, meta in every]),
        settings=settings,
    )


def make_fit(
    study: Study, seed: int, scratch: Path | None, settings: Settings
) -> Callable[[int], Fit]:
    """What fits to the figures of a number in another process: see `calibrate`."""
    return lambda number: _one(study, number, seed, scratch, settings, lambda *_: None)


def _share_of(parts: Mapping[int, Fit], fits: int, progress: Progress) -> Progress:
    """Report the progress of one fit as a share of all of them."""

    def report(stage: str, done: float, total: float) -> None:
        if total > 1:  # the search for the mode, of total 1, is short
            progress("calibration", len(parts) + min(done / total, 1.0), fits)

    return report


def _part(number: int) -> str:
    return f"fit-{number:05d}"


def _one(
    study: Study,
    number: int,
    seed: int,
    scratch: Path | None,
    settings: Settings,
    progress: Progress,
) -> Fit:
    """One fit: ranks and contractions of the declared parameters, and whether it converged.

    What it stores meanwhile is in `scratch`, so that an interrupted one resumes, or else nowhere.
    """
    if scratch is None:
        with tempfile.TemporaryDirectory(prefix="safepassage-fit-") as passing:
            return _one(study, number, seed, Path(passing), settings, progress)
    simulated, truth = simulate_figures(study, seed, number)
    own = scratch / f"{number:05d}"
    posterior: Posterior = fit(
        simulated, seed=seed + number, out=own, settings=settings, progress=progress
    )
    rng = Stream.RANK_TIES.generator(seed, number)
    ranks, left = thinned_ranks(posterior.draws.z, truth, posterior.diagnostics.bulk_ess, rng)
    rows = [posterior.compiled.parameters.index(name) for name in study.model.parameters]
    arrays = {
        "below": ranks[rows],
        "kept": left[rows],
        "contraction": posterior.contractions[rows],
    }
    shutil.rmtree(own, ignore_errors=True)
    verdict = posterior.verdict
    agreed = verdict.max_rhat < AGREED and verdict.divergences == 0
    return arrays, {"converged": verdict.converged, "agreed": agreed}


def thinned_ranks(
    z: np.ndarray, truth: np.ndarray, effective: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Rank of the truth among draws that are about independent.

    Of L draws that are left, a rank is one of 0 ... L; it becomes a number between 0 and 1 by a
    place at random within its 1 / (L + 1), so that ranks of different L are uniform together.

    Args:
        z: (chain, draw, P).
        truth: (P,) unknowns that the figures were simulated from.
        effective: (P,) effective sample size of each parameter.
        rng: The places at random.

    Returns:
        (P,) ranks between 0 and 1, and (P,) the number of draws that were left.
    """
    chains, draws, size = z.shape
    ranks, count = np.empty(size), np.empty(size, int)
    for p in range(size):
        stride = int(np.clip(np.ceil(chains * draws / max(effective[p], 1.0)), 1, draws))
        left = z[:, ::stride, p].ravel()
        count[p] = len(left)
        ranks[p] = ((left < truth[p]).sum() + rng.random()) / (len(left) + 1)
    return ranks, count
