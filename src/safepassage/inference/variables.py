"""Unknowns under their declared names, with the names and labels of their dimensions."""

from __future__ import annotations

from typing import Any

import numpy as np

from safepassage.model.schema import Model
from safepassage.network.compile import Compiled
from safepassage.network.parameters import attribute_values


def by_name(compiled: Compiled, z: np.ndarray) -> dict[str, np.ndarray]:
    """Natural values of the declared parameters and the logarithms of innovations.

    Args:
        compiled: the model.
        z: (chain, draw, P) standard normal coordinates.

    Returns:
        (chain, draw) for each parameter, (chain, draw, n) for each family of innovations.
    """
    values = compiled.parameters.constrained(z)
    logs = compiled.parameters.location + compiled.parameters.scale * z
    named: dict[str, np.ndarray] = {}
    innovations: dict[str, list[int]] = {}
    for i, (name, kind) in enumerate(
        zip(compiled.parameters.names, compiled.parameters.kinds, strict=True)
    ):
        if kind == "innovation":
            innovations.setdefault(name[: name.index("[")], []).append(i)
        else:
            named[name] = values[:, :, i]
    for name, columns in innovations.items():
        named[name] = logs[:, :, columns]
    return named


def unfolded(model: Model, named: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """`by_name` with innovations as (chain, draw, value of the attribute, year)."""
    arrays = dict(named)
    for name, innovation in model.innovations.items():
        years = innovation.end - innovation.start + 1
        array = named[name]
        shape = (*array.shape[:2], -1, years) if innovation.by else (*array.shape[:2], years)
        arrays[name] = array.reshape(shape)
    return arrays


def dimensions(model: Model) -> tuple[dict[str, tuple[str, ...]], dict[str, Any]]:
    """Names of the dimensions of `unfolded` arrays, and their labels."""
    dims: dict[str, tuple[str, ...]] = {}
    coords: dict[str, Any] = {}
    for name, innovation in model.innovations.items():
        year = f"{name}_year"
        dims[name] = (year,)
        coords[year] = np.arange(innovation.start, innovation.end + 1)
        if innovation.by:
            by = f"{name}_{innovation.by}"
            dims[name] = (by, year)
            coords[by] = np.array(attribute_values(model, innovation.by))
    return dims, coords


def descriptions(model: Model) -> dict[str, dict[str, str]]:
    """Title, unit, prior and what it rests on, by name."""
    attributes: dict[str, dict[str, str]] = {}
    for name, parameter in model.parameters.items():
        prior = parameter.prior
        attributes[name] = {
            "title": parameter.title,
            "units": parameter.unit,
            "prior": f"{prior.kind}, 90 % from {prior.low:g} to {prior.high:g}",
            "rests_on": "; ".join(parameter.evidence) or f"assumed: {parameter.assumed}",
        }
    for name, innovation in model.innovations.items():
        attributes[name] = {
            "title": innovation.title,
            "units": "log ratio",
            "prior": f"{innovation.kind}, standard deviation {innovation.scale:g}",
        }
    return attributes
