"""A planner's view of a forecast: arrivals by month, people who wait, places that are needed.

What it shows is declared: outputs of people by month or by quarter. Flows are given by month, and
so are stocks, whose worst month of a year says how many places would have been enough. Nothing is
given by month before the first year of the forecast, and nothing that is published only pooled
over years.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from safepassage.analysis.forecast.quantiles import levels
from safepassage.model.schema import Output
from safepassage.network.arrays import STOCK
from safepassage.network.calendar import month_name, month_number
from safepassage.network.compile import Compiled

if TYPE_CHECKING:
    from safepassage.analysis.forecast.projection import Projection

FINE = ("month", "quarter")
ENOUGH = {"enough_50": 0.5, "enough_90": 0.9}
"""Places that suffice in the worst month of a year, and how surely."""


def planner_view(ahead: Projection) -> dict[str, Any]:
    """The object `planner` of `forecast --json`.

    `flows` and `stocks` hold, by output, its title, its unit and rows by month; `places` the
    worst month of every year: its level, and how many places are enough.
    """
    compiled = ahead.compiled
    numbers = compiled.network.month_of_step + month_number(compiled.model.model.start)
    # The rest of a year that the fit does not fill is still the running year.
    first = (int(ahead.last_fitted[:4]) + 1) * 12
    view: dict[str, Any] = {"from": month_name(first), "flows": {}, "stocks": {}, "places": {}}
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
        rows = [{"time": month_name(n), **levels(v)} for n, v in months.items()]
        view[kind][name] = {"title": output.title, "unit": output.unit, "rows": rows}
        if kind == "stocks":
            years = sorted({n // 12 for n in months})
            view["places"][name] = [
                {"time": str(year), **_worst([v for n, v in months.items() if n // 12 == year])}
                for year in years
            ]
    return view


def _worst(months: list[np.ndarray]) -> dict[str, Any]:
    """The fullest month of a year, draw by draw."""
    worst = np.max(months, axis=0)
    enough = {name: float(np.ceil(np.quantile(worst, p))) for name, p in ENOUGH.items()}
    return {**levels(worst), **enough}


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
