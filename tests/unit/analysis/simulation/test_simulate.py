"""`simulate` in whole people: replicates, scale, step, faults, and what a kill leaves."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import polars as pl
import pytest
from tests.teaching import copy_of_three_states

from safepassage import load
from safepassage.analysis.simulation.simulate import Plan, simulate_model
from safepassage.errors import InputError


@pytest.fixture
def study(tmp_path):
    return load(copy_of_three_states(tmp_path / "model"))


def medians(answer, name):
    return np.array([row["median"] for row in answer["outputs"][name]])


def test_replicates_lie_around_the_means(study, tmp_path):
    means = simulate_model(study)
    drawn = simulate_model(study, Plan("counts", replicates=200), out=tmp_path)
    for name in drawn["outputs"]:
        for mean, row in zip(means["outputs"][name], drawn["outputs"][name], strict=True):
            assert row["low"] <= mean["median"] <= row["high"], (name, row)
    assert any(row["high"] > row["low"] for row in drawn["outputs"]["hidden_people"])
    last = drawn["people"][-1]
    assert last["entered"]["low"] < means["people"][-1]["entered"] < last["entered"]["high"]


def test_more_replicates_add_to_those_that_are_there(study, tmp_path):
    told = []
    simulate_model(study, Plan("counts", replicates=64), out=tmp_path)
    more = simulate_model(
        study, Plan("counts", replicates=130), out=tmp_path,
        progress=lambda stage, done, total: told.append(done),
    )  # fmt: skip
    assert told == [64, 128, 130]
    fresh = simulate_model(study, Plan("counts", replicates=130), out=tmp_path / "other")
    assert more["outputs"] == fresh["outputs"]


def test_more_people_are_the_same_system(study, tmp_path):
    one = simulate_model(study)
    hundred = simulate_model(study, Plan(people_scale=100))
    drawn = simulate_model(study, Plan("counts", people_scale=1e6), out=tmp_path)
    for name, output in study.model.outputs.items():
        factor = 1 if output.unit == "share" else 100
        np.testing.assert_allclose(medians(hundred, name), factor * medians(one, name), rtol=1e-9)
        scale = 1 if output.unit == "share" else 1e6
        np.testing.assert_allclose(medians(drawn, name), scale * medians(one, name), rtol=0.02)


@pytest.mark.parametrize(
    "plan, field, told",
    [
        (Plan("counts", replicates=0), "--replicates", "0 replicates"),
        (Plan("counts", replicates=-3), "--replicates", "-3 replicates"),
        (Plan("counts", people_scale=0), "--people-scale", "above 0"),
        (Plan("counts", people_scale=float("nan")), "--people-scale", "above 0"),
        (Plan("counts", people_scale=1e14), "--people-scale", r"2\*\*53.*at most"),
        (Plan("expected", replicates=5), "--replicates", "means and has no replicates"),
        (Plan("magic"), "--engine", "no engine"),
        (Plan(step="hour"), "--step", "no step"),
        (Plan("counts", families=True), "--families", "give --engine individuals"),
        (Plan("expected", histories=True), "--histories", "give --engine individuals"),
    ],
)
def test_a_plan_that_cannot_be_carried_out_is_one_clear_fault(study, plan, field, told):
    with pytest.raises(InputError, match=told) as error:
        simulate_model(study, plan)
    (fault,) = error.value.faults
    assert field in str(fault)


def test_families_leave_the_means_and_tell_how_people_fare(study, tmp_path):
    alone = simulate_model(study, Plan("individuals", replicates=8), out=tmp_path)
    plan = Plan("individuals", replicates=8, families=True, histories=True)
    tied = simulate_model(study, plan, out=tmp_path)
    assert "persons" not in alone
    for name, rows in alone["outputs"].items():
        ours = np.array([row["median"] for row in tied["outputs"][name]])
        theirs = np.array([row["median"] for row in rows])
        np.testing.assert_allclose(ours, theirs, rtol=0.3, atol=12, err_msg=name)
    fares = tied["persons"]
    assert set(fares) == {"dead", "returned", "limbo", "safe"}
    ended = sum(fare["persons"]["median"] for fare in fares.values())
    assert ended == pytest.approx(tied["people"][-1]["entered"]["median"], rel=0.02)
    told = pl.read_parquet(f"{tied['histories']}/*.parquet")
    assert told["simulated"].all()
    assert set(told["replicate"]) == set(range(8))
    people = told.group_by("replicate").agg(pl.col("person").n_unique())
    low, high = (tied["people"][-1]["entered"][end] for end in ("low", "high"))
    assert 0.98 * low <= people["person"].median() <= 1.02 * high


def test_a_changed_copy_is_another_run(study, tmp_path):
    plan = Plan("counts", replicates=20)
    before = simulate_model(study, plan, out=tmp_path)
    after = simulate_model(with_hazard(study, 2.0), plan, out=tmp_path)
    assert before["ensemble"] != after["ensemble"]
    assert before["outputs"] != after["outputs"]


def with_hazard(study, hazard):
    name, transition = next(
        (n, t) for n, t in study.model.transitions.items() if t.hazard is not None
    )
    changed = transition.model_copy(update={"hazard": (hazard,)})
    transitions = {**study.model.transitions, name: changed}
    model = study.model.model_copy(update={"transitions": transitions})
    return dataclasses.replace(study, model=model)


def test_a_hazard_that_the_step_cannot_hold_says_which_step_could(study):
    quick = with_hazard(study, 1000.0)  # two phases: twice that, four hours each
    with pytest.raises(InputError, match=r"2000 per year.*give --step day"):
        simulate_model(quick)
    simulate_model(quick, Plan(step="day"))
    with pytest.raises(InputError, match=r"no step is short enough.*branch"):
        simulate_model(with_hazard(study, 1e5), Plan(step="day"))


def test_nobody_is_a_fault_and_one_person_is_not(study, tmp_path):
    model = study.model
    nobody = model.model_copy(
        update={
            "entries": {
                n: e.model_copy(update={"persons_per_year": (0.0,)})
                for n, e in model.entries.items()
            },
            "initial": {
                n: i.model_copy(update={"persons": (0.0,)}) for n, i in model.initial.items()
            },
        }
    )
    with pytest.raises(InputError, match="nobody is there"):
        simulate_model(dataclasses.replace(study, model=nobody), Plan("counts"))
    first = next(iter(model.initial))
    one = nobody.model_copy(
        update={
            "initial": {
                **nobody.initial,
                first: model.initial[first].model_copy(
                    update={
                        "persons": (1.0,),
                        "groups": {"sex": ("female",), "position": ("civilian",)},
                    }
                ),
            }
        }
    )
    answer = simulate_model(
        dataclasses.replace(study, model=one), Plan("counts", replicates=3), out=tmp_path
    )
    people = answer["people"][-1]
    assert people["entered"] == {"median": 1.0, "low": 1.0, "high": 1.0}


def test_a_killed_run_goes_on_and_ends_as_if_it_had_not_been(tmp_path):
    """Killed at three moments, the last call draws only what is missing; the answer is the same."""
    model = copy_of_three_states(tmp_path / "model")
    out = tmp_path / "out"
    command = [
        sys.executable, "-m", "safepassage", "simulate", str(model), "--engine", "counts",
        "--replicates", "6000", "--json", "--runs", str(out),
    ]  # fmt: skip
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    journals: list[int] = []
    for _ in range(3):
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
        )
        deadline = time.monotonic() + 60
        wanted = (journals[-1] if journals else 0) + 5
        while _finished(out) < wanted and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        journals.append(_finished(out))
    assert 5 <= journals[0] < journals[1] < journals[2] < 94
    whole = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    command[-1] = str(tmp_path / "other")
    fresh = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    ours, theirs = json.loads(whole.stdout), json.loads(fresh.stdout)
    assert ours["outputs"] == theirs["outputs"]
    assert ours["people"] == theirs["people"]


def _finished(out) -> int:
    journals = list(out.glob("*/ensemble.json"))
    return len(json.loads(journals[0].read_text())["finished"]) if journals else 0
