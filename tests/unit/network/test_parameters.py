"""Priors: the 90 % interval is the declared one, and the grade of the evidence widens it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import logit
from scipy.stats import norm
from tests.teaching import parameter, small_model

from safepassage.network.compile import compile_model
from safepassage.network.parameters import collect_parameters

INTERVALS = {
    "lognormal": (0.2, 7.0),
    "probability": (0.02, 0.6),
    "normal": (-1.5, 0.25),
}


def model_with(**parameters):
    return small_model(parameters=parameters)


@pytest.mark.parametrize("kind", INTERVALS)
def test_a_priors_interval_holds_ninety_per_cent(kind):
    low, high = INTERVALS[kind]
    found = collect_parameters(model_with(p=parameter(kind, low, high)))
    ends = norm.ppf([0.05, 0.95])[:, None]
    np.testing.assert_allclose(found.constrained(ends)[:, 0], [low, high], rtol=1e-9)
    draws = found.constrained(np.random.default_rng(1).standard_normal((40_000, 1)))[:, 0]
    assert np.mean((draws >= low) & (draws <= high)) == pytest.approx(0.9, abs=0.006)
    assert np.mean(draws < low) == pytest.approx(0.05, abs=0.005)


def test_medians_are_geometric_for_ratios_and_arithmetic_for_elasticities():
    found = collect_parameters(
        model_with(
            ratio=parameter("lognormal", 0.5, 8),
            share=parameter("probability", 0.2, 0.8),
            slope=parameter("normal", -1, 0.5),
        )
    )
    np.testing.assert_allclose(found.constrained(np.zeros(3)), [2.0, 0.5, -0.25], rtol=1e-12)


@pytest.mark.parametrize("grade, added", [("A", 0.05), ("B", 0.2), ("C", 0.35), ("D", 0.7)])
@pytest.mark.parametrize("kind", ["lognormal", "probability"])
def test_the_grade_widens_a_prior_about_its_middle(kind, grade, added):
    low, high = INTERVALS[kind]
    declared = parameter(kind, low, high, evidence=["e1"])
    model = model_with(p=declared, q=parameter(kind, low, high))
    requested = []

    def grade_of(ids):
        requested.append(tuple(ids))
        return grade

    found = collect_parameters(model, grade_of)
    assert requested == [("e1",)]
    scale = math.log if kind == "lognormal" else logit
    own = (scale(high) - scale(low)) / (norm.ppf(0.95) - norm.ppf(0.05))
    np.testing.assert_allclose(found.scale, [math.sqrt(own**2 + added**2), own], rtol=1e-9)
    np.testing.assert_allclose(found.location, (scale(low) + scale(high)) / 2, rtol=1e-9)


def test_evidence_without_a_grade_widens_nothing():
    model = model_with(p=parameter("lognormal", 0.5, 2, evidence=["e1"]))
    plain = collect_parameters(model, lambda ids: None)
    np.testing.assert_allclose(plain.constrained(norm.ppf([[0.95]])), 2.0, rtol=1e-9)


def test_innovations_are_unknowns_of_their_own_by_year_and_value():
    shifts = {
        "shift": {
            "title": "s", "kind": "independent", "scale": 0.3, "by": "sex", "from": 2001,
            "to": 2003,
        },
        "walk": {"title": "w", "kind": "random_walk", "scale": 0.1, "from": 2000, "to": 2001},
    }  # fmt: skip
    model = small_model(
        parameters={"p": parameter()},
        innovations=shifts,
        transitions={"leaves": {"from": "out", "to": "home", "hazard": ["p", "shift", "walk"]}},
    )
    found = compile_model(model).parameters
    assert found.names == (
        "p",
        *(f"shift[{sex},{year}]" for sex in ("women", "men") for year in (2001, 2002, 2003)),
        "walk[2000]",
        "walk[2001]",
    )
    assert found.innovations.tolist() == [False] + [True] * 8
    np.testing.assert_allclose(found.scale[1:], [0.3] * 6 + [0.1] * 2)
    np.testing.assert_allclose(found.location[1:], 0.0)
