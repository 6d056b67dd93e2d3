"""Flee's movement parameters: turned without a new plan, learned, scored, and every fault named."""

import json
from dataclasses import replace

import numpy as np
import pytest
from tests.flee_folders import CLOSURES, LOCATIONS, PERIOD, write_folder
from tests.unit.flee.engine.test_simulate import RULES

from safepassage.cli.main import main
from safepassage.errors import InputError
from safepassage.flee import read_scenario
from safepassage.flee.calibration import scores
from safepassage.flee.calibration.parameters import LEVERS, STEPS, Levers
from safepassage.flee.calibration.posterior import (
    Calibration,
    Learning,
    calibrate,
    calibrate_roughly,
    sampler_of,
)
from safepassage.flee.calibration.results import (
    flee_calibration,
    settings_at_median,
    settings_yaml,
)
from safepassage.flee.calibration.training import training
from safepassage.flee.compile.arrays import plan
from safepassage.flee.io.settings import Settings
from safepassage.flee.mean_field.expect import MeanField
from safepassage.flee.outcome import simulate_scenario

DAYS = 150
OPEN = LOCATIONS.replace(",1100", ",-1")
SHORT = Learning(sampler=sampler_of(chains=4, warm_up=(20, 20), draws=40))


def long_folder(root, haven=0.5, **changed):
    """A scenario of 150 days with reports every ten days, `haven` of them in Haven."""
    total = [(day, 200 + 40 * day) for day in range(0, DAYS + 10, 10)]
    dates = [str(np.datetime64("2020-01-01") + day) for day, _ in total]

    def counts(share):
        rows = [f"{d},{n * share:.0f}" for d, (_, n) in zip(dates, total, strict=True)]
        return "\n".join(rows) + "\n"

    files = {
        "locations__csv": OPEN, "closures__csv": CLOSURES.splitlines()[0] + "\n",
        "sim_period__csv": PERIOD.format(days=DAYS),
        "registration_corrections__csv": None, "refugees__csv": counts(1.0),
        "haven__csv": counts(haven), "refuge__csv": counts(1.0 - haven),
    }  # fmt: skip
    files["conflicts__csv"] = "#Day,Alpha\n" + "".join(f"{d},1\n" for d in range(DAYS))
    return write_folder(root, days=DAYS, **(files | changed))


@pytest.mark.parametrize("rules", ["the seven scenarios'", "residents taken away", "awareness 3"])
def test_levers_turn_what_a_new_plan_would_be(rules, tmp_path):
    scenario = read_scenario(write_folder(tmp_path, **RULES[rules]))
    levers = Levers(scenario, plan(scenario), list(LEVERS))
    values = np.array([lever.value(0.3) for lever in LEVERS.values()])
    turned = levers.journeys(values)
    settings = replace(scenario.settings, **levers.settings_at(values))
    anew = plan(replace(scenario, settings=settings)).journeys
    for part in ("ground", "days", "rules", "start"):
        for one, other in zip(getattr(turned, part), getattr(anew, part), strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-12)


def test_priors_are_centred_on_flees_defaults():
    for name, lever in LEVERS.items():
        default = getattr(Settings(), name)
        assert lever.value(0.0) == pytest.approx(
            0.99 if default == 1.0 and lever.chance else default
        )
        numeric = (lever.value(0.501) - lever.value(0.499)) / 0.002
        assert lever.slope(0.5) == pytest.approx(numeric, rel=1e-4)
    assert not set(STEPS) & set(LEVERS)


def test_reports_of_later_days_are_not_looked_at(tmp_path):
    folder = long_folder(tmp_path)
    before = training(read_scenario(folder), 75)
    haven = folder / "source_data" / "haven.csv"
    lines = haven.read_text().splitlines()
    later = [f"{line.split(',')[0]},9" if line > "2020-03-16" else line for line in lines]
    haven.write_text("\n".join(later) + "\n")
    after = training(read_scenario(folder), 75)
    np.testing.assert_array_equal(before.dates, after.dates)
    np.testing.assert_array_equal(before.reported[:, :2], after.reported[:, :2])
    assert before.dates.tolist() == [10, 30, 50, 70]
    np.testing.assert_array_equal(before.last, after.last)


