"""Every model folder passes one suite: people are kept, ways add up, mechanisms matter."""

from __future__ import annotations

import dataclasses
from functools import cache

import numpy as np
import pytest

from safepassage.analysis.cohorts import Cohorts
from safepassage.engines.expected import solve
from safepassage.inference.fit import compile_study
from safepassage.inference.outputs import spans
from safepassage.model.ablation import without
from safepassage.model.fields import iter_products
from safepassage.model.schema import Model
from safepassage.study.loader import load_study

MODELS = ("three_states", "north_korea")
NORTH_KOREA = load_study("north-korea")


@pytest.fixture(params=MODELS, scope="module")
def study(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def drawn(study):
    """The compiled model at eight prior draws: compiled, z, tables, run."""
    compiled = compile_study(study)
    z = np.random.default_rng(21).standard_normal((len(compiled.parameters), 8))
    tables = compiled.program.tables(z)
    return compiled, z, tables, solve.solve(compiled.network, tables)


def test_people_are_neither_made_nor_lost_at_prior_draws(drawn):
    compiled, _, tables, run = drawn
    network = compiled.network
    entered = solve.flows(network, tables, np.arange(network.steps)).entries.sum(axis=1)
    started = tables.initial.sum(axis=0)
    total = started + np.concatenate([0 * started[None], np.cumsum(entered, axis=0)])
    np.testing.assert_allclose(run.counts.sum(axis=1), total, rtol=1e-9)
    assert (run.counts >= 0).all() and np.isfinite(run.quantities).all()
    assert (entered > 0).any()


def test_nobody_is_in_a_place_of_another_group(drawn, study):
    compiled, *_ = drawn
    for cell in compiled.network.cells:
        allowed = {**study.model.states, **study.model.branches}[cell.state].groups
        attributes = study.model.groups[cell.group]
        assert all(attributes.get(name) in values for name, values in allowed.items())


def test_outcomes_of_every_way_add_up_in_every_draw(drawn, study):
    compiled, z, _, run = drawn
    dates = (study.model.model.as_of, *study.model.model.also_as_of)
    sexes = {g["sex"] for g in study.model.groups.values()}
    for date in dates:
        cohorts = Cohorts(compiled, z, run, date)
        for sex in (None, *sexes):
            answers = cohorts.answers(sex)
            measures = answers.measures
            shares = np.stack([measures[o] for o in ("dead", "returned", "limbo", "safe")])
            requested = answers.attempts_per_year > 0
            assert requested.all() or sex is not None, f"a way that nobody takes in {date}"
            np.testing.assert_allclose(shares.sum(axis=0)[requested], 1.0, rtol=1e-9)
            assert (shares[:, requested] >= 0).all() and (shares[:, requested] <= 1 + 1e-12).all()
            ever = measures["ever_returned"][requested]
            assert (ever >= measures["returned"][requested] - 1e-12).all()
            assert (ever <= 1 + 1e-12).all()
            assert (measures["relatives_punished"][requested] >= 0).all()
            assert (measures["cost_usd"][requested] >= 0).all()
            months = measures["months_to_safety"][requested]
            known = ~np.isnan(months)
            longest = max(w.horizon_months for w in study.model.ways.values())
            assert ((months[known] >= 1) & (months[known] <= longest)).all()


# --- mechanisms: each claim of a model, switched off, changes what it says it does


def at_medians(study, model: Model):
    """The model at its prior medians; a second lane has innovations of one standard deviation."""
    compiled = compile_study(dataclasses.replace(study, model=model))
    innovations = compiled.parameters.innovations
    z = np.stack([np.zeros(len(innovations)), 1.0 * innovations], axis=1)
    return compiled, z, solve.solve(compiled.network, compiled.program.tables(z))


def look(study, model: Model, name: str) -> np.ndarray:
    """(..., 2) an output's series, or a measure of a way."""
    compiled, z, run = at_medians(study, model)
    if name in model.outputs:
        series = spans(compiled, model.outputs[name], run.quantities)
        return np.array([values for _, values in series])
    way, _, measure = name.partition(".")
    answers = Cohorts(compiled, z, run, model.model.as_of).answers()
    if measure == "attempts_per_year":
        return answers.attempts_per_year[answers.ways.index(way)]
    return answers.measures[measure][answers.ways.index(way)]


@cache
def with_all_of_it(name: str) -> np.ndarray:
    return look(NORTH_KOREA, NORTH_KOREA.model, name)


@pytest.mark.parametrize("mechanism", NORTH_KOREA.model.mechanisms)
def test_switching_a_mechanism_off_shows_where_it_says(mechanism):
    model = NORTH_KOREA.model
    declared = model.mechanisms[mechanism]
    whole = with_all_of_it(declared.shows_in)
    cut = look(NORTH_KOREA, without(model, mechanism), declared.shows_in)
    assert np.isfinite(cut).all(), "nobody takes that way any more; show it elsewhere"
    change = np.abs(cut - whole).reshape(-1, 2).max(axis=0) / np.abs(whole).max()
    # yearly innovations are one at their medians: only the second lane can show them
    lane = 1 if set(declared.neutral) <= set(model.innovations) and not declared.remove else 0
    assert change[lane] > 1e-5


@pytest.mark.parametrize("mechanism", ["border_losses", "ice_crossing"])
def test_the_teaching_models_mechanisms_show(three_states, mechanism):
    name = three_states.model.mechanisms[mechanism].shows_in
    whole = look(three_states, three_states.model, name)
    cut = look(three_states, without(three_states.model, mechanism), name)
    assert np.abs(cut - whole).max() > 0.01 * np.abs(whole).max()


def test_every_way_has_a_mechanism():
    covered = {way for m in NORTH_KOREA.model.mechanisms.values() for way in m.ways}
    assert covered == set(NORTH_KOREA.model.ways)


@pytest.mark.parametrize("mechanism", NORTH_KOREA.model.mechanisms)
def test_what_is_switched_off_is_gone_and_nothing_else(mechanism):
    model = NORTH_KOREA.model
    declared, cut = model.mechanisms[mechanism], without(model, mechanism)
    used = {item for placed in iter_products(cut) for item in placed.product}
    assert not used & set(declared.neutral)
    names = {
        *cut.transitions, *cut.entries, *cut.initial,
        *(f"{b}.{o}" for b, branch in cut.branches.items() for o in branch.outcomes),
    }  # fmt: skip
    assert not names & set(declared.remove)
    for before, after in zip(iter_products(_pruned(model, cut)), iter_products(cut), strict=True):
        kept = tuple(i for i in before.product if i not in declared.neutral)
        assert after.field == before.field
        assert after.product == (kept or ((1.0,) if before.product else ()))
    assert cut.parameters == model.parameters and cut.innovations == model.innovations


def _pruned(model: Model, cut: Model) -> Model:
    """The whole model less the moves that `cut` lacks."""
    branches = {
        n: b.model_copy(
            update={"outcomes": {o: b.outcomes[o] for o in cut.branches[n].outcomes}}
        )
        for n, b in model.branches.items()
    }  # fmt: skip
    sections = ("transitions", "entries", "initial")
    moves = {s: {n: getattr(model, s)[n] for n in getattr(cut, s)} for s in sections}
    return model.model_copy(update={"branches": branches, **moves})


def test_the_vector_of_unknowns_stays_the_same():
    whole = compile_study(NORTH_KOREA).parameters
    for mechanism in ("bribe_gamble", "yearly_innovations", "price_pull"):
        cut = without(NORTH_KOREA.model, mechanism)
        again = compile_study(dataclasses.replace(NORTH_KOREA, model=cut)).parameters
        assert again.names == whole.names
        np.testing.assert_array_equal(again.scale, whole.scale)
