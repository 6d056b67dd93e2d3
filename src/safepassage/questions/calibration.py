"""Does a fit find what made its figures? Simulation-based calibration.

Parameters are drawn from their priors, figures are made of whole people under them and published as
the channels say, and the model is fitted to those figures. Over many such fits the share of draws
below the truth is uniform for every parameter if, and only if, the fit and the intervals are right
(Talts, Betancourt, Simpson, Vehtari, Gelman 2018). Lower bounds are left out: they say that the
truth is above a figure, and not how the figure comes about.
"""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import stats

from safepassage.evidence.observations import Observation
from safepassage.inference.channels import Likelihood, compile_likelihood
from safepassage.inference.fitting import compile_loaded, fit
from safepassage.inference.sampling import Settings
from safepassage.model.faults import Fault, InputError
from safepassage.store import RunFolder, run_key, run_root, source_hash

if TYPE_CHECKING:
    from safepassage.evidence.folder import Loaded
    from safepassage.inference import Fitted

Progress = Callable[[str, float, float], None]
BINS = 10
BARS = " ▁▂▃▄▅▆▇█"


@dataclass(frozen=True)
class Calibration:
    """Ranks of the truth among the draws of many fits."""

    names: tuple[str, ...]
    """The declared parameters, P of them."""
    below: np.ndarray
    """(fits, P) share of draws below the truth."""
    converged: np.ndarray
    """(fits,)"""
    contraction: np.ndarray
    """(fits, P)"""

    def to_json(self) -> dict[str, Any]:
        """The object `calibration` of `check --json`."""
        edges = np.linspace(0, 1, BINS + 1)
        rows = []
        for p, name in enumerate(self.names):
            ranks = self.below[:, p]
            rows.append(
                {
                    "name": name,
                    "inside_50": _inside(ranks, 0.5),
                    "inside_90": _inside(ranks, 0.9),
                    "p_uniform": float(stats.kstest(ranks, "uniform").pvalue),
                    "contraction": float(self.contraction[:, p].mean()),
                    "histogram": np.histogram(ranks, edges)[0].tolist(),
                }
            )
        rows.sort(key=lambda row: row["p_uniform"])
        return {
            "fits": len(self.below),
            "converged": int(self.converged.sum()),
            "inside_50": _inside(self.below.ravel(), 0.5),
            "inside_90": _inside(self.below.ravel(), 0.9),
            "parameters": rows,
        }

    def to_text(self) -> str:
        """How often intervals hold the truth, and the ranks of each parameter as bars."""
        told = self.to_json()
        lines = [
            f"{told['fits']} fits to figures made by the model, {told['converged']} converged.",
            f"The truth lies in {told['inside_90']:.1%} of the 90 % intervals",
            f"and in {told['inside_50']:.1%} of the 50 % intervals.",
            "Ranks of the truth should be even; p is of unevenness, the smallest first.",
        ]
        size = max(len(name) for name in self.names)
        for row in told["parameters"]:
            most = max(max(row["histogram"]), 1)
            bars = "".join(BARS[round(8 * n / most)] for n in row["histogram"])
            lines.append(
                f"  {row['name'].ljust(size)} {bars} p {row['p_uniform']:.3f}, "
                f"90 %: {row['inside_90']:.0%}"
            )
        return "\n".join(lines)


def _inside(below: np.ndarray, level: float) -> float:
    return float((np.abs(below - 0.5) <= level / 2).mean())


