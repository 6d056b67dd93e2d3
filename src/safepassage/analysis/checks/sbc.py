"""Does a fit find what made its figures? Simulation-based calibration.

Parameters are drawn from their priors, figures are made of whole people under them and published as
the channels say, and the model is fitted to those figures. Over many such fits the share of draws
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

from safepassage.analysis.checks.sbc_bands import bands, cumulative
from safepassage.analysis.checks.synthetic_data import made_up
from safepassage.engines.rng.streams import Stream
from safepassage.errors import Fault, InputError
from safepassage.inference.fit import fit
from safepassage.inference.sampler.settings import Settings
from safepassage.parallel import LOCAL, Executor, TaskSpec
from safepassage.store import RunFolder, run_key, run_root, source_hash

if TYPE_CHECKING:
    from safepassage.inference.posterior import Posterior
    from safepassage.study.loader import Study

Progress = Callable[[str, float, float], None]
Fit = tuple[dict[str, np.ndarray], dict[str, Any]]
"""What is kept of one fit: arrays by parameter, and whether it converged."""
BINS = 10
AGREED = 1.05
"""R-hat below which chains of a short fit are taken to agree."""


@dataclass(frozen=True)
class Calibration:
    """Ranks of the truth among the draws of many fits."""

    names: tuple[str, ...]
    """The declared parameters, P of them."""
    below: np.ndarray
    """(fits, P) rank of the truth among thinned draws, between 0 and 1."""
    converged: np.ndarray
    """(fits,)"""
    contraction: np.ndarray
    """(fits, P)"""
    kept: np.ndarray
    """(fits, P) draws that were left of each fit's chains, after thinning."""
    agreed: np.ndarray
    """(fits,) whether chains agreed (R-hat below 1.05) without a divergence."""
    settings: Settings
    """How each fit was sampled."""

    def to_dict(self) -> dict[str, Any]:
        """The object `calibration` of `check --json`."""
        rows = []
        band = bands(len(self.below), BINS)
        for p, name in enumerate(self.names):
            ranks = self.below[:, p]
            histogram = _histogram(ranks)
            curve = cumulative(ranks, band.grid)
            rows.append(
                {
                    "name": name,
                    "inside_50": _inside(ranks, 0.5),
                    "inside_90": _inside(ranks, 0.9),
                    "p_uniform": float(stats.kstest(ranks, "uniform").pvalue),
                    "even": band.holds_bars(histogram) and band.holds_curve(curve),
                    "contraction": float(self.contraction[:, p].mean()),
                    "kept_draws": float(np.median(self.kept[:, p])),
                    "histogram": histogram.tolist(),
                }
            )
        rows.sort(key=lambda row: row["p_uniform"])
        return {
            "fits": len(self.below),
            "chains": self.settings.chains,
            "draws": self.settings.draws,
            "converged": int(self.converged.sum()),
            "chains_agreed": int(self.agreed.sum()),
            "inside_50": _inside(self.below.ravel(), 0.5),
            "inside_90": _inside(self.below.ravel(), 0.9),
            "parameters": rows,
        }

    def picture(self) -> dict[str, Any]:
        """What rank plots show: histograms and curves of every parameter, and their bands."""
        band = bands(len(self.below), BINS)
        curves = [cumulative(self.below[:, p], band.grid) for p in range(len(self.names))]
        return {
            "fits": len(self.below),
            "bar_band": [band.bar_low, band.bar_high],
            "grid": band.grid.tolist(),
            "curve_band": [band.curve_low.tolist(), band.curve_high.tolist()],
            "inside_90": _inside(self.below.ravel(), 0.9),
            "inside_50": _inside(self.below.ravel(), 0.5),
            "parameters": [
                {
                    "name": name,
                    "histogram": _histogram(self.below[:, p]).tolist(),
                    "curve": curves[p].tolist(),
                    "even_bars": band.holds_bars(_histogram(self.below[:, p])),
                    "even_curve": band.holds_curve(curves[p]),
                }
                for p, name in enumerate(self.names)
            ],
        }


def _histogram(ranks: np.ndarray) -> np.ndarray:
    return np.histogram(ranks, np.linspace(0, 1, BINS + 1))[0]


def _inside(below: np.ndarray, level: float) -> float:
    return float((np.abs(below - 0.5) <= level / 2).mean())


