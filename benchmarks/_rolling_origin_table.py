"""Scores of rolling-origin forecasts as one table, wins and losses alike."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np

Row = dict[str, Any]
MEANS = ("crps", "crps_log1p", "log_score")


def scored(rows: Sequence[Row]) -> list[Row]:
    """One row per forecast and method: its scores, its median and its 90 % interval."""
    from benchmarks.scores import score

    found = []
    for row in rows:
        for method, draws in row["draws"].items():
            about = {k: row[k] for k in ("series", "origin", "year", "value")} | {"method": method}
            if draws is None:
                found.append({**about, "missing": True})
                continue
            low, median, high = (float(q) for q in np.quantile(draws, [0.05, 0.5, 0.95]))
            scores = dataclasses.asdict(score(np.asarray(draws), row["value"]))
            found.append({**about, "low": low, "median": median, "high": high, **scores})
    return found


def totals(rows: Sequence[Row]) -> list[Row]:
    """Means and coverage of each method by series and over all.

    Of the forecasts that every method has: a method that cannot read a short series would else be
    spared the hardest splits. A method without any forecast is left out.
    """
    from benchmarks.scores import exact_interval

    able = {m for row in rows for m, draws in row["draws"].items() if draws is not None}
    full = [row for row in rows if all(row["draws"][m] is not None for m in able)]
    each = [row for row in scored(full) if row["method"] in able]
    found = []
    for series in ("all", *dict.fromkeys(row["series"] for row in rows)):
        for method in dict.fromkeys(row["method"] for row in each):
            mine = [r for r in each if r["method"] == method and series in ("all", r["series"])]
            if not mine:
                continue
            total: Row = {"series": series, "method": method, "figures": len(mine)}
            total |= {name: float(np.mean([r[name] for r in mine])) for name in MEANS}
            for name in ("inside_50", "inside_90"):
                hits = sum(r[name] for r in mine)
                total[name] = hits
                total[f"{name}_interval"] = list(exact_interval(hits, len(mine)))
            found.append(total)
    return found


def by_origin(rows: Sequence[Row], score: str) -> list[Row]:
    """Mean score of each method by series and origin."""
    each = [r for r in scored(rows) if "missing" not in r]
    found = []
    for series, origin in dict.fromkeys((r["series"], r["origin"]) for r in rows):
        mine = [r for r in each if (r["series"], r["origin"]) == (series, origin)]
        means = {
            method: float(np.mean([r[score] for r in mine if r["method"] == method]))
            for method in dict.fromkeys(r["method"] for r in mine)
        }
        found.append({"series": series, "origin": origin, "means": means})
    return found


def wins(rows: Sequence[Row], score: str, ours: str) -> dict[str, tuple[int, int]]:
    """By method, how often the model's mean CRPS is smaller and how often larger."""
    counts: dict[str, tuple[int, int]] = {}
    for row in by_origin(rows, score):
        means = row["means"]
        for method, value in means.items():
            if method == ours or ours not in means:
                continue
            won, lost = counts.get(method, (0, 0))
            counts[method] = won + (means[ours] < value), lost + (means[ours] > value)
    return counts


def as_json(rows: Sequence[Row], about: Row) -> Row:
    """The table for machines."""
    return {
        **about, "forecasts": scored(rows), "totals": totals(rows),
        "by_origin": {score: by_origin(rows, score) for score in ("crps", "crps_log1p")},
    }  # fmt: skip


