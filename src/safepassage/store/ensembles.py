"""Replicates streamed to a Zarr store in blocks; what is finished is known after any kill.

A block of replicates is first written, then entered in a journal in one step. Whatever was being
written when the process died is not in the journal and is written again, to the same places with
the same numbers, so nothing is lost and nothing counted twice.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from safepassage.store.atomic import atomic_write_json

JOURNAL = "ensemble.json"
STORE = "ensemble.zarr"


class EnsembleStore:
    """The replicates of one run, in `FOLDER/ensemble.zarr`; xarray opens it.

    Args:
        folder: Folder of the run; one process at a time writes (`RunFolder.lock`).
        quantities: Names along the dimension `quantity`.
        months: Labels along the dimension `time`.
        block: Replicates that are written together.
        attrs: What the run was made of, kept with the store.
    """

    def __init__(
        self,
        folder: Path,
        quantities: Sequence[str],
        months: Sequence[str],
        block: int,
        attrs: Mapping[str, Any],
    ):
        self.path = folder / STORE
        self.block = block
        self._journal = folder / JOURNAL
        self._quantities, self._months, self._attrs = list(quantities), list(months), dict(attrs)
        self.done = self._read_journal()
        """Replicates that are finished in each block, by number of the block."""

    def write(self, first: int, quantities: NDArray[Any], people: NDArray[Any]) -> None:
        """Keep the replicates `first:first + R` of one block, then enter them in the journal.

        Args:
            first: Number of the first, which begins a block.
            quantities: (Q, W, R) whole numbers.
            people: (3, W, R) entered, inside, left.
        """
        if first % self.block or quantities.shape[-1] > self.block:
            raise ValueError(f"replicates from {first} are no block of {self.block}")
        group = self._open(first + quantities.shape[-1])
        stop = first + quantities.shape[-1]
        group["quantities"][first:stop] = np.moveaxis(quantities, -1, 0)
        group["people"][first:stop] = np.moveaxis(people, -1, 0)
        self.done[first // self.block] = stop - first
        finished = {str(block): count for block, count in sorted(self.done.items())}
        atomic_write_json(self._journal, {"block": self.block, "finished": finished})

    def missing(self, replicates: int) -> list[range]:
        """Blocks of the replicates 0 to `replicates` that are not finished."""
        blocks = (
            range(first, min(first + self.block, replicates))
            for first in range(0, replicates, self.block)
        )
        return [b for b in blocks if self.done.get(b.start // self.block, 0) < len(b)]

    def quantity(self, name: str, replicates: int) -> NDArray[np.float64]:
        """(W, R) one quantity of the first so many replicates."""
        row = self._quantities.index(name)
        return self._open(0)["quantities"][:replicates, row].astype(np.float64).T

    def people(self, replicates: int) -> NDArray[np.float64]:
        """(3, W, R) entered, inside, left."""
        return np.moveaxis(self._open(0)["people"][:replicates].astype(np.float64), 0, -1)

    def _open(self, replicates: int) -> Any:
        import zarr

        group = zarr.open_group(self.path, mode="a", zarr_format=2)
        if "quantities" not in group:
            self._create(group)
        for name in ("quantities", "people", "replicate"):
            array: Any = group[name]
            if array.shape[0] < replicates:
                array.resize((replicates, *array.shape[1:]))
                if name == "replicate":
                    array[:] = np.arange(replicates)
        return group

    def _create(self, group: Any) -> None:
        quantities, months, block = self._quantities, self._months, self.block
        shapes = {
            "people": ("measure", 3, 3),
            "quantities": ("quantity", len(quantities), 1),
        }
        for name, (axis, length, chunk) in shapes.items():
            array = group.create_array(
                name, shape=(0, length, len(months)), chunks=(block, chunk, len(months)), dtype="i8"
            )
            array.attrs["_ARRAY_DIMENSIONS"] = ["replicate", axis, "time"]
        labels = {
            "quantity": quantities, "time": months, "measure": ["entered", "inside", "left"],
        }  # fmt: skip
        for name, values in labels.items():
            text = np.array(values)
            array = group.create_array(name, shape=text.shape, chunks=text.shape, dtype=text.dtype)
            array[:] = text
            array.attrs["_ARRAY_DIMENSIONS"] = [name]
        array = group.create_array("replicate", shape=(0,), chunks=(4096,), dtype="i8")
        array.attrs["_ARRAY_DIMENSIONS"] = ["replicate"]
        group.attrs.update(self._attrs)

    def _read_journal(self) -> dict[int, int]:
        try:
            kept = json.loads(self._journal.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        if kept.get("block") != self.block:
            return {}
        return {int(block): count for block, count in kept["finished"].items()}
