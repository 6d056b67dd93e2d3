"""Two workers of a local cluster beside one: the same tasks in turns, under the same load.

Each worker has one thread. Workers are started and warm; what is timed is the verb itself, with
what this process does of it: compiling, judging scenarios, writing Zarr. The answers must be equal.
The machine's load is told with each row: others on it take more from two workers than from one.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

MODEL = "north-korea"
SCENARIOS = ("no-aid-network", "humane-corridor")
DRAWS, REPLICATES, REPEATS = 1000, 48, 5
Timed = tuple[float, float, float]


def run() -> list[dict[str, Any]]:
    """Rows for `benchmarks/run.py`."""
    from what_if import unfitted

    import safepassage as sp

    posterior = unfitted()

    def compared(engine: str) -> Callable[[Any], Any]:
        return lambda executor: sp.compare(
            posterior, SCENARIOS, draws=DRAWS, engine=engine, executor=executor
        ).to_dict()

    def simulated(executor: Any) -> Any:
        with tempfile.TemporaryDirectory() as out:
            return sp.simulate(
                posterior.study,
                engine="individuals",
                families=True,
                replicates=REPLICATES,
                out=Path(out),
                executor=executor,
            ).outputs

    work = {
        f"compare, {len(SCENARIOS)} scenarios of {DRAWS:,} draws, counts": compared("counts"),
        f"compare, {len(SCENARIOS)} scenarios of {DRAWS:,} draws, expected": compared("expected"),
        f"simulate, {REPLICATES:,} replicates of individuals in families, kept": simulated,
    }
    rows: list[dict[str, Any]] = []
    with sp.cluster("local:1") as one, sp.cluster("local:2") as two:
        for what, verb in work.items():
            same = verb(one)  # starts and compiles
            if verb(two) != same:
                raise SystemExit(f"{what}: two workers do not give what one gives")
            pairs = [(_timed(verb, one), _timed(verb, two)) for _ in range(REPEATS)]
            rows.append(_row(what, pairs))
    return rows


def _timed(verb: Callable[[Any], Any], executor: Any) -> tuple[float, float, float]:
    """Seconds by the clock, CPU seconds of the workers, CPU seconds of this process."""
    before, own, begin = _spent(executor), process_time(), perf_counter()
    verb(executor)
    return perf_counter() - begin, _spent(executor) - before, process_time() - own


def _spent(executor: Any) -> float:
    return sum(executor.client.run(process_time).values())


def _row(what: str, pairs: list[tuple[Timed, Timed]]) -> dict[str, Any]:
    """The median of two workers; the baseline's is such that their ratio is the paired median."""
    both = median(two[0] for _, two in pairs)
    times = median(one[0] / two[0] for one, two in pairs)
    workers = [median(pair[i][1] for pair in pairs) for i in (0, 1)]
    about = (
        f"in pairs {times:.2f} times as fast; CPU of workers {workers[0]:.1f} s with one and "
        f"{workers[1]:.1f} s with two, of this process {median(t[2] for _, t in pairs):.1f} s; "
        f"load {os.getloadavg()[0]:.1f}"
    )
    return {
        "figure": f"{what}: two workers ({about})", "value": both, "unit": "s",
        "baseline": "one worker", "baseline_value": times * both, "state": "warm",
    }  # fmt: skip
