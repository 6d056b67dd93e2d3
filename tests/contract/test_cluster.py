"""Two worker processes under a real scheduler on loopback give what this process gives, to the bit.

Also when one of them is killed in mid-run, and with nothing lost when we are interrupted.
"""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import numpy as np
import pytest
from tests.teaching import small_settings

pytest.importorskip("distributed")

from safepassage.evidence.scenarios import catalogue
from safepassage.model.faults import InputError
from safepassage.questions.calibration import calibrate
from safepassage.questions.comparing import compare
from safepassage.questions.simulating import Plan, simulate_model
from safepassage.tasks import HERE, Recipe, cluster
from safepassage.tasks.on_dask import AHEAD

PLACES = ("ensemble", "histories")


@pytest.fixture(scope="module")
def hands():
    with cluster("local:2") as hands:
        yield hands


def pids(hands) -> list[int]:
    return list(hands.client.run(os.getpid).values())


def simulated(loaded, plan, out, **how):
    told = simulate_model(loaded, plan, out=out, **how)
    return {name: value for name, value in told.items() if name not in PLACES}


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
        Plan("counts", replicates=300, seed=5),
        Plan("individuals", replicates=9, families=True, histories=True),
    ],
    ids=["counts", "histories"],
)
def test_replicates_are_the_same_file_by_file(three_states, hands, tmp_path, plan):
    told: list[float] = []
    far = simulated(
        three_states, plan, tmp_path / "far", hands=hands,
        progress=lambda stage, done, total: told.append(done),
    )  # fmt: skip
    assert far == simulated(three_states, plan, tmp_path / "near")
    assert kept(tmp_path / "far") == kept(tmp_path / "near")
    assert told == sorted(told) and (told[0], told[-1]) == (0, plan.replicates)


@pytest.mark.parametrize("engine", ["expected", "counts"])
def test_scenarios_are_the_same(fitted, hands, engine):
    names = list(catalogue(fitted.loaded).scenarios)[:3]
    near = compare(fitted, names, draws=300, engine=engine)
    far = compare(fitted, names, draws=300, engine=engine, hands=hands)
    assert json.dumps(far.to_json()) == json.dumps(near.to_json())


def test_fits_are_the_same(three_states, hands, tmp_path):
    settings = small_settings(draws=20)
    near = calibrate(three_states, 2, out=tmp_path / "near", settings=settings)
    far = calibrate(three_states, 2, out=tmp_path / "far", settings=settings, hands=hands)
    for name in ("below", "contraction", "kept", "agreed", "converged"):
        np.testing.assert_array_equal(getattr(far, name), getattr(near, name), name)


def test_a_worker_that_is_killed_loses_nothing(three_states, hands, tmp_path):
    plan, killed = Plan("counts", replicates=640, seed=6), []

    def kill(stage: str, done: float, total: float) -> None:
        if done and not killed:
            killed.append(pids(hands)[0])
            os.kill(killed[0], signal.SIGKILL)

    far = simulated(three_states, plan, tmp_path / "far", hands=hands, progress=kill)
    assert killed
    assert far == simulated(three_states, plan, tmp_path / "near")
    assert kept(tmp_path / "far") == kept(tmp_path / "near")
    hands.client.wait_for_workers(2)
    assert killed[0] not in pids(hands), "another took its place"
