"""The expected engine's solve and gradient beside a plain NumPy recursion, a jax scan and SciPy.

All run in this process on one generated network of the size of the reference model: 150 cells,
about 450 edges, 60 series, 40 entries, 60 quantities, 336 monthly steps. Figures are medians in
milliseconds of warm calls; the first call's seconds (compile) stand beside them.

    python -m benchmarks.expected_engine
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # the generator is the tests'

from tests.networks import lanes, random_network  # noqa: E402

from safepassage.network.arrays import (  # noqa: E402
    HELD,
    INSTANT,
    SATURATING,
    STOCK,
    Network,
    Tables,
)

STEPS, BATCH_SIZE = 336, 16


def time_ms(work: Callable[[], Any], repeats: int) -> float:
    """Median milliseconds of a call, after one that is not counted."""
    work()
    spent: list[float] = []
    for _ in range(repeats):
        begin = perf_counter()
        work()
        spent.append(perf_counter() - begin)
    return 1e3 * median(spent)


def numpy_recursion(network: Network, tables: Tables) -> np.ndarray:
    """What one would write first: array operations by step, `np.add.at` for the flows."""
    source, target = network.edge_source, network.edge_target
    held, instant = network.kind == HELD, network.kind == INSTANT
    loads = [
        network.feedback_cell[network.feedback_start[k] : network.feedback_start[k + 1]]
        for k in range(len(network.feedback_kind))
    ]
    taps = [
        slice(network.tap_start[q], network.tap_start[q + 1])
        for q in range(len(network.quantity_name))
    ]
    people = tables.initial.copy()
    quantities = np.zeros((len(taps), network.steps, *people.shape[1:]))
    for t, month in enumerate(network.month_of_step):
        factor = np.ones((len(loads) + 1, *people.shape[1:]))
        for k, members in enumerate(loads):
            load = people[members].sum(axis=0)
            factor[k] = load
            if network.feedback_kind[k] == SATURATING:
                ratio = load / tables.capacity[k, month]
                factor[k] = 1 / (1 + ratio ** network.feedback_sharpness[k])
        rate = tables.scale * tables.series[network.edge_series, month]
        rate = rate * factor[network.edge_feedback]
        total = np.zeros_like(people)
        np.add.at(total, source, rate)
        some = np.where(total > 0, total, 1.0)
        shape = (-1,) + (1,) * (people.ndim - 1)
        leave = np.where(held.reshape(shape), -np.expm1(-total * network.step_years), 1.0)
        share = rate * (leave / some)[source]
        after = np.where(held.reshape(shape), people * (1 - leave), 0.0)
        flow = np.where(instant[source].reshape(shape), 0.0, people[source] * share)
        np.add.at(after, target, flow)
        entered = tables.entries[:, month] * network.step_years * factor[network.entry_feedback]
        np.add.at(after, network.entry_target, entered)
        for c in network.instant_order:
            exits = slice(network.edge_start[c], network.edge_start[c + 1])
            flow[exits] = after[c] * share[exits]
            after[c] = 0
            np.add.at(after, target[exits], flow[exits])
        where = (after, flow, entered)
        for q, chosen in enumerate(taps):
            for kind, index in zip(
                network.tap_kind[chosen], network.tap_index[chosen], strict=True
            ):
                quantities[q, t] += where[kind - STOCK][index]
        people = after
    return quantities


def scipy_ode(network: Network, tables: Tables, method: str) -> np.ndarray:
    """The same network as an ordinary differential equation, month by month (rates jump there).

    Branches and delays are not differential: they leave at 12 per year here. Feedbacks act at
    every instant. No quantities are measured. So this is a floor of what SciPy would need.
    """
    from scipy.integrate import solve_ivp

    source, target = network.edge_source, network.edge_target
    held = (network.kind == HELD)[source]
    rows = np.repeat(np.arange(len(network.feedback_kind)), np.diff(network.feedback_start))
    weight = np.bincount(source, tables.scale, len(network.kind))[source]
    people = tables.initial
    for month in network.month_of_step:
        base = tables.scale * tables.series[network.edge_series, month]
        base = np.where(held, base, 12.0 * tables.scale / np.maximum(weight, 1e-300))

        def slope(_: float, x: np.ndarray, base: np.ndarray = base, now: int = month) -> np.ndarray:
            load = np.bincount(rows, x[network.feedback_cell], len(network.feedback_kind))
            ratio = np.maximum(load, 0) / tables.capacity[:, now]
            saturating = 1 / (1 + ratio**network.feedback_sharpness)
            factor = np.where(network.feedback_kind == SATURATING, saturating, load)
            factor = np.append(factor, 1.0)
            flow = base * factor[network.edge_feedback] * x[source]
            entered = tables.entries[:, now] * factor[network.entry_feedback]
            size = len(x)
            gained = np.bincount(target, flow, size) - np.bincount(source, flow, size)
            return gained + np.bincount(network.entry_target, entered, size)

        done = solve_ivp(slope, (0, 1 / 12), people, method=method, rtol=1e-6, atol=1e-6)
        people = done.y[:, -1]
    return people


def generated() -> tuple[Network, Tables]:
    """One network of the size of the reference model."""
    return random_network(
        1, cells=150, edges_per_cell=3.2, steps=STEPS, series=60, entries=40, feedbacks=4,
        quantities=60,
    )  # fmt: skip


def cold_seconds() -> float:
    """Seconds of the first solve and gradient on a machine that has no compiled kernels."""
    code = (
        "from benchmarks.expected_engine import generated, perf_counter\n"
        "network, tables = generated(); begin = perf_counter()\n"
        "from safepassage.engines import expected\n"
        "done = expected.solve(network, tables)\n"
        "expected.solve_adjoint(network, tables, done, done.quantities)\n"
        "print(perf_counter() - begin)"
    )
    with tempfile.TemporaryDirectory() as cached:
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True,
            env=dict(os.environ, NUMBA_CACHE_DIR=cached, PYTHONPATH=str(ROOT)),
        )  # fmt: skip
    return float(done.stdout)


def ours(network: Network, single: Tables, batch: Tables) -> dict[str, float]:
    """Warm milliseconds of our solve, and of solve and gradient."""
    from safepassage.engines.expected import solve

    warm: dict[str, float] = {}
    for count, tables in (("1", single), (str(BATCH_SIZE), batch)):
        d_quantities = np.ones_like(solve.solve(network, tables).quantities)

        def both(tables: Tables = tables, d_quantities: np.ndarray = d_quantities) -> None:
            solve.solve_adjoint(network, tables, solve.solve(network, tables), d_quantities)

        warm[f"solve {count}"] = time_ms(lambda t=tables: solve.solve(network, t), 101)
        warm[f"gradient {count}"] = time_ms(both, 101)
    return warm


def jax_scan(network: Network, single: Tables, batch: Tables) -> dict[str, float]:
    import jax

    jax.config.update("jax_enable_x64", True)
    from tests.oracle import expected_jax

    def value(tables: Tables) -> jax.Array:
        return expected_jax.solve(network, tables).quantities.sum()

    warm: dict[str, float] = {}
    one, many = jax.device_put(single), jax.device_put(batch)
    works = {
        "solve 1": (jax.jit(value), one),
        "gradient 1": (jax.jit(jax.value_and_grad(value)), one),
        f"solve {BATCH_SIZE}": (jax.jit(jax.vmap(value, -1)), many),
        f"gradient {BATCH_SIZE}": (jax.jit(jax.vmap(jax.value_and_grad(value), -1, (0, -1))), many),
    }
    for name, (function, tables) in works.items():
        warm[name] = time_ms(lambda f=function, t=tables: jax.block_until_ready(f(t)), 7)
    return warm


def run() -> list[dict[str, Any]]:
    """Measure everything: one row for each figure and baseline."""
    network, single = generated()
    batch = lanes(single, BATCH_SIZE)
    warm = ours(network, single, batch)
    baselines = {
        "plain NumPy recursion": {
            "solve 1": time_ms(lambda: numpy_recursion(network, single), 5),
            f"solve {BATCH_SIZE}": time_ms(lambda: numpy_recursion(network, batch), 3),
        },
        "jax scan": jax_scan(network, single, batch),
    }
    for method in ("LSODA", "RK45"):
        begin = perf_counter()
        scipy_ode(network, single, method)
        baselines[f"SciPy solve_ivp {method}"] = {"solve 1": 1e3 * (perf_counter() - begin)}
    rows: list[dict[str, Any]] = []
    for baseline, times in baselines.items():
        for name, spent in times.items():
            verb, count = name.split()
            figure = f"expected engine: {verb}, {count} lane{'s' * (count != '1')}"
            row = {"figure": figure, "value": warm[name], "unit": "ms", "baseline": baseline}
            rows.append(row | {"baseline_value": spent, "state": "warm"})
    figure = "expected engine: first solve and gradient of a process, compile included"
    row = {"figure": figure, "value": cold_seconds(), "unit": "s", "baseline": ""}
    return [*rows, row | {"baseline_value": None, "state": "cold"}]


def main() -> None:
    for row in run():
        against = ""
        if row["baseline"]:
            times = row["baseline_value"] / row["value"]
            against = f"{row['baseline']} {row['baseline_value']:.4g} ms, {times:.1f} times ours"
        print(f"{row['figure']:46s} {row['value']:8.3f} {row['unit']:3s} {against}")


if __name__ == "__main__":
    main()
