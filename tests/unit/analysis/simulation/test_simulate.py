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
from safepassage.analysis.simulation.simulate import SimulationSettings, simulate_model
from safepassage.errors import InputError
from safepassage.results.parts import Estimate


@pytest.fixture
def study(tmp_path):
    return load(copy_of_three_states(tmp_path / "model"))


def medians(answer, name):
    return np.array([row.median for row in answer.outputs[name]])


def test_replicates_lie_around_the_means(study, tmp_path):
    means = simulate_model(study)
    drawn = simulate_model(study, SimulationSettings("counts", replicates=200), out=tmp_path)
    for name in drawn.outputs:
        for mean, row in zip(means.outputs[name], drawn.outputs[name], strict=True):
            assert row.low <= mean.median <= row.high, (name, row)
    assert any(row.high > row.low for row in drawn.outputs["hidden_people"])
    last = drawn.people[-1]
    assert last.entered.low < means.people[-1].entered < last.entered.high


def test_more_replicates_add_to_those_that_are_there(study, tmp_path):
    progress = []
    simulate_model(study, SimulationSettings("counts", replicates=64), out=tmp_path)
    more = simulate_model(
        study, SimulationSettings("counts", replicates=130), out=tmp_path,
        progress=lambda stage, done, total: progress.append(done),
    )  # fmt: skip
    assert progress == [64, 128, 130]
    fresh = simulate_model(
        study, SimulationSettings("counts", replicates=130), out=tmp_path / "other"
    )
    assert more.outputs == fresh.outputs


def test_more_people_are_the_same_system(study, tmp_path):
    one = simulate_model(study)
    hundred = simulate_model(study, SimulationSettings(people_scale=100))
    drawn = simulate_model(study, SimulationSettings("counts", people_scale=1e6), out=tmp_path)
    for name, output in study.model.outputs.items():
        factor = 1 if output.unit == "share" else 100
        np.testing.assert_allclose(medians(hundred, name), factor * medians(one, name), rtol=1e-9)
        scale = 1 if output.unit == "share" else 1e6
        np.testing.assert_allclose(medians(drawn, name), scale * medians(one, name), rtol=0.02)


@pytest.mark.parametrize(
    "settings, field, words",
    [
        (SimulationSettings("counts", replicates=0), "replicates", "0 replicates"),
        (SimulationSettings("counts", replicates=-3), "replicates", "-3 replicates"),
        (SimulationSettings("counts", people_scale=0), "people_scale", "above 0"),
        (SimulationSettings("counts", people_scale=float("nan")), "people_scale", "above 0"),
        (SimulationSettings("counts", people_scale=1e14), "people_scale", r"2\*\*53.*at most"),
        (SimulationSettings("expected", replicates=5), "replicates", "means and has no replicates"),
        (SimulationSettings("magic"), "engine", "no engine"),
        (SimulationSettings(step="hour"), "step", "no step"),
        (SimulationSettings("counts", families=True), "families", "give individuals"),
        (SimulationSettings("expected", histories=True), "histories", "give individuals"),
    ],
)
def test_settings_that_cannot_be_carried_out_is_one_clear_fault(study, settings, field, words):
    with pytest.raises(InputError, match=words) as error:
        simulate_model(study, settings)
    (fault,) = error.value.faults
    assert (fault.file, fault.field) == ("call", field)


def test_families_leave_the_means_and_tell_how_people_fare(study, tmp_path):
    alone = simulate_model(study, SimulationSettings("individuals", replicates=8), out=tmp_path)
    settings = SimulationSettings("individuals", replicates=8, families=True, histories=True)
    families = simulate_model(study, settings, out=tmp_path)
    assert alone.persons is None and alone.histories is False
    for name in alone.outputs:
        ours = medians(families, name)
        theirs = medians(alone, name)
        np.testing.assert_allclose(ours, theirs, rtol=0.3, atol=12, err_msg=name)
    fares = families.persons
    assert set(fares) == {"dead", "returned", "limbo", "safe"}
    ended = sum(fare.persons.median for fare in fares.values())
    assert ended == pytest.approx(families.people[-1].entered.median, rel=0.02)
    moves = pl.read_parquet(f"{families.histories}/*.parquet")
    assert moves["simulated"].all()
    assert set(moves["replicate"]) == set(range(8))
    people = moves.group_by("replicate").agg(pl.col("person").n_unique())
    entered = families.people[-1].entered
    assert 0.98 * entered.low <= people["person"].median() <= 1.02 * entered.high


def test_a_changed_copy_is_another_run(study, tmp_path):
    settings = SimulationSettings("counts", replicates=20)
    before = simulate_model(study, settings, out=tmp_path)
    after = simulate_model(with_hazard(study, 2.0), settings, out=tmp_path)
    assert before.ensemble != after.ensemble
    assert before.outputs != after.outputs


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
    with pytest.raises(InputError, match=r"2000 per year.*give the step day"):
        simulate_model(quick)
    simulate_model(quick, SimulationSettings(step="day"))
    with pytest.raises(InputError, match=r"no step is short enough.*branch"):
        simulate_model(with_hazard(study, 1e5), SimulationSettings(step="day"))


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
        simulate_model(dataclasses.replace(study, model=nobody), SimulationSettings("counts"))
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
        dataclasses.replace(study, model=one),
        SimulationSettings("counts", replicates=3),
        out=tmp_path,
    )
    assert answer.people[-1].entered == Estimate(median=1.0, low=1.0, high=1.0)


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
        least = (journals[-1] if journals else 0) + 5
        while _finished(out) < least and process.poll() is None and time.monotonic() < deadline:
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
