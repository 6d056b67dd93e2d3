"""The posterior is written as ArviZ reads it: one group per kind, chain and draw first."""

import numpy as np
import pytest

from safepassage.store import RunFolder

DRAWS = np.random.default_rng(1).normal(size=(4, 25))
YEARLY = np.random.default_rng(2).normal(size=(4, 25, 3))


def save(folder, hazard=DRAWS):
    return folder.save_posterior(
        {"hazard": hazard, "yearly": YEARLY},
        {"diverging": np.zeros((4, 25), dtype=bool)},
        {"arrivals": np.array([1.0, 2.0, 3.0])},
        dims={"yearly": ("year",), "arrivals": ("year",)},
        coords={"year": [2001, 2002, 2003], "unused": [1]},
        attrs={"inference_library": "safepassage"},
    )


def test_groups_dimensions_and_values(tmp_path):
    import xarray as xr

    path = save(RunFolder(tmp_path, "key"))
    posterior = xr.open_zarr(path, group="posterior").load()
    assert posterior["hazard"].dims == ("chain", "draw")
    assert posterior["yearly"].dims == ("chain", "draw", "year")
    assert posterior["draw"].values.tolist() == list(range(25))
    assert posterior["year"].values.tolist() == [2001, 2002, 2003]
    assert posterior.attrs["inference_library"] == "safepassage"
    assert np.array_equal(posterior["hazard"].values, DRAWS)
    assert xr.open_zarr(path, group="sample_stats")["diverging"].dtype == bool
    assert xr.open_zarr(path, group="observed_data")["arrivals"].dims == ("year",)
    assert {p.name for p in path.iterdir() if p.is_dir()} == {
        "posterior",
        "sample_stats",
        "observed_data",
    }


def test_a_second_posterior_replaces_the_first_as_a_whole(tmp_path):
    import xarray as xr

    folder = RunFolder(tmp_path, "key")
    save(folder)
    path = save(folder, hazard=DRAWS + 1)
    assert np.array_equal(xr.open_zarr(path, group="posterior")["hazard"].values, DRAWS + 1)
    assert [p.name for p in folder.path.iterdir()] == ["posterior.zarr"]


def test_wrong_dimensions_leave_the_old_posterior(tmp_path):
    folder = RunFolder(tmp_path, "key")
    save(folder)
    with pytest.raises(ValueError, match="lacks the dimensions"):
        save(folder, hazard=DRAWS[0])
    assert [p.name for p in folder.path.iterdir()] == ["posterior.zarr"]
