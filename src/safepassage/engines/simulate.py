"""The front door of the engines: one function for every reading of a network.

An engine is listed in `ENGINES` and then held to the same truth as the others by
`tests/contract/test_engines.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from safepassage.network.arrays import STOCK, Ints, Network, Tables

if TYPE_CHECKING:
    from safepassage.engines.ensemble import Ensemble

Numbers = Sequence[int] | None


def _expected(
    network: Network,
    tables: Tables,
    *,
    seed: int,
    replicates: int,
    first: int,
    draws: Numbers,
    rows: Ints | None,
    keep_counts: bool,
    threads: int | None,
) -> Ensemble:
    from safepassage.engines.ensemble import Ensemble, rows_of
    from safepassage.engines.expected.solve import People, people, solve

    run = solve(network, tables, threads=threads)
    arrays = [np.atleast_3d(values) for values in (run.quantities, run.counts)]
    counted = [values.reshape(network.steps, -1) for values in people(network, tables, run)]
    quantities = arrays[0]
    if rows is not None:
        rows = rows_of(network, rows)
        ends = np.flatnonzero(np.diff(rows, append=rows[-1] + 1))
        begins = np.concatenate([[0], ends[:-1] + 1])
        flows = np.array([_is_flow(network, q) for q in range(len(network.quantity_name))], bool)
        summed = np.add.reduceat(quantities, begins, axis=1)
        quantities = np.where(flows[:, None, None], summed, quantities[:, ends])
        counted = [values[ends] for values in counted]
    return Ensemble(quantities, People(*counted), arrays[1] if keep_counts else None)


def _is_flow(network: Network, quantity: int) -> bool:
    first, last = network.tap_start[quantity : quantity + 2]
    return bool((network.tap_kind[first:last] != STOCK).any())


def _draw_of(module: str) -> Callable[..., Ensemble]:
    """The `draw` of a module of this room, which loads when an engine runs."""

    def draw(network: Network, tables: Tables, **how: Any) -> Ensemble:
        return import_module(f"safepassage.engines.{module}.draw").draw(network, tables, **how)

    return draw


@dataclass(frozen=True)
class Engine:
    """One reading of a network."""

    run: Callable[..., Ensemble]
    whole: bool
    """Whether it draws whole people; otherwise it gives means and draws nothing."""
    block: int = 1
    """Replicates that are worth drawing at once."""


ENGINES = {
    "expected": Engine(_expected, whole=False),
    "counts": Engine(_draw_of("counts"), whole=True, block=64),
    "individuals": Engine(_draw_of("individuals"), whole=True, block=4),
}
"""Every engine by name."""


def simulate(
    network: Network,
    tables: Tables,
    engine: str = "expected",
    *,
    seed: int = 1,
    replicates: int = 1,
    first: int = 0,
    draws: Numbers = None,
    rows: Ints | None = None,
    keep_counts: bool = False,
    threads: int | None = None,
) -> Ensemble:
    """Move people through a network.

    Args:
        network: The structure.
        tables: Its numbers; any table may carry a trailing batch axis of posterior draws.
        engine: `expected` for mean flows, `counts` or `individuals` for whole people.
        seed: Seed of every random choice.
        replicates: Replicates of each draw; the expected engine has but one.
        first: Number of the first replicate, for a part of a larger ensemble.
        draws: Numbers of the draws, which random numbers depend on; 0, 1, ... unless given.
        rows: (T,) row of the result that each step belongs to, in increasing order; one row a
            step unless given. Flows add up in a row, stocks are those at its end.
        keep_counts: Whether to return every cell's count after every step.
        threads: At most so many threads; by default the machine's cores.

    Returns:
        An ensemble, whose last axis is draws times replicates.

    Raises:
        ValueError: There is no such engine, replicates are not positive or too many people, the
            tables do not fit, or people reach a cell that they cannot pass.
    """
    if engine not in ENGINES:
        raise ValueError(f"there is no engine '{engine}': choose {', '.join(sorted(ENGINES))}")
    if not ENGINES[engine].whole and replicates != 1:
        raise ValueError(
            f"the engine '{engine}' gives means: it has one replicate, not {replicates}"
        )
    return ENGINES[engine].run(
        network, tables, seed=seed, replicates=replicates, first=first, draws=draws, rows=rows,
        keep_counts=keep_counts, threads=threads,
    )  # fmt: skip
