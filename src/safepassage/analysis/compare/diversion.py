"""Who takes which way instead: what a scenario moves from way to way, and how surely we know it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from safepassage.analysis.ranking import influences
from safepassage.inference.summary import interval
from safepassage.network.arrays import Floats

if TYPE_CHECKING:
    from safepassage.inference.posterior import Posterior
    from safepassage.model.schema import Model

FEWEST = 1.0
"""People fewer than so many in the median are not called diverted."""
MOST = 1.5
"""Where the ways that gain gain more than so many times what others lose, more people set out."""
ESTIMATED = ("data-driven", "mixed")


def diversion(
    posterior: Posterior, z: Floats, change: Floats, captures: frozenset[str]
) -> dict[str, Any] | None:
    """What share of those who no longer take a way takes another, or of those who take it now came.

    The share is of people who set out: whoever sets out on two ways is counted on both. Captures
    do not choose, so branches that hold one are no part of the choice.

    Args:
        posterior: the posterior.
        z: (P, B) the draws.
        change: (W, B) people more (or fewer) who set out on each way.
        captures: exits that are no choice.

    Returns:
        None where nobody moves from one way to another, or where more people set out.
    """
    model = posterior.study.model
    ways = list(model.ways)
    middle = np.median(change, axis=1)
    lost = [w for w in range(len(ways)) if middle[w] <= -FEWEST]
    gained = [w for w in range(len(ways)) if middle[w] >= FEWEST]
    if not lost or not gained:
        return None
    less, more = -change[lost].sum(axis=0), change[gained].sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(less > 0, more / less, np.nan)
        if not np.median(share) <= MOST:
            return None
        each = {ways[w]: np.where(less > 0, change[w] / less, np.nan) for w in gained}
    parameters = choice_parameters(model, captures)
    return {
        "fewer": {ways[w]: interval(-change[w]) for w in lost},
        "more": {ways[w]: interval(change[w]) for w in gained},
        "share_diverted": interval(share),
        "share_by_way": {way: interval(values) for way, values in each.items()},
        "choice": _known(posterior, z, share, parameters),
    }


def choice_parameters(model: Model, captures: frozenset[str]) -> list[str]:
    """Parameters of the rule by which people choose a way.

    They are those of the odds of branches that part ways, and how attempts answer a price.
    """
    entered = {name for way in model.ways.values() for name in way.entered_by}
    leading: set[str] = set()
    while True:
        found = {
            name
            for name, branch in model.branches.items()
            if any(
                f"{name}.{o}" in entered or outcome.to in leading
                for o, outcome in branch.outcomes.items()
            )
        }
        if found == leading:
            break
        leading = found
    names: list[str] = []
    for branch in sorted(leading):
        parts = model.branches[branch].outcomes
        if len(parts) > 1 and not any(f"{branch}.{o}" in captures for o in parts):
            for outcome in parts.values():
                names += _parameters(model, outcome.odds)
    names += [response.elasticity for response in model.responses.values()]
    return list(dict.fromkeys(names))


def _parameters(model: Model, product: tuple[Any, ...]) -> list[str]:
    """Parameters in a product, and in the factors that it holds."""
    found: list[str] = []
    for item in product:
        if item in model.parameters:
            found.append(item)
        elif item in model.policies:
            for era in model.policies[item].eras.values():
                found += _parameters(model, era.factor)
        elif item in model.trends:
            for knot in model.trends[item].knots.values():
                found += _parameters(model, knot)
        elif item in model.contrasts:
            for value in model.contrasts[item].values.values():
                found += _parameters(model, value)
        elif item in model.feedbacks:
            found += _parameters(model, model.feedbacks[item].capacity)
    return found


def _known(posterior: Posterior, z: Floats, share: Floats, names: list[str]) -> dict[str, Any]:
    """How much of the doubt about the choice is carried by estimated and by assumed parameters."""
    known = posterior.parameters
    seen = np.isfinite(share)
    squared = np.zeros(len(posterior.compiled.parameters))
    if seen.sum() > 2 and np.ptp(share[seen]) > 0:
        squared = influences(posterior, share[seen], z[:, seen])
        squared = np.where(squared > 4 / seen.sum(), squared, 0.0)
    carried = {name: float(squared[posterior.compiled.parameters.index(name)]) for name in names}
    total = sum(carried.values())
    estimated = [name for name in names if known[name].label in ESTIMATED]
    return {
        "parameters": {name: known[name].label for name in names},
        "estimated": len(estimated),
        "assumed_or_prior": len(names) - len(estimated),
        "doubt_carried_by_estimated": (
            sum(carried[name] for name in estimated) / total if total > 0 else None
        ),
    }
