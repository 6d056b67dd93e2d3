"""The front door of the engines: one verb, whichever reading of a network is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from safepassage.network.arrays import Network, Tables

if TYPE_CHECKING:
    from safepassage.engines.expected import Trajectory


def _expected(network: Network, tables: Tables) -> Trajectory:
    from safepassage.engines.expected import solve  # Numba loads when an engine runs

    return solve(network, tables)


ENGINES: dict[str, Callable[[Network, Tables], Trajectory]] = {"expected": _expected}
"""Every engine by name."""


def simulate(network: Network, tables: Tables, engine: str = "expected") -> Trajectory:
    """Move people through a network.

    Args:
        network: The structure.
        tables: Its numbers; any table may carry a trailing lane axis.
        engine: `expected` for mean counts.

    Returns:
        Counts and quantities by step, with a lane axis if the tables have one.

    Raises:
        ValueError: There is no such engine, or people reach a cell that they cannot pass.
    """
    if engine not in ENGINES:
        raise ValueError(f"there is no engine '{engine}': choose {', '.join(sorted(ENGINES))}")
    return ENGINES[engine](network, tables)
