"""Ensembles of replicates, drawn block by block and kept; a killed run goes on where it was."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from safepassage.engines.simulate import simulate
from safepassage.network.calendar import month_name, month_number
from safepassage.store.ensembles import EnsembleStore

if TYPE_CHECKING:
    from safepassage.engines.ensemble import Ensemble
    from safepassage.engines.individuals import Summary
    from safepassage.network.arrays import Network, Tables
    from safepassage.network.persons import Persons
    from safepassage.store import RunFolder

Progress = Callable[[str, float, float], None]
Draw = Callable[[range], "Ensemble"]
"""Draws the replicates of these numbers."""
HISTORIES = "histories"
"""Folder of Parquet files beside the ensemble."""


def alike(network: Network, tables: Tables, engine: str, seed: int) -> Draw:
    """People whom nothing tells apart, in any engine that draws whole people."""

    def draw(part: range) -> Ensemble:
        return simulate(
            network, tables, engine, seed=seed, replicates=len(part), first=part.start,
            rows=network.month_of_step,
        )  # fmt: skip

    return draw


def tied(
    network: Network,
    tables: Tables,
    persons: Persons,
    folder: RunFolder,
    *,
    seed: int,
    end: str,
    histories: bool,
) -> Draw:
    """People in parties, with sponsors, money and histories; how they fare is kept by block."""
    from safepassage.engines.individuals import run
    from safepassage.store.histories import HistoryWriter

    writer = HistoryWriter(folder.path / HISTORIES, network, end=end) if histories else None

    def draw(part: range) -> Ensemble:
        moved = run(
            network, tables, seed=seed, replicates=len(part), first=part.start, persons=persons,
            rows=network.month_of_step, histories=writer,
        )  # fmt: skip
        assert moved.summary is not None  # it is there whenever persons are given
        folder.save_arrays(_summary_name(part.start), moved.summary._asdict())
        return moved.ensemble

    return draw


def draw_ensemble(
    network: Network,
    draw: Draw,
    folder: RunFolder,
    *,
    block: int,
    replicates: int,
    attrs: dict[str, Any],
    progress: Progress,
) -> EnsembleStore:
    """Draw the replicates that the folder lacks, and give back the store of all.

    Memory is bounded by one block, whatever the number of replicates. Flows are by month, stocks
    at the end of each month.

    Args:
        network: The structure.
        draw: Draws some of the replicates.
        folder: Where finished blocks are kept.
        block: Replicates drawn at one go.
        replicates: How many there shall be.
        attrs: What the run was made of, kept with the store.
        progress: Called with (stage, done, total).
    """
    first = month_number(network.start)
    labels = [month_name(first + int(m)) for m in np.unique(network.month_of_step)]
    with folder.lock():
        store = EnsembleStore(folder.path, network.quantity_name, labels, block, attrs)
        for part in store.missing(replicates):
            progress("replicates", part.start, replicates)
            drawn = draw(part)
            store.write(part.start, drawn.quantities, np.stack(drawn.people))
        progress("replicates", replicates, replicates)
    return store


def summaries(folder: RunFolder, block: int, replicates: int) -> Summary:
    """How people fared in all replicates, from what each block kept."""
    from safepassage.engines.individuals import Summary

    parts = [folder.load_arrays(_summary_name(first)) for first in range(0, replicates, block)]
    kept: Sequence[dict[str, Any]] = [part[0] for part in parts if part is not None]
    return Summary(
        **{
            name: np.concatenate([part[name] for part in kept], axis=-1)[..., :replicates]
            for name in Summary._fields
        }
    )


def _summary_name(first: int) -> str:
    return f"summary-{first:08d}"
