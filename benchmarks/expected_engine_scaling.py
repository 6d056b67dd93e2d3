"""The jax reading of the expected engine beside the Numba engine, over numbers of lanes.

On the North Korea network, at draws around the prior's centre. jax runs on every kind of device
that it finds, accelerator first; its tables lie on the device before the clock starts and its
results stay there. The gradient is that of the sum of squares of all quantities with respect to
every table. Before anything is timed, each device must agree with the Numba engine in float64.

    python -m benchmarks.expected_engine_scaling [--lanes 1 8 64] [--on gpu cpu numba]
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.run import versions  # noqa: E402

from safepassage.network.arrays import Floats, Network, Tables  # noqa: E402

MODEL, SEED, SPREAD = "north-korea", 1, 0.5
LANES_ON_CPU, LANES_ON_ACCELERATOR, LANES_COMPARED = (1, 8), (1, 8, 64, 512, 4096), 8
REPEATS, ENOUGH_REPEATS = 7, 31
SECONDS = 4.0
"""Repeat within so many seconds, but never fewer than `REPEATS` times."""
PATIENCE = 60.0
"""Measure no size whose repeats would take longer than so many seconds."""
NUMBA = "numba"
VERBS = ("solve", "gradient")


class Timing(NamedTuple):
    """One engine, one verb, one number of lanes."""

    engine: str
    """`numba`, or the kind of device that jax ran on."""
    verb: str
    """`solve`, or `gradient` for both together."""
    lanes: int
    milliseconds: float | None
    """Median of warm calls; None if the device's memory did not suffice."""
    compile_seconds: float | None = None


class Apart(NamedTuple):
    """How far jax is from the Numba engine."""

    what: str
    relative: float
    """Largest relative difference of an entry above 1e-9 of the largest entry."""
    scaled: float
    """Largest difference over the largest entry."""


def draws(count: int) -> tuple[Network, Tables]:
    """The network and its tables at `count` draws; lane i is the same whatever the count."""
    from safepassage.inference.fit import compile_study
    from safepassage.study.loader import load_study

    compiled = compile_study(load_study(MODEL))
    rng = np.random.default_rng(SEED)
    z = SPREAD * rng.standard_normal((count, len(compiled.program.location))).T
    return compiled.network, compiled.program.tables(z)


def first(tables: Tables, lanes: int) -> Tables:
    return Tables(*(np.ascontiguousarray(table[..., :lanes]) for table in tables))


def jax_devices() -> dict[str, Any]:
    """One device of each kind that jax has, accelerator first, in float64."""
    import jax

    jax.config.update("jax_enable_x64", True)
    return {device.platform: device for device in (jax.devices()[0], jax.devices("cpu")[0])}


@dataclass
class Scan:
    """The jax reading of one network on one device, each program compiled once."""

    network: Network
    device: Any
    programs: dict[tuple[str, int], tuple[Any, float]] = field(default_factory=dict)

    def program(self, verb: str, there: Tables) -> tuple[Any, float]:
        """The compiled program for these shapes, and the seconds that compiling took."""
        key = verb, there.scale.shape[-1]
        if key not in self.programs:
            begin = perf_counter()
            compiled = self._works()[verb].lower(there).compile()
            self.programs[key] = compiled, perf_counter() - begin
        return self.programs[key]

    def _works(self) -> dict[str, Any]:
        import jax
        from tests.oracle import expected_jax

        def squares(tables: Tables) -> jax.Array:
            return (expected_jax.solve(self.network, tables).quantities ** 2).sum()

        def solve(tables: Tables) -> Any:
            return expected_jax.solve(self.network, tables)

        return {
            "solve": jax.jit(jax.vmap(solve, -1, -1)),
            "gradient": jax.jit(jax.vmap(jax.value_and_grad(squares), -1, (0, -1))),
        }


