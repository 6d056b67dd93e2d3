"""The ranking as plain text for a terminal of 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from safepassage.analysis.cohorts import OUTCOMES
from safepassage.reports.numbers import (
    correlation,
    date_words,
    decimal,
    estimate_text,
    has_estimate,
    is_number,
    percent,
)

NARROWEST_TITLE = 12
SHORT_LABELS = {"data-driven": "data", "prior-driven": "prior"}
"""Used where the full words would leave a title fewer than its narrowest columns."""
TITLE_LINES = 2


def ranking_table(
    ranking: Mapping[str, Any], width: int = 80, weights: Mapping[str, float] | None = None
) -> str:
    """One ranking, most dangerous first: medians with their 90 % intervals on the line below.

    Args:
        ranking: An object as `rank --json` prints it.
        width: Columns of the terminal; the table fits 80 whatever the numbers.
        weights: Weights of the harms that it was made with; all possible ones unless given.

    Returns:
        Lines without colour codes; the first warns when the fit has not converged.
    """
    ways = ranking.get("ways") or ()
    columns = [_numbers(ways, name) for name in OUTCOMES] + [_ranks(ways)]
    heads = ["dead %", "returned %", "limbo %", "safe %", "rank"]
    labels = [str(way.get("label") or "") for way in ways]
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
        title = _title_lines(str(way.get("title", way.get("id", ""))), title_size)
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
"""Where fewer people set out, chance matters beside doubt."""


def _few(ways: Sequence[Mapping[str, Any]], width: int) -> list[str]:
    """What becomes of whole people on the ways that few take."""
    rows: list[list[str]] = []
    for way in ways:
        people = way.get("people") or {}
        counted = [e for e in map(people.get, ("set_out", *OUTCOMES)) if has_estimate(e)]
        if len(counted) == 1 + len(OUTCOMES) and counted[0]["median"] < FEW:
            title = textwrap.shorten(str(way.get("title", way.get("id"))), 26, placeholder="…")
            rows.append([title, str(people["years"]), *map(_whole, counted)])
    if not rows:
        return []
    heads = ["few people", "years", "set out", "dead", "returned", "limbo", "safe"]
    sizes = [max(len(row[i]) for row in (heads, *rows)) for i in range(len(heads))]
    told = []
    for title, *counts in (heads, *rows):
        cells = [c.rjust(size) for c, size in zip(counts, sizes[1:], strict=True)]
        told.append(" ".join([title.ljust(sizes[0]), *cells]))
    return [*told, *textwrap.wrap("Small numbers: people per period, 90 % interval.", width), ""]


def _whole(estimate: Mapping[str, Any]) -> str:
    low, high = (f"{round(estimate[end])}" for end in ("low", "high"))
    return low if low == high else f"{low}-{high}"


def _label_size(labels: Sequence[str]) -> int:
    return max([len("rests on"), *(len(label) for label in labels)])


def _numbers(ways: Sequence[Mapping[str, Any]], outcome: str) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for way in ways:
        estimate = (way.get("outcomes") or {}).get(outcome)
        if not has_estimate(estimate):
            pairs.append(("n/k", ""))
            continue
        low, high = _share(estimate["low"]), _share(estimate["high"])
        pairs.append((_share(estimate["median"]), f"[{low}-{high}]"))
    return pairs


def _share(share: float) -> str:
    """A percentage as short as it can be: no decimals but between 0.1 and 1."""
    words = percent(share, unit=False)
    return {"<0.1": "0", ">99.9": "100"}.get(words, words if share < 0.5 else f"{100 * share:.0f}")


def _ranks(ways: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for way in ways:
        rank = way.get("expected_rank")
        if not has_estimate(rank):
            pairs.append(("n/k", ""))
            continue
        low, high = decimal(rank["low"]), decimal(rank["high"])
        pairs.append((decimal(rank["median"]), f"[{low}-{high}]"))
    return pairs


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
    second = _line("", "", lower, "rests on", layout)
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


def _warning(ranking: Mapping[str, Any], width: int) -> list[str]:
    fit = ranking.get("fit") or {}
    if not fit or fit.get("converged"):
        return []
    words = "WARNING: the fit has not converged; do not rely on these figures."
    if is_number(fit.get("max_rhat")):
        words += f" Largest R-hat: {fit['max_rhat']:.3f}."
    return [*textwrap.wrap(words, width), ""]


def _scales(ranking: Mapping[str, Any]) -> list[str]:
    """Which amounts of the harms count the same, in one sentence."""
    harms = ranking.get("harms") or {}
    words = [f"{str(h['measure']).replace('_', ' ')} {h['scale']:g}" for h in harms.values()]
    return [f"At equal weights, these count the same: {', '.join(words)}."] if words else []


def _weights(ranking: Mapping[str, Any], weights: Mapping[str, float] | None) -> str:
    """Which weights the ranks were made with."""
    meaning = "Expected rank: 1 is the most dangerous"
    if not weights:
        return f"{meaning}, averaged over all possible weights of the harms."
    harms = ranking.get("harms") or {name: {"title": name} for name in weights}
    words = [f"{harm['title']} {weights.get(name, 0.0):g}" for name, harm in harms.items()]
    return f"{meaning}. Weights used: {', '.join(words)}."


def _legend(
    ranking: Mapping[str, Any], width: int, weights: Mapping[str, float] | None
) -> list[str]:
    sex = ranking.get("sex") or "all"
    whose = "women and men" if sex == "all" else str(sex)
    parts = [
        f"As of {date_words(ranking.get('as_of', 'unknown'))}, {whose}. Per cent of those who "
        "set out, at the end of the route's horizon: median, and [90 % interval] below it.",
        _weights(ranking, weights),
        *_scales(ranking),
        "Rests on: data-driven, mixed, prior-driven (data hardly changed it), assumed (no "
        "published figure).",
    ]
    tau = ranking.get("kendall_tau")
    if has_estimate(tau):
        parts.append(
            f"Rank correlation with the article's order: {estimate_text(tau, correlation)}."
        )
    return [line for part in parts for line in textwrap.wrap(part, width)]
