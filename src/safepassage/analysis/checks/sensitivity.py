"""What the headline answers depend on: how far each moves when a channel goes or a prior widens.

By importance weights on the posterior's draws, smoothed (PSIS). Where their tail is too heavy
(k-hat above 0.7) the weights are no guide: the answer is `untold` until `refit_sensitivity` has
sampled again there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from safepassage.analysis.checks.refits import UNSETTLED, Refit, refit, stored_refits
from safepassage.analysis.headlines import of_posterior, of_prior
from safepassage.analysis.ranking import label_of
from safepassage.inference.leave_out import TOO_HEAVY, smooth_weights
from safepassage.inference.refit import Change, log_ratios
from safepassage.inference.summary import contraction, weighted
from safepassage.network.parameters import HALF_WIDTH_90
from safepassage.results.fit import HeadlineSensitivity, RefitQuality, Shift, Shifts

if TYPE_CHECKING:
    from safepassage.inference.posterior import Posterior

Progress = Callable[[str, float, float], None]
WIDER = 1.25
"""How many times as wide a prior is tried. Weights for 1.5 times would need ten times the draws."""
LISTED = 5
"""Channels and parameters listed for each answer, those that move it most."""
_OF_MEDIAN = 1.2533
"""Standard error of a median over that of a mean."""
WITHOUT, WIDENED = "without_channel", "with_wider_prior"
WORDS = {WITHOUT: "without {}", WIDENED: "wider {}"}


def sensitivity(posterior: Posterior) -> dict[str, HeadlineSensitivity]:
    """Each headline answer: how far the data moved it, and what moves it.

    `most` lists what moves or widens it most beyond the noise of so many draws; `untold` names
    what neither weights nor a refit can tell.
    """
    before, after = of_prior(posterior), of_posterior(posterior)
    tried = {kind: _tried(posterior, kind) for kind in (WITHOUT, WIDENED)}
    answers: dict[str, HeadlineSensitivity] = {}
    for name, values in after.items():
        narrowed = contraction(_spread(before[name]) ** 2, _spread(values) ** 2)
        mean = float(np.nanmean(values)) if values.size else 0.0
        filled = np.nan_to_num(values, nan=mean)
        answers[name] = HeadlineSensitivity(
            **weighted(values, np.full(len(values), 1 / len(values))),
            contraction=narrowed,
            label=label_of(posterior, filled, narrowed, way=_way(posterior, name)),
            without_channel=_shifts(name, values, *tried[WITHOUT]),
            with_wider_prior=_shifts(name, values, *tried[WIDENED]),
        )
    return answers


def _way(posterior: Posterior, answer: str) -> str | None:
    way = answer.partition(".")[0]
    return way if way in posterior.study.model.ways else None


def refit_sensitivity(
    posterior: Posterior, *, progress: Progress = lambda stage, done, total: None
) -> tuple[RefitQuality, ...]:
    """Sample again wherever weights are no guide; an interrupted call resumes with the next."""
    heavy = {
        (kind, name): (change, weights, k)
        for kind in (WITHOUT, WIDENED)
        for name, (change, weights, k) in changes(posterior, kind).items()
        if k > TOO_HEAVY
    }
    named = {WORDS[kind].format(name): (c, w) for (kind, name), (c, w, _) in heavy.items()}
    refit(posterior, named, progress=progress)
    qualities: list[RefitQuality] = []
    for (kind, name), (change, _, k) in heavy.items():
        (sampled,) = stored_refits(posterior, {name: change}).values()
        qualities.append(
            RefitQuality(
                kind=kind,
                name=name,
                k_hat=k,
                acceptance=sampled.acceptance,
                divergences=sampled.divergences,
                max_rhat=float(sampled.diagnostics.rhat.max()),
                min_ess=float(sampled.diagnostics.bulk_ess.min()),
                seconds=round(sampled.seconds, 1),
            )
        )
    return tuple(qualities)


def changes(posterior: Posterior, kind: str) -> dict[str, tuple[Change, np.ndarray, float]]:
    """By channel or parameter: the change, weights (B,) of the answering draws, and k-hat."""
    if kind == WITHOUT:
        rows: dict[str, list[int]] = {}
        for d, datum in enumerate(posterior.likelihood.data):
            rows.setdefault(datum.channel, []).append(d)
        every = {name: Change(without=tuple(own)) for name, own in rows.items()}
        each = densities(posterior)
    else:
        index = posterior.compiled.parameters.index
        names = posterior.study.model.parameters
        every = {name: Change(wider=index(name), times=WIDER) for name in names}
        each = np.zeros((0, posterior.z.shape[1]))
    weights = {name: smooth_weights(log_ratios(c, posterior.z, each)) for name, c in every.items()}
    return {name: (every[name], *weights[name]) for name in every}


def densities(posterior: Posterior) -> np.ndarray:
    """(D, B) log density of every figure at the answering draws."""
    import jax

    jax.config.update("jax_enable_x64", True)
    import jax.numpy as jnp

    likelihood, quantities = posterior.likelihood, posterior.trajectory.quantities
    flat = quantities.reshape(-1, quantities.shape[-1])
    logs = posterior.compiled.program.logarithms(posterior.z)
    top, bottom = likelihood.numerator @ flat, likelihood.denominator @ flat
    return np.asarray(likelihood.log_density(logs, top, bottom, jnp))


_Weights = dict[str, tuple[np.ndarray, float]]


def _tried(posterior: Posterior, kind: str) -> tuple[_Weights, dict[str, Refit]]:
    """Weights and k-hat of every change, and the stored refits of those too heavy."""
    every = changes(posterior, kind)
    heavy = {name: change for name, (change, _, k) in every.items() if k > TOO_HEAVY}
    return {name: (w, k) for name, (_, w, k) in every.items()}, stored_refits(posterior, heavy)


def _shifts(
    answer: str, values: np.ndarray, weights: _Weights, refits: Mapping[str, Refit]
) -> Shifts:
    """Where the answer goes under some changes: those that move or widen it most."""
    here = weighted(values, np.full(len(values), 1 / len(values)))
    rows: list[Shift] = []
    unknown: list[str] = []
    for name, (w, k) in weights.items():
        if k <= TOO_HEAVY:
            there = weighted(values, w)
            noise = float(np.sqrt(max((w**2).sum() - 1 / len(values), 0.0)))
        else:
            sampled = _sampled_again(answer, len(values), refits.get(name))
            if sampled is None:
                unknown.append(name)
                continue
            there, noise = sampled
        shift, wider = _change(here, there)
        if _stands_out(here, shift, wider, noise):
            rows.append(
                Shift(
                    name=name, shift=shift, width_ratio=wider, **there, k_hat=k,
                    refitted=k > TOO_HEAVY,
                )
            )  # fmt: skip
    rows.sort(key=lambda row: -abs(row.shift) - abs(np.log(max(row.width_ratio, 1e-9))))
    return Shifts(most=tuple(rows[:LISTED]), untold=tuple(unknown))


def _sampled_again(
    answer: str, count: int, refit: Refit | None
) -> tuple[dict[str, float], float] | None:
    """The answer of a refit and its noise; None if its chains do not agree on this answer."""
    drawn = None if refit is None else refit.of(answer)
    if drawn is None or not drawn[2] < UNSETTLED:
        return None
    values, ess, _ = drawn
    there = weighted(values, np.full(len(values), 1 / len(values)))
    return there, float(np.sqrt(1 / max(ess, 1.0) + 1 / count))


def _change(here: dict[str, float], there: dict[str, float]) -> tuple[float, float]:
    """Shift in standard deviations of the answer, and the ratio of widths."""
    width = max(here["high"] - here["low"], 1e-12)
    shift = (there["median"] - here["median"]) / (width / (2 * HALF_WIDTH_90))
    return shift, (there["high"] - there["low"]) / width


def _stands_out(here: dict[str, float], shift: float, wider: float, noise: float) -> bool:
    """Whether an answer moves or widens by more than noise (of a mean, in its own spread)."""
    far = abs(shift) > 3 * _OF_MEDIAN * noise * max(wider, 1.0)
    wide = abs(np.log(max(wider, 1e-9))) > 4.5 * noise
    anybody = here["high"] - here["low"] > 1e-9
    return bool(anybody and (far or wide))


def _spread(values: np.ndarray) -> float:
    """The middle 80 % of an answer: of a share on the logit scale, else of its logarithm."""
    x = values[np.isfinite(values)]
    if not x.size:
        return 0.0
    if x.min() >= 0 and x.max() <= 1:
        p = np.clip(x, 1e-6, 1 - 1e-6)
        x = np.log(p / (1 - p))
    else:
        x = np.log(np.maximum(x, 1e-9))
    return float(np.subtract(*np.quantile(x, (0.9, 0.1))))
