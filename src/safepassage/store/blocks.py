"""Arrays streamed to a Zarr store in blocks; a journal of what is finished survives any kill.

A block is first written, then entered in a journal in one step. Whatever was being written when
the process died is not in the journal and is written again, to the same places with the same
numbers, so nothing is lost and nothing counted twice.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from safepassage.store.atomic import atomic_write_json


@dataclass(frozen=True)
class Layout:
    """An array of a store; its first dimension is the one that blocks are cut along."""

    dims: tuple[str, ...]
    """Names of the others, which `labels` has values of."""
    chunk: int
    """Length of a chunk along the first of the others."""
    dtype: str


class BlockStore:
    """Arrays that grow along one dimension, in `FOLDER/NAME.zarr`; xarray opens it.

    Args:
        folder: Folder of the run; one process at a time writes (`RunFolder.lock`).
        name: Name of the store and of its journal.
        along: Name of the dimension that blocks are cut along.
        layouts: The arrays.
        labels: Values along the other dimensions.
        block: How many go together along `along`.
        attrs: What the run was made of, stored with the arrays.
    """

    def __init__(
        self,
        folder: Path,
        name: str,
        along: str,
        layouts: Mapping[str, Layout],
        labels: Mapping[str, Sequence[str]],
        block: int,
        attrs: Mapping[str, Any],
    ):
        self.path = folder / f"{name}.zarr"
        self.block = block
        self._journal = folder / f"{name}.json"
        self._along, self._layouts = along, dict(layouts)
        self._labels = {dim: list(values) for dim, values in labels.items()}
        self._attrs = dict(attrs)
        self.done = self._read_journal()
        """How many are finished in each block, by number of the block."""

    def write(self, first: int, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Store one block of every array, then enter it in the journal.

        Args:
            first: Number of the first, which begins a block.
            arrays: (block, ...) by name.
        """
        many = {len(array) for array in arrays.values()}
        if first % self.block or max(many) > self.block:
            raise ValueError(f"{max(many)} from {first} on are no block of {self.block}")
        stop = first + max(many)
        group = self._open(stop)
        for name, array in arrays.items():
            group[name][first:stop] = array
        self.done[first // self.block] = stop - first
        finished = {str(block): count for block, count in sorted(self.done.items())}
        atomic_write_json(self._journal, {"block": self.block, "finished": finished})

    def missing(self, many: int) -> list[range]:
        """Blocks of the first so many that are not finished."""
        blocks = (
            range(first, min(first + self.block, many)) for first in range(0, many, self.block)
        )
        return [b for b in blocks if self.done.get(b.start // self.block, 0) < len(b)]

    def reread(self) -> None:
        """Look again at what is finished: another process may have written."""
        self.done = self._read_journal()

    def array(self, name: str) -> Any:
        """A Zarr array, (number, ...); what is not finished holds whatever is there."""
        return self._open(0)[name]

    def _open(self, many: int) -> Any:
        import zarr

        group = zarr.open_group(self.path, mode="a", zarr_format=2)
        if self._along not in group:
            self._create(group)
        for name in (*self._layouts, self._along):
            array: Any = group[name]
            if array.shape[0] < many:
                array.resize((many, *array.shape[1:]))
                if name == self._along:
                    array[:] = np.arange(many)
        return group

    def _create(self, group: Any) -> None:
        for name, layout in self._layouts.items():
            shape = tuple(len(self._labels[dim]) for dim in layout.dims)
            array = group.create_array(
                name,
                shape=(0, *shape),
                chunks=(self.block, layout.chunk, *shape[1:]),
                dtype=layout.dtype,
                overwrite=True,
            )
            array.attrs["_ARRAY_DIMENSIONS"] = [self._along, *layout.dims]
        for dim, values in self._labels.items():
            text = np.array(values)
            array = group.create_array(
                dim, shape=text.shape, chunks=text.shape, dtype=text.dtype, overwrite=True
            )
            array[:] = text
            array.attrs["_ARRAY_DIMENSIONS"] = [dim]
        group.attrs.update(self._attrs)
        # Made last: its being there says that the others are.
        array = group.create_array(self._along, shape=(0,), chunks=(4096,), dtype="i8")
        array.attrs["_ARRAY_DIMENSIONS"] = [self._along]

    def _read_journal(self) -> dict[int, int]:
        try:
            journal = json.loads(self._journal.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        if not isinstance(journal, dict) or journal.get("block") != self.block:
            return {}
        return {int(block): count for block, count in journal["finished"].items()}
