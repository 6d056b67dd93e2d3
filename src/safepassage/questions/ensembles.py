"""Ensembles of replicates, drawn block by block and kept; a killed run goes on where it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from safepassage.engines.simulate import ENGINES, simulate
from safepassage.network.calendar import month_name, month_number
from safepassage.store.ensembles import EnsembleStore

if TYPE_CHECKING:
    from safepassage.network.arrays import Network, Tables
    from safepassage.store import RunFolder

Progress = Callable[[str, float, float], None]


def draw_ensemble(
    network: Network,
    tables: Tables,
    folder: RunFolder,
    *,
    engine: str,
    seed: int,
    replicates: int,
    attrs: dict[str, Any],
    progress: Progress,
) -> EnsembleStore:
    """Draw the replicates that the folder lacks, and give back the store of all.

    Memory is bounded by one block, whatever the number of replicates. Flows are by month, stocks
    at the end of each month.

    Args:
        network: The structure.
        tables: Its numbers, without lanes.
        folder: Where finished blocks are kept.
        engine: Name of an engine that draws whole people.
        seed: Seed of every random choice.
        replicates: How many there shall be.
        attrs: What the run was made of, kept with the store.
        progress: Called with (stage, done, total).
    """
    months = network.month_of_step
    first = month_number(network.start)
    labels = [month_name(first + int(m)) for m in np.unique(months)]
    with folder.lock():
        block = ENGINES[engine].block
        store = EnsembleStore(folder.path, network.quantity_name, labels, block, attrs)
        for part in store.missing(replicates):
            progress("replicates", part.start, replicates)
            drawn = simulate(
                network, tables, engine, seed=seed, replicates=len(part), first=part.start,
                rows=months,
            )  # fmt: skip
            store.write(part.start, drawn.quantities, np.stack(drawn.people))
        progress("replicates", replicates, replicates)
    return store