def calibrate(
    study: Study,
    fits: int,
    *,
    seed: int = 1,
    out: Path | None = None,
    settings: Settings | None = None,
    progress: Progress = lambda stage, done, total: None,
    executor: Executor = LOCAL,
) -> Calibration:
    """Fit a model to figures that it made itself, again and again; a killed call goes on.

    Args:
        study: the model folder.
        fits: how many.
        seed: of all of them.
        out: folder for what is kept; the user's cache folder unless given.
        settings: how to sample.
        progress: called with (stage, done, total).
        executor: who fits; this process keeps what was found.

    Raises:
        InputError: fewer than two fits, or a model without figures.
    """
    if fits < 2:
        message = f"{fits} fits; give at least 2, better 100"
        raise InputError([Fault("--calibration", 0, "", message)])
    settings = settings or Settings()
    plan = {"calibration": dataclasses.asdict(settings)}
    key = run_key(study.identity, study.evidence_hash, source_hash(), plan, seed)
    folder = RunFolder(run_root(out), key)
    names = tuple(study.model.parameters)
    with folder.lock():
        kept = {number: folder.load_arrays(_part(number)) for number in range(fits)}
        found = {number: part for number, part in kept.items() if part is not None}
        progress("calibration", len(found), fits)
        scratch = folder.path / "fits" if executor.same_disk else None
        spec = TaskSpec(fitting, (study, seed, scratch, settings))

        def here(number: int) -> Fit:
            return _one(study, number, seed, scratch, settings, _part_of(found, fits, progress))

        missing = [number for number in range(fits) if number not in found]
        for number, (arrays, meta) in executor.each(spec, missing, here):
            folder.save_arrays(_part(number), arrays, meta)
            found[number] = arrays, meta
            progress("calibration", len(found), fits)
    parts = [found[number] for number in range(fits)]
    return Calibration(
        names,
        np.array([arrays["below"] for arrays, _ in parts]),
        np.array([meta["converged"] for _, meta in parts]),
        np.array([arrays["contraction"] for arrays, _ in parts]),
        np.array([arrays["kept"] for arrays, _ in parts]),
        np.array([meta["agreed"] for _, meta in parts]),
        settings,
    )


def fitting(
    study: Study, seed: int, scratch: Path | None, settings: Settings
) -> Callable[[int], Fit]:
    """What fits to the figures of a number in another process: see `calibrate`."""
    return lambda number: _one(study, number, seed, scratch, settings, lambda *_: None)


def _part_of(found: Mapping[int, Fit], fits: int, progress: Progress) -> Progress:
    """Tell how far one fit has come as a part of all of them."""

    def told(stage: str, done: float, total: float) -> None:
        if total > 1:  # the search for the mode, of total 1, is short
            progress("calibration", len(found) + min(done / total, 1.0), fits)

    return told


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

    What it keeps on the way is in `scratch`, so that a killed one goes on, or else nowhere.
    """
    if scratch is None:
        with tempfile.TemporaryDirectory(prefix="safepassage-fit-") as nowhere:
            return _one(study, number, seed, Path(nowhere), settings, progress)
    made, truth = made_up(study, seed, number)
    own = scratch / f"{number:05d}"
    posterior: Posterior = fit(
        made, seed=seed + number, out=own, settings=settings, progress=progress
    )
    rng = Stream.RANK_TIES.generator(seed, number)
    below, kept = thinned_ranks(posterior.draws.z, truth, posterior.diagnostics.bulk_ess, rng)
    rows = [posterior.compiled.parameters.index(name) for name in study.model.parameters]
    arrays = {
        "below": below[rows],
        "kept": kept[rows],
        "contraction": posterior.contractions[rows],
    }
    shutil.rmtree(own, ignore_errors=True)
    verdict = posterior.verdict
    agreed = verdict["max_rhat"] < AGREED and verdict["divergences"] == 0
    return arrays, {"converged": verdict["converged"], "agreed": agreed}


def thinned_ranks(
    z: np.ndarray, truth: np.ndarray, effective: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Rank of the truth among draws that are about independent.

    Of L draws that are left, a rank is one of 0 ... L; it becomes a number between 0 and 1 by a
    place at random within its 1 / (L + 1), so that ranks of different L are even together.

    Args:
        z: (chain, draw, P).
        truth: (P,)
        effective: (P,) effective sample size of each parameter.
        rng: the places at random.

    Returns:
        (P,) ranks between 0 and 1, and (P,) the number of draws that were left.
    """
    chains, draws, size = z.shape
    below, kept = np.empty(size), np.empty(size, int)
    for p in range(size):
        stride = int(np.clip(np.ceil(chains * draws / max(effective[p], 1.0)), 1, draws))
        left = z[:, ::stride, p].ravel()
        kept[p] = len(left)
        below[p] = ((left < truth[p]).sum() + rng.random()) / (len(left) + 1)
    return below, kept
