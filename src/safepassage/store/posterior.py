"""A posterior as Zarr groups in the layout that ArviZ opens."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

SAMPLED = ("posterior", "sample_stats")
"""Groups whose arrays begin with the dimensions chain and draw."""


def write_posterior(
    path: Path,
    groups: Mapping[str, Mapping[str, NDArray[Any]]],
    *,
    dims: Mapping[str, tuple[str, ...]] | None = None,
    coords: Mapping[str, Any] | None = None,
    attrs: Mapping[str, Any] | None = None,
) -> Path:
    """Write one Zarr store with a group per entry; the old store is replaced as a whole.

    Args:
        path: Folder of the store.
        groups: Arrays by group and name; those of `posterior` and `sample_stats` have shape
            (chain, draw, ...).
        dims: Names of the dimensions after chain and draw (of all, in other groups), by array;
            without them `NAME_dim_0`, `NAME_dim_1`, ... as ArviZ does.
        coords: Labels by dimension, used where an array has that dimension.
        attrs: Attributes of every group.

    Returns:
        `path`.
    """
    import xarray as xr

    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{path.name}.", suffix=".new", dir=path.parent))
    try:
        for group, arrays in groups.items():
            lead = ("chain", "draw") if group in SAMPLED else ()
            named = {
                name: (_dimensions(name, array, lead, dims or {}), array)
                for name, array in arrays.items()
            }
            used = {dim for dimensions, _ in named.values() for dim in dimensions}
            labels = {dim: value for dim, value in (coords or {}).items() if dim in used}
            dataset = xr.Dataset(named, coords=labels, attrs=dict(attrs or {}))
            for dim in used.intersection(lead) - set(labels):
                dataset = dataset.assign_coords({dim: range(dataset.sizes[dim])})
            # Zarr format 2 with consolidated metadata: what every ArviZ of today reads.
            dataset.to_zarr(fresh, group=group, mode="a", zarr_format=2, consolidated=True)
        _swap(fresh, path)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return path


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


def _swap(fresh: Path, path: Path) -> None:
    """Put the new folder in the old one's place; the old one goes only after that."""
    old = fresh.with_suffix(".old")
    if path.exists():
        path.rename(old)
    fresh.rename(path)
    shutil.rmtree(old, ignore_errors=True)
