"""What moves when each mechanism is switched off, as plain text."""

from __future__ import annotations

import textwrap

from safepassage.reports.numbers import figure, percent
from safepassage.results.checks.mechanisms import Change, MechanismReport

WIDTH = 80


def mechanisms_text(report: MechanismReport) -> str:
    """One paragraph for each mechanism, in at most 80 columns."""
    lines = textwrap.wrap(report.headline(), WIDTH)
    for one in report.mechanisms:
        lines += ["", *textwrap.wrap(f"{one.id}: {one.title}", WIDTH)]
        mark = "" if one.shows else "  DOES NOT SHOW"
        lines += _wrap(f"shows in {_words(one.shows_in)}{mark}")
        others = [change for change in one.moves_most if change.name != one.shows_in.name]
        if others:
            lines += _wrap("also moves " + "; ".join(map(_words, others)))
    return "\n".join(lines)


def _words(change: Change) -> str:
    if change.with_it is None or change.without_it is None:
        return f"{change.name}: nobody takes that route without it"
    when = "" if change.time is None else f" {change.time}"
    return (
        f"{change.name}{when}: {figure(change.with_it)} with it, "
        f"{figure(change.without_it)} without ({percent(change.change)})"
    )


def _wrap(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="    ")
