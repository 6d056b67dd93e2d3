"""The counts engine beside NumPy's `Generator.multinomial` on the same networks, one thread.

Baseline: what one would write with NumPy, vectorised over the replicates: for each step and cell
one call of `multinomial` with the cell's exits and staying as categories, `poisson` for entries.
Both draw 1,000 replicates of the same tables; people by month as the engine says. Figures are CPU
seconds, medians of five runs in turn.

    python benchmarks/run.py counts_engine
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # the generator is the tests'

from tests.networks import Sketch  # noqa: E402

from safepassage.network.arrays import (  # noqa: E402
    HELD,
    INSTANT,
    SATURATING,
    STOCK,
    Network,
    Tables,
)

REPLICATES = 1000
REPEATS = 5


def numpy_counts(network: Network, tables: Tables, replicates: int, seed: int) -> np.ndarray:
    """(Q, T, R) quantities, drawn with NumPy."""
    rng = np.random.default_rng(seed)
    cells, start = len(network.kind), network.edge_start
    people = np.repeat(np.round(tables.initial).astype(np.int64)[:, None], replicates, axis=1)
    flow = np.zeros((len(network.edge_target), replicates), np.int64)
    entered = np.zeros((len(network.entry_target), replicates), np.int64)
    quantities = np.zeros((len(network.quantity_name), network.steps, replicates))
    loads = [
        network.feedback_cell[network.feedback_start[k] : network.feedback_start[k + 1]]
        for k in range(len(network.feedback_kind))
    ]
    of_state = [c for c in range(cells) if network.kind[c] != INSTANT]

    def leave(c: int, present: np.ndarray, month: int, after: np.ndarray) -> np.ndarray:
        exits = slice(start[c], start[c + 1])
        if exits.start == exits.stop or not present.any():
            flow[exits] = 0
            return present
        rate = tables.scale[exits] * tables.series[network.edge_series[exits], month]
        act = network.edge_feedback[exits]
        if (act >= 0).any():
            rate = np.where((act >= 0)[:, None], rate[:, None] * factor[act], rate[:, None]).T
        total = rate.sum(axis=-1, keepdims=True)
        share = rate / np.where(total > 0, total, 1.0)
        if network.kind[c] == HELD:
            share = share * -np.expm1(-total * network.step_years)
        chances = np.concatenate([share, 1 - share.sum(axis=-1, keepdims=True)], axis=-1)
        moved = rng.multinomial(present, np.clip(chances, 0.0, 1.0))
        flow[exits] = moved[:, :-1].T
        np.add.at(after, network.edge_target[exits], moved[:, :-1].T)
        return moved[:, -1]

    for t, month in enumerate(network.month_of_step):
        factor = np.ones((len(loads), replicates))
        for k, members in enumerate(loads):
            load = people[members].sum(axis=0)
            factor[k] = load
            if network.feedback_kind[k] == SATURATING:
                ratio = load / tables.capacity[k, month]
                factor[k] = 1 / (1 + ratio ** network.feedback_sharpness[k])
        after = np.zeros_like(people)
        for c in of_state:
            after[c] += leave(c, people[c], month, after)
        for i, target in enumerate(network.entry_target):
            mean = tables.entries[i, month] * network.step_years
            act = network.entry_feedback[i]
            entered[i] = rng.poisson(mean * (factor[act] if act >= 0 else 1.0), replicates)
            after[target] += entered[i]
        for c in network.instant_order:
            present, after[c] = after[c].copy(), 0
            leave(c, present, month, after)
        for q in range(len(quantities)):
            for tap in range(network.tap_start[q], network.tap_start[q + 1]):
                kind, index = network.tap_kind[tap], network.tap_index[tap]
                source = after if kind == STOCK else flow if kind == 1 else entered
                quantities[q, t] += source[index]
        people = after
    return quantities


def journey_network(people: float = 1e6, per_month: int = 1) -> tuple[Network, Tables]:
    """40 states x 4 groups without feedback: on, two on, back, dead or safe, each with a season.

    336 months, or two years of days.
    """
    rng = np.random.default_rng(7)
    steps = 336 if per_month == 1 else 24 * per_month
    sketch = Sketch(steps=steps, step_years=1 / (12 * per_month), steps_per_month=per_month)
    seasons = np.exp(
        0.4 * np.sin(np.arange(steps // per_month)[None, :] / 12 + np.arange(6)[:, None])
    )
    for group in range(4):
        names = [f"g{group}s{i}" for i in range(38)] + [f"g{group}safe", f"g{group}dead"]
        for name in names:
            moving = name in names[:38]
            sketch.cell(name, persons=people / 152 if moving else 0.0)
        for i, name in enumerate(names[:38]):
            ends = {names[38 + i % 2]: 0.3}
            for hop, rate in ((1, 4.0), (2, 0.8), (-1, 1.5)):
                target = names[i + hop] if 0 <= i + hop < 38 else names[38]
                ends[target] = rate
            for target, rate in ends.items():
                sketch.edge(name, target, rate * rng.lognormal(0, 0.5) * seasons[rng.integers(6)])
        sketch.entry(names[0], people / 10 * seasons[group])
        for name in names[::4]:
            sketch.quantity(f"in {name}", ("stock", name))
    return sketch.build()


def _jump_row() -> list[dict[str, Any]]:
    """Stocks at each month's end, by daily steps of two years."""
    from benchmarks.month_jump.jump import draw_jumps

    from safepassage.engines.counts import draw

    network, tables = journey_network(per_month=30)
    rows = network.month_of_step
    draw_jumps(network, tables, rows, replicates=8)
    spent = in_turn(
        {
            "jump": lambda: draw_jumps(network, tables, rows, replicates=REPLICATES, threads=1),
            "steps": lambda: draw.draw(
                network, tables, rows=rows, replicates=REPLICATES, threads=1
            ),
            "numpy": lambda: numpy_counts(network, tables, REPLICATES // 5, 1),
        },
        REPEATS,
    )
    numpy = ("NumPy multinomial (200 replicates, times 5)", 5 * spent["numpy"])
    about = "1,000 replicates of two years by day, one thread"
    return [
        _row(f"counts: {about}", spent["steps"], numpy),
        _row(f"counts, month by month (jump): {about}", spent["jump"], numpy),
    ]


def _people_row() -> dict[str, Any]:
    from safepassage.engines.counts import draw

    few, many = journey_network(1e6), journey_network(1e9)
    spent = in_turn(
        {
            "1e6": lambda: draw.draw(*few, replicates=REPLICATES, threads=1),
            "1e9": lambda: draw.draw(*many, replicates=REPLICATES, threads=1),
        },
        REPEATS,
    )
    return _row("counts: 1,000 replicates of 1e9 people", spent["1e9"], ("1e6", spent["1e6"]))


def reference_network() -> tuple[Network, Tables]:
    """The bundled model at its prior medians, by month."""
    from safepassage import load
    from safepassage.inference.fit import compile_study

    compiled = compile_study(load("north-korea"))
    return compiled.network, compiled.program.tables(np.zeros(len(compiled.parameters)))


def in_turn(works: dict[str, Callable[[], Any]], repeats: int) -> dict[str, float]:
    """Median CPU seconds of each, run in turn so that noise falls on all."""
    spent: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(repeats):
        for name, work in works.items():
            begin = process_time()
            work()
            spent[name].append(process_time() - begin)
    return {name: median(times) for name, times in spent.items()}


def _row(figure: str, value: float, base: tuple[str, float], unit: str = "s") -> dict[str, Any]:
    return {
        "figure": figure, "value": value, "unit": unit,
        "baseline": base[0], "baseline_value": base[1], "state": "warm",
    }  # fmt: skip


def run() -> list[dict[str, Any]]:
    """Rows for `benchmarks/run.py`."""
    from safepassage.engines.counts import draw

    rows: list[dict[str, Any]] = []
    begin = perf_counter()
    network, tables = reference_network()
    draw.draw(network, tables, replicates=8)
    rows.append({
        "figure": "counts: first call, compile or load from the cache included",
        "value": perf_counter() - begin, "unit": "s", "baseline": "", "baseline_value": None,
        "state": "cold",
    })  # fmt: skip
    for name, (n, t) in {
        "reference model": (network, tables), "journey network": journey_network(),
    }.items():  # fmt: skip
        spent = in_turn(
            {
                "ours": lambda n=n, t=t: draw.draw(n, t, replicates=REPLICATES, threads=1),
                "numpy": lambda n=n, t=t: numpy_counts(n, t, REPLICATES, 1),
            },
            REPEATS,
        )
        figure = f"counts: 1,000 replicates of the {name}, one thread"
        rows.append(_row(figure, spent["ours"], ("NumPy multinomial", spent["numpy"])))
    return [*rows, *_jump_row(), _people_row()]