def test_the_density_has_the_slopes_it_says(tmp_path):
    one = training(read_scenario(long_folder(tmp_path)))
    density = Calibration([one, one], ("camp_weight", "default_movechance", "softening"))
    z = np.array([[0.3, -0.4], [0.2, 0.1], [-0.3, 0.5], [0.4, 0.0]])
    value, gradient = density(z)
    assert value.shape == (2,)
    for d in range(4):
        step = 1e-4 * (np.arange(4) == d)[:, None]
        numeric = (density(z + step)[0] - density(z - step)[0]) / 2e-4
        np.testing.assert_allclose(gradient[d], numeric, rtol=2e-3, atol=2e-3)
    alone, _ = Calibration([one], density.names)(z)
    prior = -0.5 * (z**2).sum(axis=0)
    np.testing.assert_allclose(value - prior, 2.0 * (alone - prior))
    far, flat = density(np.full((4, 1), 99.0))
    assert far[0] == -np.inf and not flat.any()


def test_levels_and_information_are_of_the_expected_people(tmp_path):
    one = training(read_scenario(long_folder(tmp_path)))
    density, z = Calibration([one], ("distance_power",)), np.array([0.2, 0.1])
    here, _ = density.expected(0, z)
    weights = np.ones((here.size, 1))
    two = [np.log(density.expected(0, z + sign * np.array([1e-4, 0.0]))[0]).sum()
           for sign in (1, -1)]  # fmt: skip
    slope = density.levels(z[:, None], weights)
    assert slope[0, 0] == pytest.approx((two[0] - two[1]) / 2e-4, rel=1e-3) and slope[1, 0] == 0.0
    assert (density.information(z) > 0.0).all()


def test_what_made_the_reports_is_learned_and_what_did_not_is_not(tmp_path):
    """Reports made with a high and a low distance power; hardly anything hangs on the chance."""
    names = ("distance_power", "conflict_movechance")
    scenario = read_scenario(long_folder(tmp_path / "a"))
    planned = plan(scenario)
    levers = Levers(scenario, planned, names)
    learned = {}
    for true in (0.5, 1.9):
        journeys = levers.journeys(np.array([true, 0.95]))
        here = MeanField(journeys).expect(journeys, np.array(planned.camps, np.int32)).here[-1]
        folder = long_folder(tmp_path / str(true), haven=float(here[0] / here.sum()))
        one = training(read_scenario(folder))
        posterior = calibrate([one], names, out=tmp_path / "runs", learning=SHORT)
        learned[true] = flee_calibration(posterior).parameters
        power, chance = (learned[true][name] for name in names)
        assert power.low < max(true, 1.0) and min(true, 1.0) < power.high
        assert power.contraction > chance.contraction and chance.contraction < 0.15
        assert chance.label == "assumed"
        again = calibrate([one], names, out=tmp_path / "runs", learning=SHORT)
        np.testing.assert_array_equal(posterior.z, again.z)
        rough = calibrate_roughly([one], names)
        assert rough.z[:, 0].mean() == pytest.approx(posterior.z[:, 0].mean(), abs=0.5)
    assert learned[1.9]["distance_power"].median > 1.2 * learned[0.5]["distance_power"].median


def test_a_score_of_one_run_is_flees_ardr(tmp_path):
    scenario = read_scenario(long_folder(tmp_path))
    one = training(scenario, 90)
    run = simulate_scenario(scenario, replicates=1)
    given = scores.score(run.here, one)
    held = replace(
        run, here=run.here[:, 90:], plan=replace(run.plan, reported=run.plan.reported[90:])
    )
    assert given.ardr == pytest.approx(held.ardr[0]) == pytest.approx(given.crps)
    # the reported split never changes, so that the last one foretells it up to rounding
    assert scores.score(scores.persistence(one), one).ardr < 1e-3
    spread = np.concatenate([run.here, run.here[..., ::-1]])
    assert scores.score(spread, one).crps < scores.score(spread, one).ardr + 1.0


