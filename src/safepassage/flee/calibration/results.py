"""A calibration in figures: parameters with contraction, held-out scores, a file of settings."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from safepassage.flee.calibration import scores
from safepassage.flee.calibration.likelihood import PRIORS
from safepassage.flee.calibration.posterior import Calibrated
from safepassage.flee.io.settings import KNOWN, Settings
from safepassage.inference.summary import contraction, estimate, label
from safepassage.results.flee import (
    FleeCalibration,
    FleeConvergence,
    HeldOutScore,
    MovementParameter,
    ScoredScenario,
)

RUNS = 40
"""Draws of the posterior that are run, each once."""
REPLICATES = 10
"""Runs of fixed settings."""


def flee_calibration(posterior: Calibrated) -> FleeCalibration:
    """Parameters, convergence, and the scores of the held-out days."""
    z, d = posterior.z, posterior.diagnostics
    values = np.array([posterior.density.values(point) for point in z])
    prior = posterior.density.values(np.zeros(posterior.density.size))
    parameters: dict[str, MovementParameter] = {}
    for i, name in enumerate(posterior.density.names):
        contracted = contraction(1.0, float(z[:, i].var()))
        error = (1.0 - contracted) * float(np.sqrt(2.0 / d.bulk_ess[i]))
        parameters[name] = estimate(
            values[:, i], MovementParameter, prior_median=float(prior[i]), contraction=contracted,
            label=label(contracted, assumed=True, error=error),
        )  # fmt: skip
    noise = np.array([list(vars(posterior.density.noise(point)).values()) for point in z])
    return FleeCalibration(
        seed=posterior.seed,
        parameters=parameters,
        noise={name: estimate(noise[:, i]) for i, name in enumerate(PRIORS)},
        fit=_convergence(posterior),
        scenarios=tuple(_scored(posterior, s) for s in range(len(posterior.density.trainings))),
    )


def _convergence(posterior: Calibrated) -> FleeConvergence:
    d, draws = posterior.diagnostics, posterior.draws
    return FleeConvergence(
        converged=posterior.converged,
        max_rhat=float(d.rhat.max()),
        min_bulk_ess=float(d.bulk_ess.min()),
        min_tail_ess=float(d.tail_ess.min()),
        divergences=int(draws.divergent.sum()),
        acceptance=float(draws.acceptance.mean()),
        seconds=draws.seconds,
        draws=len(posterior.z),
    )


def _scored(posterior: Calibrated, s: int) -> ScoredScenario:
    """A scenario's held-out days by every method."""
    one, z = posterior.density.trainings[s], posterior.some(RUNS)
    settings = one.scenario.settings
    defaults = scores.flees_defaults(settings)
    runs = {
        "calibrated": scores.at_draws(one, posterior, z),
        "settings_given": scores.with_settings(one.scenario, settings, one, REPLICATES),
        "flees_defaults": scores.with_settings(one.scenario, defaults, one, REPLICATES),
        "calibrated_from_last_report": scores.at_draws(one, posterior, z, known=True),
        "flees_defaults_from_last_report": scores.with_settings(
            one.scenario, defaults, one, REPLICATES, known=True
        ),
        "persistence": scores.persistence(one),
    }
    return ScoredScenario(
        scenario=one.scenario.folder,
        days=one.scenario.days,
        training_days=one.days,
        dates=len(one.dates),
        camps=tuple(one.names),
        held_out={name: HeldOutScore(**vars(scores.score(r, one))) for name, r in runs.items()},
    )


def settings_at_median(posterior: Calibrated, s: int = 0) -> Settings:
    """A scenario's settings with the posterior medians of what was learned."""
    values = np.array([posterior.density.values(point) for point in posterior.z])
    medians = dict(zip(posterior.density.names, np.median(values, axis=0).tolist(), strict=True))
    return replace(posterior.density.trainings[s].scenario.settings, **medians)


def settings_yaml(settings: Settings) -> str:
    """A settings file that Flee and `flee --settings` read."""
    lines = ["# movement parameters learned from reported counts (posterior medians)"]
    for section, names in KNOWN.items():
        lines += [f"{section}:"] if section else []
        indent = "  " if section else ""
        for name in names:
            value: Any = getattr(settings, name)
            if value is not None:
                lines.append(f"{indent}{name}: {_written(value)}")
        if section == "spawn_rules" and settings.spawn_mode:
            per_day = settings.displaced_per_conflict_day
            if settings.spawn_mode != "pop_ratio":
                per_day = int(per_day)
            lines += ["  conflict_driven_spawning:", f"    spawn_mode: {settings.spawn_mode}",
                      f"    displaced_per_conflict_day: {per_day}"]  # fmt: skip
    return "\n".join(lines) + "\n"


def _written(value: Any) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_written, value)) + "]"
    return repr(float(value)) if isinstance(value, float) else str(value)


def calibration_text(result: FleeCalibration) -> str:
    """Eighty columns: what was learned, and how well it predicts."""
    lines = [f"  {'parameter':<22}{'prior':>9}{'learned, 90 % interval':>32}{'contraction':>14}"]
    for name, p in result.parameters.items():
        interval = f"{p.median:.3g} [{p.low:.2g} to {p.high:.2g}]"
        lines.append(f"  {name:<22}{p.prior_median:>9.3g}{interval:>32}{p.contraction:>14.2f}")
    for row in result.scenarios:
        lines += ["", f"  {row.scenario.rstrip('/').rpartition('/')[2]}: {row.training_days} days "
                  f"learned from ({row.dates} dates), {row.days - row.training_days} days scored",
                  f"  {'':<44}{'ARDr':>9}{'CRPS':>9}"]  # fmt: skip
        for method, words in METHODS.items():
            score = row.held_out[method]
            lines.append(f"    {words:<42}{score.ardr:>9.3f}{score.crps:>9.3f}")
    return "\n".join(lines)


METHODS = {
    "calibrated": "learned parameters",
    "settings_given": "the scenario's own settings",
    "flees_defaults": "Flee's defaults",
    "calibrated_from_last_report": "from the last report on: learned",
    "flees_defaults_from_last_report": "from the last report on: Flee's defaults",
    "persistence": "the last reported split, day after day",
}
