"""What the headline answers depend on: weights, and sampling again where weights are no guide."""

from __future__ import annotations

import dataclasses
import shutil

import numpy as np
import pytest

from safepassage.analysis.checks.refits import stored_refits
from safepassage.analysis.checks.sensitivity import (
    WIDENED,
    WITHOUT,
    changes,
    densities,
    refit_sensitivity,
    sensitivity,
)
from safepassage.analysis.headlines import of_posterior, of_prior
from safepassage.inference.density import Density
from safepassage.inference.refit import Change, Changed, again, key_of, log_ratios, starts
from safepassage.inference.summary import estimate, weighted
from safepassage.model.schema import Output


def test_an_answer_moves_most_with_what_informs_it(posterior):
    answers = sensitivity(posterior)
    safe = {f"{way}.safe" for way in posterior.study.model.ways}
    assert safe <= set(answers)
    for answer in answers.values():
        assert answer.low <= answer.median <= answer.high
        assert 0 <= answer.contraction <= 1
        for shifts in (answer.without_channel, answer.with_wider_prior):
            assert len(shifts.most) <= 5
            assert all(row.k_hat <= 0.7 for row in shifts.most)
            assert not {row.name for row in shifts.most} & set(shifts.untold)
            sizes = [abs(row.shift) + abs(np.log(row.width_ratio)) for row in shifts.most]
            assert sizes == sorted(sizes, reverse=True)
    most = answers["over_the_border.limbo"].with_wider_prior.most
    assert {"departures", "recognition"} & {row.name for row in most[:3]}


def test_weights_stand_for_a_fit_without_the_channel(posterior):
    """A figure that says nothing may be dropped without moving anything."""
    dull = dataclasses.replace(
        posterior, likelihood=dataclasses.replace(posterior.likelihood, spread=np.full_like(
            posterior.likelihood.spread, 50.0), spread_slot=0 * posterior.likelihood.spread_slot,
            trials=0 * posterior.likelihood.trials),
    )  # fmt: skip
    for answer in sensitivity(dull).values():
        assert answer.without_channel.untold == ()
        for row in answer.without_channel.most:
            assert abs(row.shift) < 0.05


def test_without_a_channel_its_figures_fit_worse(posterior):
    each = densities(posterior)
    told = changes(posterior, WITHOUT)
    assert set(told) == {datum.channel for datum in posterior.likelihood.data}
    for name, (_, weights, _) in told.items():
        rows = [d for d, datum in enumerate(posterior.likelihood.data) if datum.channel == name]
        own = each[rows].sum(axis=0)
        assert weights.sum() == pytest.approx(1)
        assert (weights * own).sum() < own.mean() - 0.05


def test_weights_move_a_median_where_they_lie():
    draws = np.arange(1000.0)
    even = weighted(draws, np.full(1000, 1e-3))
    assert even["median"] == pytest.approx(499.5, abs=1)
    assert (even["low"], even["high"]) == (pytest.approx(49.5, abs=1), pytest.approx(949.5, abs=1))
    late = weighted(draws, draws / draws.sum())
    assert late["median"] == pytest.approx(1000 / np.sqrt(2), abs=2)
    assert np.isnan(weighted(np.full(3, np.nan), np.ones(3))["median"])


@pytest.fixture(scope="module")
def heavy(posterior, tmp_path_factory):
    """The fit in a folder of its own, as if weights were no guide for one channel and one prior."""
    folder = tmp_path_factory.mktemp("heavy") / posterior.path.name
    shutil.copytree(posterior.path, folder)
    wanted = {WITHOUT: "arrivals_counted", WIDENED: "departures"}

    def only(fit, kind):
        name = wanted[kind]
        return {name: (*changes(fit, kind)[name][:2], 0.9)}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("safepassage.analysis.checks.sensitivity.changes", only)
        yield dataclasses.replace(posterior, path=folder)


def killed_at(stage, count):
    """A progress that fails when so much of a refit has been done."""

    def report(name, done, total):
        if stage in name and done >= count:
            raise KeyboardInterrupt

    return report


