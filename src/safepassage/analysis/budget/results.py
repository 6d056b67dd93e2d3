"""What a plan says of its levers, its outcomes and its rivals, as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from safepassage.analysis.budget.horizon import MEASURES, Horizon
from safepassage.analysis.budget.optimizer import worst_mean
from safepassage.analysis.compare.differences import NO_DIFFERENCE, difference_contraction
from safepassage.analysis.ranking import assumed_share
from safepassage.inference.summary import LABELS, interval, label
from safepassage.network.parameters import unconstrained_prior

if TYPE_CHECKING:
    from safepassage.inference.posterior import Posterior
    from safepassage.model.lever_schema import Lever
    from safepassage.model.schema import Parameter
    from safepassage.network.arrays import Floats
    from safepassage.study.levers import Levers

NEXT_USD = 10_000
"""Money that a marginal return is told for."""
NET = MEASURES.index("net")


@dataclass(frozen=True)
class Option:
    """An allocation of the budget."""

    id: str
    title: str
    money: Floats
    """(L,) USD."""


def told(values: Floats) -> dict[str, Any]:
    """Median, 90 % interval and mean of draws."""
    return {**interval(values), "mean": float(np.mean(values))}


def lever_label(posterior: Posterior, listed: Levers, lever: Lever) -> str:
    """No better than the worst of the parameters that say what the lever does.

    A bare number has no source: a lever of bare numbers is assumed.
    """
    labels = [_label_of(posterior, listed, name) for name in lever.effects]
    return max(labels, key=LABELS.index, default="assumed")


def _label_of(posterior: Posterior, listed: Levers, name: str) -> str:
    if name in listed.parameters:
        return label(0.0, assumed=listed.parameters[name].assumed is not None)
    return posterior.labels[name]


def levers_told(
    posterior: Posterior, listed: Levers, horizon: Horizon, money: Floats, slopes: Floats
) -> list[dict[str, Any]]:
    """Each lever with its money, its units, its cost and what the next money would do.

    Args:
        posterior: the posterior.
        listed: all levers and their parameters.
        horizon: the draws.
        money: (L,) USD.
        slopes: (L, B) net gain per further USD.
    """
    years = horizon.years
    rows: list[dict[str, Any]] = []
    for i, (name, lever) in enumerate(horizon.levers.items()):
        units = np.minimum(money[i] / horizon.drawn.costs[i], lever.most * years[i])
        named = [item for item in lever.cost if isinstance(item, str)]
        rows.append(
            {
                "id": name,
                "title": lever.title,
                "reason": lever.reason,
                "unit": lever.unit,
                "money_usd": float(money[i]),
                "share": float(money[i] / money.sum()) if money.sum() > 0 else 0.0,
                "units": told(units),
                "years": float(years[i]),
                "most_usd": float(horizon.most[i]),
                "cost_usd": told(horizon.drawn.costs[i]),
                "cost_rests_on": [_parameter(posterior, listed, n) for n in named],
                "effect_rests_on": [_parameter(posterior, listed, n) for n in lever.effects],
                "next_10000_usd": told(slopes[i] * NEXT_USD),
                "label": lever_label(posterior, listed, lever),
            }
        )
    return rows


def _parameter(posterior: Posterior, listed: Levers, name: str) -> dict[str, Any]:
    """What is known of a cost or an effect, and from where."""
    own = listed.parameters.get(name)
    declared: Parameter = own or posterior.study.model.parameters[name]
    known = _interval(declared) if own else posterior.parameters[name].posterior.to_dict()
    return {
        "name": name,
        "title": declared.title,
        "unit": declared.unit,
        **known,
        "label": _label_of(posterior, listed, name),
        "evidence": list(declared.evidence),
        "assumed": declared.assumed,
    }


def _interval(parameter: Parameter) -> dict[str, float]:
    """A prior as it was declared."""
    middle, _ = unconstrained_prior(parameter, 0.0)
    share = parameter.prior.kind == "probability"
    median = float(1 / (1 + np.exp(-middle)) if share else np.exp(middle))
    return {"median": median, "low": parameter.prior.low, "high": parameter.prior.high}


def outcomes_told(
    posterior: Posterior,
    z: Floats,
    pair: tuple[Floats, Floats],
    prior: tuple[Floats, Floats],
    labels: Sequence[str],
) -> dict[str, Any]:
    """Every measure without and with the plan, and the difference draw by draw.

    Args:
        posterior: the posterior.
        z: (P, B) its draws.
        pair: (MEASURES, B) baseline and plan.
        prior: the same at draws from the prior.
        labels: of the levers that have money; the difference is labelled no better.
    """
    found: dict[str, Any] = {}
    for m, measure in enumerate(MEASURES):
        change = pair[1][m] - pair[0][m]
        moved = difference_contraction((prior[0][m], prior[1][m]), (pair[0][m], pair[1][m]))
        own = label(moved, assumed=assumed_share(posterior, change, z) > 0.5)
        found[measure] = {
            **told(change),
            "baseline": told(pair[0][m]),
            "plan": told(pair[1][m]),
            "label": max([own, *labels], key=LABELS.index) if change.any() else NO_DIFFERENCE,
        }
    return found


def rivals_told(
    options: Sequence[Option], gains: Floats, levers: Mapping[str, Lever]
) -> list[dict[str, Any]]:
    """Each allocation's expected gain, its worst tenth, and how often it is the best.

    Args:
        options: allocations of one budget.
        gains: (options, B) their net gains.
        levers: of the plan.
    """
    best = gains.argmax(axis=0)
    return [
        {
            "id": option.id,
            "title": option.title,
            "money_usd": dict(zip(levers, option.money.tolist(), strict=True)),
            "gain": told(gains[i]),
            "worst_tenth": worst_mean(gains[i]),
            "probability_best": float((best == i).mean()),
            "probability_of_gain": float((gains[i] > 0).mean()),
        }
        for i, option in enumerate(options)
    ]
