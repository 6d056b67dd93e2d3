"""A planner's view of a forecast: arrivals by month, people who wait, places that are needed.

It reports declared outputs of people by month or by quarter. Flows are given by month, and so are
stocks, whose worst month of a year says how many places would have been enough. Nothing is given by
month before the first year of the forecast, and nothing that is published only pooled over years.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from safepassage.analysis.forecast.quantiles import quantiles
from safepassage.model.schema import Output
from safepassage.network.arrays import STOCK
from safepassage.network.calendar import month_name, month_number
from safepassage.network.compile import Compiled
from safepassage.results.forecast import PlacesNeeded, PlannedSeries, PlannerView, Quantiles

if TYPE_CHECKING:
    from safepassage.analysis.forecast.projection import Projection

FINE = ("month", "quarter")


def planner_view(ahead: Projection) -> PlannerView:
    """Flows and stocks by month, and the fullest month of every year."""
    compiled = ahead.compiled
    numbers = compiled.network.month_of_step + month_number(compiled.model.model.start)
    # The rest of a year that the fit does not fill is still the running year.
    first = (int(ahead.last_fitted[:4]) + 1) * 12
    series: dict[str, dict[str, PlannedSeries]] = {"flows": {}, "stocks": {}}
    places: dict[str, tuple[PlacesNeeded, ...]] = {}
    for name, output in compiled.model.outputs.items():
        kind = _kind(compiled, output)
        if kind is None:
            continue
        values = ahead.people[compiled.network.quantity_name.index(output.quantity)]
        by_month = {n: values[numbers == n] for n in range(first, int(numbers[-1]) + 1)}
        months = {
            n: rows.mean(axis=0) if kind == "stocks" else rows.sum(axis=0)
            for n, rows in by_month.items()
        }
        rows = tuple(quantiles(v, Quantiles, time=month_name(n)) for n, v in months.items())
        series[kind][name] = PlannedSeries(title=output.title, unit=output.unit, rows=rows)
        if kind == "stocks":
            places[name] = tuple(_fullest(months))
    return PlannerView(start=month_name(first), places=places, **series)


def _fullest(months: Mapping[int, np.ndarray]) -> list[PlacesNeeded]:
    """The fullest month of every year, draw by draw, and how many places are enough for it."""
    rows: list[PlacesNeeded] = []
    for year in sorted({n // 12 for n in months}):
        worst = np.max([v for n, v in months.items() if n // 12 == year], axis=0)
        half, most = (float(np.ceil(np.quantile(worst, level))) for level in (0.5, 0.9))
        rows.append(quantiles(worst, PlacesNeeded, time=str(year), enough_50=half, enough_90=most))
    return rows


def _kind(compiled: Compiled, output: Output) -> str | None:
    """`flows` or `stocks` for an output that a planner may see by month."""
    model, network = compiled.model, compiled.network
    if output.per not in FINE or output.pooled_years > 1 or output.quantity in model.memories:
        return None
    if model.quantities[output.quantity].of is not None:
        return None
    row = network.quantity_name.index(output.quantity)
    first, end = network.tap_start[row], network.tap_start[row + 1]
    return "stocks" if first < end and int(network.tap_kind[first]) == STOCK else "flows"
