"""Costs and effects of levers in every draw: their own priors, beside the model's posterior."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from safepassage.engines.rng.streams import Stream
from safepassage.evidence.grades import best_grade
from safepassage.network.interventions.lever_program import Strength, acts_of
from safepassage.network.parameters import unconstrained_prior

if TYPE_CHECKING:
    from safepassage.model.lever_schema import Lever
    from safepassage.model.schema import Parameter, Product
    from safepassage.network.arrays import Floats
    from safepassage.network.parameters import Parameters
    from safepassage.study.loader import Study


@dataclass(frozen=True)
class LeverDraws:
    """What levers cost and do. B draws."""

    names: tuple[str, ...]
    """The levers' own parameters."""
    values: Floats
    """(parameters, B) their natural values."""
    costs: Floats
    """(L, B) USD per unit."""
    strengths: tuple[Strength, ...]
    """Of the acts of all levers, in order."""

    def batch(self, chosen: slice) -> LeverDraws:
        """Some of the draws."""
        return LeverDraws(
            self.names,
            self.values[:, chosen],
            self.costs[:, chosen],
            tuple(Strength(s.most[chosen], s.reach[chosen]) for s in self.strengths),
        )


def draw_levers(
    study: Study,
    declared: Mapping[str, Parameter],
    levers: Mapping[str, Lever],
    parameters: Parameters,
    z: Floats,
    seed: int,
) -> LeverDraws:
    """Draw what levers cost and do, each parameter spread evenly over its prior.

    Args:
        study: the model folder.
        declared: the levers' own parameters.
        levers: those of the plan.
        parameters: the model's.
        z: (P, B) their draws.
        seed: of the draws.
    """
    needed = {item for lever in levers.values() for item in (*lever.cost, *lever.effects)}
    names = tuple(name for name in declared if name in needed)
    values = np.empty((len(names), z.shape[1]))
    for row, name in enumerate(names):
        # By its name, so that a lever left out leaves the others' draws as they are.
        rng = Stream.LEVERS.generator(seed, *name.encode())
        values[row] = _spread_over(study, declared[name], z.shape[1], rng)
    natural = dict(zip(names, values, strict=True))
    model_values = parameters.constrained(z.T).T
    for name in needed - set(names):
        if isinstance(name, str):
            natural[name] = model_values[parameters.index(name)]

    def product(items: Product | None) -> Floats:
        total = np.ones(z.shape[1])
        for item in items or ():
            total = total * (natural[item] if isinstance(item, str) else item)
        return total

    strengths = tuple(
        Strength(
            product(act.adds) if act.adds
            else product(act.raises) if act.raises else -product(act.removes),
            product(act.reach),
        )
        for act in acts_of(levers)
    )  # fmt: skip
    costs = np.stack([product(lever.cost) for lever in levers.values()])
    return LeverDraws(names, values, costs, strengths)


def _spread_over(
    study: Study, parameter: Parameter, count: int, rng: np.random.Generator
) -> Floats:
    """(count,) one value from each of `count` equally likely parts of a prior, shuffled."""
    grade = best_grade(study.evidence, parameter.evidence) if parameter.evidence else None
    extra = study.model.grades.get(grade, 0.0) if grade else 0.0
    middle, sd = unconstrained_prior(parameter, extra)
    shares = (rng.permutation(count) + rng.random(count)) / count
    u = middle + sd * stats.norm.ppf(shares)
    return 1 / (1 + np.exp(-u)) if parameter.prior.kind == "probability" else np.exp(u)
