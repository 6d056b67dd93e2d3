"""Ensembles of replicates, drawn and stored block by block; an interrupted run resumes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from safepassage.engines.simulate import simulate
from safepassage.network.calendar import month_name, month_number
from safepassage.parallel import LOCAL, Executor, TaskSpec
from safepassage.store.ensembles import EnsembleStore

if TYPE_CHECKING:
    from safepassage.engines.individuals.draw import Summary
    from safepassage.network.arrays import Network, Tables
    from safepassage.network.persons import Persons
    from safepassage.store import RunFolder
    from safepassage.store.histories import HeldHistories, HistoryWriter

Progress = Callable[[str, float, float], None]
HISTORIES = "histories"
"""Folder of Parquet files beside the ensemble."""


class Drawn(NamedTuple):
    """Some replicates, as they travel and are stored."""

    quantities: NDArray[Any]
    """(Q, M, R) whole numbers."""
    people: NDArray[Any]
    """(3, M, R) entered, inside, left."""
    summary: dict[str, NDArray[Any]]
    """How people fared, where persons are told apart."""
    histories: dict[int, list[bytes]]
    """By replicate, the files of those that were drawn in another process."""


Draw = Callable[[range], Drawn]
"""Draws the replicates of these numbers."""


def plain_draw(network: Network, tables: Tables, engine: str, seed: int) -> Draw:
    """What draws people whom nothing tells apart, in any engine of whole people."""

    def draw(part: range) -> Drawn:
        drawn = simulate(
            network, tables, engine, seed=seed, replicates=len(part), first=part.start,
            rows=network.month_of_step,
        )  # fmt: skip
        return Drawn(drawn.quantities, np.stack(drawn.people), {}, {})

    return draw


def family_draw(
    network: Network,
    tables: Tables,
    persons: Persons,
    *,
    seed: int,
    histories: HistoryWriter | None,
) -> Draw:
    """What draws people in parties, with sponsors, money and histories."""
    from safepassage.engines.individuals.draw import run

    def draw(part: range) -> Drawn:
        result = run(
            network, tables, seed=seed, replicates=len(part), first=part.start, persons=persons,
            rows=network.month_of_step, histories=histories,
        )  # fmt: skip
        assert result.summary is not None  # it is there whenever persons are given
        drawn = result.ensemble
        return Drawn(drawn.quantities, np.stack(drawn.people), result.summary._asdict(), {})

    return draw


def compact_draw(draw: Draw, histories: HeldHistories | None) -> Draw:
    """The same for another process: whole numbers in few bytes, and its files of histories."""

    def compact(part: range) -> Drawn:
        whole = draw(part)
        return whole._replace(
            quantities=_narrow(whole.quantities),
            people=_narrow(whole.people),
            histories=histories.taken() if histories is not None else {},
        )

    return compact


def _narrow(whole: NDArray[Any]) -> NDArray[Any]:
    """Whole numbers from 0 on in the smallest type that holds them."""
    return whole.astype(np.min_scalar_type(int(whole.max(initial=0))))


def draw_ensemble(
    network: Network,
    draw: Draw,
    folder: RunFolder,
    *,
    block: int,
    replicates: int,
    attrs: dict[str, Any],
    progress: Progress,
    histories: HistoryWriter | None = None,
    spec: TaskSpec | None = None,
    executor: Executor = LOCAL,
) -> EnsembleStore:
    """Draw the replicates that the folder lacks, and open the store of all.

    Memory is bounded by a few blocks, whatever the number of replicates. Flows are by month,
    stocks at the end of each month. Only this process writes, whoever draws.

    Args:
        network: The structure.
        draw: Draws some of the replicates.
        folder: Where finished blocks are stored.
        block: Replicates drawn at a time.
        replicates: How many there shall be.
        attrs: The run's settings, stored beside it.
        progress: Called with (stage, done, total).
        histories: Writes the histories that another process drew.
        spec: How another process draws; needed where the executor is elsewhere.
        executor: Who draws.
    """
    first = month_number(network.start)
    labels = [month_name(first + int(m)) for m in np.unique(network.month_of_step)]
    with folder.lock():
        store = EnsembleStore(folder.path, network.quantity_name, labels, block, attrs)
        missing = store.missing(replicates)
        done = replicates - sum(map(len, missing))
        progress("replicates", done, replicates)
        for part, drawn in executor.each(spec or TaskSpec(plain_draw, ()), missing, draw):
            if drawn.summary:
                folder.save_arrays(_summary_name(part.start), drawn.summary)
            if histories is not None:
                histories.accept(drawn.histories)
            store.keep(part.start, drawn.quantities, drawn.people)
            done += len(part)
            progress("replicates", done, replicates)
    return store


def summaries(folder: RunFolder, block: int, replicates: int) -> Summary:
    """How people fared in all replicates, from the files of the blocks."""
    from safepassage.engines.individuals.draw import Summary

    stored = [folder.load_arrays(_summary_name(first)) for first in range(0, replicates, block)]
    parts = [arrays for arrays, _ in filter(None, stored)]
    return Summary(
        **{
            name: np.concatenate([part[name] for part in parts], axis=-1)[..., :replicates]
            for name in Summary._fields
        }
    )


def _summary_name(first: int) -> str:
    return f"summary-{first:08d}"