def test_sampling_again_tells_what_weights_cannot(posterior, heavy):
    before = sensitivity(heavy)["over_the_border.safe"]
    assert before.without_channel.untold == ("arrivals_counted",)
    assert before.without_channel.most == ()
    with pytest.raises(KeyboardInterrupt):
        refit_sensitivity(heavy, progress=killed_at("arrivals_counted", 60))
    with pytest.raises(KeyboardInterrupt):
        refit_sensitivity(heavy, progress=killed_at("departures", 30))
    seen: list[str] = []
    refits = refit_sensitivity(heavy, progress=lambda name, *_: seen.append(name))
    assert [(r.kind, r.name) for r in refits] == [
        (WITHOUT, "arrivals_counted"), (WIDENED, "departures"),
    ]  # fmt: skip
    assert not any("arrivals_counted" in name for name in seen)  # kept from the second call
    for row in refits:
        assert row.max_rhat < 1.2
        assert row.acceptance > 0.7
    assert not (heavy.path / "again").exists() or not list((heavy.path / "again").iterdir())
    after = sensitivity(heavy)
    for answer in after.values():
        for kind in (WITHOUT, WIDENED):
            shifts = getattr(answer, kind)
            assert shifts.untold == ()
            assert all(row.refitted and row.k_hat == 0.9 for row in shifts.most)
    assert any(answer.without_channel.most for answer in after.values())


def test_a_refit_says_what_good_weights_say(posterior, heavy):
    refit_sensitivity(heavy)
    change, weights, _ = changes(posterior, WIDENED)["departures"]
    made = stored_refits(heavy, {"departures": change})["departures"]
    ratios = []
    for name, values in of_posterior(posterior).items():
        found = made.of(name)
        assert found is not None
        expected, drawn = weighted(values, weights), estimate(found[0])
        width = expected["high"] - expected["low"]
        assert drawn.median == pytest.approx(expected["median"], abs=0.12 * width), name
        ratios.append((drawn.high - drawn.low) / width)
    # A hundred effective draws know the width of one interval to a sixth, of all of them better.
    assert np.abs(np.log(ratios)).max() < np.log(1.6)
    assert np.abs(np.log(ratios).mean()) < np.log(1.2)


def test_chains_that_do_not_agree_are_not_believed(heavy):
    refit_sensitivity(heavy)
    change = changes(heavy, WITHOUT)["arrivals_counted"][0]
    made = stored_refits(heavy, {"x": change})["x"]
    torn = made.values + np.arange(made.values.shape[1])[None, :, None] * made.values.std()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "safepassage.analysis.checks.sensitivity.stored_refits",
            lambda *_: {"arrivals_counted": dataclasses.replace(made, values=torn)},
        )
        answer = sensitivity(heavy)["over_the_border.safe"]
    assert answer.without_channel.untold == ("arrivals_counted",)


def test_an_interrupted_refit_ends_as_one_that_was_not(posterior, heavy):
    density = Density(posterior.study, posterior.compiled)
    change = changes(posterior, WITHOUT)["women_among_arrivals"][0]
    even = np.full(posterior.z.shape[1], 1.0)
    first = starts(posterior.z, even, 8, key_of(posterior, change))
    assert len(np.unique(first[0])) == 8
    whole = again(heavy, density, change, first, draws=10)
    with pytest.raises(KeyboardInterrupt):
        again(heavy, density, change, first, draws=10, progress=killed_at("sampling", 35))
    resumed = again(heavy, density, change, first, draws=10)
    np.testing.assert_array_equal(whole.z, resumed.z)


def test_a_changed_density_has_the_gradient_of_its_value(posterior):
    density = Density(posterior.study, posterior.compiled)
    rows = changes(posterior, WITHOUT)["arrivals_counted"][0].without
    changed = Changed(density, Change(without=rows, wider=1, times=1.5))
    z = posterior.z[:, :2]
    value, gradient = changed(z)
    for p in (0, 1, 2):
        step = np.zeros_like(z)
        step[p] = 1e-5
        slope = (changed(z + step)[0] - changed(z - step)[0]) / 2e-5
        np.testing.assert_allclose(gradient[p], slope, rtol=1e-4, atol=1e-5)
    each = density.pointwise(z)
    ratio = log_ratios(Change(without=rows, wider=1, times=1.5), z, each)
    np.testing.assert_allclose(value - density(z)[0], ratio, rtol=1e-9, atol=1e-9)
    assert changed.information(z[:, 0])[list(rows)].max() == 0


def test_memories_are_answers_too(posterior):
    model = posterior.study.model
    output = Output(title="Years", quantity="years_in_hiding", unit="years", per="year")
    report = model.report.model_copy(update={"outputs": ("years",)})
    update = {"outputs": {**model.outputs, "years": output}, "report": report}
    other = model.model_copy(update=update)
    changed = dataclasses.replace(
        posterior, study=dataclasses.replace(posterior.study, model=other),
        compiled=dataclasses.replace(posterior.compiled, model=other),
    )  # fmt: skip
    before, after = of_prior(changed), of_posterior(changed)
    last = changed.outputs["years"][-1]
    assert np.median(after["years"]) == pytest.approx(last.median)
    spread = [x["years"].std() / np.median(x["years"]) for x in (before, after)]
    assert spread[0] > 1.3 * spread[1]
    assert set(sensitivity(changed)) == set(after)