def numba_works(network: Network) -> dict[str, Callable[[Tables], Any]]:
    from safepassage.engines.expected import solve as engine

    def both(tables: Tables) -> Any:
        done = engine.solve(network, tables)
        value = np.einsum("qtb,qtb->b", done.quantities, done.quantities)
        return value, engine.solve_adjoint(network, tables, done, 2.0 * done.quantities)

    return {"solve": lambda tables: engine.solve(network, tables), "gradient": both}


def apart(what: str, ours: Any, theirs: Floats) -> Apart:
    difference = np.abs(np.asarray(ours) - theirs)
    size = np.abs(theirs)
    largest = size.max(initial=1e-300)
    seen = size > 1e-9 * largest
    relative = (difference[seen] / size[seen]).max(initial=0.0)
    return Apart(what, float(relative), float(difference.max(initial=0.0) / largest))


def agreement(scan: Scan, tables: Tables) -> list[Apart]:
    """Differences between jax on a device and the Numba engine.

    Raises:
        SystemExit: They do not agree to 1e-10 (counts, quantities) or 1e-7 (gradients).
    """
    import jax

    numba = numba_works(scan.network)
    there = jax.device_put(tables, scan.device)
    told, reading = numba["solve"](tables), scan.program("solve", there)[0](there)
    values, slopes = numba["gradient"](tables)
    their_values, their_slopes = scan.program("gradient", there)[0](there)
    found = [
        apart("counts", reading.counts, told.counts),
        apart("quantities", reading.quantities, told.quantities),
        apart("value", their_values, values),
    ]
    allowed = [1e-10] * len(found) + [1e-7] * len(slopes)
    for name, ours, theirs in zip(Tables._fields, their_slopes, slopes, strict=True):
        found.append(apart(f"gradient of {name}", ours, theirs))
    for one, most in zip(found, allowed, strict=True):
        if not one.relative <= most:  # a NaN is not agreement either
            raise SystemExit(f"jax on {scan.device.platform}: {one.what} {one.relative:.2e} apart")
    return found


def warm_ms(work: Callable[[], Any]) -> float:
    """Median milliseconds of a call, after one that is not counted."""
    work()
    spent: list[float] = []
    while len(spent) < REPEATS or (len(spent) < ENOUGH_REPEATS and sum(spent) < SECONDS):
        begin = perf_counter()
        work()
        spent.append(perf_counter() - begin)
    return 1e3 * median(spent)


def time_numba(network: Network, verb: str, lanes: int, tables: Tables) -> Timing:
    work = numba_works(network)[verb]
    return Timing(NUMBA, verb, lanes, warm_ms(lambda: work(tables)))


def time_jax(scan: Scan, verb: str, lanes: int, tables: Tables) -> Timing:
    import jax

    spent = compiling = None
    try:
        there = jax.block_until_ready(jax.device_put(tables, scan.device))
        work, compiling = scan.program(verb, there)
        spent = warm_ms(lambda: jax.block_until_ready(work(there)))
    except jax.errors.JaxRuntimeError as error:
        if "RESOURCE_EXHAUSTED" not in str(error):
            raise
    return Timing(scan.device.platform, verb, lanes, spent, compiling)


def scaling(
    network: Network, tables: Tables, sizes: Sequence[int], scans: Sequence[Scan | None]
) -> Iterable[Timing]:
    """Every engine, verb and size, until an engine runs out of memory or of patience.

    Args:
        network: The network.
        tables: Its tables at as many draws as the largest size.
        sizes: Numbers of lanes, rising.
        scans: The jax readings to time; None is the Numba engine.
    """
    for scan in scans:
        for verb in VERBS:
            for i, lanes in enumerate(sizes):
                part = first(tables, lanes)
                if scan is None:
                    timing = time_numba(network, verb, lanes, part)
                else:
                    timing = time_jax(scan, verb, lanes, part)
                yield timing
                more = sizes[i + 1] / lanes if i + 1 < len(sizes) else 0.0
                ahead = (timing.milliseconds or np.inf) * 1e-3 * more * (REPEATS + 1)
                if ahead > PATIENCE:
                    break


