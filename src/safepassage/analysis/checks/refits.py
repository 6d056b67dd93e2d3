"""Fits without a channel, or with a prior wider, where weights cannot say what would come of them.

Each is sampled from the posterior's draws with short chains and stored in the fit's run folder, so
that an interrupted call resumes with the next and every later question reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from safepassage.analysis.headlines import of_draws
from safepassage.inference.density import Density
from safepassage.inference.diagnostics import Diagnostics, diagnose
from safepassage.inference.refit import DRAWS, Change, again, key_of, starts
from safepassage.store import RunFolder
from safepassage.store.folder import REFITS

if TYPE_CHECKING:
    from safepassage.inference.posterior import Posterior

Progress = Callable[[str, float, float], None]
UNSETTLED = 1.2
"""R-hat of an answer from which a short sampling is not believed. Halves of 16 chains that agree
but hold 75 effective draws together come to 1.2: enough for a median, too few for a fit."""
LONGER = 4
"""How many times as long the chains are where the first ones did not agree."""


NUMBERS = ("acceptance", "divergences", "seconds")
"""Fields of a refit that are stored as plain numbers."""


@dataclass(frozen=True)
class Refit:
    """Headline answers of one changed posterior."""

    names: tuple[str, ...]
    """A answers."""
    values: np.ndarray
    """(A, chain, draw)"""
    acceptance: float
    divergences: int
    seconds: float

    @cached_property
    def diagnostics(self) -> Diagnostics:
        """Of each answer, (A,)."""
        middle = np.array([_middle(v) for v in self.values])[:, None, None]
        finite = np.where(np.isfinite(self.values), self.values, middle)
        return diagnose(finite.transpose(1, 2, 0))

    def of(self, answer: str) -> tuple[np.ndarray, float, float] | None:
        """(S,) draws of an answer, their effective number and R-hat; None if it has none."""
        if answer not in self.names:
            return None
        i = self.names.index(answer)
        ess, rhat = self.diagnostics.bulk_ess[i], self.diagnostics.rhat[i]
        return self.values[i].ravel(), float(ess), float(rhat)


def _middle(values: np.ndarray) -> float:
    finite = values[np.isfinite(values)]
    return float(np.median(finite)) if finite.size else 0.0


def stored_refits(posterior: Posterior, changes: Mapping[str, Change]) -> dict[str, Refit]:
    """Those of some changes that were sampled before."""
    refits = {name: _stored(posterior, change) for name, change in changes.items()}
    return {name: refit for name, refit in refits.items() if refit is not None}


def refit(
    posterior: Posterior,
    changes: Mapping[str, tuple[Change, np.ndarray]],
    *,
    progress: Progress = lambda stage, done, total: None,
) -> None:
    """Sample under each change that has not been sampled yet.

    Args:
        posterior: the posterior.
        changes: by a name for people, the change and the importance weights (B,) of the answering
            draws, from which the chains start.
        progress: called with (stage, done, total).
    """
    folder = _folder(posterior)
    density: Density | None = None
    with folder.lock():
        for number, (name, (change, weights)) in enumerate(changes.items(), start=1):
            if _stored(posterior, change) is not None:
                continue
            density = density or Density(posterior.study, posterior.compiled)
            stage = f"refit {number} of {len(changes)}, {name}"
            _one(posterior, density, change, weights, folder, _named(progress, stage))


def _named(progress: Progress, stage: str) -> Progress:
    return lambda _, done, total: progress(stage, done, total)


def _one(
    posterior: Posterior,
    density: Density,
    change: Change,
    weights: np.ndarray,
    folder: RunFolder,
    progress: Progress,
) -> None:
    key = key_of(posterior, change)
    first = starts(posterior.z, weights, posterior.draws.z.shape[0], key)
    seconds = 0.0
    for draws in (DRAWS, LONGER * DRAWS):
        drawn = again(posterior, density, change, first, draws=draws, progress=progress)
        chains, _, size = drawn.z.shape
        answers = of_draws(posterior, np.ascontiguousarray(drawn.z.reshape(-1, size).T))
        values = np.array(list(answers.values())).reshape(len(answers), chains, draws)
        seconds += drawn.seconds
        sampled = Refit(
            tuple(answers), values, float(drawn.acceptance.mean()), int(drawn.divergent.sum()),
            seconds,
        )  # fmt: skip
        if sampled.diagnostics.rhat.max() < UNSETTLED:
            break
    numbers = {name: getattr(sampled, name) for name in NUMBERS}
    about = {"names": list(sampled.names), **numbers}
    folder.save_arrays(key, {"values": sampled.values}, about)


def _stored(posterior: Posterior, change: Change) -> Refit | None:
    part = _folder(posterior).load_arrays(key_of(posterior, change))
    if part is None:
        return None
    arrays, about = part
    numbers = {name: about[name] for name in NUMBERS}
    return Refit(names=tuple(about["names"]), values=arrays["values"], **numbers)


def _folder(posterior: Posterior) -> RunFolder:
    """In the run's folder, with a lock of its own: who reads the fit need not wait."""
    return RunFolder(posterior.path, REFITS)
