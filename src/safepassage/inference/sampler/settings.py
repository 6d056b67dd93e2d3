"""How to sample, and the key under which such a fit is stored."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

from safepassage.store.keys import run_key, source_hash

if TYPE_CHECKING:
    from safepassage.study.loader import Study


@dataclass(frozen=True)
class Stage:
    """A stretch of warm-up."""

    iterations: int
    length: float
    """Trajectory length in whitened units."""
    adapt_metric: bool
    """Whether to estimate the metric anew at its end, from the pooled draws."""
    shears: int = 0
    """Tight combinations of figures to which the coordinates are sheared at its end; 0 leaves the
    shear as it is."""
    target: float = 0.9
    """Acceptance that the step size is tuned to meanwhile."""


@dataclass(frozen=True)
class Settings:
    """How to sample; all of it is part of a fit's key."""

    chains: int = 16
    draws: int = 320
    """Per chain."""
    block: int = 40
    """Draws between two saved parts."""
    step_size_factor: float = 0.9
    """Share of the tuned step size with which to sample: rarely visited regions are more curved
    than those that tuning saw, and a trajectory that becomes unstable there is a divergence."""
    lengths: tuple[float, ...] = (1.6, 3.2)
    """Trajectory lengths in whitened units, taken in turn. The shorter one renews the spread of
    most directions, which a trajectory of half a turn would only mirror; the longer one crosses
    the few that are wider than the metric says."""
    mode_iterations: int = 600
    stages: tuple[Stage, ...] = (
        Stage(40, 0.8, False),
        Stage(50, 1.5, True, 1),
        Stage(50, 2.0, True, 1),
        Stage(30, 2.2, False, target=0.94),
    )

    @property
    def iterations(self) -> int:
        """Iterations of warm-up and sampling together."""
        return sum(s.iterations for s in self.stages) + self.draws


def fit_key(study: Study, settings: Settings, seed: int, sources: str | None = None) -> str:
    """Key of a fit: the hash of all that it depends on.

    Args:
        study: the model folder.
        settings: how it is sampled.
        seed: of every random choice.
        sources: hash of the package's sources, where it has been computed already.
    """
    return run_key(
        study.identity,
        study.evidence_hash,
        sources or source_hash(),
        dataclasses.asdict(settings),
        seed,
    )
