"""One joint posterior over all channels of a model folder, judged and stored."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from safepassage.evidence.grades import best_grade
from safepassage.inference.blas_threads import settled
from safepassage.inference.density import Density
from safepassage.inference.diagnostics import diagnose
from safepassage.inference.inputs import FITTED
from safepassage.inference.posterior import Posterior
from safepassage.inference.sampler.settings import Settings, fit_key
from safepassage.inference.sampler.warmup import Progress, sample
from safepassage.inference.start_check import check_start
from safepassage.inference.variables import by_name
from safepassage.network.compile import Compiled, compile_model
from safepassage.store import RunFolder, run_root, source_hash

if TYPE_CHECKING:
    from safepassage.study.loader import Study


def compile_study(study: Study, *, step: str = "month") -> Compiled:
    """Compile a model folder with its covariates and the grades of its evidence."""
    return compile_model(
        study.model,
        study.covariates,
        step=step,
        grade_of=lambda ids: best_grade(study.evidence, ids),
    )


def fit(
    study: Study,
    *,
    seed: int = 1,
    out: Path | None = None,
    root: Path | None = None,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> Posterior:
    """Learn the joint posterior of a model, or load the stored one.

    Args:
        study: the model folder.
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
    report = progress or (lambda stage, done, total: None)
    sources = source_hash()
    folder = RunFolder(root or run_root(out), fit_key(study, settings, seed, sources))
    compiled = compile_study(study)
    density = Density(study, compiled)
    if not folder.finished:
        check_start(density, study)  # before there is a folder: nothing is left of a fault
    with folder.lock():
        with settled():
            draws = sample(density, settings, seed=seed, folder=folder, progress=report)
        posterior = Posterior(
            study=study,
            compiled=compiled,
            likelihood=density.likelihood,
            draws=draws,
            diagnostics=diagnose(draws.z),
            seed=seed,
            sources=sources,
            path=folder.path,
            settings=settings,
        )
        if not folder.finished:
            _store(posterior, folder)
    return posterior


def _store(posterior: Posterior, folder: RunFolder) -> None:
    """Write the posterior for ArviZ, the answer as JSON, and the mark of completion."""
    variables = by_name(posterior.compiled, posterior.draws.z)
    stats = {
        "acceptance_rate": posterior.draws.acceptance,
        "diverging": posterior.draws.divergent,
        "lp": posterior.draws.log_density,
    }
    observed = {
        channel: np.array([d.value for d in posterior.likelihood.data if d.channel == channel])
        for channel in dict.fromkeys(d.channel for d in posterior.likelihood.data)
    }
    answer: dict[str, Any] = posterior.to_dict()
    folder.save_posterior(variables, stats, observed, attrs=answer["provenance"])
    folder.save_json("fit", answer)
    if posterior.inputs is not None:
        folder.save_json(FITTED, posterior.inputs.to_dict())
    folder.finish(posterior.study.model.model.id, {"provenance": answer["provenance"]})
