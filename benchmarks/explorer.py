"""The explorer on its real server: cold start, first view, sliders, size, fifty clients at once.

Takes the kept fit of the model (`safepassage run` makes one). Times are by the clock, so others on
the machine count; beside them stand the server's own CPU seconds, of all threads, for each answer.

    python benchmarks/explorer.py [SECONDS]     # with so long a load test; 60 unless given
"""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

MODEL, REPEATS, ASKED, CLIENTS = "north-korea", 5, 50, 50
SLIDER = "aid_places"


@contextmanager
def explorer() -> Iterator[tuple[str, float, int]]:
    """A server of its own; its address, seconds to the first cached answer, and its process."""
    begun = time.perf_counter()
    command = [sys.executable, "-m", "safepassage", "explore", MODEL, "--no-browser"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None  # a pipe was asked for
        line = ""
        while "http://" not in line:
            line = process.stderr.readline()
            if not line:
                raise RuntimeError(f"no server; run `safepassage run {MODEL}` first")
        address = line[line.index("http://") :].split()[0].rstrip("/")
        httpx.get(f"{address}/api/rankings").raise_for_status()
        try:
            yield address, time.perf_counter() - begun, process.pid
        finally:
            process.terminate()


def plain_python() -> float:
    """Seconds of a Python process that does nothing."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    return time.perf_counter() - begun


def what_ifs(client: httpx.Client, *, intervals: bool) -> tuple[list[float], list[float]]:
    """Seconds to the answer at the median, and to the last event, of so many slider positions."""
    first, last = [], []
    for k in range(ASKED):
        body = {"sliders": {SLIDER: 1.05 + 1.9 * k / ASKED}, "intervals": intervals}
        begun = time.perf_counter()
        with client.stream("POST", "/api/compare", json=body) as answer:
            answer.raise_for_status()
            lines = answer.iter_lines()
            for line in lines:
                if line == "event: middle":
                    first.append(time.perf_counter() - begun)
            last.append(time.perf_counter() - begun)
    return first, last


def ranks(client: httpx.Client) -> list[float]:
    """Seconds of ranking by so many weightings."""
    model = client.get("/api/model").json()
    rng = random.Random(1)
    found = []
    for _ in range(ASKED):
        weights = {harm: rng.random() for harm in model["harms"]}
        begun = time.perf_counter()
        client.post(
            "/api/rank", json={"as_of": model["calendar"]["as_of"], "weights": weights}
        ).raise_for_status()
        found.append(time.perf_counter() - begun)
    return found


def busy(pid: int) -> float:
    """CPU seconds that a process has taken, of all threads."""
    parts = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


def resident(pid: int) -> float:
    """Memory of a process, MB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


async def load(address: str, pid: int, seconds: float) -> dict[str, Any]:
    """Clients that read, rank, trace and ask what-ifs; what came back, and memory on the way."""
    counts: dict[str, int] = {}
    memory: list[float] = []
    times: list[float] = []
    until = time.perf_counter() + seconds

    async def one(number: int) -> None:
        rng = random.Random(number)
        async with httpx.AsyncClient(base_url=address, timeout=120) as client:
            while time.perf_counter() < until:
                kind = rng.choice(
                    ["model", "rankings", "series", "rank", "rank", "trace", "what-if"]
                )
                begun = time.perf_counter()
                try:
                    answer = await ask(client, kind, rng)
                    name = f"{kind} {answer.status_code}"
                    times.append(time.perf_counter() - begun)
                except httpx.HTTPError as error:
                    name = f"lost: {type(error).__name__}"
                counts[name] = counts.get(name, 0) + 1

    async def watch() -> None:
        while time.perf_counter() < until:
            memory.append(resident(pid))
            await asyncio.sleep(1)

    await asyncio.gather(watch(), *(one(k) for k in range(CLIENTS)))
    return {"counts": counts, "memory": memory, "times": times}


async def ask(client: httpx.AsyncClient, kind: str, rng: random.Random) -> httpx.Response:
    """One request of a kind."""
    if kind == "rank":
        body: dict[str, Any] = {"as_of": "2025-12", "weights": {"death": 0.1 + rng.random()}}
        return await client.post("/api/rank", json=body)
    if kind == "trace":
        return await client.get("/api/trace/china_border")
    if kind == "what-if":
        body = {"sliders": {SLIDER: round(1.01 + 1.9 * rng.random(), 2)}, "intervals": False}
        return await client.post("/api/compare", json=body)
    return await client.get(f"/api/{kind}")


def packed() -> float:
    """KB of the page's static part under gzip."""
    from safepassage.server.static import STATIC

    files = [p for p in STATIC.rglob("*") if p.suffix in (".html", ".js", ".css")]
    return sum(len(gzip.compress(p.read_bytes(), 9)) for p in files) / 1024


def run(seconds: float = 60.0) -> list[dict[str, Any]]:
    """Rows for `benchmarks/run.py`."""
    cold, begun = [], []
    for _ in range(REPEATS):
        with explorer() as (_, took, process):
            cold.append(took)
            begun.append(busy(process))
    base = statistics.median(plain_python() for _ in range(REPEATS))
    with explorer() as (address, _, pid), httpx.Client(base_url=address, timeout=120) as client:
        ranked = statistics.median(ranks(client))
        what_ifs(client, intervals=False)  # load and compile
        used = [busy(pid)]
        middle = statistics.median(what_ifs(client, intervals=False)[0])
        used.append(busy(pid))
        whole = statistics.median(what_ifs(client, intervals=True)[1])
        used.append(busy(pid))
        study = asyncio.run(load(address, pid, seconds))
    lost = sum(n for name, n in study["counts"].items() if not name.endswith(" 200"))
    memory = study["memory"]
    print(json.dumps(study["counts"], indent=1), file=sys.stderr)
    print(
        f"{sum(study['counts'].values())} requests, {lost} not answered with 200, median "
        f"{statistics.median(study['times']):.3f} s; memory {memory[len(memory) // 4]:.0f} to "
        f"{memory[-1]:.0f} MB",
        file=sys.stderr,
    )

    def row(figure: str, value: float, unit: str, baseline: str, level: float, state: str) -> dict:
        return {
            "figure": figure, "value": value, "unit": unit, "baseline": baseline,
            "baseline_value": level, "state": state,
        }  # fmt: skip

    return [
        row("cold start to first answer", statistics.median(cold), "s", "python -c pass", base,
            "cold"),
        row("the same, CPU", statistics.median(begun), "s", "must be under", 2.0, "cold"),
        row("rank by own weights", ranked, "s", "must be under", 0.1, "warm"),
        row("slider to answer at the median", middle, "s", "must be under", 0.1, "warm"),
        row("the same, CPU", (used[1] - used[0]) / ASKED, "s", "must be under", 0.1, "warm"),
        row("slider to 200 draws", whole, "s", "must be under", 1.0, "warm"),
        row("the same, CPU", (used[2] - used[1]) / ASKED, "s", "must be under", 1.0, "warm"),
        row("static part under gzip", packed(), "KB", "must be under", 400.0, "cold"),
        row("memory after the load", memory[-1], "MB", "a quarter into it",
            memory[len(memory) // 4], "warm"),
        row("requests not answered", float(lost), "", "of", float(sum(study["counts"].values())),
            "warm"),
    ]  # fmt: skip


if __name__ == "__main__":
    for found in run(float(sys.argv[1]) if len(sys.argv) > 1 else 60.0):
        print(f"{found['figure']}: {found['value']:.3g} {found['unit']} ({found['baseline']} "
              f"{found['baseline_value']:.3g})")  # fmt: skip
