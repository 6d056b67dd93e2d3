"""Simulation-based calibration as a typed result."""

from __future__ import annotations

import json

import numpy as np
import pytest
from tests.result_checks import check_result, undescribed

from safepassage.analysis.checks.sbc import TruthRanks
from safepassage.inference.sampler.settings import Settings
from safepassage.results.checks.calibration import RankPlots


@pytest.fixture(scope="module")
def ranks():
    values = np.random.default_rng(1).random((30, 4))
    yes, draws = np.ones(30, bool), np.full(values.shape, 99)
    return TruthRanks(("a", "b", "c", "d"), values, yes, values, draws, yes, Settings())


def test_a_calibration_behaves(ranks):
    result = ranks.summary()
    check_result(result)
    assert result.to_dict()["parameters"][0]["kept_draws"] == 99.0
    assert sorted(one.name for one in result.parameters) == list("abcd")


def test_rank_plots_are_plain_numbers(ranks):
    picture = ranks.picture()
    assert undescribed(RankPlots) == []
    value = json.loads(json.dumps(picture.to_dict()))
    assert RankPlots.from_dict(value) == picture
    assert len(value["grid"]) == len(value["parameters"][0]["curve"]) == len(value["curve_band"][0])
    assert sum(value["parameters"][0]["histogram"]) == 30
