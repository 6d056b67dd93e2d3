"""One side of a comparison in `FOLDER/side.zarr`: totals by draw and year, block by block."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from safepassage.store.blocks import BlockStore, Layout


class SideStore(BlockStore):
    """Totals of the baseline, or of a scenario.

    Args:
        folder: Folder of the side; one process at a time writes (`RunFolder.lock`).
        measures: Names along the dimension `measure`.
        ways: Names along the dimension `way`.
        years: Labels along the dimension `time`.
        block: Draws that are written together.
        attrs: What the side was made of, stored with the arrays.
    """

    def __init__(
        self,
        folder: Path,
        measures: Sequence[str],
        ways: Sequence[str],
        years: Sequence[str],
        block: int,
        attrs: Mapping[str, Any],
    ):
        by_way = Layout(("way", "time"), max(len(ways), 1), "f8")
        layouts = {
            "measures": Layout(("measure", "time"), len(measures), "f8"),
            "set_out": by_way,
            "relatives": by_way,
        }
        labels = {"measure": measures, "way": ways, "time": years}
        super().__init__(folder, "side", "draw", layouts, labels, block, attrs)

    def keep(self, first: int, arrays: Mapping[str, NDArray[np.float64]]) -> None:
        """Store the draws `first:first + B` of one block: (M or W, Y, B) by name."""
        self.write(first, {name: np.moveaxis(array, -1, 0) for name, array in arrays.items()})

    def load(self, first: int, many: int) -> dict[str, NDArray[np.float64]] | None:
        """(M or W, Y, B) by name, if these draws are there."""
        if self.done.get(first // self.block, 0) < many:
            return None
        part = slice(first, first + many)
        arrays = {name: np.moveaxis(self.array(name)[part], 0, -1) for name in self._layouts}
        return {name: np.ascontiguousarray(array) for name, array in arrays.items()}
