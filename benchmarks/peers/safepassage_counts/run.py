"""Our engine on counts, one thread: day by day, or a jump where only the end is asked for."""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parent.parent))
from benchmarks.month_jump.jump import draw_jumps
from common import Task, main
from ladder_network import last_day, network_of

from safepassage.engines.counts.draw import draw


def prepare(task: Task) -> Any:
    """The network and its tables."""
    return network_of(task)


def run(task: Task, ready: Any) -> list[int]:
    """Draw all replicates; people by state at the end, summed over them."""
    network, tables = ready
    rows = last_day(task.days)
    if task.style == "daily":
        drawn = draw(
            network, tables, seed=task.seed, replicates=task.replicates, rows=rows, threads=1
        )
    else:
        drawn = draw_jumps(
            network, tables, rows, seed=task.seed, replicates=task.replicates, threads=1
        )
    return drawn.quantities[:, 0].sum(axis=-1).astype(int).tolist()


if __name__ == "__main__":
    main("safepassage_counts", version("safepassage"), prepare, run, styles=("daily", "jump"))
