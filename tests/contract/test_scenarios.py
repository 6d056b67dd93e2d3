"""Every scenario of every model folder passes one suite, at draws from the prior."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from safepassage.analysis.compare.extrapolation import distances, verdict
from safepassage.analysis.compare.safeguards import raised_captures
from safepassage.engines.expected import solve
from safepassage.inference.fit import compile_study
from safepassage.model.scenario_schema import with_openings
from safepassage.network.calendar import month_number
from safepassage.network.interventions.scenario_program import changed
from safepassage.network.scenario_quantities import IN_LIMBO, tallied
from safepassage.study.scenarios import catalogue

MODELS = ("three_states", "north_korea")


@pytest.fixture(params=MODELS, scope="module")
def study(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def base(study):
    compiled = compile_study(study)
    z = np.random.default_rng(4).standard_normal((len(compiled.parameters), 8))
    network = tallied(compiled.network, study.model)
    tables = compiled.program.tables(z)
    return compiled, z, solve.solve(network, tables)


@pytest.fixture(scope="module")
def runs(study, base):
    """Every scenario compiled, with its run."""
    answer = {}
    for name, requested in catalogue(study).scenarios.items():
        compiled = base[0]
        if requested.scenario.opens:
            model = with_openings(study.model, requested.scenario)
            compiled = compile_study(dataclasses.replace(study, model=model))
        compiled = changed(compiled, requested.scenario, study.covariates)
        network = tallied(compiled.network, study.model)
        answer[name] = compiled, solve.solve(network, compiled.program.tables(base[1]))
    return answer


def test_nothing_differs_before_anything_changes(study, base, runs):
    first = month_number(study.model.model.start)
    for name, requested in catalogue(study).scenarios.items():
        month = month_number(requested.scenario.first_month) - first
        ours, plain = (run.quantities[:, :month] for run in (runs[name][1], base[2]))
        np.testing.assert_array_equal(ours, plain, err_msg=name)


def test_something_differs_afterwards(study, base, runs):
    for name, (compiled, run) in runs.items():
        differs = not np.array_equal(run.quantities, base[2].quantities)
        z = base[1]
        priced = not np.array_equal(
            compiled.program.extras(z, 90), base[0].program.extras(z, 90)
        )  # fmt: skip
        assert (differs or priced) == (name != "as-it-was"), name


def test_people_are_neither_made_nor_lost(study, base, runs):
    for name, (compiled, run) in runs.items():
        tables = compiled.program.tables(base[1])
        people = solve.people(compiled.network, tables, run)
        np.testing.assert_allclose(
            people.entered, people.inside + people.left, rtol=1e-9, err_msg=name
        )
        assert (run.quantities >= 0).all() and np.isfinite(run.quantities).all(), name
        assert (tables.initial == base[0].program.tables(base[1]).initial).all(), name


def test_a_scenario_that_raises_captures_says_so(study, base, runs):
    listed = catalogue(study)
    for name, requested in listed.scenarios.items():
        raised = raised_captures(runs[name][0], requested.scenario, base[1], listed.captures)
        assert bool(raised) == requested.scenario.comparison_of_harm, (name, raised)


def test_none_is_far_outside_what_the_prior_holds_plausible(study, base, runs):
    listed = catalogue(study)
    months = base[0].network.steps
    for name, requested in listed.scenarios.items():
        found = distances(runs[name][0], requested, base[1], months)
        assert verdict(requested, found, listed.support, 0).verdict in ("inside", "beyond"), name


def test_those_in_between_are_counted_where_the_model_says(study, base):
    compiled, _, run = base
    network = tallied(compiled.network, study.model)
    row = network.quantity_name.index(IN_LIMBO)
    limbo = [
        i
        for i, cell in enumerate(network.cells)
        if cell.state in study.model.states and study.model.states[cell.state].outcome == "limbo"
    ]
    np.testing.assert_allclose(run.quantities[row], run.counts[1:, limbo].sum(axis=1), rtol=1e-12)