def run() -> list[dict[str, Any]]:
    """One row for each jax device, verb and size beside Numba, and one for each compilation."""
    devices = jax_devices()
    accelerated = len(devices) > 1
    sizes = LANES_ON_ACCELERATOR if accelerated else LANES_ON_CPU
    network, tables = draws(sizes[-1])
    scans = [Scan(network, device) for device in devices.values()]
    for scan in scans:
        agreement(scan, first(tables, LANES_COMPARED))
    timings = list(scaling(network, tables, sizes, [*scans, None]))
    ours = {(t.verb, t.lanes): t.milliseconds for t in timings if t.engine == NUMBA}
    rows: list[dict[str, Any]] = []
    for engine, verb, lanes, spent, compiling in timings:
        if engine == NUMBA or spent is None:
            continue
        name = f"jax reading on {engine}: {verb}, {lanes} lane{'s' * (lanes != 1)}"
        here = {"baseline": f"Numba engine, {os.cpu_count()} cores"}
        here |= {"baseline_value": ours.get((verb, lanes)), "device": devices[engine].device_kind}
        rows.append({"figure": name, "value": spent, "unit": "ms", "state": "warm", **here})
        here |= {"baseline": "", "baseline_value": None}
        name += ", compile"
        rows.append({"figure": name, "value": compiling, "unit": "s", "state": "cold", **here})
    return rows


def table(timings: Sequence[Timing]) -> str:
    """Milliseconds, lanes per second, ratio to Numba and compile seconds, as Markdown."""
    ours = {(t.verb, t.lanes): t.milliseconds for t in timings if t.engine == NUMBA}
    lines = ["| engine | verb | lanes | ms | lanes per s | times Numba's | compile s |"]
    lines.append("|---|---|--:|--:|--:|--:|--:|")
    for engine, verb, lanes, spent, compiling in timings:
        cold = "" if compiling is None else f"{compiling:.1f}"
        if spent is None:
            lines.append(f"| {engine} | {verb} | {lanes} | out of memory | | | {cold} |")
            continue
        base = ours.get((verb, lanes))
        ratio = f"{base / spent:.3g}" if base else ""
        speed = f"{1e3 * lanes / spent:.3g}"
        lines.append(f"| {engine} | {verb} | {lanes} | {spent:.4g} | {speed} | {ratio} | {cold} |")
    return "\n".join(lines)


def main() -> None:
    devices = jax_devices()
    parser = argparse.ArgumentParser(description="the jax reading beside the Numba engine")
    parser.add_argument("--lanes", type=int, nargs="+")
    engines = [*devices, NUMBA]
    parser.add_argument("--on", nargs="+", choices=engines, default=engines)
    requested = parser.parse_args()
    chosen = [engine for engine in engines if engine in requested.on]
    sizes = requested.lanes or (LANES_ON_ACCELERATOR if len(devices) > 1 else LANES_ON_CPU)
    kinds = {name: device.device_kind for name, device in devices.items()}
    print(kinds, os.cpu_count(), "cores", platform.machine(), versions(), flush=True)
    network, tables = draws(max(*sizes, LANES_COMPARED))
    scans = [None if name == NUMBA else Scan(network, devices[name]) for name in chosen]
    for scan in filter(None, scans):
        for one in agreement(scan, first(tables, LANES_COMPARED)):
            name = f"{scan.device.platform}: {one.what}"
            print(f"{name}: {one.relative:.1e} relative, {one.scaled:.1e} scaled", flush=True)
    timings: list[Timing] = []
    for timing in scaling(network, tables, sizes, scans):
        timings.append(timing)
        print(timing, file=sys.stderr, flush=True)
    print(table(timings))


if __name__ == "__main__":
    main()