def test_from_the_last_report_the_split_is_nearer(tmp_path):
    one = training(read_scenario(long_folder(tmp_path, haven=0.9)))
    posterior = calibrate_roughly([one], ("conflict_movechance",))
    z = posterior.some(10)
    people, known = (scores.at_draws(one, posterior, z, known=k) for k in (False, True))
    assert people.shape == known.shape == (10, DAYS, 2)
    np.testing.assert_array_equal(people[:, : one.days], known[:, : one.days])
    assert scores.score(known, one).ardr < 0.6 * scores.score(people, one).ardr
    settings = one.scenario.settings
    fixed = scores.with_settings(one.scenario, settings, one, 5, known=True)
    day = fixed[0, one.days]
    assert day[0] / day.sum() == pytest.approx(0.9, abs=0.02)
    nobody = replace(one, last=np.zeros(2))
    np.testing.assert_array_equal(
        scores.with_settings(one.scenario, settings, nobody, 1, known=True),
        scores.with_settings(one.scenario, settings, nobody, 1),
    )


FAULTS = {
    "no reports": ({"data_layout__csv": "total,refugees.csv\n"}, [], "reports of 0 of its camps"),
    "one camp": (
        {"data_layout__csv": "total,refugees.csv\nHaven,haven.csv\n"}, [], "at least two",
    ),
    "span too short": ({}, ["--training-days", "20"], "at least 4 are needed"),
    "nothing to score": ({}, ["--training-days", "150"], "leave some to learn from"),
    "unknown": ({}, ["--learn", "camp_wieght"], "did you mean 'camp_weight'?"),
    "twice": ({}, ["--learn", "camp_weight,camp_weight"], "twice"),
    "a step": ({}, ["--learn", "max_move_speed"], "acts by steps"),
    "none": ({}, ["--learn", ","], "names no parameter"),
    "conflicts decide": (
        {"simsetting__yml": "spawn_rules:\n  conflict_driven_spawning:\n    spawn_mode: poisson\n"},
        [], "lets conflicts decide",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", FAULTS)
def test_faults_are_named(case, tmp_path, capsys):
    changed, arguments, words = FAULTS[case]
    folder = long_folder(tmp_path / "s", **changed)
    out = tmp_path / "out"
    assert main(["flee-calibrate", str(folder), *arguments, "--out", str(out)]) == 2
    assert words in capsys.readouterr().err
    assert not out.exists()


def test_the_command_prints_what_it_promises(tmp_path, capsys):
    folders = [str(long_folder(tmp_path / name)) for name in ("one", "two")]
    out = tmp_path / "out"
    common = ["--learn", "camp_weight,distance_power", "--draws", "20", "--out", str(out)]
    common += ["--runs", str(tmp_path / "runs")]
    assert main(["flee-calibrate", *folders, *common, "--json"]) == 0
    value = json.loads(capsys.readouterr().out)
    assert set(value["parameters"]) == {"camp_weight", "distance_power"}
    assert {"median", "low", "high", "contraction", "label"} <= set(
        value["parameters"]["camp_weight"]
    )
    assert [row["training_days"] for row in value["scenarios"]] == [90, 90]
    assert {"calibrated", "flees_defaults", "persistence"} <= set(value["scenarios"][0]["held_out"])
    assert main(["flee-calibrate", *folders, *common]) == 0  # loaded from the stored draws
    text = capsys.readouterr().out
    assert max(map(len, text.splitlines())) <= 80 or "NOT CONVERGED" in text
    assert "camp_weight" in text and "Flee's defaults" in text
    settings = out / "one.simsetting.yml"
    learned = read_scenario(folders[0], settings=settings).settings
    median = value["parameters"]["camp_weight"]["median"]
    assert learned.camp_weight == pytest.approx(median, rel=1e-5)
    assert learned.avoid_short_stints and learned.conflict_spawn_decay == (1.0, 0.5)


def test_settings_come_back_from_their_file(tmp_path):
    one = training(read_scenario(long_folder(tmp_path / "a")))
    settings = settings_at_median(calibrate_roughly([one], ("camp_weight",)))
    file = tmp_path / "s.yml"
    for chosen in (
        settings,
        replace(settings, spawn_mode="poisson", displaced_per_conflict_day=7.0),
    ):
        file.write_text(settings_yaml(chosen))
        read = read_scenario(long_folder(tmp_path / "b"), settings=file).settings
        assert read == replace(chosen, camp_weight=read.camp_weight)
        assert read.camp_weight == pytest.approx(chosen.camp_weight, rel=1e-5)


def test_levers_need_names(tmp_path):
    scenario = read_scenario(write_folder(tmp_path))
    with pytest.raises(InputError, match="names no parameter"):
        Levers(scenario, plan(scenario), ())
