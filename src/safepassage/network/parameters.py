"""The vector of unknowns: declared parameters and the yearly innovations, as standard normals."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from safepassage.model.schema import Grade, Model, Parameter
from safepassage.network.arrays import Floats

HALF_WIDTH_90 = 1.6448536269514722
"""Standard deviations between the median and the end of a central 90 % interval."""


@dataclass(frozen=True)
class Parameters:
    """Names, locations and scales of the unconstrained parameters u = location + scale * z."""

    names: tuple[str, ...]
    kinds: tuple[str, ...]
    """Prior kind of each: lognormal, probability, normal, or innovation."""
    location: Floats
    scale: Floats

    def __len__(self) -> int:
        return len(self.names)

    def index(self, name: str) -> int:
        """Position of a parameter."""
        return self.names.index(name)

    @property
    def innovations(self) -> np.ndarray:
        """(P,) which entries are yearly innovations."""
        return np.array([kind == "innovation" for kind in self.kinds])

    def constrained(self, z: Floats) -> Floats:
        """Natural values of the parameters: z (..., P) to values of the same shape."""
        u = self.location + self.scale * z
        kinds = np.array(self.kinds)
        value = np.where(kinds == "normal", u, np.exp(np.where(kinds == "normal", 0.0, u)))
        return np.where(kinds == "probability", 1 / (1 + np.exp(-u)), value)


def innovation_name(name: str, value: str, year: int) -> str:
    """Name of one year's innovation."""
    return f"{name}[{value + ',' if value else ''}{year}]"


def attribute_values(model: Model, attribute: str | None) -> list[str]:
    """The values that an attribute takes over the groups, in order of appearance."""
    if attribute is None:
        return [""]
    return list(dict.fromkeys(g[attribute] for g in model.groups.values() if attribute in g))


def collect_parameters(
    model: Model, grade_of: Callable[[Sequence[str]], Grade | None] = lambda ids: None
) -> Parameters:
    """Lay out the vector of unknowns of a model.

    Args:
        model: the declarations.
        grade_of: grade of the best evidence row among ids; it widens the prior.
    """
    names: list[str] = []
    kinds: list[str] = []
    location: list[float] = []
    scale: list[float] = []
    for name, parameter in model.parameters.items():
        grade = grade_of(parameter.evidence) if parameter.evidence else None
        extra: float = model.grades.get(grade, 0.0) if grade else 0.0
        middle, sd = unconstrained_prior(parameter, extra)
        names.append(name)
        kinds.append(parameter.prior.kind)
        location.append(middle)
        scale.append(sd)
    for name, innovation in model.innovations.items():
        for value in attribute_values(model, innovation.by):
            for year in range(innovation.start, innovation.end + 1):
                names.append(innovation_name(name, value, year))
                kinds.append("innovation")
                location.append(0.0)
                scale.append(innovation.scale)
    return Parameters(tuple(names), tuple(kinds), np.array(location), np.array(scale))


def unconstrained_prior(parameter: Parameter, grade_sd: float) -> tuple[float, float]:
    """Mean and standard deviation of a prior on its unconstrained scale.

    Args:
        parameter: the declaration.
        grade_sd: log standard deviation that the evidence grade adds (in quadrature).
    """
    prior = parameter.prior
    low, high = prior.low, prior.high
    if prior.kind == "lognormal":
        low, high = math.log(low), math.log(high)
    elif prior.kind == "probability":
        low, high = (math.log(p / (1 - p)) for p in (low, high))
    sd = (high - low) / (2 * HALF_WIDTH_90)
    if prior.kind != "normal":
        sd = math.hypot(sd, grade_sd)
    return (low + high) / 2, sd
