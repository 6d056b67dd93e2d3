"""Run every peer whose environment exists, check its counts, print a table, write results.json.

    bash benchmarks/peers/setup.sh
    .venv/bin/python benchmarks/peers/run_all.py [--flee FOLDER] [PEER ...]

Every peer runs alone, on one thread, with its own Python. Its mean counts at the end must agree
with the exact ones (the power of the daily transition matrix) with |z| < 5 in every state; there
is no assertion about time. With names, the figures of the other peers are kept from the last time.
Peers without `requirements.txt` run in the environment that runs this; a peer whose script or
environment is missing is skipped, and said so.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE))
from common import load  # noqa: E402

DAYS, LARGEST_Z = 365, 5.0
OURS = ("safepassage_counts", "safepassage_individuals")
UNIT = "person-days per CPU second"
THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "POLARS_MAX_THREADS",
    "NUMEXPR_NUM_THREADS",
)


@dataclass(frozen=True)
class Case:
    """One measurement: of a run's 1 to 20 CPU seconds where the peer allows it."""

    peer: str
    people: int
    style: str = ""
    replicates: int = 1
    runs: int = 3

    def command(self) -> list[str]:
        """Arguments after the interpreter, from the folder of this file."""
        words = [f"{self.peer}/run.py", "--people", str(self.people), "--days", str(DAYS)]
        if self.runs != 3:
            words += ["--runs", str(self.runs)]
        if self.replicates > 1:
            words += ["--replicates", str(self.replicates)]
        return words + (["--style", self.style] if self.style else [])


CASES = (
    Case("safepassage_counts", 1_000_000, "daily", 1000),
    Case("safepassage_counts", 1_000_000_000, "daily", 1000),
    Case("safepassage_counts", 1_000_000, "jump", 1000),
    Case("safepassage_counts", 1_000_000_000, "jump", 1000),
    Case("safepassage_individuals", 1_000_000),
    Case("safepassage_individuals", 10_000_000),
    Case("numpy_counts", 1_000_000, "one call a day", 1000),
    Case("numpy_counts", 1_000_000_000, "one call a day", 1000),
    Case("numpy_counts", 1_000_000, "a call by state", 1000),
    Case("naive_numba", 1_000_000, "daily"),
    Case("naive_numba", 5_000_000, "daily"),
    Case("mesa", 1_000, "daily", runs=15),
    Case("mesa", 10_000, "daily"),
    Case("mesa", 100_000, "daily"),
    Case("mesa", 1_000, "scheduled", runs=15),
    Case("mesa", 10_000, "scheduled"),
    Case("mesa", 100_000, "scheduled"),
    Case("mesa_frames", 100_000, "daily"),
    Case("mesa_frames", 3_000_000, "daily"),
    Case("mesa_frames", 100_000, "scheduled"),
    Case("mesa_frames", 1_000_000, "scheduled"),
    Case("mesa_frames", 6_000_000, "scheduled"),
    Case("starsim", 100_000, "daily"),
    Case("starsim", 3_000_000, "daily"),
    Case("starsim", 100_000, "scheduled"),
    Case("starsim", 1_000_000, "scheduled"),
    Case("starsim", 5_000_000, "scheduled"),
    Case("flee", 3_000, "flee's move chance"),
    Case("flee", 3_000, "model's move chance"),
    Case("flee", 15_000, "model's move chance"),
)


def exact_shares(days: int, hazard_scale: float) -> dict[str, float]:
    """Share of the people in each state after so many days."""
    ladder = load(hazard_scale)
    size = len(ladder.states)
    daily = np.diag(np.exp(-np.array(ladder.hazard)))
    for state in range(size):
        for target, chance in zip(ladder.targets[state], ladder.exit_chance[state], strict=True):
            daily[state, target] += chance
    shares = np.linalg.matrix_power(daily, days)[ladder.start]
    return dict(zip(ladder.states, shares.tolist(), strict=True))


def largest_z(measured: dict[str, Any]) -> float:
    """Largest |z| over states of the counts of all runs and replicates together.

    People are independent, so a count is binomial.

    Raises:
        SystemExit: if the counts do not sum to the people.
    """
    people = measured["people"] * measured["replicates"] * measured["runs"]
    if sum(measured["final"].values()) != people:
        raise SystemExit(f"{measured['peer']}: {measured['final']} is not {people} people")
    shares = exact_shares(measured["days"], measured["hazard_scale"])
    return max(
        abs(measured["final"][state] - people * p) / (people * p * (1 - p)) ** 0.5
        for state, p in shares.items()
    )


def interpreter(peer: str) -> Path | None:
    """The Python of a peer, or None where its environment is not built."""
    if not (HERE / peer / "requirements.txt").exists():
        return Path(sys.executable)
    python = HERE / ".envs" / peer / "bin" / "python"
    return python if python.exists() else None


def why_not(peer: str, flee: Path | None) -> str:
    """Why a peer cannot run here, or nothing."""
    if not (HERE / peer / "run.py").exists():
        return "it has no script yet"
    if interpreter(peer) is None:
        return f"no environment; bash benchmarks/peers/setup.sh {peer}"
    if peer == "flee" and flee is None:
        return "say where its sources are: --flee FOLDER"
    return ""


