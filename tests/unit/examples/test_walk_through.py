"""The example folder holds together, and its walk-through runs and tells the truth."""

from __future__ import annotations

import dataclasses
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import safepassage as sp
from safepassage.analysis.cohorts import Cohorts
from safepassage.engines import solve
from safepassage.inference.fit import compile_study
from safepassage.model.ablation import without
from safepassage.results.simulation import Simulation

FOLDER = Path(__file__).parents[3] / "examples" / "after_the_earthquake"
WIDTH = 80


@pytest.fixture(scope="module")
def study():
    return sp.load(FOLDER)


@pytest.fixture(scope="module")
def story(tmp_path_factory) -> str:
    """What the script prints, run away from the repository as a reader would."""
    ran = subprocess.run(
        [sys.executable, str(FOLDER / "walk_through.py")],
        capture_output=True, text=True, timeout=120, cwd=tmp_path_factory.mktemp("away"),
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def numbers(story: str, beginning: str) -> list[float]:
    """The figures in the columns of the one line that begins so."""
    (line,) = [line for line in story.splitlines() if line.startswith(beginning)]
    columns = re.findall(r"(?<= )[\d,]+(?:\.\d+)?(?= |$)", line.removeprefix(beginning))
    return [float(column.replace(",", "")) for column in columns]


def part(story: str, number: int) -> str:
    """One numbered part of the story."""
    return story.partition(f"\n{number}. ")[2].partition(f"\n{number + 1}. ")[0]


def homes(run: Simulation, year: str) -> float:
    """Lasting homes by the end of a year."""
    series = run.outputs["lasting_homes_found"]
    return sum(entry.median for entry in series if entry.time <= year)


# --- the folder


def test_the_folder_has_one_of_each_kind(study):
    model = study.model
    assert {state.outcome for state in model.states.values()} == {
        "dead", "returned", "limbo", "safe",
    }  # fmt: skip
    assert any(state.phases > 1 for state in model.states.values())
    assert any(state.delay_months for state in model.states.values())
    assert len(model.ways) == 3
    assert {way for m in model.mechanisms.values() for way in m.ways} == set(model.ways)
    kinds = {channel.reporting.kind for channel in model.channels.values()}
    assert kinds == {"count", "estimate", "lower_bound", "share"}
    assert all(study.observations[name] for name in model.channels)


def test_everything_says_that_it_is_invented(study):
    assert "invented" in study.model.model.title
    assert "invented" in study.model.model.summary
    for row in study.evidence.rows.values():
        assert row.grade == "D" and "Invented" in row.note
        assert row.year_from > 2040, "a year that real figures could have"
    for readme in (FOLDER / "README.md", FOLDER.parent / "README.md"):
        assert "Everything" in (text := readme.read_text()) and "invented" in text


def test_it_is_of_another_kind_than_the_bundled_model(study, north_korea):
    for section in ("groups", "states", "ways"):
        shared = set(getattr(study.model, section)) & set(getattr(north_korea.model, section))
        assert shared <= {"dead"}, section


@pytest.mark.parametrize("step", ["month", "week", "day"])
def test_people_are_kept_and_leave_for_a_home_or_die(study, step):
    run = sp.simulate(study, step=step)
    for now in run.people:
        assert now.inside + now.left == pytest.approx(now.entered, rel=1e-9)
    died = sum(entry.median for entry in run.outputs["deaths_by_year"])
    assert homes(run, "2046") + died == pytest.approx(run.people[-1].left, rel=1e-9)


@pytest.mark.parametrize("mechanism", sp.load(FOLDER).model.mechanisms)
def test_a_mechanism_switched_off_shows_where_it_says(study, mechanism):
    name = study.model.mechanisms[mechanism].shows_in
    cut = dataclasses.replace(study, model=without(study.model, mechanism))
    whole, less = (effect(model, name) for model in (study, cut))
    assert np.isfinite(less).all()
    assert np.abs(less - whole).max() > 0.02 * np.abs(whole).max()


def effect(study: sp.Study, name: str) -> np.ndarray:
    """An output's series, or a measure of a way, at the prior medians."""
    if name in study.model.outputs:
        return np.array([entry.median for entry in sp.simulate(study).outputs[name]])
    way, _, measure = name.partition(".")
    compiled = compile_study(study)
    z = np.zeros((len(compiled.parameters), 1))
    run = solve(compiled.network, compiled.program.tables(z))
    answers = Cohorts(compiled, z, run, study.model.model.as_of).answers()
    return answers.measures[measure][answers.ways.index(way)]


# --- the walk-through


def test_the_story_fits_a_terminal_and_says_that_it_is_invented(story):
    assert max(len(line) for line in story.splitlines()) <= WIDTH
    assert "every figure made up" in story.splitlines()[0]
    assert re.findall(r"^(\d)\. ", story, re.MULTILINE) == list("12345678")


def test_the_monthly_table_is_the_simulation_and_conserves_people(story, study):
    people = {entry.time: entry for entry in sp.simulate(study).people}
    for time in ("2041-10", "2042-12", "2044-12"):
        tents, inside, left, entered = numbers(story, time)
        assert inside + left == pytest.approx(entered, abs=1)
        assert entered == round(people[time].entered)
        assert tents < inside
    assert numbers(story, "people made or lost") == [0]


def test_at_the_months_end_the_step_hardly_matters(story):
    rows = re.findall(r"people in the open, [\d-]+\s+([\d,]+)\s+([\d,]+)", story)
    assert len(rows) == 3
    for month, day in ((float(x.replace(",", "")) for x in row) for row in rows):
        assert day == pytest.approx(month, rel=0.06)
    (homes,) = re.findall(r"lasting homes by the end of 2046\s+([\d,]+)\s+([\d,]+)\n\n5", story)
    month, day = (float(x.replace(",", "")) for x in homes)
    assert 1.005 < day / month < 1.03  # steps of a month make every stay a little too long


def test_a_number_is_traced_to_its_evidence(story, study):
    traced = part(story, 5)
    for place in study.model.quantities["lasting_homes"].into:
        assert f"into {place}, by " in traced
    row = study.evidence.rows["P08"]
    assert f"{row.id} [{row.grade}] {row.quantity}: {row.value:g}" in traced
    assert f"assumed: {study.model.parameters['new_home_hazard'].assumed}" in traced
    year = next(
        entry.median
        for entry in sp.simulate(study).outputs["lasting_homes_found"]
        if entry.time == "2043"
    )
    assert f"People who find a lasting home, 2043: {year:,.0f}\n" in traced


def test_more_crews_mean_more_people_in_lasting_homes_and_sooner(story, study, tmp_path):
    """The same change, made in the folder's text, gives the figures that the script prints."""
    copy = tmp_path / "twice"
    shutil.copytree(FOLDER, copy)
    text = (copy / "model.yaml").read_text()
    assert text.count("capacity: crew_places") == 1
    text = text.replace("capacity: crew_places", "capacity: [crew_places, 2]")
    (copy / "model.yaml").write_text(text)
    before, after = sp.simulate(study), sp.simulate(copy)
    told = part(story, 6)
    gained = []
    for year in ("2042", "2043", "2046"):
        pair = numbers(told, f"lasting homes by the end of {year}")
        assert pair == [round(homes(before, year)), round(homes(after, year))]
        gained.append(pair[1] - pair[0])
    assert min(gained) > 0 and gained[1] > 2 * gained[2]
    as_it_is, twice = numbers(told, "waiting for a crew, last quarter of 2042")
    assert twice < 0.8 * as_it_is


def test_longer_aid_helps_and_a_slip_is_reported_by_line(story):
    as_it_is, longer = numbers(story, "in rented rooms, last quarter of 2045")
    assert longer > 1.05 * as_it_is
    line = int(re.search(r"model\.yaml:(\d+): transitions\.dies_in_tents\.to", story)[1])
    assert "dies_in_tents" in (FOLDER / "model.yaml").read_text().splitlines()[line - 1]
    assert "did you mean 'dead'?" in story


@pytest.mark.slow
def test_with_fit_it_converges_and_finds_the_values_that_the_figures_were_drawn_at(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("SAFEPASSAGE_CACHE", str(tmp_path))
    ran = subprocess.run(
        [sys.executable, str(FOLDER / "walk_through.py"), "--fit"],
        capture_output=True, text=True, timeout=600, env=dict(os.environ),
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert "converged: True" in part(ran.stdout, 9)
    posterior = sp.fit(FOLDER)  # the one that the script stored
    drawn_at = dict(re.findall(r"`(\w+)` \| (-?[\d.]+)", (FOLDER / "README.md").read_text()))
    found = {name: one.posterior for name, one in posterior.parameters.items()}
    assert set(drawn_at) == set(found)
    inside = [found[n].low <= float(value) <= found[n].high for n, value in drawn_at.items()]
    assert np.mean(inside) > 0.8


def test_chance_lies_around_the_means_in_both_engines(story):
    row = re.search(r"lasting homes found\s+([\d,.]+)\s+([\d,]+) \[([\d,]+) to ([\d,]+)\]", story)
    mean, median, low, high = (float(x.replace(",", "")) for x in row.groups())
    assert low < median < high
    assert low < mean < high
    assert 0.02 < (high - low) / mean < 0.2
    engines = re.findall(r"20 replicates of (\w+): ([\d,]+)", story)
    assert [name for name, _ in engines] == ["counts", "individuals"]
    for _, homes in engines:
        assert low < float(homes.replace(",", "")) < high
