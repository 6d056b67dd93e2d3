"""People whom nobody counts, beside every published estimate of them.

For each output whose quantity a channel of estimates or ranges observes: the series, its parts by
group and by length of stay, and each published figure with what the model says of the same years.
Figures that no channel uses are listed too, as long as they are of the same variable: a reader
judges the model by what it was not fitted to. Rare ways, which are published in sums over years
only, are left out.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from safepassage.evidence.row import EvidenceRow
from safepassage.inference.durations import of_stock
from safepassage.inference.outputs import spans
from safepassage.inference.summary import estimate
from safepassage.model.schema import Output, Quantity
from safepassage.network.calendar import month_number
from safepassage.results.fit import ComparedPart, PublishedComparison, PublishedFigure
from safepassage.results.parts import Estimate, TimedEstimate

if TYPE_CHECKING:
    from safepassage.inference.posterior import Posterior

KINDS = ("estimate", "range")
"""Kinds of reporting of what is not counted but estimated."""
COLUMNS = (
    "output", "part", "time", "median", "low", "high",
    "evidence", "published", "published_low", "published_high", "grade", "used_by", "verdict",
    "group", "source",
)  # fmt: skip
OF_ROW = (
    "value", "low", "high", "grade", "group", "note",
    "source_title", "source_publisher", "source_year", "source_url",
)  # fmt: skip
"""Fields of a published figure that are those of its evidence row."""


@dataclass(frozen=True)
class Figure:
    """One published figure of a quantity."""

    row: EvidenceRow
    start: str
    end: str
    """Months that it is of."""
    used_by: str
    """The channel or the prior that is based on it, or nothing."""


def compare_published(posterior: Posterior) -> tuple[PublishedComparison, ...]:
    """Outputs beside every published figure of their quantity."""
    model = posterior.study.model
    observed = _observed(posterior)
    return tuple(
        PublishedComparison(
            output=name,
            title=output.title,
            unit=output.unit,
            per=output.per,
            informed_by=output.informed_by,
            series=_series(posterior, output),
            parts=(*_by_group(posterior, output), *_by_stay(posterior, output)),
            published=tuple(_published(posterior, output, f) for f in observed[output.quantity]),
        )
        for name, output in model.outputs.items()
        if output.quantity in observed and output.pooled_years == 1
    )


def _observed(posterior: Posterior) -> dict[str, list[Figure]]:
    """By quantity, every published figure of it in order of time."""
    study = posterior.study
    by_id: dict[str, dict[str, Figure]] = {}
    for channel, rows in study.observations.items():
        declared = study.model.channels[channel]
        if declared.reporting.kind not in KINDS or declared.pooled_years > 1:
            continue
        for observation in rows:
            for name in observation.evidence:
                row = study.evidence.resolve(name)
                if row is not None:
                    start, end = observation.start, observation.end
                    figure = Figure(row, start, end, f"channel {channel}")
                    by_id.setdefault(observation.quantity, {}).setdefault(row.id, figure)
    for quantity, figures in by_id.items():
        # A stock may be estimated at any time; what happened in part of a year is another figure.
        if of_stock(posterior.compiled, quantity):
            figures |= {f.row.id: f for f in _others(posterior, figures)}
    return {
        quantity: sorted(figures.values(), key=lambda f: (f.start, f.end, f.row.id))
        for quantity, figures in by_id.items()
    }


def _others(posterior: Posterior, used: Mapping[str, Figure]) -> Iterator[Figure]:
    """Figures of the same variable and unit that the channel does not use."""
    alike: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for figure in used.values():
        months = figure.start[4:], figure.end[4:]
        alike.setdefault((figure.row.quantity, figure.row.unit), set()).add(months)
    served = _served(posterior)
    for row in posterior.study.evidence.rows.values():
        if row.id in used or (row.quantity, row.unit) not in alike or row.year_from is None:
            continue
        if all(figure is None for figure in (row.value, row.low, row.high)):
            continue
        # A year's end where all of the variable's figures are of a year's end; else whole years.
        months = alike[row.quantity, row.unit]
        start, end = next(iter(months)) if len(months) == 1 else ("-01", "-12")
        last = row.year_to or row.year_from
        yield Figure(row, f"{row.year_from}{start}", f"{last}{end}", served.get(row.id, ""))


def _served(posterior: Posterior) -> dict[str, str]:
    """By id of a row, what is based on it."""
    study = posterior.study
    pairs = [(i, f"prior of {n}") for n, p in study.model.parameters.items() for i in p.evidence]
    pairs += [
        (i, f"channel {n}") for n, rows in study.observations.items() for o in rows
        for i in o.evidence
    ]  # fmt: skip
    rows = ((study.evidence.resolve(i), owner) for i, owner in pairs)
    return {row.id: owner for row, owner in rows if row is not None}


def _series(posterior: Posterior, output: Output) -> tuple[TimedEstimate, ...]:
    return _timed(_spans(posterior, output))


def _timed(series: Iterable[tuple[str, np.ndarray]]) -> tuple[TimedEstimate, ...]:
    return tuple(estimate(values, TimedEstimate, time=time) for time, values in series)


def _spans(posterior: Posterior, output: Output) -> Iterator[tuple[str, np.ndarray]]:
    return spans(
        posterior.compiled, output, posterior.people.quantities, remembered=posterior.remembered
    )  # fmt: skip


def _by_group(posterior: Posterior, output: Output) -> Iterator[ComparedPart]:
    """The same quantity of the people of one sex, or of another single attribute."""
    quantities = posterior.study.model.quantities
    whole = quantities[output.quantity]
    for name, part in quantities.items():
        if whole.groups or len(part.groups) != 1 or _counted(part) != _counted(whole):
            continue
        ((attribute, value),) = part.groups.items()
        yield ComparedPart(
            name=name,
            title=part.title,
            by=attribute,
            value=value if isinstance(value, str) else ", ".join(value),
            series=_series(posterior, output.model_copy(update={"quantity": name})),
        )


def _counted(quantity: Quantity) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(part) for part in (quantity.stock, quantity.flow, quantity.into))


def _by_stay(posterior: Posterior, output: Output) -> Iterator[ComparedPart]:
    """Those of them who have been there for longer than some years.

    Their share is of mean flows, the people that it is taken of are whole. Years in which nobody
    can have been there for so long, by the calendar's start, are left out.
    """
    model = posterior.study.model
    whole = dict(_spans(posterior, output))
    for name, memory in model.memories.items():
        if memory.among != output.quantity or memory.over_years is None:
            continue
        share = output.model_copy(update={"quantity": name})
        first = month_number(model.model.start) + 12 * memory.over_years
        series = [
            (time, values * whole[time])
            for time, values in _spans(posterior, share)
            if time in whole and _first_month(time) >= first
        ]
        yield ComparedPart(
            name=name,
            title=memory.title,
            by="length of stay",
            value=f"over {memory.over_years:g} years",
            series=_timed(series),
        )


def _first_month(time: str) -> int:
    year, _, rest = time.partition("-")
    if rest.startswith("Q"):
        return 12 * int(year) + 3 * (int(rest[1:]) - 1)
    return month_number(time) if rest else 12 * int(year)


def _published(posterior: Posterior, output: Output, figure: Figure) -> PublishedFigure:
    """One published figure, with what the model says of the same months."""
    row = figure.row
    model = _model(posterior, output.quantity, figure)
    return PublishedFigure(
        evidence=row.id,
        start=figure.start,
        end=figure.end,
        **{name: getattr(row, name) for name in OF_ROW},
        used_by=figure.used_by or None,
        model=model,
        verdict=_verdict(row, model),
    )


def _model(posterior: Posterior, quantity: str, figure: Figure) -> Estimate | None:
    """What the model says of the months of a figure: the mean of a stock, the sum of a flow."""
    first = month_number(posterior.study.model.model.start)
    months = posterior.compiled.network.month_of_step + first
    start, end = month_number(figure.start), month_number(figure.end)
    inside = (months >= start) & (months <= end)
    stock = of_stock(posterior.compiled, quantity)
    whole = months[0] <= start and end <= months[-1]
    if not inside.any() or not (stock or whole):
        return None
    row = posterior.compiled.network.quantity_name.index(quantity)
    values = posterior.people.quantities[row, inside]
    return estimate(values.mean(axis=0) if stock else values.sum(axis=0))


def _verdict(row: EvidenceRow, model: Estimate | None) -> str:
    """Whether what is published and the model's 90 % interval have anything in common."""
    if model is None:
        return "outside the model's years"
    bottom, top = model.low, model.high
    # With one end only, the figure is a bound; beside an end, the value is the other.
    low = row.low if row.low is not None else row.value
    high = row.high if row.high is not None else row.value
    if low is not None and top is not None and low > top:
        return "published is higher"
    if high is not None and bottom is not None and high < bottom:
        return "published is lower"
    return "agrees"


def compared_csv(entries: Sequence[PublishedComparison]) -> str:
    """The same as one table: the series and their parts, then the published figures."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    for entry in entries:
        for row in _rows(entry):
            cells = {"output": entry.output, **row}
            table.writerow([cells.get(column, "") for column in COLUMNS])
    return text.getvalue()


def _rows(entry: PublishedComparison) -> Iterator[dict[str, str]]:
    series = [("all", entry.series), *((part.value, part.series) for part in entry.parts)]
    for name, points in series:
        for at in points:
            yield {"part": name, "time": at.time, **_cells(at)}
    for row in entry.published:
        source = (row.source_title, row.source_publisher)
        yield {
            "part": "published",
            "time": row.time,
            **(_cells(row.model) if row.model else {}),
            "evidence": row.evidence,
            "published": _cell(row.value),
            "published_low": _cell(row.low),
            "published_high": _cell(row.high),
            "grade": row.grade,
            "used_by": row.used_by or "",
            "verdict": row.verdict,
            "group": row.group,
            "source": ", ".join(part for part in source if part),
        }


def _cells(one: Estimate) -> dict[str, str]:
    return {name: _cell(getattr(one, name)) for name in ("median", "low", "high")}


def _cell(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"
