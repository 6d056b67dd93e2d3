"""The files of `figures`: every SVG with its CSV, tables, and the index that says what they are."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from safepassage.reports.figures.base import Figure, standalone
from safepassage.reports.tables import Table, as_csv, as_parquet, tables_of
from safepassage.results.explorer import ExplorerData, ModelText

INDEX = "figures.json"
FORMATS: Mapping[str, tuple[str, ...]] = {
    "csv": ("csv",), "parquet": ("parquet",), "both": ("csv", "parquet"),
}  # fmt: skip
NOTE = (
    "Medians with 90 % intervals (low, high); low_50 and high_50 where a 50 % interval is given. "
    "Published aggregates and what a model makes of them; an empty cell is not known."
)


def folder_files(
    data: ExplorerData, figures: Sequence[Figure], tables: str | None = None
) -> dict[str, bytes]:
    """Contents by name, the index last; the same run gives the same bytes.

    Args:
        data: what the explorer shows.
        figures: what `figures_of` gave.
        tables: `csv`, `parquet`, `both` or none.
    """
    model = data.model
    line = source_line(model)
    files: dict[str, bytes] = {}
    for figure in figures:
        files[f"{figure.name}.svg"] = standalone(figure, line).encode()
        files[f"{figure.name}.csv"] = as_csv(figure.columns, figure.rows)
    made = tables_of(data) if tables else []
    for table in made:
        for ending in FORMATS[tables or "csv"]:
            files[f"tables/{table.name}.{ending}"] = (
                as_csv(tuple(table.columns), table.rows) if ending == "csv" else as_parquet(table)
            )
    index = {
        "title": model.title,
        "about": NOTE,
        "as_of": model.citation.as_of,
        "fit_converged": model.fit.converged,
        "cite": model.citation.text,
        "provenance": model.provenance.to_dict(),
        "data_licences": list(model.report.data_licences),
        "figures": [_entry(figure) for figure in figures],
        "tables": [_about(table, FORMATS[tables or "csv"]) for table in made],
        "files": sorted([*files, INDEX]),
    }
    text = json.dumps(index, indent=1, ensure_ascii=False, allow_nan=False)
    return {**files, INDEX: f"{text}\n".encode()}


def source_line(model: ModelText) -> str:
    """Whose run a figure is of, and whether it may be relied on."""
    warning = "" if model.fit.converged else "THE FIT HAS NOT CONVERGED. "
    return f"{warning}{model.citation.text} Run {model.provenance.run}."


def _entry(figure: Figure) -> dict[str, Any]:
    return {
        "name": figure.name,
        "title": figure.title,
        "caption": figure.caption,
        "alternative": figure.alternative,
        "figure": f"{figure.name}.svg",
        "data": f"{figure.name}.csv",
        "columns": list(figure.columns),
        "rows": len(figure.rows),
        "licences": list(figure.licences),
    }


def _about(table: Table, endings: Sequence[str]) -> dict[str, Any]:
    return {
        "name": table.name,
        "columns": {name: kind.__name__ for name, kind in table.columns.items()},
        "rows": len(table.rows),
        "data": [f"tables/{table.name}.{ending}" for ending in endings],
    }
