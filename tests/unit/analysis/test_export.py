"""ArviZ itself opens what was exported, and judges it as we do."""

from __future__ import annotations

import dataclasses
import json
import warnings

import numpy as np
import pytest

from safepassage import api
from safepassage.cli import export as command
from safepassage.cli.main import main
from safepassage.errors import InputError
from safepassage.inference.diagnostics import diagnose
from safepassage.store import posterior as store
from safepassage.store import run_root

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import arviz as az

GROUPS = {
    "posterior", "unconstrained_posterior", "sample_stats", "prior", "log_likelihood",
    "posterior_predictive", "observed_data",
}  # fmt: skip


@pytest.fixture(scope="module")
def written(posterior, tmp_path_factory):
    path = tmp_path_factory.mktemp("export") / "deep" / "fit.nc"
    return path, api.export(posterior, path)


@pytest.fixture(scope="module")
def opened(written):
    return az.from_netcdf(written[0])


def test_arviz_finds_every_group_with_names_units_and_labels(opened, written, posterior):
    assert set(opened.groups()) == set(written[1].groups) == GROUPS
    group = opened.posterior
    chains, draws, _ = posterior.draws.z.shape
    assert group.departures.dims == ("chain", "draw")
    assert group.departures.shape == (chains, draws)
    assert group.departures.attrs["units"] == "persons per year"
    assert group.departures.attrs["title"] == "People who set out"
    assert group.departures.attrs["rests_on"] == "T01"
    assert group.arrest_hazard.attrs["rests_on"].startswith("assumed: ")
    assert group.attrs["model_hash"] == posterior.study.model_hash
    assert group.attrs["seed"] == posterior.seed
    assert set(opened.prior.data_vars) == set(group.data_vars)
    low, high = np.quantile(opened.prior.departures, (0.05, 0.95))
    assert low < 250 < 500 < high
    assert opened.sample_stats.diverging.dtype == bool


def test_innovations_are_labelled_by_attribute_and_year(opened, posterior):
    shift = opened.posterior.yearly_shift
    assert shift.dims == ("chain", "draw", "yearly_shift_sex", "yearly_shift_year")
    parameters = posterior.compiled.parameters
    for sex in shift.yearly_shift_sex.values:
        for year in shift.yearly_shift_year.values:
            p = parameters.index(f"yearly_shift[{sex},{year}]")
            np.testing.assert_allclose(
                shift.sel(yearly_shift_sex=sex, yearly_shift_year=year),
                parameters.scale[p] * posterior.draws.z[:, :, p],
            )


def test_arviz_and_we_agree_on_convergence(opened, posterior):
    ours = posterior.diagnostics
    rhat = az.rhat(opened.unconstrained_posterior).z
    assert rhat.unknown.values.tolist() == list(posterior.compiled.parameters.names)
    np.testing.assert_allclose(rhat, ours.rhat, rtol=1e-6)
    bulk = az.ess(opened.unconstrained_posterior, method="bulk").z
    tail = az.ess(opened.unconstrained_posterior, method="tail").z
    np.testing.assert_allclose(bulk, ours.bulk_ess, rtol=1e-6)
    # Where the 5 % quantile is a place that a chain stayed at, ArviZ's interpolation may miss it by
    # one bit, and with it the whole stay.
    np.testing.assert_allclose(tail, ours.tail_ess, rtol=0.15)
    assert np.isclose(tail, ours.tail_ess, rtol=1e-6).mean() > 0.8
    names = list(posterior.study.model.parameters)
    summary = az.summary(opened, var_names=names)
    natural = np.stack([opened.posterior[name].values for name in names], axis=-1)
    np.testing.assert_allclose(summary.r_hat[names], diagnose(natural).rhat, atol=0.0051)


def test_loo_runs_over_all_figures_and_agrees_with_our_densities(opened, posterior):
    from safepassage.inference.density import Density

    loo = az.loo(opened, pointwise=True)
    data = posterior.likelihood.data
    assert loo.n_data_points == len(data)
    assert loo.loo_i.figure_channel.values.tolist() == [d.channel for d in data]
    assert np.isfinite(loo.elpd_loo)
    density = Density(posterior.study, posterior.compiled)
    z = np.ascontiguousarray(posterior.draws.z[3, 7][:, None])
    np.testing.assert_allclose(
        opened.log_likelihood.figures.isel(chain=3, draw=7), density.pointwise(z)[:, 0]
    )


def test_figures_stand_beside_what_would_be_published(opened, posterior):
    for name, rows in posterior.study.observations.items():
        observed = opened.observed_data[name]
        assert observed.values.tolist() == [row.value for row in rows]
        dim = f"{name}_figure"
        assert observed.dims == (dim,)
        assert observed[f"{dim}_quantity"].values.tolist() == [row.quantity for row in rows]
        assert observed[f"{dim}_start"].values.tolist() == [row.start for row in rows]
        assert len(set(observed[dim].values)) == len(rows)
        drawn = opened.posterior_predictive[name]
        assert drawn.dims == ("chain", "draw", dim)
        ours = [np.median(d) for d in posterior.predictions[1]]
        channels = [d.channel for d in posterior.likelihood.data]
        ours = [m for m, c in zip(ours, channels, strict=True) if c == name]
        np.testing.assert_allclose(drawn.median(("chain", "draw")), ours, rtol=0.25)
    hidden = opened.posterior_predictive["hidden_people"]
    assert hidden.attrs["units"] == "persons"
    assert hidden["hidden_people_time"].values.tolist()[0] == "2001"


