"""The ranking as plain text for a terminal of 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping, Sequence

from safepassage.analysis.cohorts import OUTCOMES
from safepassage.reports.numbers import (
    Ends,
    correlation,
    date_words,
    decimal,
    estimate_text,
    finite,
    is_number,
    percent,
)
from safepassage.results.parts import Estimate
from safepassage.results.ranking import RankedWay, Ranking

NARROWEST_TITLE = 12
SHORT_LABELS = {"data-driven": "data", "prior-driven": "prior"}
"""Used where the full words would leave a title fewer than its narrowest columns."""
TITLE_LINES = 2


def ranking_table(
    ranking: Ranking, width: int = 80, weights: Mapping[str, float] | None = None
) -> str:
    """One ranking, most dangerous first: medians with their 90 % intervals on the line below.

    Args:
        ranking: The ranking.
        width: Columns of the terminal; the table fits 80 whatever the numbers.
        weights: Weights of the harms that it was made with; all possible ones unless given.

    Returns:
        Lines without colour codes; the first warns when the fit has not converged.
    """
    ways = ranking.ways
    columns = [[_pair(getattr(way.outcomes, o), _share) for way in ways] for o in OUTCOMES]
    columns.append([_pair(way.expected_rank, decimal) for way in ways])
    heads = ["dead %", "returned %", "limbo %", "safe %", "rank"]
    labels = [way.label for way in ways]
    sizes = [
        max(len(word) for word in head.split() + [part for pair in column for part in pair])
        for head, column in zip(heads, columns, strict=True)
    ]
    number_size = max(len(str(len(ways))), 1)
    room = width - number_size - 2 - sum(size + 1 for size in sizes)
    if room - _label_size(labels) < NARROWEST_TITLE:
        labels = [SHORT_LABELS.get(label, label) for label in labels]
    title_size = max(room - _label_size(labels), NARROWEST_TITLE)
    lines = [*_warning(ranking, width), *_header(heads, sizes, number_size, title_size)]
    for index, way in enumerate(ways):
        title = _title_lines(way.title, title_size)
        for row in range(max(2, len(title))):
            name = title[row] if row < len(title) else ""
            cells = [pair[index][row] if row < 2 else "" for pair in columns]
            lines.append(
                _line(
                    str(index + 1) if row == 0 else "",
                    name,
                    cells,
                    labels[index] if row == 0 else "",
                    (number_size, title_size, sizes),
                )
            )
    return "\n".join([*lines, "", *_few(ways, width), *_legend(ranking, width, weights)])


FEW = 100
"""Where fewer people set out, chance matters beside uncertainty."""


def _few(ways: Sequence[RankedWay], width: int) -> list[str]:
    """What becomes of whole people on the ways that few take."""
    rows: list[list[str]] = []
    for way in ways:
        counts = [finite(getattr(way.people, name)) for name in ("set_out", *OUTCOMES)]
        whole = [ends for ends in counts if ends is not None]
        if len(whole) == len(counts) and whole[0].median < FEW:
            title = textwrap.shorten(way.title, 26, placeholder="…")
            rows.append([title, str(way.people.years), *map(_whole, whole)])
    if not rows:
        return []
    heads = ["few people", "years", "set out", "dead", "returned", "limbo", "safe"]
    sizes = [max(len(row[i]) for row in (heads, *rows)) for i in range(len(heads))]
    lines: list[str] = []
    for title, *numbers in (heads, *rows):
        cells = [c.rjust(size) for c, size in zip(numbers, sizes[1:], strict=True)]
        lines.append(" ".join([title.ljust(sizes[0]), *cells]))
    return [*lines, *textwrap.wrap("Small numbers: people per period, 90 % interval.", width), ""]


def _whole(ends: Ends) -> str:
    low, high = f"{round(ends.low)}", f"{round(ends.high)}"
    return low if low == high else f"{low}-{high}"


def _label_size(labels: Sequence[str]) -> int:
    return max([len("based on"), *(len(label) for label in labels)])


def _pair(estimate: Estimate, form: Callable[[float], str]) -> tuple[str, str]:
    """A median, and its interval for the line below."""
    ends = finite(estimate)
    if ends is None:
        return "n/k", ""
    return form(ends.median), f"[{form(ends.low)}-{form(ends.high)}]"


def _share(share: float) -> str:
    """A percentage as short as it can be: no decimals but between 0.1 and 1."""
    words = percent(share, unit=False)
    return {"<0.1": "0", ">99.9": "100"}.get(words, words if share < 0.5 else f"{100 * share:.0f}")


def _title_lines(title: str, size: int) -> list[str]:
    """A title over at most two lines, the second cut at a word with an ellipsis."""
    lines = textwrap.wrap(title, size, break_long_words=True) or [""]
    if len(lines) <= TITLE_LINES:
        return lines
    rest = " ".join(lines[TITLE_LINES - 1 :])
    return [*lines[: TITLE_LINES - 1], textwrap.shorten(rest, size, placeholder="…")]


def _header(
    heads: Sequence[str], sizes: Sequence[int], number_size: int, title_size: int
) -> list[str]:
    layout = (number_size, title_size, sizes)
    upper = ["" if " " not in head else head.split()[0] for head in heads[:-1]] + ["expected"]
    lower = [head.split()[1] for head in heads[:-1]] + ["rank"]
    if sizes[-1] < len("expected"):
        upper[-1] = "exp."
    first = _line("#", "route", upper, "", layout)
    second = _line("", "", lower, "based on", layout)
    return [first, second, "-" * max(len(first), len(second), number_size + 1 + title_size)]


def _line(
    number: str,
    title: str,
    cells: Sequence[str],
    label: str,
    layout: tuple[int, int, Sequence[int]],
) -> str:
    number_size, title_size, sizes = layout
    figures = " ".join(cell.rjust(size) for cell, size in zip(cells, sizes, strict=True))
    return f"{number.rjust(number_size)} {title.ljust(title_size)} {figures} {label}".rstrip()


def _warning(ranking: Ranking, width: int) -> list[str]:
    if ranking.fit.converged:
        return []
    words = "WARNING: the fit has not converged; do not rely on these figures."
    if is_number(ranking.fit.max_rhat):
        words += f" Largest R-hat: {ranking.fit.max_rhat:.3f}."
    return [*textwrap.wrap(words, width), ""]


def _scales(ranking: Ranking) -> list[str]:
    """Which amounts of the harms count the same, in one sentence."""
    words = [f"{h.measure.replace('_', ' ')} {h.scale:g}" for h in ranking.harms.values()]
    return [f"At equal weights, these count the same: {', '.join(words)}."] if words else []


def _weights(ranking: Ranking, weights: Mapping[str, float] | None) -> str:
    """Which weights the ranks were made with."""
    meaning = "Expected rank: 1 is the most dangerous"
    if not weights:
        return f"{meaning}, averaged over all possible weights of the harms."
    words = [f"{h.title} {weights.get(name, 0.0):g}" for name, h in ranking.harms.items()]
    return f"{meaning}. Weights used: {', '.join(words)}."


def _legend(ranking: Ranking, width: int, weights: Mapping[str, float] | None) -> list[str]:
    whose = "women and men" if ranking.sex == "all" else ranking.sex
    parts = [
        f"As of {date_words(ranking.as_of)}, {whose}. Per cent of those who "
        "set out, at the end of the route's horizon: median, and [90 % interval] below it.",
        _weights(ranking, weights),
        *_scales(ranking),
        "Based on: data-driven, mixed, prior-driven (data hardly changed it), assumed (no "
        "published figure).",
    ]
    if finite(ranking.kendall_tau) is not None:
        tau = estimate_text(ranking.kendall_tau, correlation)
        parts.append(f"Rank correlation with the article's order: {tau}.")
    return [line for part in parts for line in textwrap.wrap(part, width)]
