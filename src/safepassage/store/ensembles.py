"""Replicates in `FOLDER/ensemble.zarr`, streamed block by block (`BlockStore`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from safepassage.store.blocks import BlockStore, Layout

MEASURES = ("entered", "inside", "left")


class EnsembleStore(BlockStore):
    """The replicates of one run.

    Args:
        folder: Folder of the run; one process at a time writes (`RunFolder.lock`).
        quantities: Names along the dimension `quantity`.
        months: Labels along the dimension `time`.
        block: Replicates that are written together.
        attrs: What the run was made of, stored with the arrays.
    """

    def __init__(
        self,
        folder: Path,
        quantities: Sequence[str],
        months: Sequence[str],
        block: int,
        attrs: Mapping[str, Any],
    ):
        layouts = {
            "people": Layout(("measure", "time"), len(MEASURES), "i8"),
            "quantities": Layout(("quantity", "time"), 1, "i8"),
        }
        labels = {"quantity": quantities, "time": months, "measure": MEASURES}
        super().__init__(folder, "ensemble", "replicate", layouts, labels, block, attrs)
        self._row_of = {name: row for row, name in enumerate(quantities)}

    def keep(self, first: int, quantities: NDArray[Any], people: NDArray[Any]) -> None:
        """Store the replicates `first:first + R` of one block.

        Args:
            first: Number of the first, which begins a block.
            quantities: (Q, W, R) whole numbers.
            people: (3, W, R) entered, inside, left.
        """
        arrays = {"quantities": quantities, "people": people}
        self.write(first, {name: np.moveaxis(array, -1, 0) for name, array in arrays.items()})

    def quantity(self, name: str, replicates: int) -> NDArray[np.float64]:
        """(W, R) one quantity of the first so many replicates."""
        return self.array("quantities")[:replicates, self._row_of[name]].astype(np.float64).T

    def people(self, replicates: int) -> NDArray[np.float64]:
        """(3, W, R) entered, inside, left."""
        return np.moveaxis(self.array("people")[:replicates].astype(np.float64), 0, -1)
