"""Plain NumPy: `Generator.multinomial` on counts by state, all replicates in one call a day."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np

sys.path.append(str(Path(__file__).resolve().parent.parent))
from common import Task, main


def prepare(task: Task) -> dict[str, Any]:
    """Counts at the start, (R, S), and chances of the outcomes by state, (S, exits + 1)."""
    ladder = task.ladder
    counts = np.zeros((task.replicates, len(ladder.states)), np.int64)
    counts[:, ladder.start] = task.people
    exits = np.array(ladder.exit_chance[: ladder.live])
    chances = np.concatenate([exits, 1 - exits.sum(axis=1, keepdims=True)], axis=1)
    # Two columns of `moves` with the same target need a sum, so the flows go by a list of
    # (state, exit) pairs for each target.
    into: list[tuple[np.ndarray, np.ndarray]] = []
    for state in range(len(ladder.states)):
        pairs = [
            (s, k) for s, row in enumerate(ladder.targets) for k, t in enumerate(row) if t == state
        ]
        into.append((np.array([s for s, _ in pairs], int), np.array([k for _, k in pairs], int)))
    return {
        "rng": np.random.default_rng(task.seed),
        "counts": counts,
        "chances": chances,
        "into": into,
    }


def by_call(task: Task, ready: dict[str, Any]) -> np.ndarray:
    """One call a day for all replicates and states."""
    rng, counts, chances, into = (ready[k] for k in ("rng", "counts", "chances", "into"))
    live = task.ladder.live
    for _ in range(task.days):
        moves = rng.multinomial(counts[:, :live], chances)  # (R, live, exits + 1)
        counts[:, :live] = moves[:, :, -1]
        for state, (source, which) in enumerate(into):
            counts[:, state] += moves[:, source, which].sum(axis=1)
    return counts


def by_state(task: Task, ready: dict[str, Any]) -> np.ndarray:
    """One call a day and state, for all replicates."""
    rng, counts, chances = (ready[k] for k in ("rng", "counts", "chances"))
    ladder = task.ladder
    for _ in range(task.days):
        after = counts.copy()
        for state in range(ladder.live):
            moves = rng.multinomial(counts[:, state], chances[state])
            after[:, state] += moves[:, -1] - counts[:, state]
            for k, target in enumerate(ladder.targets[state]):
                after[:, target] += moves[:, k]
        counts = after
    return counts


def run(task: Task, ready: dict[str, Any]) -> list[int]:
    """Advance the counts, and sum them over replicates."""
    work = by_call if task.style == "one call a day" else by_state
    return work(task, ready).sum(axis=0).tolist()


if __name__ == "__main__":
    main(
        "numpy_counts",
        np.__version__,
        prepare,
        run,
        styles=("one call a day", "a call by state"),
    )
