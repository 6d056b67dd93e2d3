"""Readings of a network: mean counts, their gradient, the values of a cohort.

Names are loaded when they are first used, so that importing the room loads neither Numba nor JAX.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from safepassage.engines.simulate import ENGINES as ENGINES
from safepassage.engines.simulate import simulate as simulate

if TYPE_CHECKING:
    from safepassage.engines.expected.backward import cohort_values as cohort_values
    from safepassage.engines.expected.solve import Flows as Flows
    from safepassage.engines.expected.solve import People as People
    from safepassage.engines.expected.solve import Trajectory as Trajectory
    from safepassage.engines.expected.solve import flows as flows
    from safepassage.engines.expected.solve import people as people
    from safepassage.engines.expected.solve import solve as solve
    from safepassage.engines.expected.solve import solve_adjoint as solve_adjoint

_HOME = {
    "cohort_values": "expected.backward",
    "Flows": "expected.solve",
    "People": "expected.solve",
    "Trajectory": "expected.solve",
    "flows": "expected.solve",
    "people": "expected.solve",
    "solve": "expected.solve",
    "solve_adjoint": "expected.solve",
}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
