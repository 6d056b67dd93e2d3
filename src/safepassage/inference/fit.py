"""One joint posterior over all channels of a model folder, judged and kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from safepassage.evidence.grades import best_grade
from safepassage.inference.blas_threads import settled
from safepassage.inference.density import Density
from safepassage.inference.diagnostics import diagnose
from safepassage.inference.posterior import Fitted
from safepassage.inference.sampler.settings import Settings, fit_key
from safepassage.inference.sampler.warmup import Progress, sample
from safepassage.inference.start_check import check_start
from safepassage.inference.variables import by_name
from safepassage.network.compile import Compiled, compile_model
from safepassage.store import RunFolder, run_root, source_hash

if TYPE_CHECKING:
    from safepassage.study.loader import Loaded


def compile_loaded(loaded: Loaded, *, step: str = "month") -> Compiled:
    """Compile a model folder with its covariates and the grades of its evidence."""
    return compile_model(
        loaded.model,
        loaded.covariates,
        step=step,
        grade_of=lambda ids: best_grade(loaded.evidence, ids),
    )


def fit(
    loaded: Loaded,
    *,
    seed: int = 1,
    out: Path | None = None,
    root: Path | None = None,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> Fitted:
    """Learn the joint posterior of a model, or take the kept one.

    Args:
        loaded: the model folder.
        seed: fixes every random choice.
        out: folder for the run; the user's cache folder unless given.
        root: folder that holds the run's folder, where it lies elsewhere.
        settings: how to sample.
        progress: called with (stage, done, total).

    Raises:
        InputError: the fit cannot start; names the figures and the parameters responsible.

    Returns:
        The posterior with its diagnostics; `converged` says whether to believe it.
    """
    settings = settings or Settings()
    told = progress or (lambda stage, done, total: None)
    sources = source_hash()
    folder = RunFolder(root or run_root(out), fit_key(loaded, settings, seed, sources))
    compiled = compile_loaded(loaded)
    density = Density(loaded, compiled)
    if not folder.finished:
        check_start(density, loaded)  # before there is a folder: nothing is left of a fault
    with folder.lock():
        with settled():
            draws = sample(density, settings, seed=seed, folder=folder, progress=told)
        fitted = Fitted(
            loaded=loaded,
            compiled=compiled,
            likelihood=density.likelihood,
            draws=draws,
            diagnostics=diagnose(draws.z),
            seed=seed,
            sources=sources,
            path=folder.path,
        )
        if not folder.finished:
            _keep(fitted, folder)
    return fitted


def _keep(fitted: Fitted, folder: RunFolder) -> None:
    """Write the posterior for ArviZ, the answer as JSON, and the mark of completion."""
    posterior = by_name(fitted.compiled, fitted.draws.z)
    stats = {
        "acceptance_rate": fitted.draws.acceptance,
        "diverging": fitted.draws.divergent,
        "lp": fitted.draws.log_density,
    }
    observed = {
        channel: np.array([d.value for d in fitted.likelihood.data if d.channel == channel])
        for channel in dict.fromkeys(d.channel for d in fitted.likelihood.data)
    }
    answer: dict[str, Any] = fitted.to_json()
    folder.save_posterior(posterior, stats, observed, attrs=answer["provenance"])
    folder.save_json("fit", answer)
    folder.finish(fitted.loaded.model.model.id, {"provenance": answer["provenance"]})
