"""Scenarios of Flee beside Flee itself, in one run: CPU seconds, person-days, ARD, ARDr, memory.

    FLEE_SCENARIOS=... FLEE_SOURCES=... FLEE_PYTHON=... python benchmarks/run.py flee

`FLEE_SCENARIOS` is a folder of published scenarios with their `simsetting.yml`; `FLEE_SOURCES` is
Flee's repository (02cd2cbd was measured), `FLEE_PYTHON` the Python of an environment of its own.
Without the last two only our side is measured. Flee simulates one person in `hasten`, by scenario
(`FLEE_HASTEN=mali2012:1,...` overrides); its seconds at full population are those times `hasten`,
marked `extrapolated` where that is more than 1. Ours are at full population, warm, one thread, the
median of three replicates run one by one. After them come a grid of 2,500 places, many replicates,
many people, and the order of people (`_flee_large.py`; alone with `FLEE_ONLY=large`).
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

import numpy as np
from _flee_large import large

from safepassage.flee import outcome as outcomes
from safepassage.flee import read_scenario
from safepassage.flee.compile.arrays import plan
from safepassage.flee.engine.simulate import draw
from safepassage.flee.io.scenario import Scenario

HASTEN = {
    "mali2012": 1, "burundi2015": 10, "car2013": 100, "tigray2020": 10, "ssudan2013": 100,
    "nigeria2016": 100, "syria2013": 1000,
}  # fmt: skip
BESIDE = Path(__file__).resolve().parent / "peers" / "flee" / "beside.py"
REPEATS = 3
SPREAD = 8
"""Replicates of ours at Flee's `hasten`, for the spread of its figures."""


@dataclass(frozen=True)
class Side:
    """What one program did with one scenario."""

    cpu: float
    person_days: float
    ard: float
    ardr: float
    peak_mb: float


def run() -> Iterator[dict[str, Any]]:
    folder = Path(os.environ.get("FLEE_SCENARIOS", ""))
    if not folder.is_dir() or not os.environ.get("FLEE_SCENARIOS"):
        print("flee: FLEE_SCENARIOS names no folder of scenarios; nothing is measured")
        return
    chosen = HASTEN | {
        name: int(number)
        for name, number in (
            pair.split(":") for pair in os.environ.get("FLEE_HASTEN", "").split(",") if pair
        )
    }
    only = os.environ.get("FLEE_ONLY", "").split(",")
    for name, hasten in chosen.items():
        if (folder / name).is_dir() and (only == [""] or name in only):
            yield from _scenario(folder / name, hasten)
    if only == [""] or "large" in only:
        yield from large(folder / "mali2012")


def _scenario(path: Path, hasten: int) -> Iterator[dict[str, Any]]:
    scenario = read_scenario(path)
    ours = _ours(scenario)
    same = _reread(path, hasten)
    alike = outcomes.simulate_scenario(same, replicates=SPREAD, threads=1)
    theirs = _theirs(path, hasten)
    extrapolated = " extrapolated" if hasten > 1 else ""
    baseline = f"Flee, serial, one person in {hasten}{extrapolated}" if theirs else "none"
    print(
        f"| {path.name} | {ours.cpu:.3f} | {ours.person_days / ours.cpu:,.0f} | {ours.ard:.3f} | "
        f"{ours.ardr:.3f} | {ours.peak_mb:.0f} | "
        + (
            f"{theirs.cpu * hasten:,.1f} | {theirs.person_days / theirs.cpu:,.0f} | "
            f"{theirs.ard:.3f} | {theirs.ardr:.3f} | {theirs.peak_mb:.0f} | "
            f"{theirs.cpu * hasten / ours.cpu:,.0f} |"
            if theirs
            else "- | - | - | - | - | - |"
        )
        + f" ours at hasten {hasten}: ARD {alike.ard.min():.3f}-{alike.ard.max():.3f},"
        f" ARDr {alike.ardr.min():.3f}-{alike.ardr.max():.3f}"
    )
    yield {
        "figure": f"{path.name}: CPU seconds of a run at full population",
        "value": ours.cpu,
        "unit": "s",
        "baseline": baseline,
        "baseline_value": theirs.cpu * hasten if theirs else 0.0,
        "state": "warm",
        "ard": ours.ard,
        "ardr": ours.ardr,
        "peak_mb": ours.peak_mb,
        "baseline_ard": theirs.ard if theirs else None,
        "baseline_ardr": theirs.ardr if theirs else None,
        "baseline_peak_mb": theirs.peak_mb if theirs else None,
    }


def _ours(scenario: Scenario) -> Side:
    worked_out = plan(scenario)
    watched = np.array(worked_out.camps, np.int32)
    seconds: list[float] = []
    draw(worked_out.journeys, watched, threads=1)
    for replicate in range(REPEATS):
        before = process_time()
        draw(worked_out.journeys, watched, first=replicate, threads=1)
        seconds.append(process_time() - before)
    found = outcomes.simulate_scenario(scenario, replicates=REPEATS, threads=1)
    return Side(
        median(seconds),
        float(found.total[0].sum()),
        float(np.median(found.ard)),
        float(np.median(found.ardr)),
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


def _reread(path: Path, hasten: int) -> Scenario:
    with tempfile.TemporaryDirectory() as folder:
        return read_scenario(path, settings=_with_hasten(path, hasten, Path(folder)))


def _with_hasten(path: Path, hasten: int, folder: Path) -> Path:
    text = (path.parent / "simsetting.yml").read_text()
    file = folder / "simsetting.yml"
    file.write_text(text.replace("hasten: 1\n", f"hasten: {hasten}\n"))
    return file


def _theirs(path: Path, hasten: int) -> Side | None:
    sources, python = os.environ.get("FLEE_SOURCES"), os.environ.get("FLEE_PYTHON")
    if not sources or not python:
        return None
    with tempfile.TemporaryDirectory() as name:
        settings, out = _with_hasten(path, hasten, Path(name)), Path(name) / "runs.npz"
        subprocess.run(
            [python, str(BESIDE), "serial", str(path), str(settings), str(out), "1", "1",
             "--flee", sources],
            check=True, stdout=sys.stderr,
        )  # fmt: skip
        runs = np.load(out)
        scenario = read_scenario(path, settings=settings)
        worked_out = plan(scenario)
        here = runs["here"][:, :, list(worked_out.camps)].astype(float)
        as_ours = outcomes.Outcome(
            scenario, worked_out, here, runs["total"].astype(float), 1, float(runs["cpu"][0])
        )
        return Side(
            float(runs["cpu"][0]),
            float(runs["total"][0].sum()),
            float(as_ours.ard[0]),
            float(as_ours.ardr[0]),
            float(runs["peak_mb"]),
        )
