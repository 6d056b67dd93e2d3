"""Two worker processes under a real scheduler on loopback give what this process gives, to the bit.

Also when one of them is killed in mid-run, and with nothing lost when we are interrupted.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from tests.teaching import small_settings

pytest.importorskip("distributed")

from safepassage.analysis.checks.sbc import calibrate
from safepassage.analysis.compare.compare import compare
from safepassage.analysis.simulation.simulate import SimulationSettings, simulate_model
from safepassage.errors import InputError
from safepassage.parallel import TaskSpec, cluster
from safepassage.parallel.dask import AHEAD
from safepassage.study.scenarios import catalogue

PLACES = ("ensemble", "histories")


@pytest.fixture(scope="module")
def executor():
    with cluster("local:2") as executor:
        yield executor


def pids(executor) -> list[int]:
    return list(executor.client.run(os.getpid).values())


def simulated(study, plan, out, **how):
    result = simulate_model(study, plan, out=out, **how).to_dict()
    return {name: value for name, value in result.items() if name not in PLACES}


def kept(out: Path) -> dict[str, bytes]:
    """Every file of the replicates by its name, less the lock."""
    return {
        str(file.relative_to(out)): file.read_bytes()
        for file in sorted(out.rglob("*"))
        if file.is_file() and file.name != ".lock"
    }


@pytest.mark.parametrize(
    "plan",
    [
        SimulationSettings("counts", replicates=300, seed=5),
        SimulationSettings("individuals", replicates=9, families=True, histories=True),
    ],
    ids=["counts", "histories"],
)
def test_replicates_are_the_same_file_by_file(three_states, executor, tmp_path, plan):
    told: list[float] = []
    far = simulated(
        three_states, plan, tmp_path / "far", executor=executor,
        progress=lambda stage, done, total: told.append(done),
    )  # fmt: skip
    assert far == simulated(three_states, plan, tmp_path / "near")
    assert kept(tmp_path / "far") == kept(tmp_path / "near")
    assert told == sorted(told) and (told[0], told[-1]) == (0, plan.replicates)


@pytest.mark.parametrize("engine", ["expected", "counts"])
def test_scenarios_are_the_same(posterior, executor, engine):
    names = list(catalogue(posterior.study).scenarios)[:3]
    near = compare(posterior, names, draws=300, engine=engine)
    far = compare(posterior, names, draws=300, engine=engine, executor=executor)
    assert json.dumps(far.to_dict()) == json.dumps(near.to_dict())


def test_what_workers_ran_is_kept_as_if_run_here(posterior, executor, tmp_path):
    names = list(catalogue(posterior.study).scenarios)[:2]
    requested = {"draws": 300, "keep": True}
    compare(
        posterior, names[:1], out=tmp_path / "far", **requested
    )  # the workers find one side there
    far = compare(posterior, names, out=tmp_path / "far", executor=executor, **requested).stores
    near = compare(posterior, names, out=tmp_path / "near", **requested).stores
    for side, path in near.items():
        here, there = Path(path), Path(far[side])
        for file in (f for f in here.rglob("*") if f.is_file()):
            assert file.read_bytes() == (there / file.relative_to(here)).read_bytes(), file


@pytest.mark.slow
def test_fits_are_the_same(three_states, executor, tmp_path):
    settings = small_settings(draws=20)
    near = calibrate(three_states, 2, out=tmp_path / "near", settings=settings)
    far = calibrate(three_states, 2, out=tmp_path / "far", settings=settings, executor=executor)
    for name in ("ranks", "contraction", "thinned_draws", "agreed", "converged"):
        np.testing.assert_array_equal(getattr(far, name), getattr(near, name), name)


def sleeping(seconds: float, folder: str):
    """A recipe of slow tasks that tell who began them."""

    def do(key: int) -> tuple[int, int]:
        with (Path(folder) / str(key)).open("a") as told:
            told.write(f"{os.getpid()}\n")
        time.sleep(seconds)
        return key, key * key

    return do


def begun(folder: Path, key: int) -> list[int]:
    """Processes that began a task of `sleeping`."""
    file = folder / str(key)
    return [int(line) for line in file.read_text().split()] if file.exists() else []


def test_a_worker_that_is_killed_loses_nothing(executor, tmp_path):
    found, lost = {}, -1
    for key, result in executor.each(TaskSpec(sleeping, (0.8, str(tmp_path))), range(8)):
        found[key] = result
        while lost < 0:
            lost = next((k for k in range(8) if k not in found and begun(tmp_path, k)), -1)
            if lost >= 0:
                os.kill(begun(tmp_path, lost)[0], signal.SIGKILL)
    assert found == {key: (key, key * key) for key in range(8)}
    first, second = begun(tmp_path, lost)
    assert first != second, "another worker did again what was in hand"


def test_replicates_survive_the_killing_of_a_worker(three_states, executor, tmp_path):
    plan, killed = SimulationSettings("counts", replicates=640, seed=6), []
    executor.client.wait_for_workers(2)

    def kill(stage: str, done: float, total: float) -> None:
        if done and not killed:
            killed.append(pids(executor)[0])
            os.kill(killed[0], signal.SIGKILL)

    far = simulated(three_states, plan, tmp_path / "far", executor=executor, progress=kill)
    assert killed
    assert far == simulated(three_states, plan, tmp_path / "near")
    assert kept(tmp_path / "far") == kept(tmp_path / "near")


def test_few_results_wait_at_a_time(executor, tmp_path):
    executor.client.wait_for_workers(2)
    stream = executor.each(TaskSpec(sleeping, (0.0, str(tmp_path))), range(100))
    next(stream)
    time.sleep(1.0)
    assert len(list(tmp_path.iterdir())) <= AHEAD * 2 + 1
    stream.close()


def failing(kind: str):
    def do(key: int):
        if kind == "input":
            raise InputError([])
        raise ValueError(f"no {key}")

    return do


def test_faults_of_a_task_are_raised_as_they_are(executor):
    with pytest.raises(ValueError, match="no 3"):
        list(executor.each(TaskSpec(failing, ("defect",)), [3]))
    with pytest.raises(InputError):
        list(executor.each(TaskSpec(failing, ("input",)), [3]))


def test_workers_are_of_this_machine_alone_and_forget_what_is_done(executor, tmp_path):
    list(executor.each(TaskSpec(sleeping, (0.0, str(tmp_path))), range(3)))
    told = executor.client.scheduler_info(n_workers=-1)
    addresses = [told["address"], *told["workers"]]
    assert all(address.startswith("tcp://127.0.0.1:") for address in addresses)
    assert set(executor.client.run(remembered).values()) == {(0, 0)}


def remembered() -> tuple[int, int]:
    from safepassage.parallel import worker

    return len(worker._given), len(worker._open)


def test_by_its_address_a_scheduler_gives_the_same(three_states, executor, tmp_path):
    plan = SimulationSettings("counts", replicates=130, seed=5)
    with cluster(executor.client.scheduler.address) as other:
        assert not other.same_disk
        far = simulated(three_states, plan, tmp_path / "far", executor=other)
    assert far == simulated(three_states, plan, tmp_path / "near")
    assert pids(executor), "workers that are not ours go on"


def test_workers_with_other_sources_are_refused(executor, monkeypatch):
    from safepassage.parallel import dask, fingerprint, worker

    ours = {**fingerprint.fingerprint(), "sources": "f" * 64}
    monkeypatch.setattr(dask, "sameness", lambda: ours)
    with (
        pytest.raises(InputError, match="runs other sources of safepassage"),
        cluster(executor.client.scheduler.address),
    ):
        pass
    monkeypatch.setattr(worker, "sameness", lambda: ours)  # of a worker that joins later
    with pytest.raises(InputError, match="install the same on both"):
        list(executor.each(TaskSpec(failing, ("defect",)), [3]))


@pytest.mark.slow
def test_an_interrupt_keeps_blocks_and_ends_workers(three_states, tmp_path):
    command = [
        *(sys.executable, "-m", "safepassage", "simulate", str(three_states.path)),
        *("--engine", "individuals", "--people-scale", "200", "--replicates", "400"),
        *("--cluster", "local:2", "--runs", str(tmp_path), "--json"),
    ]
    own = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    while not (journals := list(tmp_path.rglob("ensemble.json"))) and own.poll() is None:
        time.sleep(0.05)
    os.killpg(own.pid, signal.SIGINT)  # as a terminal does
    out, err = own.communicate(timeout=60)
    assert (own.returncode, out) == (130, "")
    assert "what was finished is kept" in err and "Traceback" not in err
    finished = json.loads(journals[0].read_text())["finished"]
    assert 0 < len(finished) < 100
    with contextlib.suppress(ProcessLookupError):
        time.sleep(1.0)
        assert not living(own.pid)


def living(group: int) -> list[str]:
    """Processes of a group that are more than an entry in the system's table."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, _, of = stat.read_text().rpartition(")")[2].split()[:3]
            if int(of) == group and state != "Z":
                found.append(stat.parent.name)
    return found
