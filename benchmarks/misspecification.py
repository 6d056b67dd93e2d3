"""What a fit says when the model is wrong in a known way, and whether anything gives it away.

Figures are made by a world that differs from the model in one respect: a reported share that drifts
though the model holds it constant, or a policy that began at another date. The model that does not
know is fitted to them, and its headline answers are held against the world's own.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from safepassage.analysis.checks.synthetic_data import simulate_figures
from safepassage.analysis.checks.tension import tension
from safepassage.analysis.headlines import of_posterior
from safepassage.inference.fit import compile_study, fit
from safepassage.inference.sampler.settings import Settings
from safepassage.model.schema import Era
from safepassage.network.calendar import month_name, month_number

if TYPE_CHECKING:
    from safepassage.inference.likelihood import Likelihood
    from safepassage.inference.posterior import Posterior
    from safepassage.study.loader import Study


@dataclass(frozen=True)
class AsDeclared:
    """A world that is as the model says: what the others are compared with."""

    def world(self, study: Study) -> Study:
        """The model that makes the figures."""
        return study

    def reporting(self, likelihood: Likelihood) -> Likelihood:
        """The law by which they are published."""
        return likelihood


@dataclass(frozen=True)
class Drift(AsDeclared):
    """A channel reports a share that changes by the year, from all at its first figure."""

    channel: str
    log_per_year: float
    """Change of the logarithm of the reported share; -0.1 loses a tenth more each year."""

    def reporting(self, likelihood: Likelihood) -> Likelihood:
        """The declared law times the drifting share."""
        years = np.array(
            [(month_number(d.start) + month_number(d.end)) / 24 for d in likelihood.data]
        )
        own = np.array([d.channel == self.channel for d in likelihood.data])
        first = years[own].min() if own.any() else 0.0
        shift = np.where(own, self.log_per_year * (years - first), 0.0)
        return dataclasses.replace(likelihood, reported=likelihood.reported + shift)


@dataclass(frozen=True)
class ShiftedPolicy(AsDeclared):
    """A policy whose dates are off."""

    policy: str
    months: int
    """How much later its eras begin and end than the model says."""

    def world(self, study: Study) -> Study:
        """The model with the policy's true dates."""
        policies = study.model.policies
        eras = {name: self._shifted(era) for name, era in policies[self.policy].eras.items()}
        policy = policies[self.policy].model_copy(update={"eras": eras})
        model = study.model.model_copy(update={"policies": {**policies, self.policy: policy}})
        return dataclasses.replace(study, model=model)

    def _shifted(self, era: Era) -> Era:
        start = month_name(month_number(era.start) + self.months)
        end = era.end and month_name(month_number(era.end) + self.months)
        return era.model_copy(update={"start": start, "end": end})


@dataclass(frozen=True)
class World:
    """Figures, and the truth behind them."""

    figures: Study
    """The model that is fitted, with the figures of the other."""
    truth: Study
    """The model that made them."""
    z: np.ndarray
    """(P,) its unknowns."""


def misspecified(study: Study, how: AsDeclared, seed: int, number: int = 0) -> World:
    """Figures made by a world that the model gets wrong.

    Args:
        loaded: the model folder.
        how: in what respect.
        seed: of all such worlds.
        number: of this one.
    """
    figures, z = simulate_figures(study, seed, number, truth=how.world, reporting=how.reporting)
    return World(figures, how.world(study), z)


@dataclass(frozen=True)
class Recovery:
    """How the answers of several fits fared."""

    title: str
    fits: int
    inside_90: dict[str, float]
    """By answer: share of fits whose 90 % interval holds the truth."""
    error: dict[str, float]
    """By answer: mean distance of the median from the truth, in posterior standard deviations."""
    flagged: float
    """Share of the figures that the tension table lists."""
    tension: dict[str, float]
    """By channel: its mean tension; about 1 is what chance gives."""

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return dataclasses.asdict(self)


def recover(
    study: Study,
    how: AsDeclared,
    *,
    title: str,
    seeds: Sequence[int],
    out: Path,
    settings: Settings | None = None,
) -> Recovery:
    """Fit the model to figures of worlds that it gets wrong, and judge its headline answers."""
    held: dict[str, list[bool]] = {}
    errors: dict[str, list[float]] = {}
    channels: dict[str, list[float]] = {}
    flagged: list[float] = []
    for number in seeds:
        world = misspecified(study, how, 1, number)
        posterior = fit(world.figures, seed=number, out=out / str(number), settings=settings)
        true = of_posterior(_at_truth(posterior, world))
        for name, values in of_posterior(posterior).items():
            actual = float(true[name][0])
            if not np.isfinite(actual) or np.ptp(values) == 0:
                continue  # nobody of the way, or an outcome that the model rules out
            low, high = np.quantile(values, (0.05, 0.95))
            held.setdefault(name, []).append(bool(low <= actual <= high))
            gap = (np.median(values) - actual) / max(float(values.std()), 1e-12)
            errors.setdefault(name, []).append(float(gap))
        flagged.append(len(tension(posterior)) / len(posterior.likelihood.data))
        for name, channel in posterior.channels.items():
            if channel.rows:
                channels.setdefault(name, []).append(channel.tension)
    return Recovery(
        title,
        len(flagged),
        {name: float(np.mean(values)) for name, values in held.items()},
        {name: float(np.mean(values)) for name, values in errors.items()},
        float(np.mean(flagged)),
        {name: float(np.mean(values)) for name, values in channels.items()},
    )


def _at_truth(posterior: Posterior, world: World) -> Posterior:
    """The world itself in the place of a fit: its model, and its unknowns as the only draw."""
    draws = dataclasses.replace(posterior.draws, z=world.z[None, None, :])
    return dataclasses.replace(
        posterior, study=world.truth, compiled=compile_study(world.truth), draws=draws
    )


def recovery_table(recoveries: Sequence[Recovery]) -> str:
    """One row for each kind of world: coverage of every answer, and what the tension table says."""
    names = list(dict.fromkeys(name for r in recoveries for name in r.inside_90))
    channels = [f"tension of {name}" for name in recoveries[0].tension]
    lines = [["world", "fits", *names, "figures listed", *channels]]
    lines.append(["---"] * len(lines[0]))
    for r in recoveries:
        coverage = [
            f"{r.inside_90[name]:.0%} ({r.error[name]:+.1f})" if name in r.inside_90 else ""
            for name in names
        ]
        tensions = [f"{value:.2f}" for value in r.tension.values()]
        lines.append([r.title, str(r.fits), *coverage, f"{r.flagged:.0%}", *tensions])
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
