"""Figures as files: one SVG that stands alone for each, and beside it the data that it draws."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from safepassage.reports.figures.atlas import map_figure
from safepassage.reports.figures.base import FONTS as FONTS
from safepassage.reports.figures.base import Figure as Figure
from safepassage.reports.figures.base import Pieces as Pieces
from safepassage.reports.figures.base import bare as bare
from safepassage.reports.figures.base import standalone as standalone
from safepassage.reports.figures.danger import losses_figure, ranking_figure, ways_figure
from safepassage.reports.figures.differences import what_if_figure
from safepassage.reports.figures.folder import INDEX as INDEX
from safepassage.reports.figures.folder import folder_files as folder_files
from safepassage.reports.figures.folder import source_line as source_line
from safepassage.reports.figures.forecast import forecast_figures
from safepassage.reports.figures.over_time import beside_figures, channel_figures, output_figures


def figures_of(pieces: Pieces, comparison: Mapping[str, Any] | None = None) -> list[Figure]:
    """Every figure that there is something to draw for, in the order of the report.

    Args:
        pieces: what the explorer shows, by name, as plain values.
        comparison: an object as `compare --json` prints it, where what-ifs are wanted.
    """
    return [figure for figure in _all(pieces, comparison) if figure is not None]


def _all(pieces: Pieces, comparison: Mapping[str, Any] | None) -> Iterator[Figure | None]:
    yield ways_figure(pieces)
    yield ranking_figure(pieces)
    yield map_figure(pieces)
    yield losses_figure(pieces)
    yield from beside_figures(pieces)
    yield from channel_figures(pieces)
    yield from output_figures(pieces)
    yield from forecast_figures(pieces)
    if comparison and comparison["scenarios"]:
        yield what_if_figure(comparison)
