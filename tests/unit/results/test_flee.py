"""What the commands for Flee scenarios give, as typed results."""

from __future__ import annotations

import numpy as np
from tests.flee_folders import write_folder
from tests.result_checks import check_result

from safepassage.flee import read_scenario, what_if
from safepassage.flee.convert import conversion_text, convert_scenario
from safepassage.flee.outcome import flee_simulation, simulate_scenario
from safepassage.results.flee import (
    FleeCalibration,
    FleeConvergence,
    HeldOutScore,
    MovementParameter,
    ScoredScenario,
)
from safepassage.results.parts import Estimate


def test_a_simulated_scenario_behaves(tmp_path):
    scenario = read_scenario(write_folder(tmp_path, days=12))
    base = simulate_scenario(scenario, replicates=3)
    result = flee_simulation(base)
    check_result(result)
    assert "what_if" not in result.to_dict() and result.to_dict()["simulated"] is True
    cell = result.to_xarray().sel(camp="Haven", time="2020-01-12")
    assert float(cell["median"]) == np.median(base.here[:, -1, 0])
    camp = what_if.with_camp(scenario, "Hope,Beta,20,5000")
    changed = flee_simulation(base, simulate_scenario(camp, replicates=3))
    check_result(changed)
    assert [one.name for one in changed.what_if.camps] == ["Haven", "Refuge", "Hope"]


def test_days_without_counts_have_none_reported(tmp_path):
    layout = "total,refugees.csv\nHaven,haven.csv\n"
    scenario = read_scenario(write_folder(tmp_path, days=12, data_layout__csv=layout))
    result = flee_simulation(simulate_scenario(scenario, replicates=2))
    check_result(result)
    haven, refuge = result.camps
    assert haven.people[0].reported is not None and refuge.people[0].reported is None


def test_a_conversion_behaves(tmp_path):
    scenario = read_scenario(write_folder(tmp_path / "s", days=30))
    written = convert_scenario(scenario, tmp_path / "model")
    check_result(written)
    assert list(written.to_dict()) == [
        "format", "folder", "states", "transitions", "entries", "channels", "evidence_rows",
    ]  # fmt: skip
    assert "6 states" in conversion_text(written)


def test_a_calibration_behaves():
    spread = {"median": 2.0, "low": 1.0, "high": 3.0}
    parameter = MovementParameter(**spread, prior_median=1.0, contraction=0.5, label="mixed")
    fit = FleeConvergence(
        converged=True, max_rhat=1.0, min_bulk_ess=500.0, min_tail_ess=500.0, divergences=0,
        acceptance=0.8, seconds=1.0, draws=600,
    )  # fmt: skip
    one = ScoredScenario(
        scenario="one", days=100, training_days=60, dates=4, camps=("Haven", "Refuge"),
        held_out={"calibrated": HeldOutScore(ardr=0.1, crps=0.1)},
    )  # fmt: skip
    check_result(
        FleeCalibration(
            seed=1, parameters={"camp_weight": parameter}, noise={"error": Estimate(**spread)},
            fit=fit, scenarios=(one,),
        )
    )  # fmt: skip
