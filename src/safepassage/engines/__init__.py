"""Readings of a network: mean counts, their gradient, the values of a cohort.

Names are loaded when they are first used, so that importing the room loads neither Numba nor JAX.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from safepassage.engines.simulate import ENGINES as ENGINES
from safepassage.engines.simulate import simulate as simulate

if TYPE_CHECKING:
    from safepassage.engines.backward import cohort_values as cohort_values
    from safepassage.engines.expected import Flows as Flows
    from safepassage.engines.expected import People as People
    from safepassage.engines.expected import Trajectory as Trajectory
    from safepassage.engines.expected import flows as flows
    from safepassage.engines.expected import people as people
    from safepassage.engines.expected import solve as solve
    from safepassage.engines.expected import solve_adjoint as solve_adjoint

_HOME = {
    "cohort_values": "backward",
    "Flows": "expected",
    "People": "expected",
    "Trajectory": "expected",
    "flows": "expected",
    "people": "expected",
    "solve": "expected",
    "solve_adjoint": "expected",
}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
