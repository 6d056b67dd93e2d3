"""A simulation as a typed result."""

from __future__ import annotations

from tests.result_checks import check_result

import safepassage as sp


def test_a_simulation_of_means_behaves(three_states):
    result = sp.simulate(three_states)
    check_result(result)
    value = result.to_dict()
    assert value["ensemble"] is None and value["histories"] is False and "persons" not in value
    assert isinstance(value["people"][0]["entered"], float)
    row = result.to_xarray().sel(output="hidden_people", time="2002")
    assert float(row["low"]) == float(row["median"]) == result.outputs["hidden_people"][1].median


def test_a_simulation_of_persons_behaves(three_states, tmp_path):
    result = sp.simulate(
        three_states, engine="individuals", replicates=2, families=True, out=tmp_path
    )
    check_result(result)
    value = result.to_dict()
    assert value["histories"] is None and value["ensemble"] == result.ensemble
    assert set(value["people"][0]["entered"]) == {"median", "low", "high"}
    assert set(value["persons"]["safe"]) == {
        "persons", "share_who_set_out_several_times", "paid_usd_per_person",
        "paid_for_others_usd_per_person", "owed_usd_per_person", "relatives_punished_per_person",
    }  # fmt: skip