def calibrate(
    loaded: Loaded,
    fits: int,
    *,
    seed: int = 1,
    out: Path | None = None,
    settings: Settings | None = None,
    progress: Progress = lambda stage, done, total: None,
) -> Calibration:
    """Fit a model to figures that it made itself, again and again; a killed call goes on.

    Args:
        loaded: the model folder.
        fits: how many.
        seed: of all of them.
        out: folder for what is kept; the user's cache folder unless given.
        settings: how to sample.
        progress: called with (stage, done, total).

    Raises:
        InputError: fewer than two fits, or a model without figures.
    """
    if fits < 2:
        message = f"{fits} fits; give at least 2, better 100"
        raise InputError([Fault("--calibration", 0, "", message)])
    settings = settings or Settings()
    plan = {"calibration": dataclasses.asdict(settings)}
    key = run_key(loaded.identity, loaded.evidence_hash, source_hash(), plan, seed)
    folder = RunFolder(run_root(out), key)
    names = tuple(loaded.model.parameters)
    found: list[tuple[dict[str, np.ndarray], dict[str, Any]]] = []
    with folder.lock():
        for number in range(fits):
            progress("calibration", number, fits)
            part = folder.load_arrays(_part(number))
            if part is None:
                arrays, meta = _one(loaded, number, seed, folder.path / "fits", settings)
                folder.save_arrays(_part(number), arrays, meta)
                part = arrays, meta
            found.append(part)
        progress("calibration", fits, fits)
    return Calibration(
        names,
        np.array([arrays["below"] for arrays, _ in found]),
        np.array([meta["converged"] for _, meta in found]),
        np.array([arrays["contraction"] for arrays, _ in found]),
    )


def _part(number: int) -> str:
    return f"fit-{number:05d}"


def _one(
    loaded: Loaded, number: int, seed: int, scratch: Path, settings: Settings
) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """One fit: ranks and contractions of the declared parameters, and whether it converged."""
    made, truth = made_up(loaded, seed, number)
    own = scratch / f"{number:05d}"
    fitted: Fitted = fit(made, seed=seed + number, out=own, settings=settings)
    flat = fitted.draws.z.reshape(-1, len(truth))
    rows = [fitted.compiled.parameters.index(name) for name in loaded.model.parameters]
    arrays = {
        "below": (flat < truth).mean(axis=0)[rows],
        "contraction": fitted.contractions[rows],
    }
    shutil.rmtree(own, ignore_errors=True)
    return arrays, {"converged": fitted.verdict["converged"]}


def made_up(loaded: Loaded, seed: int, number: int) -> tuple[Loaded, np.ndarray]:
    """The model with figures of its own making in place of the published, and the z behind them.

    Raises:
        InputError: the model has no figures to make.
    """
    from safepassage.engines.counts import draw

    kept = _without_bounds(loaded)
    compiled = compile_loaded(kept)
    likelihood = compile_likelihood(kept, compiled)
    if not likelihood.data:
        message = "no channel has figures that could be made; give the model observations"
        raise InputError([Fault(str(loaded.path), 0, "channels", message)])
    rng = np.random.Generator(np.random.Philox(np.random.SeedSequence((seed, 8000, number))))
    z = rng.standard_normal((len(compiled.parameters), 1))
    tables = compiled.program.tables(z)
    people = draw(compiled.network, tables, seed=seed, draws=[number])
    figures = likelihood.publish(compiled.program.logarithms(z), people.quantities, rng)[:, 0]
    return dataclasses.replace(kept, observations=_replaced(kept, likelihood, figures)), z[:, 0]


def _without_bounds(loaded: Loaded) -> Loaded:
    channels = loaded.model.channels
    observations = {
        name: rows
        for name, rows in loaded.observations.items()
        if channels[name].reporting.kind != "lower_bound"
    }
    return dataclasses.replace(loaded, observations=observations)


def _replaced(
    loaded: Loaded, likelihood: Likelihood, figures: np.ndarray
) -> dict[str, tuple[Observation, ...]]:
    """Observations with new values; an interval keeps its relative width."""
    fresh = iter(zip(figures, likelihood.value, strict=True))
    found: dict[str, tuple[Observation, ...]] = {}
    for name, rows in loaded.observations.items():
        changed: list[Observation] = []
        for row in rows:
            value, old = (float(x) for x in next(fresh))
            low, high = (
                None if end is None or old <= 0 else value * end / old
                for end in (row.low, row.high)
            )
            changed.append(dataclasses.replace(row, value=value, low=low, high=high))
        found[name] = tuple(changed)
    return found