def test_rare_figures_are_exported_summed_over_years(posterior, tmp_path):
    model = posterior.study.model
    channel = model.channels["arrivals_counted"].model_copy(update={"pooled_years": 2})
    channels = {**model.channels, "arrivals_counted": channel}
    pooled = dataclasses.replace(
        posterior,
        study=dataclasses.replace(
            posterior.study, model=model.model_copy(update={"channels": channels})
        ),
    )
    api.export(pooled, tmp_path / "pooled.nc")
    opened = az.from_netcdf(tmp_path / "pooled.nc")
    observed = opened.observed_data.arrivals_counted
    assert observed.values.tolist() == [230, 70]
    assert observed.arrivals_counted_figure_start.values.tolist() == ["2002-01", "2004-01"]
    assert observed.arrivals_counted_figure_end.values.tolist() == ["2003-12", "2004-12"]
    assert opened.log_likelihood.sizes["figure"] == len(posterior.likelihood.data) - 1
    whole = opened.log_likelihood.figures.sum("figure")
    assert whole.shape == posterior.draws.z.shape[:2]


def test_a_zarr_folder_holds_the_same_and_opens_as_a_tree(posterior, opened, tmp_path):
    import xarray as xr

    path = tmp_path / "fit.zarr"
    api.export(posterior, path)
    tree = xr.open_datatree(path, engine="zarr")
    again = az.InferenceData.from_datatree(tree)
    assert set(again.groups()) == GROUPS
    for group in GROUPS:
        xr.testing.assert_equal(again[group].load(), opened[group].load())


def test_what_stands_there_is_kept_unless_forced(posterior, written, tmp_path, monkeypatch):
    path = tmp_path / "fit.nc"
    path.write_text("mine")
    with pytest.raises(InputError, match="--force to replace it"):
        api.export(posterior, path)
    assert path.read_text() == "mine"
    whole = store._dataset
    monkeypatch.setattr(
        store, "_dataset",
        lambda group, *a: whole(group, *a) if group != "observed_data" else 1 / 0,
    )  # fmt: skip
    with pytest.raises(ZeroDivisionError):
        api.export(posterior, path, force=True)
    assert path.read_text() == "mine", "a write that failed left half a file"
    assert [p.name for p in tmp_path.iterdir()] == ["fit.nc"]
    monkeypatch.undo()
    api.export(posterior, path, force=True)
    assert path.read_bytes()[:4] == b"\x89HDF"


@pytest.mark.parametrize(
    ("name", "there", "force", "says"),
    [
        ("fit.csv", None, False, "neither in .nc nor in .zarr"),
        ("fit.nc", "file", False, "is there already"),
        ("fit.nc", "folder", True, "a folder of something else"),
        ("fit.zarr", "folder", True, "a folder of something else"),
        ("fit.zarr", "file", True, "where a Zarr store is a folder"),
        ("taken/fit.nc", "parent", False, "taken is a file"),
    ],
)
def test_a_target_that_will_not_do_is_refused_before_the_fit(
    tmp_path, three_states, capsys, monkeypatch, name, there, force, says
):
    def fit(*_):
        raise AssertionError("a fit was begun")

    monkeypatch.setattr(command, "fit_or_load", fit)
    path = tmp_path / name
    if there == "parent":
        path.parent.write_text("")
    elif there == "folder":
        path.mkdir()
        (path / "letter.txt").write_text("")
    elif there == "file":
        path.write_text("")
    before = sorted(tmp_path.rglob("*"))
    more = ["--force"] if force else []
    assert main(["export", str(three_states.path), "--out", str(path), *more]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
    assert says in err
    assert sorted(tmp_path.rglob("*")) == before


def test_the_command_tells_how_to_open_it(posterior, tmp_path, capsys, monkeypatch):
    requested = []
    monkeypatch.setattr(
        command, "fit_or_load", lambda model, options: requested.append(run_root()) or posterior
    )
    path = tmp_path / "fit.nc"
    arguments = ["export", "island", "--out", str(path), "--runs", str(tmp_path / "mine")]
    assert main([*arguments, "--json"]) == 0
    out, _ = capsys.readouterr()
    value = json.loads(out)
    assert value["file"] == str(path)
    assert set(value["groups"]) == GROUPS
    assert value["fit"]["draws"] == posterior.draws.z.shape[1]
    assert requested == [tmp_path / "mine"]
    assert main([*arguments, "--force"]) == 0
    out, _ = capsys.readouterr()
    assert f'arviz.from_netcdf("{path}")' in out
    assert "export.json" not in [p.name for p in tmp_path.rglob("*")]
