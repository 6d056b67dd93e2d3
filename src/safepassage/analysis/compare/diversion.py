"""Who takes which way instead under a scenario, and how certain that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from safepassage.analysis.ranking import influences
from safepassage.inference.summary import estimate
from safepassage.model.fields import iter_products
from safepassage.network.arrays import Floats
from safepassage.results.comparison import ChoiceRule, Diversion

if TYPE_CHECKING:
    from safepassage.inference.posterior import Posterior
    from safepassage.model.schema import Model, Product

MIN_PEOPLE = 1.0
"""People fewer than so many in the median are not called diverted."""
MAX_SHARE = 1.5
"""Where the ways that gain gain more than so many times what others lose, more people set out."""
ESTIMATED = ("data-driven", "mixed")


def diversion(
    posterior: Posterior, z: Floats, change: Floats, captures: frozenset[str]
) -> Diversion | None:
    """What share of those who no longer take a way takes another, or of those who take it now came.

    The share is of people who set out: whoever sets out on two ways is counted on both. Captures
    do not choose, so branches that hold one are no part of the choice.

    Args:
        posterior: the posterior.
        z: (P, B) the draws.
        change: (W, B) people more (or fewer) who set out on each way.
        captures: exits that are no choice.

    Returns:
        None where nobody changes from one way to another, or where more people set out.
    """
    model = posterior.study.model
    ways = list(model.ways)
    middle = np.median(change, axis=1)
    lost = [w for w in range(len(ways)) if middle[w] <= -MIN_PEOPLE]
    gained = [w for w in range(len(ways)) if middle[w] >= MIN_PEOPLE]
    if not lost or not gained:
        return None
    less, more = -change[lost].sum(axis=0), change[gained].sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(less > 0, more / less, np.nan)
        if not np.median(share) <= MAX_SHARE:
            return None
        each = {ways[w]: np.where(less > 0, change[w] / less, np.nan) for w in gained}
    return Diversion(
        fewer={ways[w]: estimate(-change[w]) for w in lost},
        more={ways[w]: estimate(change[w]) for w in gained},
        share_diverted=estimate(share),
        share_by_way={way: estimate(values) for way, values in each.items()},
        choice=_choice_rule(posterior, z, share, choice_parameters(model, captures)),
    )


def choice_parameters(model: Model, captures: frozenset[str]) -> list[str]:
    """Parameters of the rule by which people choose a way.

    They are those of the odds of branches that part ways, and how attempts answer a price.
    """
    entered = {name for way in model.ways.values() for name in way.entered_by}
    leading: set[str] = set()
    while True:
        further = {
            name
            for name, branch in model.branches.items()
            if any(
                f"{name}.{o}" in entered or outcome.to in leading
                for o, outcome in branch.outcomes.items()
            )
        }
        if further == leading:
            break
        leading = further
    names: list[str] = []
    for branch in sorted(leading):
        parts = model.branches[branch].outcomes
        if len(parts) > 1 and not any(f"{branch}.{o}" in captures for o in parts):
            for outcome in parts.values():
                names += _parameters(model, outcome.odds)
    names += [response.elasticity for response in model.responses.values()]
    return list(dict.fromkeys(names))


def _parameters(model: Model, product: Product) -> list[str]:
    """Parameters in a product, and in the factors that it holds."""
    factors = {**model.policies, **model.trends, **model.contrasts, **model.feedbacks}
    names: list[str] = []
    for item in product:
        if item in model.parameters:
            names.append(str(item))
        elif item in factors:
            for place in iter_products(factors[str(item)]):
                names += _parameters(model, place.product)
    return names


def _choice_rule(posterior: Posterior, z: Floats, share: Floats, names: list[str]) -> ChoiceRule:
    """How much of the variance of the choice is carried by estimated and by assumed parameters."""
    finite = np.isfinite(share)
    squared = np.zeros(len(posterior.compiled.parameters))
    if finite.sum() > 2 and np.ptp(share[finite]) > 0:
        squared = influences(posterior, share[finite], z[:, finite])
        squared = np.where(squared > 4 / finite.sum(), squared, 0.0)
    carried = {name: float(squared[posterior.compiled.parameters.index(name)]) for name in names}
    total = sum(carried.values())
    estimated = [name for name in names if posterior.labels[name] in ESTIMATED]
    return ChoiceRule(
        parameters={name: posterior.labels[name] for name in names},
        estimated=len(estimated),
        assumed_or_prior=len(names) - len(estimated),
        variance_share_of_estimated=(
            sum(carried[name] for name in estimated) / total if total > 0 else None
        ),
    )
