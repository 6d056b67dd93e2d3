"""What awaits those who take a way: against one person walked forward, month by month."""

from __future__ import annotations

import numpy as np
import pytest
from tests.forward import edges_into, outcomes, walk

from safepassage.analysis.cohorts import Cohorts
from safepassage.engines.expected import solve

AS_OF = "2006-08"
LAST = 67
"""Month row of that date; the cohort's conditions are those of rows 56 to 67."""


@pytest.fixture(scope="module")
def requested(teaching):
    from safepassage.inference.fit import compile_study

    compiled = compile_study(teaching)
    z = np.random.default_rng(11).standard_normal((len(compiled.parameters), 2))
    run = solve.solve(compiled.network, compiled.program.tables(z))
    return compiled, z, run, Cohorts(compiled, z, run, AS_OF)


def walked(requested, way, lane, **more):
    compiled, z, run, _ = requested
    where, moved = walk(compiled, z, run, way, lane, last=LAST, **more)
    of = outcomes(compiled)
    return {o: where[of == o].sum() for o in ("dead", "returned", "limbo", "safe")}, moved


@pytest.mark.parametrize("lane", [0, 1])
@pytest.mark.parametrize("way", ["over_the_border", "let_go", "once_arrested"])
def test_answers_are_those_of_a_person_walked_forward(requested, way, lane):
    compiled, z, _, cohorts = requested
    answers = cohorts.answers()
    i = answers.ways.index(way)
    ended, moved = walked(requested, way, lane)
    for outcome, wanted in ended.items():
        told = answers.measures[outcome][i, lane]
        assert told == pytest.approx(wanted, rel=1e-9, abs=1e-12)
    safe = edges_into(compiled, "safe")
    months = (np.arange(len(moved)) + 1) @ moved[:, safe].sum(axis=1)
    told = answers.measures["months_to_safety"][i, lane]
    assert told == pytest.approx(months / ended["safe"], rel=1e-9)
    paid = [e for e, name in enumerate(compiled.network.edge_name) if name == "crossing.across"]
    row = compiled.program.extra_names.index(("payment", "to_broker", "men"))
    price = compiled.program.extras(z, LAST - 5)[row, lane]
    told = answers.measures["cost_usd"][i, lane]
    assert told == pytest.approx(price * moved[:, paid].sum(), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("way", ["over_the_border", "let_go"])
def test_ever_returned_is_a_first_return(requested, way):
    answers = requested[3].answers()
    for lane in (0, 1):
        ended, _ = walked(requested, way, lane, ends=("detained",))
        told = answers.measures["ever_returned"][answers.ways.index(way), lane]
        assert told == pytest.approx(ended["returned"], rel=1e-9)


def test_one_sex_is_its_own_groups(requested):
    answers = requested[3].answers("male")
    ended, _ = walked(requested, "over_the_border", 0, groups=("men", "soldiers"))
    told = answers.measures["limbo"][answers.ways.index("over_the_border"), 0]
    assert told == pytest.approx(ended["limbo"], rel=1e-9)


def test_everybody_is_women_and_men_by_how_many_set_out(requested):
    every, women, men = (requested[3].answers(sex) for sex in (None, "female", "male"))
    for i in range(len(every.ways)):
        a, b = women.attempts_per_year[i], men.attempts_per_year[i]
        np.testing.assert_allclose(every.attempts_per_year[i], a + b, rtol=1e-9)
        for measure in ("dead", "safe", "cost_usd", "relatives_punished"):
            mixed = (a * women.measures[measure][i] + b * men.measures[measure][i]) / (a + b)
            np.testing.assert_allclose(every.measures[measure][i], mixed, rtol=1e-9, atol=1e-12)


def test_attempts_are_the_people_of_the_twelve_months(requested):
    compiled, _, run, cohorts = requested
    answers = cohorts.answers()
    names = [n for n in compiled.network.quantity_name if n.startswith("way:once_arrested:")]
    rows = [compiled.network.quantity_name.index(n) for n in names]
    set_out = run.quantities[rows, LAST - 11 : LAST + 1].sum(axis=(0, 1))
    told = answers.attempts_per_year[answers.ways.index("once_arrested")]
    np.testing.assert_allclose(told, set_out, rtol=1e-12)


def test_relatives_are_those_declared(requested):
    answers = requested[3].answers()
    told = dict(zip(answers.ways, answers.measures["relatives_punished"], strict=True))
    wanted = {"over_the_border": 0.2, "once_arrested": 1.5, "let_go": 0.0, "second_try": 0.4}
    for way, number in wanted.items():
        np.testing.assert_allclose(told[way], number, rtol=1e-12)


def test_the_date_needs_twelve_months_before_it(requested):
    compiled, z, run, _ = requested
    Cohorts(compiled, z, run, "2001-12")
    for date in ("2001-11", "2009-01"):
        with pytest.raises(ValueError, match="twelve months"):
            Cohorts(compiled, z, run, date)


def test_another_date_has_other_conditions(requested):
    compiled, z, run, later = requested
    earlier = Cohorts(compiled, z, run, "2002-12").answers()  # before the border was closed
    i = earlier.ways.index("over_the_border")
    assert (earlier.measures["dead"][i] < later.answers().measures["dead"][i]).all()
