"""Fits to simulated figures: what is simulated, stored, resumed and reported."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy import stats
from tests.teaching import small_settings

from safepassage.analysis.checks.sbc import TruthRanks, calibrate, thinned_ranks
from safepassage.analysis.checks.synthetic_data import simulate_figures
from safepassage.cli.main import main
from safepassage.errors import InputError
from safepassage.inference import fit
from safepassage.inference.sampler.settings import Settings
from safepassage.reports.text.sbc import sbc_text


def test_figures_are_made_anew_each_time_and_nothing_else_changes(three_states):
    first, z = simulate_figures(three_states, 1, 0)
    again, same = simulate_figures(three_states, 1, 0)
    other, different = simulate_figures(three_states, 1, 1)
    assert first.observations == again.observations
    assert first.identity == again.identity != other.identity != three_states.identity
    np.testing.assert_array_equal(z, same)
    assert (z != different).any()
    bounds = {
        n for n, c in three_states.model.channels.items() if c.reporting.kind == "lower_bound"
    }
    assert set(first.observations) == set(three_states.observations) - bounds
    for name, rows in first.observations.items():
        published = three_states.observations[name]
        assert [(r.quantity, r.start, r.end) for r in rows] == [
            (r.quantity, r.start, r.end) for r in published
        ]
        assert [r.value for r in rows] != [r.value for r in published]
        assert all(r.value >= 0 for r in rows)


def test_a_call_goes_on_from_the_fits_that_are_there(three_states, tmp_path, monkeypatch):
    settings = small_settings(draws=20)
    progress: list[float] = []
    calibrate(
        three_states, 2, out=tmp_path, settings=settings,
        progress=lambda stage, done, total: progress.append(done),
    )  # fmt: skip
    assert progress == sorted(progress)
    assert {0, 1, 2} <= set(progress)
    assert len(progress) > 20, "progress within a long fit is reported"
    sampled: list[int] = []
    real = fit.sample
    monkeypatch.setattr(fit, "sample", lambda *a, **k: sampled.append(1) or real(*a, **k))
    three = calibrate(three_states, 3, out=tmp_path, settings=settings)
    assert len(sampled) == 1
    assert three.ranks.shape == (3, len(three_states.model.parameters))
    fresh = calibrate(three_states, 3, out=tmp_path / "other", settings=settings)
    np.testing.assert_array_equal(three.ranks, fresh.ranks)
    assert ((three.ranks >= 0) & (three.ranks <= 1)).all()


def test_ranks_that_are_not_uniform_are_marked():
    rng = np.random.default_rng(1)
    even = rng.random((400, 2))
    narrow = np.stack([even[:, 0], np.where(even[:, 1] < 0.5, 0.01, 0.99)], axis=1)
    good, bad = (truth_ranks(ranks).summary() for ranks in (even, narrow))
    assert good.inside_90 == pytest.approx(0.9, abs=0.03)
    assert min(row.p_uniform for row in good.parameters) > 0.01
    worst = bad.parameters[0]
    assert worst.name == "b"
    assert worst.p_uniform < 1e-6
    assert worst.inside_90 == 0.0
    assert not worst.even
    assert all(row.even for row in good.parameters)
    assert [line[0] for line in sbc_text(bad).splitlines()[-2:]] == ["*", " "]
    assert sum(worst.histogram) == 400
    assert max(map(len, sbc_text(bad).splitlines())) <= 80
    assert "▁" in sbc_text(good) or "█" in sbc_text(good)


def truth_ranks(ranks):
    ones = np.ones(len(ranks), bool)
    draws = np.full(ranks.shape, 99)
    return TruthRanks(("a", "b"), ranks, ones, ranks, draws, ones, Settings())


def autocorrelated(rng, chains, draws, size, phi):
    z = np.empty((chains, draws, size))
    z[:, 0] = rng.standard_normal((chains, size))
    for t in range(1, draws):
        noise = rng.standard_normal((chains, size))
        z[:, t] = phi * z[:, t - 1] + np.sqrt(1 - phi**2) * noise
    return z


def test_thinning_keeps_the_ranks_of_alike_draws_even():
    rng = np.random.default_rng(3)
    size, chains, draws, phi = 3000, 2, 60, 0.9
    z = autocorrelated(rng, chains, draws, size, phi)
    truth = rng.standard_normal(size)
    effective = np.full(size, 7.0)  # in theory 120 * 0.1 / 1.9
    ranks, left = thinned_ranks(z, truth, effective, rng)
    assert set(left) == {8}, "every 18th of each chain"
    assert stats.kstest(ranks, "uniform").pvalue > 0.001
    naive = (z.reshape(-1, size) < truth).mean(axis=0)
    ends = np.mean((naive == 0) | (naive == 1))
    assert ends > 3 * 2 / (chains * draws + 1), "ranks pile up, which thinning is there to prevent"


def test_each_parameter_is_thinned_by_its_own_effective_number():
    rng = np.random.default_rng(4)
    z = rng.standard_normal((4, 50, 3))
    ranks, left = thinned_ranks(z, np.array([9.0, -9.0, 0.0]), np.array([200, 20.0, 1e9]), rng)
    assert left.tolist() == [200, 20, 200]
    assert 200 / 201 < ranks[0] <= 1
    assert 0 <= ranks[1] < 1 / 21


def test_too_few_fits_are_refused(three_states):
    with pytest.raises(InputError, match="at least 2"):
        calibrate(three_states, 1)


def test_a_short_fit_is_requested_and_drawn(three_states, tmp_path, capsys, monkeypatch):
    requested = []

    def fake(study, fits, **options):
        requested.append((fits, options["settings"]))
        options["progress"]("calibration", 1, fits)
        return truth_ranks(np.random.default_rng(1).random((fits, 2)))

    monkeypatch.setattr("safepassage.analysis.checks.sbc.calibrate", fake)
    path = tmp_path / "new" / "ranks.svg"
    arguments = ["check", str(three_states.path), "--calibration", "30", "--draws", "40"]
    assert main([*arguments, "--chains", "4", "--plots", str(path), "--json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["calibration"]["fits"] == 30
    assert "calibration: 1 of 30" in err
    fits, settings = requested[0]
    assert (fits, settings.draws, settings.chains) == (30, 40, 4)
    assert settings.stages == Settings().stages
    assert path.read_text().startswith("<svg")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--plots", "a.svg"], "--plots: goes with --calibration"),
        (["--draws", "50"], "--draws: goes with --calibration"),
        (["--calibration", "2", "--plots", "a.png"], "ends in .svg"),
        (["--calibration", "2", "--draws", "1"], ">= 20"),
    ],
)
def test_options_that_do_not_go_together(
    three_states, tmp_path, capsys, monkeypatch, arguments, says
):
    monkeypatch.chdir(tmp_path)
    assert main(["check", str(three_states.path), *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
    assert says in err
    assert not list(tmp_path.iterdir())
