"""What a published figure measures: sums of flows, means of stocks, shares of sums."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from safepassage.engines import solve
from safepassage.evidence.observations import Observation
from safepassage.inference.compile_likelihood import compile_likelihood
from safepassage.inference.fit import compile_study
from safepassage.network.parameters import HALF_WIDTH_90


def observed(quantity, start, end, value=10.0, low=None, high=None, channel="arrivals_counted",
             evidence=("T10",)):  # fmt: skip
    return Observation(channel, evidence, quantity, start, end, value, low, high, "f.csv", 2)


def with_figures(study, *observations, **reporting):
    """The model with these figures only; reporting overrides that of their channels."""
    found: dict[str, tuple] = {}
    for o in observations:
        found[o.channel] = (*found.get(o.channel, ()), o)
    model = study.model
    if reporting:
        name = observations[0].channel
        channel = model.channels[name]
        changed = channel.model_copy(
            update={"reporting": channel.reporting.model_copy(update=reporting)}
        )
        model = model.model_copy(update={"channels": {**model.channels, name: changed}})
    return dataclasses.replace(study, observations=found, model=model)


def test_windows_sum_flows_average_stocks_and_divide_sums(three_states, three_states_compiled):
    compiled = three_states_compiled
    study = with_figures(
        three_states,
        observed("arrivals", "2002-01", "2002-12"),
        observed("arrivals", "2003-04", "2003-06"),
        observed("hidden_stock", "2003-11", "2004-02"),
        observed("women_share", "2005-01", "2005-12", 0.5, channel="women_among_arrivals"),
    )
    likelihood = compile_likelihood(study, compiled)
    rng = np.random.default_rng(2)
    z = rng.standard_normal((len(compiled.parameters), 3))
    quantities = solve(compiled.network, compiled.program.tables(z)).quantities
    row = {n: quantities[i] for i, n in enumerate(compiled.network.quantity_name)}
    flat = quantities.reshape(-1, 3)
    top, bottom = likelihood.numerator @ flat, likelihood.denominator @ flat
    np.testing.assert_allclose(top[0], row["arrivals"][12:24].sum(axis=0))
    np.testing.assert_allclose(top[1], row["arrivals"][27:30].sum(axis=0))
    np.testing.assert_allclose(top[2], row["hidden_stock"][34:38].mean(axis=0))
    np.testing.assert_allclose(top[3], row["women_arriving"][48:60].sum(axis=0))
    np.testing.assert_allclose(bottom[3], row["arrivals"][48:60].sum(axis=0))
    assert not bottom[:3].any()
    predicted = likelihood.predict(compiled.program.logarithms(z), quantities)
    np.testing.assert_allclose(predicted[3], top[3] / bottom[3])


def test_a_named_spread_is_the_parameter(three_states, three_states_compiled):
    compiled = three_states_compiled
    likelihood = compile_likelihood(
        with_figures(three_states, observed("arrivals", "2002-01", "2002-12", 120.0)), compiled
    )
    name = compiled.parameters.index("arrivals_spread")
    for value in (-1.0, 1.0):
        z = np.zeros((len(compiled.parameters), 1))
        z[name] = value
        spread = compiled.parameters.constrained(z[:, 0])[name]
        rng = np.random.default_rng(1)
        happened = np.zeros((len(compiled.network.quantity_name), compiled.network.steps, 40_000))
        row = compiled.network.quantity_name.index("arrivals")
        happened[row, 12] = rng.poisson(500.0, 40_000)  # all of the year in one month
        logs = compiled.program.logarithms(np.repeat(z, 40_000, 1))
        draws = likelihood.publish(logs, happened, rng)
        assert draws.std() == pytest.approx(np.hypot(np.sqrt(500), 500 * spread), rel=0.03)


def test_a_reported_share_scales_what_is_expected(three_states, three_states_compiled):
    compiled = three_states_compiled
    plain = with_figures(three_states, observed("arrivals", "2002-01", "2002-12"))
    shared = with_figures(
        three_states,
        observed("arrivals", "2002-01", "2002-12"),
        reported=("release_share", 0.5),
    )
    z = np.random.default_rng(0).standard_normal((len(compiled.parameters), 2))
    logs = compiled.program.logarithms(z)
    quantities = solve(compiled.network, compiled.program.tables(z)).quantities
    full = compile_likelihood(plain, compiled).predict(logs, quantities)
    part = compile_likelihood(shared, compile_study(shared)).predict(logs, quantities)
    share = compiled.parameters.constrained(z.T)[:, compiled.parameters.index("release_share")]
    np.testing.assert_allclose(part[0] / full[0], 0.5 * share, rtol=1e-12)


@pytest.mark.parametrize(
    "value, low, high, expected, own",
    [
        (100.0, 50.0, 200.0, 100.0, np.log(4)),
        (None, 50.0, 200.0, 100.0, np.log(4)),
        (90.0, None, None, 90.0, 0.0),
        (90.0, 80.0, None, 90.0, 0.0),
    ],
)
def test_an_interval_of_its_own_and_the_grade_make_a_figures_uncertainty(
    three_states, value, low, high, expected, own
):
    # T13 has grade B, which adds 0.1 to a log standard deviation
    o = observed("arrivals", "2002-01", "2002-12", value, low, high, evidence=("T13",))
    study = with_figures(three_states, o, kind="estimate")
    likelihood = compile_likelihood(study, compile_study(study))
    assert likelihood.value[0] == pytest.approx(expected)
    assert likelihood.log_sd[0] == pytest.approx(np.hypot(own / (2 * HALF_WIDTH_90), 0.1))


def test_every_row_is_a_figure_with_its_evidence(three_states, three_states_compiled):
    likelihood = compile_likelihood(three_states, three_states_compiled)
    assert [(d.quantity, d.start, d.value, d.evidence) for d in likelihood.data] == [
        ("arrivals", "2002-01", 100.0, ("T10",)),
        ("arrivals", "2003-01", 130.0, ("T11",)),
        ("women_arriving", "2004-01", 70.0, ("T12",)),
        ("women_share", "2005-01", 0.55, ("T13",)),
        ("women_share", "2006-01", 0.5, ("T14", "T15")),
    ]
    assert len(likelihood.value) == len(likelihood.kind) == likelihood.numerator.shape[0] == 5


def test_parts_of_a_year_are_shares_of_their_sum(three_states):
    study = with_figures(
        three_states,
        observed("arrivals", "2002-01", "2002-03", 30.0),
        observed("arrivals", "2002-04", "2002-12", 70.0),
        observed("arrivals", "2003-01", "2003-06", 5.0),
        observed("arrivals", "2003-07", "2003-12", 15.0),
        kind="split",
    )
    compiled = compile_study(study)
    likelihood = compile_likelihood(study, compiled)
    assert likelihood.total.tolist() == [0, 0, 1, 1]
    assert likelihood.trials.tolist() == [100.0, 100.0, 20.0, 20.0]
    z = np.random.default_rng(2).standard_normal((len(compiled.parameters), 3))
    quantities = solve(compiled.network, compiled.program.tables(z)).quantities
    arrivals = quantities[compiled.network.quantity_name.index("arrivals")]
    predicted = likelihood.predict(compiled.program.logarithms(z), quantities)
    expected = 100 * arrivals[12:15].sum(axis=0) / arrivals[12:24].sum(axis=0)
    np.testing.assert_allclose(predicted[0], expected, rtol=1e-12)
    np.testing.assert_allclose(predicted[2] + predicted[3], 20.0, rtol=1e-12)


def test_how_a_total_splits_says_nothing_of_its_size(three_states):
    import jax.numpy as jnp

    study = with_figures(
        three_states,
        observed("arrivals", "2002-01", "2002-03", 30.0),
        observed("arrivals", "2002-04", "2002-12", 70.0),
        kind="split",
    )
    compiled = compile_study(study)
    likelihood = compile_likelihood(study, compiled)
    logs = compiled.program.logarithms(np.zeros((len(compiled.parameters), 1)))

    def said(first, rest):
        top, whole = np.array([[first], [rest]]), np.full((2, 1), first + rest)
        return float(np.asarray(likelihood.log_density(logs, top, whole, jnp)).sum())

    assert said(300.0, 700.0) == pytest.approx(said(3.0, 7.0), rel=1e-12)
    assert said(300.0, 700.0) > said(500.0, 500.0) + 1


def test_a_delay_counts_people_in_a_later_span(three_states):
    study = with_figures(
        three_states,
        observed("arrivals", "2003-01", "2003-12"),
        observed("arrivals", "2004-01", "2004-12"),
        observed("hidden_stock", "2004-01", "2004-12"),
        delay_months=6.0,
    )
    compiled = compile_study(study)
    likelihood = compile_likelihood(study, compiled)
    steps = compiled.network.steps
    row = compiled.network.quantity_name.index("arrivals")
    one, two = (
        likelihood.numerator[d].toarray()[0].reshape(-1, steps)[row] for d in (0, 1)
    )  # fmt: skip
    # who arrives in the middle of June 2003 is counted within 6.5 months, or in the year after
    assert one[29] == pytest.approx(1 - np.exp(-6.5 / 6))
    assert two[29] == pytest.approx(np.exp(-6.5 / 6) - np.exp(-18.5 / 6))
    assert one[36:].max() == 0.0
    # what went before is still being counted
    assert one[0] == pytest.approx(np.exp(-23.5 / 6) - np.exp(-35.5 / 6))
    stock = likelihood.numerator[2].toarray()[0].reshape(-1, steps)
    assert sorted(set(stock[stock > 0])) == pytest.approx([1 / 12]), "a stock is there, uncounted"


def test_a_provisional_figure_may_be_revised(three_states):
    final = observed("arrivals", "2002-01", "2002-12", 120.0)
    first = dataclasses.replace(observed("arrivals", "2003-01", "2003-12", 120.0), provisional=True)
    study = with_figures(three_states, final, first, revision=0.03)
    compiled = compile_study(study)
    likelihood = compile_likelihood(study, compiled)
    np.testing.assert_allclose(likelihood.log_sd, [0.0, 0.03])


def test_two_series_that_differ_widen_a_count_by_their_distance(
    three_states, three_states_compiled
):
    both = observed("arrivals", "2002-01", "2002-12", 115.0, 115.0, 189.0)
    likelihood = compile_likelihood(with_figures(three_states, both), three_states_compiled)
    assert likelihood.log_sd[0] == pytest.approx(np.log(189 / 115) / (2 * HALF_WIDTH_90))


def test_a_range_has_ends_and_no_middle_of_its_own(three_states):
    o = observed("arrivals", "2002-01", "2002-12", None, 50.0, 200.0, evidence=("T13",))
    study = with_figures(three_states, o, kind="range")
    likelihood = compile_likelihood(study, compile_study(study))
    np.testing.assert_allclose(likelihood.log_ends[:, 0], np.log([50.0, 200.0]))
    assert likelihood.log_sd[0] == pytest.approx(0.1), "of its grade alone"
