"""Run Flee itself on a scenario folder, with a seed, and keep who was where on every day.

    python benchmarks/peers/flee/beside.py serial|pflee FOLDER SETTINGS OUT.npz FIRST LAST \
        --flee SOURCES

Runs the days as Flee's own `run.py` does, through its functions, in Flee's own environment.
`pflee` is its parallel version on one rank; a stand-in for MPI of one process comes with this
file, so none needs to be installed. Replicate k has seed k in both of Flee's generators.

OUT.npz: `here` (run, day, place), `total` (run, day), `cpu` seconds of the days of each run,
`names` of places, `peak_mb`.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import os
import random
import sys
import time
import types
from pathlib import Path
from typing import Any

import numpy as np


class OneRank:
    """As much of an MPI communicator as Flee needs, where there is one process."""

    def Get_rank(self) -> int:
        return 0

    def Get_size(self) -> int:
        return 1

    def Allreduce(self, sent: Any, total: Any, op: Any = None) -> None:
        sent = sent[0] if isinstance(sent, list) else sent
        total = total[0] if isinstance(total, list) else total
        total[:] = sent

    def Allgatherv(self, sent: Any, gathered: Any) -> None:
        gathered[0][:] = sent


def stand_in_for_mpi() -> None:
    mpi: Any = types.ModuleType("mpi4py.MPI")
    mpi.COMM_WORLD = OneRank()
    mpi.Is_initialized, mpi.Init = lambda: True, lambda: None
    mpi.SUM, mpi.INT, mpi.DOUBLE = "sum", "i", "d"
    package: Any = types.ModuleType("mpi4py")
    package.MPI = mpi
    sys.modules["mpi4py"], sys.modules["mpi4py.MPI"] = package, mpi


def one_run(kind: str, folder: str, settings: str, seed: int) -> dict[str, Any]:
    for name in [name for name in sys.modules if name.split(".")[0] == "flee"]:
        del sys.modules[name]  # Flee keeps its debt of people in a module
    engine = importlib.import_module("flee.flee" if kind == "serial" else "flee.pflee")
    spawning = importlib.import_module("flee.spawning")
    geography = importlib.import_module("flee.InputGeography")
    refugees = importlib.import_module("flee.datamanager.handle_refugee_data")
    period = importlib.import_module("flee.datamanager.read_period")
    chosen = importlib.import_module("flee.SimulationSettings").SimulationSettings
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 - the generator that Flee draws from
    inputs, counts = f"{folder}/input_csv", f"{folder}/source_data"
    start, days = period.read_sim_period(f"{inputs}/sim_period.csv")
    chosen.ReadFromYML(settings)
    chosen.ConflictInputFile = f"{inputs}/conflicts.csv"
    world = engine.Ecosystem(start, demographics_test_prefix=inputs)
    reader = geography.InputGeography()
    reader.ReadLocationsFromCSV(f"{inputs}/locations.csv")
    reader.ReadLinksFromCSV(f"{inputs}/routes.csv")
    reader.ReadClosuresFromCSV(f"{inputs}/closures.csv")
    world, by_name = reader.StoreInputGeographyInEcosystem(world)
    data = refugees.RefugeeTable(
        csvformat="generic",
        data_directory=counts,
        start_date=start,
        data_layout="data_layout.csv",
        population_scaledown_factor=chosen.optimisations["PopulationScaleDownFactor"],
        start_empty=chosen.spawn_rules["EmptyCampsOnDay0"],
    )
    data.ReadL1Corrections(f"{inputs}/registration_corrections.csv")
    for camp in world.get_camp_names():
        spawning.add_initial_refugees(world, data, by_name[camp])
    here: list[list[int]] = []
    total: list[int] = []
    before = time.process_time()
    for day in range(days):
        reader.AddNewConflictZones(world, day)
        spawning.spawn_daily_displaced(world, day, data)
        spawning.refresh_spawn_weights(world)
        world.enact_border_closures(day)
        world.evolve()
        here.append([place.numAgents for place in world.locations])
        total.append(len(world.agents))
    used = time.process_time() - before
    return {"here": here, "total": total, "cpu": used, "names": list(world.locationNames)}


def peak_mb() -> float:
    """Largest memory of this process; `getrusage` would count the parent's before `exec` too."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return float("nan")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=("serial", "pflee"))
    parser.add_argument("folder")
    parser.add_argument("settings")
    parser.add_argument("out")
    parser.add_argument("first", type=int)
    parser.add_argument("last", type=int)
    parser.add_argument("--flee", required=True, help="folder with Flee's sources")
    options = parser.parse_args()
    sys.path.insert(0, options.flee)
    stand_in_for_mpi()
    with (
        Path(os.devnull).open("w") as nowhere,
        contextlib.redirect_stderr(nowhere),
        contextlib.redirect_stdout(nowhere),
    ):
        runs = [
            one_run(options.kind, options.folder, options.settings, seed)
            for seed in range(options.first, options.last + 1)
        ]
    np.savez_compressed(
        options.out,
        here=np.array([run["here"] for run in runs]),
        total=np.array([run["total"] for run in runs]),
        cpu=np.array([run["cpu"] for run in runs]),
        names=np.array(runs[0]["names"]),
        peak_mb=peak_mb(),
    )


if __name__ == "__main__":
    main()
