"""A posterior as Zarr groups, or as one netCDF file, in the layout that ArviZ opens."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from safepassage.errors import Fault, InputError
from safepassage.store.atomic import PART_SUFFIX

if TYPE_CHECKING:
    import xarray as xr

SAMPLED = (
    "posterior",
    "unconstrained_posterior",
    "sample_stats",
    "log_likelihood",
    "posterior_predictive",
    "prior",
)
"""Groups whose arrays begin with the dimensions chain and draw."""
NETCDF, ZARR = ".nc", ".zarr"

Groups = Mapping[str, Mapping[str, NDArray[Any]]]
"""Arrays by group and name; those of `SAMPLED` groups have shape (chain, draw, ...)."""


def write_posterior(
    path: Path,
    groups: Groups,
    *,
    dims: Mapping[str, tuple[str, ...]] | None = None,
    coords: Mapping[str, Any] | None = None,
    attrs: Mapping[str, Any] | None = None,
    described: Mapping[str, Mapping[str, Any]] | None = None,
) -> Path:
    """Write one Zarr store with a group per entry; the old store is replaced as a whole.

    Args:
        path: Folder of the store.
        groups: Arrays by group and name.
        dims: Names of the dimensions after chain and draw (of all, in other groups), by array;
            without them `NAME_dim_0`, `NAME_dim_1`, ... as ArviZ does.
        coords: Labels by dimension, used where an array has that dimension; (dimension, labels)
            for further labels of a dimension.
        attrs: Attributes of every group.
        described: Attributes of arrays, by name.

    Returns:
        `path`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{path.name}.", suffix=".new", dir=path.parent))
    try:
        for group, arrays in groups.items():
            dataset = _dataset(group, arrays, dims or {}, coords or {}, attrs, described or {})
            # Zarr format 2 with consolidated metadata: what every ArviZ of today reads.
            dataset.to_zarr(fresh, group=group, mode="a", zarr_format=2, consolidated=True)
        fresh.chmod(_folder_mode())
        _swap(fresh, path)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return path


def write_netcdf(
    path: Path,
    groups: Groups,
    *,
    dims: Mapping[str, tuple[str, ...]] | None = None,
    coords: Mapping[str, Any] | None = None,
    attrs: Mapping[str, Any] | None = None,
    described: Mapping[str, Mapping[str, Any]] | None = None,
) -> Path:
    """As `write_posterior`, as one netCDF file with a group per entry, in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{path.name}.", suffix=PART_SUFFIX, dir=path.parent))
    try:
        fresh = folder / path.name
        for number, (group, arrays) in enumerate(groups.items()):
            dataset = _dataset(group, arrays, dims or {}, coords or {}, attrs, described or {})
            dataset.to_netcdf(fresh, group=group, mode="a" if number else "w", engine="h5netcdf")
        fresh.replace(path)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return path


def check_target(path: Path, *, force: bool) -> None:
    """See that a posterior can be exported to a path, before any work is done.

    Args:
        path: a name that ends in `.nc` (one netCDF file) or `.zarr` (a folder).
        force: whether what stands there may be replaced.

    Raises:
        InputError: another ending, something in the way, or a folder that is none.
    """
    faults: list[Fault] = []
    if path.suffix not in (NETCDF, ZARR):
        message = "ends neither in .nc nor in .zarr; give a netCDF file or a Zarr folder"
        faults.append(Fault(str(path), 0, "path", message))
    elif path.exists() and not force:
        message = "is there already; give another name, or --force to replace it"
        faults.append(Fault(str(path), 0, "path", message))
    elif path.exists() and path.is_dir() and not _is_store(path):
        message = "is a folder of something else, which --force does not replace; give another name"
        faults.append(Fault(str(path), 0, "path", message))
    elif path.exists() and path.suffix == ZARR and not path.is_dir():
        message = "is a file, where a Zarr store is a folder; give another name"
        faults.append(Fault(str(path), 0, "path", message))
    near = next((p for p in path.parents if p.exists()), None)
    if near is not None and not near.is_dir():
        message = f"cannot be written, since {near} is a file; give another name"
        faults.append(Fault(str(path), 0, "path", message))
    if faults:
        raise InputError(faults)


def _is_store(path: Path) -> bool:
    return path.suffix == ZARR and any((path / n).is_file() for n in (".zgroup", "zarr.json"))


def _dataset(
    group: str,
    arrays: Mapping[str, NDArray[Any]],
    dims: Mapping[str, tuple[str, ...]],
    coords: Mapping[str, Any],
    attrs: Mapping[str, Any] | None,
    described: Mapping[str, Mapping[str, Any]],
) -> xr.Dataset:
    import xarray as xr

    lead = ("chain", "draw") if group in SAMPLED else ()
    named = {
        name: (_dimensions(name, array, lead, dims), array, dict(described.get(name, {})))
        for name, array in arrays.items()
    }
    used = {dim for dimensions, _, _ in named.values() for dim in dimensions}
    labels = {
        name: value
        for name, value in coords.items()
        if (value[0] if isinstance(value, tuple) else name) in used
    }
    dataset = xr.Dataset(named, coords=labels, attrs=dict(attrs or {}))
    for dim in used.intersection(lead) - set(labels):
        dataset = dataset.assign_coords({dim: range(dataset.sizes[dim])})
    return dataset


def _dimensions(
    name: str, array: NDArray[Any], lead: tuple[str, ...], dims: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    rest = array.ndim - len(lead)
    if rest < 0:
        raise ValueError(f"{name}: shape {array.shape} lacks the dimensions {', '.join(lead)}")
    own = dims.get(name) or tuple(f"{name}_dim_{axis}" for axis in range(rest))
    if len(own) != rest:
        raise ValueError(f"{name}: {len(own)} names for {rest} dimensions")
    return (*lead, *own)


def _folder_mode() -> int:
    """The mode that an ordinary new folder would have (temporary folders are private)."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o777 & ~mask


def _swap(fresh: Path, path: Path) -> None:
    """Put the new folder in the old one's place; the old one goes only after that."""
    old = fresh.with_suffix(".old")
    if path.exists():
        path.rename(old)
    fresh.rename(path)
    shutil.rmtree(old, ignore_errors=True)