def measure(case: Case, flee: Path | None) -> dict[str, Any]:
    """Run one case in a process of its own."""
    words = case.command()
    hidden = ["--flee", str(flee.resolve())] if case.peer == "flee" and flee else []
    done = subprocess.run(
        [str(interpreter(case.peer)), *words, *hidden],
        cwd=HERE,
        env={**os.environ, **dict.fromkeys(THREADS, "1"), "MPLBACKEND": "Agg"},
        stdout=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"{shlex.join(words)}: failed")
    measured = json.loads(done.stdout.splitlines()[-1])
    shown = [*words, "--flee", "FOLDER"] if hidden else words
    measured["command"] = f"python {shlex.join(shown)}  # in its environment, on one thread"
    measured["z"] = largest_z(measured) if measured["same_model"] else None
    return measured


def best(measurements: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The fastest measurement of each peer and style, in the order of the cases."""
    found: list[dict[str, Any]] = []
    for peer, style in dict.fromkeys((m["peer"], m.get("style", "")) for m in measurements):
        alike = [m for m in measurements if (m["peer"], m.get("style", "")) == (peer, style)]
        found.append(max(alike, key=lambda m: m["person_days_per_cpu_second"]))
    return found


def rows(measurements: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows as `benchmarks/run.py` keeps them: each figure of ours beside the best of each peer.

    Counts cost about the same for any number of people, so a peer that counts is a baseline only
    for the same people and replicates.
    """
    ours = [m for m in measurements if m["peer"] in OURS]
    peers = [m for m in measurements if m["peer"] not in OURS]
    made: list[dict[str, Any]] = []
    for engine in ours:
        alike = [p for p in peers if p["replicates"] == 1 or same_size(p, engine)]
        for peer in best(alike):
            base = {"baseline": title(peer), "baseline_value": peer["person_days_per_cpu_second"]}
            made.append(row_of(engine) | base)
    return made + [row_of(peer) for peer in best(peers)]


def same_size(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two measurements are of the same people and replicates."""
    return all(one[key] == other[key] for key in ("people", "replicates"))


def title(measured: dict[str, Any]) -> str:
    """Peer, version and style."""
    style = f", {measured['style']}" if measured.get("style") else ""
    return f"{measured['peer']} {measured['version']}{style}"


def row_of(measured: dict[str, Any]) -> dict[str, Any]:
    """A row without a baseline."""
    people = f"{measured['people']:.0e} people".replace("e+0", "e")
    times = f" x {measured['replicates']}" if measured["replicates"] > 1 else ""
    flee = " --flee FOLDER" if measured["peer"] == "flee" else ""
    return {
        "figure": f"simple model: {title(measured)}, {people}{times}",
        "value": measured["person_days_per_cpu_second"],
        "unit": UNIT,
        "baseline": "",
        "baseline_value": None,
        "state": "warm",
        "command": f".venv/bin/python benchmarks/peers/run_all.py {measured['peer']}{flee}",
    }


def show(measured: dict[str, Any]) -> None:
    """One line of the table."""
    z = "" if measured["z"] is None else f"{measured['z']:.1f}"
    print(
        f"{title(measured):52s} {measured['people']:>13,} x {measured['replicates']:<5d}"
        f"{measured['cpu_seconds']:9.3f} {measured['setup_seconds']:9.3f}"
        f" {measured['person_days_per_cpu_second']:12.3g} {z:>5s} {measured['peak_mib']:8.0f}",
        flush=True,
    )


def run(names: list[str] | None = None, flee: Path | None = None) -> list[dict[str, Any]]:
    """Measure the named peers, or all; write `results.json`; give the rows.

    Raises:
        SystemExit: for an unknown name, a peer that fails, or counts that disagree.
    """
    every = list(dict.fromkeys(case.peer for case in CASES))
    unknown = set(names or []) - set(every)
    if unknown:
        raise SystemExit(f"no such peer: {', '.join(sorted(unknown))}")
    results = HERE / "results.json"
    kept: list[dict[str, Any]] = []
    if names and results.exists():
        kept = [m for m in json.loads(results.read_text())["measured"] if m["peer"] not in names]
    print(f"{'peer':52s} {'people':>13s} x {'runs':5s}{'CPU s':>9s} {'set-up s':>9s} "
          f"{'p-days/CPU s':>12s} {'|z|':>5s} {'peak MiB':>8s}")  # fmt: skip
    measured: list[dict[str, Any]] = []
    for peer in names or every:
        reason = why_not(peer, flee)
        if reason:
            print(f"{peer}: skipped, {reason}")
            continue
        for case in (c for c in CASES if c.peer == peer):
            measured.append(measure(case, flee))
            show(measured[-1])
    wrong = [title(m) for m in measured if m["z"] is not None and not m["z"] < LARGEST_Z]
    if wrong:
        raise SystemExit(f"counts disagree with the exact ones: {', '.join(wrong)}")
    order = {peer: i for i, peer in enumerate(every)}
    together = sorted(kept + measured, key=lambda m: order[m["peer"]])
    machine = {
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "system": platform.system(),
        "python": platform.python_version(),
    }
    made = rows(together)
    content = {"machine": machine, "measured": together, "rows": made}
    results.write_text(json.dumps(content, indent=1) + "\n")
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("peers", nargs="*", help="names of peers; all without")
    parser.add_argument("--flee", type=Path, help="folder with Flee's sources")
    given = parser.parse_args()
    for row in run(given.peers, given.flee):
        if row["baseline"]:
            print(f"{row['figure']}: {row['value'] / row['baseline_value']:.3g} times "
                  f"{row['baseline']}")  # fmt: skip


if __name__ == "__main__":
    main()
