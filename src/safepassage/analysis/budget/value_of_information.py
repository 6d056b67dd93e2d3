"""What to measure next: what it would be worth to know before the money is spent.

Options are allocations of the budget. The value of knowing something is how much more an
allocation chosen with it would gain than one chosen without.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from safepassage.analysis.budget.evppi import noise_floor, partial, perfect
from safepassage.analysis.budget.horizon import Horizon
from safepassage.analysis.budget.optimizer import grid
from safepassage.analysis.budget.results import NEXT_USD, Option
from safepassage.analysis.budget.variance_shares import carried
from safepassage.engines.rng.streams import Stream

if TYPE_CHECKING:
    from safepassage.inference.posterior import Posterior
    from safepassage.network.arrays import Floats
    from safepassage.study.levers import Levers

STEPS = 3
"""Parts of the budget in the allocations that one could choose from."""
COMPONENTS = 3
"""Principal components that stand for a channel of many figures."""


def learn_most(
    posterior: Posterior, listed: Levers, horizon: Horizon, options: Sequence[Option]
) -> dict[str, Any]:
    """The object `learn` of `plan --learn`.

    Values are in people safe, net of harm; `worth_usd` is the further money that would gain as
    much as knowing.
    """
    budget = float(horizon.request.budget)
    money = [option.money for option in options]
    money += grid(len(horizon.levers), budget, horizon.most, STEPS)
    money.append(np.zeros(len(horizon.levers)))
    benefits = np.stack([horizon.net(each) for each in money])
    rng = Stream.VALUE_OF_INFORMATION.generator(posterior.seed)
    _, slopes = horizon.slopes(options[0].money)
    per_usd = max(float(slopes.mean(axis=1).max()), 1e-12)
    floors = {c: noise_floor(benefits, rng, c) for c in range(1, COMPONENTS + 1)}

    def valued(row: dict[str, Any], columns: Floats) -> dict[str, Any]:
        known = partial(benefits, columns, rng)
        return {
            **row,
            "value": known.value,
            "error": known.error,
            "bias": known.bias,
            "worth_usd": known.value / per_usd,
            "noise": floors[len(columns)],
            "above_noise": known.value > floors[len(columns)],
        }

    parameters = [valued(row, x[None]) for row, x in _parameters(posterior, listed, horizon)]
    channels = [valued(row, x) for row, x in _channels(posterior, horizon)]
    everything = perfect(benefits)
    return {
        "options": len(money),
        "draws": int(benefits.shape[1]),
        "all": {"value": everything, "worth_usd": everything / per_usd},
        "gain_per_10000_usd": per_usd * NEXT_USD,
        "parameters": sorted(parameters, key=lambda row: -row["value"]),
        "channels": sorted(channels, key=lambda row: -row["value"]),
        "variance": carried(posterior, horizon, benefits[0] - benefits[-1]),
    }


def _parameters(
    posterior: Posterior, listed: Levers, horizon: Horizon
) -> Iterator[tuple[dict[str, Any], Floats]]:
    """Declared parameters of the model and of the levers, and their values (B,)."""
    model = posterior.study.model.parameters
    for row, name in enumerate(horizon.compiled.parameters.names):
        if name in model:
            told = {"id": name, "title": model[name].title, "of": "model"}
            yield {**told, "label": posterior.labels[name]}, horizon.z[row]
    for name, values in zip(horizon.drawn.names, horizon.drawn.values, strict=True):
        own = listed.parameters[name]
        label = "assumed" if own.assumed else "prior-driven"
        yield {"id": name, "title": own.title, "of": "levers", "label": label}, values


def _channels(posterior: Posterior, horizon: Horizon) -> Iterator[tuple[dict[str, Any], Floats]]:
    """Channels that count the same together, and what they would show of the coming year (C, B)."""
    model = horizon.model
    coming = np.concatenate(horizon.coming, axis=1)
    names = horizon.compiled.network.quantity_name
    row_of = {name: row for row, name in enumerate(names)}

    def figure(quantity: str) -> Floats:
        declared = model.quantities[quantity]
        if declared.of is None:
            return np.log1p(coming[row_of[quantity]])
        over = coming[row_of[str(declared.over)]]
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(over > 0, coming[row_of[declared.of]] / over, 0.0)

    together: dict[tuple[str, ...], list[str]] = {}
    for name, rows in posterior.study.observations.items():
        if rows:
            counted = tuple(sorted({row.quantity for row in rows}))
            together.setdefault(counted, []).append(name)
    for counted, channels in together.items():
        columns = principal(np.stack([figure(quantity) for quantity in counted]))
        if len(columns):
            title = "; ".join(model.channels[name].title for name in channels)
            yield {"ids": channels, "title": title, "quantities": list(counted)}, columns


def principal(values: Floats) -> Floats:
    """(C, B) up to three principal components of rows (R, B); rows that never differ are out."""
    centred = values - values.mean(axis=1, keepdims=True)
    spread = centred.std(axis=1)
    centred = centred[spread > 1e-9 * max(float(spread.max(initial=0.0)), 1e-12)]
    if not len(centred):
        return np.empty((0, values.shape[1]))
    _, sizes, rows = np.linalg.svd(
        centred / centred.std(axis=1, keepdims=True), full_matrices=False
    )
    return rows[: min(COMPONENTS, int((sizes > 1e-6 * sizes[0]).sum()))]
