"""Declared outputs as series: quantities gathered by month, quarter or year, or pooled."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from safepassage.inference.durations import Remembered
from safepassage.inference.summary import estimate
from safepassage.model.schema import Output
from safepassage.network.arrays import STOCK
from safepassage.network.calendar import month_name, month_number
from safepassage.network.compile import Compiled
from safepassage.results.parts import TimedEstimate

Reader = Callable[[str], np.ndarray]
"""Gives (T, B) of one directly counted quantity."""


def output_series(
    compiled: Compiled,
    quantities: np.ndarray | Reader,
    months: np.ndarray | None = None,
    remembered: Remembered | None = None,
) -> dict[str, tuple[TimedEstimate, ...]]:
    """Every declared output.

    Args:
        compiled: the model.
        quantities: (Q, T, B) of a trajectory, or what reads one quantity at a time.
        months: (T,) month of each row, 0 for the model's first; that of each step unless given.
        remembered: the model's memories by step; outputs of memories are left out without.
    """
    memories = remembered or {}
    return {
        name: tuple(
            estimate(values, TimedEstimate, time=time)
            for time, values in spans(compiled, output, quantities, months, memories)
        )
        for name, output in compiled.model.outputs.items()
        if output.quantity not in compiled.model.memories or output.quantity in memories
    }


def spans(
    compiled: Compiled,
    output: Output,
    quantities: np.ndarray | Reader,
    months: np.ndarray | None = None,
    remembered: Remembered | None = None,
) -> Iterator[tuple[str, np.ndarray]]:
    """(time, (B,) values) of an output: flows summed, stocks averaged, shares of sums.

    The running year (that of the model's last month) and the year before are never given by
    month; an output pooled over several years gives the yearly mean of each span.
    """
    model = compiled.model

    def read(name: str) -> np.ndarray:
        return quantities(name) if callable(quantities) else series(compiled, name, quantities)

    if output.quantity in model.memories:
        (top, bottom), stock = (remembered or {})[output.quantity], False
        months = compiled.network.month_of_step
    else:
        quantity = model.quantities[output.quantity]
        top = read(quantity.of or output.quantity)
        bottom = read(quantity.over) if quantity.over else None
        stock = _is_stock(compiled, quantity.of or output.quantity)
    rows = compiled.network.month_of_step if months is None else months
    months = rows + month_number(model.model.start)
    last = month_number(output.until or model.model.end)
    for time, inside in _windows(output, months, last, month_number(model.model.end)):
        if bottom is not None:
            yield time, top[inside].sum(axis=0) / np.maximum(bottom[inside].sum(axis=0), 1e-12)
        elif stock:
            yield time, top[inside].mean(axis=0)
        else:
            yield time, top[inside].sum(axis=0) / output.pooled_years


def series(compiled: Compiled, name: str, quantities: np.ndarray) -> np.ndarray:
    """(T, B) of one directly counted quantity."""
    return quantities[compiled.network.quantity_name.index(name)]


def _is_stock(compiled: Compiled, name: str) -> bool:
    network = compiled.network
    row = network.quantity_name.index(name)
    first, end = network.tap_start[row], network.tap_start[row + 1]
    return first < end and int(network.tap_kind[first]) == STOCK


def _windows(
    output: Output, months: np.ndarray, last: int, end: int
) -> Iterator[tuple[str, np.ndarray]]:
    years = months // 12
    if output.pooled_years > 1:
        span = output.pooled_years
        # Whole spans that end with the last year; years before the first whole span are left out.
        first = last // 12 + 1 - (last // 12 + 1 - int(years[0])) // span * span
        for start in range(first, last // 12 + 1, span):
            yield f"{start}-{start + span - 1}", (years >= start) & (years < start + span)
        return
    if output.per == "year":
        for year in range(int(years[0]), last // 12 + 1):
            yield str(year), (years == year) & (months <= last)
        return
    open_until = min(last, (end // 12 - 1) * 12 - 1) if output.per == "month" else last
    if output.per == "quarter":
        for quarter in range(int(months[0]) // 3, open_until // 3 + 1):
            yield f"{quarter // 4}-Q{quarter % 4 + 1}", months // 3 == quarter
        return
    for month in range(int(months[0]), open_until + 1):
        yield month_name(month), months == month
