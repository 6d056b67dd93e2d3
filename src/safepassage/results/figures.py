"""The files that `figures` writes."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import AliasChoices, Field

from safepassage.results.base import Result, Row
from safepassage.results.screen import counted

_INDEX: Any = Field(
    validation_alias=AliasChoices("index", "index_file"), serialization_alias="index"
)


class FiguresFolder(Result):
    """A folder with every figure as SVG and its data as CSV."""

    folder: str
    """The folder."""
    index_file: str = _INDEX
    """The file that says what each figure is."""
    figures: tuple[str, ...]
    """Names of the figures."""
    tables: tuple[str, ...]
    """Names of the files of tables, below the folder."""
    files: int
    """How many files there are."""

    index: ClassVar = ("figure",)

    def headline(self) -> str:
        """How much was written, and where to."""
        return (
            f"{counted(len(self.figures), 'figure')} and {counted(len(self.tables), 'table file')} "
            f"in {self.folder}."
        )

    def rows(self) -> list[Row]:
        """One row for each figure."""
        return [
            {"figure": name, "drawing": f"{name}.svg", "data": f"{name}.csv"}
            for name in self.figures
        ]