def as_markdown(rows: Sequence[Row], about: Row) -> str:
    """The whole table for people."""
    methods = list(dict.fromkeys(m for row in rows for m in row["draws"]))
    ours = methods[0]
    lines = [
        f"# Forecasts of `{about['model']}` from earlier years", "",
        f"Rules: `{about['rules']}`. Methods: {about['package']}, on log(1 + persons). CRPS: "
        "smaller is better; log score (of log(1 + persons)): larger is better. Intervals of "
        "coverage are exact binomial, 95 %; forecasts of one origin are not independent, so the "
        "true ones are wider. Priors and the list of states, ways and policies were written with "
        "the whole series in view.",
    ]  # fmt: skip
    if about["fits"]:
        lines += ["", *_fits(about)]
    lines += ["", "## Over all", "", *_totals(rows)]
    if about["fits"]:
        for score, what in (("crps", "persons"), ("crps_log1p", "log(1 + persons)")):
            told = ", ".join(f"{m} {w} to {x}" for m, (w, x) in wins(rows, score, ours).items())
            lines += ["", f"Wins to losses by series and origin, CRPS of {what}: {told}."]
    for score, what in (("crps", "persons"), ("crps_log1p", "log(1 + persons)")):
        lines += ["", f"## CRPS by series and origin, {what}", "", *_origins(rows, methods, score)]
    lines += [
        "",
        "## Every forecast",
        "",
        "Median and 90 % interval; ! marks a figure outside.",
        "",
    ]
    return "\n".join([*lines, *_forecasts(rows, methods)])


def _fits(about: Row) -> list[str]:
    lines = [
        f"Fits: {about['chains']} chains of {about['draws_per_chain']} draws.", "",
        "| origin | converged | R-hat | bulk ESS | divergences | seconds |",
        "|---|---|--:|--:|--:|--:|",
    ]  # fmt: skip
    return lines + [
        f"| {origin} | {'yes' if f['converged'] else 'no'} | {f['max_rhat']:.4f} | "
        f"{f['min_bulk_ess']:.0f} | {f['divergences']} | {f['seconds']:.0f} |"
        for origin, f in about["fits"].items()
    ]


def _totals(rows: Sequence[Row]) -> list[str]:
    lines = [
        "| series | method | n | CRPS persons | CRPS log1p | log score | in 50 % | in 90 % |",
        "|---|---|--:|--:|--:|--:|--:|--:|",
    ]
    found = totals(rows)
    for t in found:
        same = [other for other in found if other["series"] == t["series"]]
        cells = [
            _marked(t["crps"], min(o["crps"] for o in same), ".1f"),
            _marked(t["crps_log1p"], min(o["crps_log1p"] for o in same), ".3f"),
            _marked(t["log_score"], max(o["log_score"] for o in same), ".2f"),
            *(_share(t, name) for name in ("inside_50", "inside_90")),
        ]
        row = [t["series"], t["method"], str(t["figures"]), *cells]
        lines.append(f"| {' | '.join(row)} |")
    return lines


def _share(total: Row, name: str) -> str:
    low, high = total[f"{name}_interval"]
    return f"{total[name] / total['figures']:.0%} ({low:.0%} to {high:.0%})"


def _marked(value: float, best: float, form: str) -> str:
    return f"**{value:{form}}**" if value == best else f"{value:{form}}"


def _origins(rows: Sequence[Row], methods: Sequence[str], score: str) -> list[str]:
    form = ".1f" if score == "crps" else ".3f"
    lines = [f"| series | origin | {' | '.join(methods)} |", "|---|---|" + "--:|" * len(methods)]
    for row in by_origin(rows, score):
        best = min(row["means"].values())
        cells = [
            _marked(row["means"][m], best, form) if m in row["means"] else "none" for m in methods
        ]
        lines.append(f"| {row['series']} | {row['origin']} | {' | '.join(cells)} |")
    return lines


def _forecasts(rows: Sequence[Row], methods: Sequence[str]) -> list[str]:
    lines = [
        f"| series | origin | year | figure | {' | '.join(methods)} |",
        "|---|---|---|--:|" + "--:|" * len(methods),
    ]
    told = {(r["series"], r["origin"], r["year"], r["method"]): r for r in scored(rows)}
    for row in rows:
        at = row["series"], row["origin"], row["year"]
        cells = [_cell(told[(*at, m)]) for m in methods]
        lines.append(f"| {at[0]} | {at[1]} | {at[2]} | {row['value']:.0f} | {' | '.join(cells)} |")
    return lines


def _cell(row: Row) -> str:
    if "missing" in row:
        return "none"
    mark = "" if row["inside_90"] else " !"
    return f"{row['median']:.0f} ({row['low']:.0f} to {row['high']:.0f}){mark}"
