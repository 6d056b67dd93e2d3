"""What may come: the fitted years, then 50 and 90 % intervals of the forecast."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from safepassage.reports.figures.base import Drawn, Figure, keys
from safepassage.reports.figures.over_time import series_words
from safepassage.reports.numbers import decimal_year, figure, finite
from safepassage.reports.svg.marks import drawing, line, path, polyline, rect, text
from safepassage.reports.svg.markup import Markup
from safepassage.reports.svg.scales import Scale, nice_ticks, year_ticks
from safepassage.reports.svg.text_width import text_width
from safepassage.results.explorer import ExplorerData, OutputText
from safepassage.results.forecast import Forecast, ForecastPoint
from safepassage.results.parts import TimedEstimate

WIDTH, HEIGHT = 420.0, 230.0
OUTER, INNER = ("low", "high"), ("low_50", "high_50")


def forecast_figures(data: ExplorerData) -> Iterator[Figure]:
    """The outputs and channels that the report names, as far as a forecast was made of them."""
    model, forecast = data.model, data.forecast
    report = model.report
    named = [*report.channels, *report.outputs]
    for name in [n for n in dict.fromkeys(named) if n in forecast.outputs] or list(
        forecast.outputs
    ):
        ahead = [p for p in forecast.outputs[name] if p.forecast and finite(p)]
        past = [p for p in data.series.outputs.get(name) or () if finite(p)]
        about = model.outputs[name]
        if ahead and about.pooled_years == 1:
            yield _forecast(name, about, past, ahead, forecast)


def _forecast(
    name: str,
    about: OutputText,
    past: Sequence[TimedEstimate],
    ahead: Sequence[ForecastPoint],
    forecast: Forecast,
) -> Figure:
    title, unit = about.title, about.unit
    fitted = past[-20:] if about.per == "year" else []
    drawn = _panel(f"{unit}, by year", fitted, ahead)
    legend = keys(
        [
            (drawing(24, 14, rect(2, 2, 20, 10, "past-band"), line(2, 7, 22, 7, "past")), "fitted"),
            (drawing(24, 14, rect(2, 2, 20, 10, "inner-band"), line(2, 7, 22, 7, "median")),
             "forecast, 50 %"),
            (drawing(24, 14, rect(2, 2, 20, 10, "band")), "90 %"),
        ],
        WIDTH, HEIGHT + 6,
    )  # fmt: skip
    policies = "may change as they have" if forecast.policies == "may change" else "stay"
    return Figure(
        name=f"forecast_{name}",
        title=f"{title}: forecast to {forecast.to}",
        caption=(
            f"Fitted to {forecast.last_fitted}; policies {policies}. Line: median; bands: 50 and "
            "90 % intervals."
        ),
        alternative=f"Forecast. {series_words(ahead, unit == 'share')}",
        drawn=Drawn((*drawn, *legend.marks), WIDTH, HEIGHT + 6 + legend.height),
        columns=("output", "time", "forecast", "median", "low", "high", "low_50", "high_50",
                 "unit"),
        rows=tuple(
            (name, p.time, isinstance(p, ForecastPoint), p.median, p.low, p.high,
             getattr(p, "low_50", None), getattr(p, "high_50", None), unit)
            for p in (*fitted, *ahead)
        ),
    )  # fmt: skip


def _panel(
    unit: str, past: Sequence[TimedEstimate], ahead: Sequence[ForecastPoint]
) -> tuple[Markup, ...]:
    """The marks of one panel; a year's figure stands in the middle of its year."""
    points = [*past, *ahead]
    when = {id(p): (decimal_year(p.time) or 0.0) + 0.5 for p in points}
    ticks = nice_ticks(0.0, max(max(p.high or 0.0 for p in points), 1e-9), 5)
    labels = ["0" if tick == 0 else figure(tick) for tick in ticks]
    left = max(text_width(label, 11) for label in labels) + 8
    first, last = min(when.values()), max(when.values())
    across = Scale(first - 0.5, last + 0.5, left, WIDTH - 8)
    up = Scale(0.0, ticks[-1], HEIGHT - 24, 28)
    marks = [text(0, 12, unit, "tick")]
    for tick, label in zip(ticks, labels, strict=True):
        marks.append(line(left, up(tick), WIDTH - 8, up(tick), "axis" if tick == 0 else "grid"))
        marks.append(text(left - 5, up(tick) + 4, label, "tick", "end"))
    for year in year_ticks(first - 0.5, last - 0.5, WIDTH - left, text_width("2000", 11)):
        x = across(year + 0.5)
        marks += [line(x, HEIGHT - 24, x, HEIGHT - 20, "axis"),
                  text(x, HEIGHT - 7, str(year), "tick", "middle")]  # fmt: skip

    def band(part: Sequence[TimedEstimate], ends: tuple[str, str], kind: str) -> Markup:
        low, high = ([(across(when[id(p)]), up(float(getattr(p, e)))) for p in part] for e in ends)
        if len(part) == 1:  # a year alone is a box
            x, half = low[0][0], (across(first + 0.6) - across(first)) / 2
            return rect(x - half, high[0][1], 2 * half, max(low[0][1] - high[0][1], 1.0), kind)
        return path(polyline(high + low[::-1], closed=True), kind)

    def middle(part: Sequence[TimedEstimate], kind: str) -> Markup:
        points = [(across(when[id(p)]), up(p.median or 0.0)) for p in part]
        if len(points) == 1:
            points = [(points[0][0] - 6, points[0][1]), (points[0][0] + 6, points[0][1])]
        return path(polyline(points), kind)

    if past:
        marks += [band(past, OUTER, "past-band"), middle(past, "past")]
    marks += [band(ahead, OUTER, "band"), band(ahead, INNER, "inner-band")]
    return (*marks, middle(ahead, "median"))
