"""The value of information: what would be worth measuring before the money is spent.

Options are allocations of the budget. The value of knowing something is how much more an
allocation chosen with it would gain than one chosen without, in people safe, net of harm;
`worth_usd` is the further money that would gain as much.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING

import numpy as np

from safepassage.analysis.budget.evppi import evpi, evppi, noise_floor
from safepassage.analysis.budget.horizon import Horizon
from safepassage.analysis.budget.optimizer import grid
from safepassage.analysis.budget.summaries import NEXT_USD, Allocation
from safepassage.analysis.budget.variance_shares import decompose_variance
from safepassage.engines.rng.streams import Stream
from safepassage.results.plan import (
    ChannelValue,
    InformationValue,
    ParameterValue,
    PerfectInformation,
    ValueOfInformation,
)

if TYPE_CHECKING:
    from safepassage.inference.posterior import Posterior
    from safepassage.network.arrays import Floats
    from safepassage.study.levers import Levers

STEPS = 3
"""Parts of the budget in the allocations that one could choose from."""
COMPONENTS = 3
"""Principal components that stand for a channel of many figures."""


def value_of_information(
    posterior: Posterior, listed: Levers, horizon: Horizon, options: Sequence[Allocation]
) -> ValueOfInformation:
    """The value of each parameter and channel for the choice of an allocation.

    Args:
        posterior: the posterior.
        listed: all levers and their parameters.
        horizon: the draws.
        options: the plan first, then others of the same budget.
    """
    money = [option.money for option in options]
    money += grid(len(horizon.levers), float(horizon.request.budget), horizon.most, STEPS)
    money.append(np.zeros(len(horizon.levers)))
    benefits = np.stack([horizon.net(each) for each in money])
    rng = Stream.VALUE_OF_INFORMATION.generator(posterior.seed)
    _, slopes = horizon.slopes(options[0].money)
    per_usd = max(float(slopes.mean(axis=1).max()), 1e-12)
    floors = {c: noise_floor(benefits, rng, c) for c in range(1, COMPONENTS + 1)}

    def value(columns: Floats) -> InformationValue:
        information = evppi(benefits, columns, rng)
        return InformationValue(
            value=information.value,
            error=information.error,
            bias=information.bias,
            worth_usd=information.value / per_usd,
            noise=floors[len(columns)],
            above_noise=information.value > floors[len(columns)],
        )

    parameters = [
        ParameterValue(**dict(value(values[None])), id=name, title=title, of=of, label=label)
        for (name, title, of, label), values in _parameters(posterior, listed, horizon)
    ]
    channels = [
        ChannelValue(
            **dict(value(columns)),
            ids=ids,
            title="; ".join(horizon.model.channels[name].title for name in ids),
            quantities=quantities,
        )
        for ids, quantities, columns in _channels(posterior, horizon)
    ]
    everything = evpi(benefits)
    return ValueOfInformation(
        options=len(money),
        draws=int(benefits.shape[1]),
        all=PerfectInformation(value=everything, worth_usd=everything / per_usd),
        gain_per_10000_usd=per_usd * NEXT_USD,
        parameters=tuple(sorted(parameters, key=attrgetter("value"), reverse=True)),
        channels=tuple(sorted(channels, key=attrgetter("value"), reverse=True)),
        variance=decompose_variance(posterior, horizon, benefits[0] - benefits[-1]),
    )


def _parameters(
    posterior: Posterior, listed: Levers, horizon: Horizon
) -> Iterator[tuple[tuple[str, str, str, str], Floats]]:
    """Name, title, owner and label of the model's and the levers' parameters; values (B,)."""
    model = posterior.study.model.parameters
    for row, name in enumerate(horizon.compiled.parameters.names):
        if name in model:
            yield (name, model[name].title, "model", posterior.labels[name]), horizon.z[row]
    for name, values in zip(horizon.drawn.names, horizon.drawn.values, strict=True):
        own = listed.parameters[name]
        label = "assumed" if own.assumed else "prior-driven"
        yield (name, own.title, "levers", label), values


def _channels(
    posterior: Posterior, horizon: Horizon
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...], Floats]]:
    """Channels of the same quantities, these, and their figures of the coming year (C, B)."""
    coming = np.concatenate(horizon.coming, axis=1)
    row_of = {name: row for row, name in enumerate(horizon.compiled.network.quantity_name)}

    def figure(quantity: str) -> Floats:
        declared = horizon.model.quantities[quantity]
        if declared.of is None:
            return np.log1p(coming[row_of[quantity]])
        over = coming[row_of[str(declared.over)]]
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(over > 0, coming[row_of[declared.of]] / over, 0.0)

    together: dict[tuple[str, ...], list[str]] = {}
    for name, rows in posterior.study.observations.items():
        if rows:
            quantities = tuple(sorted({row.quantity for row in rows}))
            together.setdefault(quantities, []).append(name)
    for quantities, names in together.items():
        columns = principal_components(np.stack([figure(quantity) for quantity in quantities]))
        if len(columns):
            yield tuple(names), quantities, columns


def principal_components(values: Floats) -> Floats:
    """(C, B) up to three principal components of rows (R, B); constant rows are left out."""
    centred = values - values.mean(axis=1, keepdims=True)
    spread = centred.std(axis=1)
    centred = centred[spread > 1e-9 * max(float(spread.max(initial=0.0)), 1e-12)]
    if not len(centred):
        return np.empty((0, values.shape[1]))
    _, sizes, rows = np.linalg.svd(
        centred / centred.std(axis=1, keepdims=True), full_matrices=False
    )
    return rows[: min(COMPONENTS, int((sizes > 1e-6 * sizes[0]).sum()))]
