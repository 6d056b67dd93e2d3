"""How do I know that the fit is good? What it cannot reconcile, and what its answers rest on.

- Tension: figures that the model puts outside, or far from the middle of, what it would publish.
- Contradictions: two published figures of one quantity and overlapping time that differ by more
  than both their reporting models allow.
- Sensitivity: how far a headline answer moves when a channel is dropped or a prior widened, by
  importance weights on the posterior's draws (PSIS; a k-hat above 0.7 says that the weights are no
  guide there, and by how much is then not said).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from safepassage.inference.channels import SHARE
from safepassage.inference.leave_out import TOO_HEAVY, smooth_weights
from safepassage.inference.outputs import spans
from safepassage.inference.summary import contraction, weighted
from safepassage.network.calendar import month_number
from safepassage.questions.cohorts import OUTCOMES
from safepassage.questions.ranking import cohorts_at, prior_run

if TYPE_CHECKING:
    from safepassage.inference import Fitted
    from safepassage.questions.cohorts import Cohorts

FAR = 1.64
"""Tension, and distance of two sources in standard deviations, from which a row is listed."""
WIDER = 1.25
"""How many times as wide a prior is tried. Weights for 1.5 times would need ten times the draws."""
LISTED = 5
"""Channels and parameters listed for each answer, those that move it most."""
_OF_MEDIAN = 1.2533
"""Standard error of a median over that of a mean."""


def checks(fitted: Fitted) -> dict[str, Any]:
    """The object `checks` of `fit --json`."""
    return {
        "tension": tension(fitted),
        "contradictions": contradictions(fitted),
        "answers": sensitivity(fitted),
    }


def tension(fitted: Fitted) -> list[dict[str, Any]]:
    """Figures that the model cannot reconcile, the worst first."""
    rows = [
        {"channel": name, **row}
        for name, channel in fitted.channels().items()
        for row in channel["rows"]
        if not row["inside"] or row["tension"] > FAR
    ]
    return sorted(rows, key=lambda row: -row["tension"])


def contradictions(fitted: Fitted) -> list[dict[str, Any]]:
    """Pairs of figures of one quantity and overlapping time that cannot both hold, worst first.

    Each is judged by its own reporting model at the posterior's middle: its spread, its grade and
    interval, what share of the truth it reports, and (for counts) chance.
    """
    likelihood = fitted.likelihood
    logs = fitted.compiled.program.logarithms(np.median(fitted.z, axis=1, keepdims=True))
    log_value, sd = likelihood.log_truth(logs)
    found = []
    for a, b in combinations(range(len(likelihood.data)), 2):
        one, other = likelihood.data[a], likelihood.data[b]
        same = one.quantity == other.quantity and one.evidence != other.evidence
        if not same or max(one.start, other.start) > min(one.end, other.end):
            continue
        if SHARE in (likelihood.kind[a], likelihood.kind[b]) or _nested(one, other):
            continue
        gap = abs(log_value[a] - log_value[b]) / np.hypot(sd[a], sd[b])
        if gap > FAR:
            found.append(
                {
                    "quantity": one.quantity,
                    "distance": float(gap),
                    "figures": [
                        {
                            "channel": d.channel, "from": d.start, "to": d.end, "value": d.value,
                            "evidence": list(d.evidence),
                        }
                        for d in (one, other)
                    ],
                }
            )  # fmt: skip
    return sorted(found, key=lambda pair: -pair["distance"])


def _nested(one: Any, other: Any) -> bool:
    """Whether the spans differ in length, so that flows over them are not the same number."""
    lengths = [month_number(d.end) - month_number(d.start) for d in (one, other)]
    return lengths[0] != lengths[1]


def sensitivity(fitted: Fitted) -> dict[str, Any]:
    """Each headline answer: how far the data moved it, and what moves it.

    Answers are the outcomes of every way at the model's date, and the last value of the outputs
    that the report names.
    """
    before = dict(_answers(fitted, *prior_run(fitted)))
    dropped = without_channels(fitted)
    names = list(fitted.loaded.model.parameters)
    rows = [fitted.compiled.parameters.index(name) for name in names]
    flatter = 0.5 * (1 - WIDER**-2)
    widened = {
        name: smooth_weights(flatter * fitted.z[row] ** 2)
        for name, row in zip(names, rows, strict=True)
    }
    cohorts = cohorts_at(fitted, fitted.loaded.model.model.as_of)
    found: dict[str, Any] = {}
    for name, values in _answers(fitted, cohorts, fitted.trajectory.quantities):
        found[name] = {
            **weighted(values, np.full(len(values), 1 / len(values))),
            "contraction": contraction(_spread(before[name]) ** 2, _spread(values) ** 2),
            "without_channel": _moved(values, dropped),
            "with_wider_prior": _moved(values, widened),
        }
    return found


def without_channels(fitted: Fitted) -> dict[str, tuple[np.ndarray, float]]:
    """By channel, weights (B,) that turn the draws into those of a fit without it, and k-hat."""
    each = _densities(fitted)
    return {
        name: smooth_weights(-each[rows].sum(axis=0))
        for name, rows in _rows_of_channels(fitted).items()
    }


def _densities(fitted: Fitted) -> np.ndarray:
    """(D, B) log density of every figure at the answering draws."""
    import jax

    jax.config.update("jax_enable_x64", True)
    import jax.numpy as jnp

    likelihood, quantities = fitted.likelihood, fitted.trajectory.quantities
    flat = quantities.reshape(-1, quantities.shape[-1])
    logs = fitted.compiled.program.logarithms(fitted.z)
    top, bottom = likelihood.numerator @ flat, likelihood.denominator @ flat
    return np.asarray(likelihood.log_density(logs, top, bottom, jnp))


def _rows_of_channels(fitted: Fitted) -> dict[str, list[int]]:
    rows: dict[str, list[int]] = {}
    for d, datum in enumerate(fitted.likelihood.data):
        rows.setdefault(datum.channel, []).append(d)
    return rows


def _answers(
    fitted: Fitted, cohorts: Cohorts, quantities: np.ndarray
) -> Iterator[tuple[str, np.ndarray]]:
    """(name, (B,) values) of every headline answer."""
    answers = cohorts.answers(None)
    for i, way in enumerate(answers.ways):
        for outcome in OUTCOMES:
            yield f"{way}.{outcome}", answers.measures[outcome][i]
    model = fitted.loaded.model
    for name in model.report.outputs or model.outputs:
        if model.outputs[name].quantity in model.memories:
            continue  # of mean flows, which a draw of the prior does not have at hand
        series = list(spans(fitted.compiled, model.outputs[name], quantities))
        if series:
            yield name, series[-1][1]


def _moved(values: np.ndarray, weights: dict[str, tuple[np.ndarray, float]]) -> dict[str, Any]:
    """Where the answer goes under some weights: those that move or widen it most.

    Those that move it by no more than the noise of so many draws are left out; `untold` names those
    whose weights are no guide.
    """
    count = len(values)
    here = weighted(values, np.full(count, 1 / count))
    width = max(here["high"] - here["low"], 1e-12)
    rows = []
    for name, (w, k) in weights.items():
        if k > TOO_HEAVY:
            continue
        there = weighted(values, w)
        shift = (there["median"] - here["median"]) / (width / (2 * FAR))
        wider = (there["high"] - there["low"]) / width
        noise = np.sqrt(max((w**2).sum() - 1 / count, 0.0))  # of a mean, in standard deviations
        if abs(shift) > 3 * _OF_MEDIAN * noise or abs(np.log(max(wider, 1e-9))) > 4.5 * noise:
            rows.append({"name": name, "k_hat": k, "shift": shift, "width_ratio": wider, **there})
    rows.sort(key=lambda row: -abs(row["shift"]) - abs(np.log(max(row["width_ratio"], 1e-9))))
    return {
        "most": rows[:LISTED],
        "untold": [name for name, (_, k) in weights.items() if k > TOO_HEAVY],
    }


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
