"""Figures as files: one SVG that stands alone for each, and beside it the data that it draws."""

from __future__ import annotations

from collections.abc import Iterator

from safepassage.reports.figures.atlas import map_figure
from safepassage.reports.figures.base import FONTS as FONTS
from safepassage.reports.figures.base import Figure as Figure
from safepassage.reports.figures.base import bare as bare
from safepassage.reports.figures.base import standalone as standalone
from safepassage.reports.figures.danger import losses_figure, ranking_figure, ways_figure
from safepassage.reports.figures.differences import what_if_figure
from safepassage.reports.figures.folder import INDEX as INDEX
from safepassage.reports.figures.folder import folder_files as folder_files
from safepassage.reports.figures.folder import source_line as source_line
from safepassage.reports.figures.forecast import forecast_figures
from safepassage.reports.figures.over_time import beside_figures, channel_figures, output_figures
from safepassage.results.comparison import Comparison
from safepassage.results.explorer import ExplorerData


def figures_of(data: ExplorerData, comparison: Comparison | None = None) -> list[Figure]:
    """Every figure that there is something to draw for, in the order of the report.

    Args:
        data: what the explorer shows.
        comparison: what `compare` gave, where what-ifs are wanted.
    """
    return [figure for figure in _all(data, comparison) if figure is not None]


def _all(data: ExplorerData, comparison: Comparison | None) -> Iterator[Figure | None]:
    yield ways_figure(data)
    yield ranking_figure(data)
    yield map_figure(data)
    yield losses_figure(data)
    yield from beside_figures(data)
    yield from channel_figures(data)
    yield from output_figures(data)
    yield from forecast_figures(data)
    if comparison and comparison.scenarios:
        yield what_if_figure(comparison)
