"""Our engine of persons, one thread: every person lives their life event by event."""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parent.parent))
from common import Task, main
from ladder_network import last_day, network_of

from safepassage.engines.individuals.draw import draw


def prepare(task: Task) -> Any:
    """The network and its tables."""
    return network_of(task)


def run(task: Task, ready: Any) -> list[int]:
    """Move every person; people by state at the end, summed over replicates."""
    network, tables = ready
    drawn = draw(
        network, tables, seed=task.seed, replicates=task.replicates, rows=last_day(task.days),
        threads=1,
    )  # fmt: skip
    return drawn.quantities[:, 0].sum(axis=-1).astype(int).tolist()


if __name__ == "__main__":
    main("safepassage_individuals", version("safepassage"), prepare, run)
