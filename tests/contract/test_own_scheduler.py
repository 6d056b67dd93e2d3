"""A scheduler and two workers that are processes of their own, as a user starts them by hand."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("distributed")

from safepassage.analysis.simulation.simulate import SimulationSettings, simulate_model
from safepassage.errors import InputError
from safepassage.parallel import cluster


class Own:
    """The processes of one scheduler."""

    def __init__(self, folder: Path):
        file = folder / "scheduler.json"
        here = ("--host", "127.0.0.1", "--scheduler-file", str(file), "--no-dashboard")
        self.scheduler = started(folder, "dask_scheduler", *here[:2], "--port", "0", *here[2:])
        while not file.exists():
            assert self.scheduler.poll() is None, (folder / "dask_scheduler.txt").read_text()
            time.sleep(0.05)
        self.address = json.loads(file.read_text())["address"]
        self.workers = [
            started(
                folder, "dask_worker", self.address, "--nthreads", "1", "--host", "127.0.0.1",
                "--no-nanny", "--no-dashboard", "--death-timeout", "30",
            )
            for _ in range(2)
        ]  # fmt: skip

    def close(self) -> None:
        for one in (*self.workers, self.scheduler):
            one.kill()
            one.wait()


def started(folder: Path, module: str, *arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", f"distributed.cli.{module}", *arguments]
    with (folder / f"{module}.txt").open("ab") as told:
        return subprocess.Popen(command, cwd=folder, stdout=told, stderr=told)


@pytest.fixture
def own(tmp_path) -> Iterator[Own]:
    processes = Own(tmp_path)
    yield processes
    processes.close()


def told(study, plan, out, **how) -> str:
    result = simulate_model(study, plan, out=out, **how).to_dict()
    return json.dumps({name: value for name, value in result.items() if name != "ensemble"})


@pytest.mark.slow
def test_it_gives_the_same_though_one_of_its_workers_is_killed(three_states, own, tmp_path):
    plan, killed = SimulationSettings("counts", replicates=640, seed=6), []
    with cluster(own.address) as executor:
        executor.client.wait_for_workers(2, timeout=60)

        def kill(stage: str, done: float, total: float) -> None:
            if done and not killed:
                killed.append(own.workers[0].pid)
                os.kill(killed[0], signal.SIGKILL)

        far = told(three_states, plan, tmp_path / "far", executor=executor, progress=kill)
    assert killed and own.workers[0].wait() == -signal.SIGKILL
    assert own.workers[1].poll() is None, "the other goes on: it is the user's"
    assert far == told(three_states, plan, tmp_path / "near")


def test_a_scheduler_that_dies_is_told_and_nothing_finished_is_lost(three_states, own, tmp_path):
    plan, finished = SimulationSettings("counts", replicates=640, seed=6), []

    def kill(stage: str, done: float, total: float) -> None:
        finished.append(done)
        if done and own.scheduler.poll() is None:
            own.scheduler.kill()
            own.scheduler.wait()

    with (
        pytest.raises(InputError, match="went away; what was finished is kept"),
        cluster(own.address) as executor,
    ):
        executor.client.wait_for_workers(2, timeout=60)
        told(three_states, plan, tmp_path / "far", executor=executor, progress=kill)
    assert 0 < finished[-1] < 640
    again: list[float] = []
    far = told(
        three_states, plan, tmp_path / "far", progress=lambda _, done, __: again.append(done)
    )
    assert again[0] == finished[-1], "it goes on with what was kept"
    assert far == told(three_states, plan, tmp_path / "near")
