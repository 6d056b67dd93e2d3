"""What an export wrote."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from safepassage.results.base import Result, Row
from safepassage.results.parts import Convergence, Provenance
from safepassage.results.screen import counted


class Export(Result):
    """A fit written in the layout that ArviZ opens."""

    file: Path
    """The netCDF file or Zarr folder."""
    groups: dict[str, tuple[str, ...]]
    """Names of the variables of each group, by the group's name."""
    fit: Convergence
    """Whether the fit may be relied on."""
    provenance: Provenance
    """What the fit depends on."""

    index: ClassVar = ("group", "variable")

    def headline(self) -> str:
        """Where it is and how much it holds."""
        count = sum(map(len, self.groups.values()))
        return f"{self.file.name}: {count} variables in {counted(len(self.groups), 'group')}."

    def rows(self) -> list[Row]:
        """One row for each variable of each group."""
        return [
            {"group": group, "variable": name, "written": True}
            for group, names in self.groups.items()
            for name in names
        ]
