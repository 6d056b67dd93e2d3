"""What differs between two stored fits, as plain text for a terminal of 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from safepassage.reports.numbers import figure, is_number

WIDTH = 80
LISTED = 10
"""Parameters and outputs listed; `--json` has all."""
SHORT_HASH = 12
FIT_ROWS = {
    "max_rhat": ("largest R-hat", ".3f"),
    "min_bulk_ess": ("effective draws, bulk", ",.0f"),
    "min_tail_ess": ("effective draws, tail", ",.0f"),
    "divergences": ("divergences", ",.0f"),
    "draws": ("draws", ",.0f"),
}
COLUMN = 18


def diff_text(diff: Mapping[str, Any], width: int = WIDTH) -> str:
    """The difference as text.

    Args:
        diff: An object as `diff --json` prints it.
        width: Columns of the terminal.
    """
    parts = [
        [line for number, run in enumerate(diff["runs"], 1) for line in _run(number, run, width)],
        list(_provenance(diff["provenance"], width)),
        list(_convergence(diff["fit"], width)),
        list(_parameters(diff["parameters"], width)),
        list(_outputs(diff["outputs"], width)),
    ]
    return "\n\n".join("\n".join(part) for part in parts)


def _run(number: int, run: str, width: int) -> list[str]:
    return textwrap.wrap(f"Run {number}: {run}", width, subsequent_indent="       ")


def _provenance(provenance: Mapping[str, Sequence[Any]], width: int) -> Iterator[str]:
    """What the two were made from, where it differs."""
    if not provenance:
        yield from textwrap.wrap(
            "Both were made from the same model, evidence, sources and seed.", width
        )
        return
    yield f"{'Made from':<24}{'run 1':>{COLUMN}}{'run 2':>{COLUMN}}"
    for name, values in provenance.items():
        first, second = (_short(value) for value in values)
        yield f"  {_words(name, 22)}{first:>{COLUMN}}{second:>{COLUMN}}"


def _convergence(fits: Sequence[Mapping[str, Any]], width: int) -> Iterator[str]:
    """Whether each of the two can be relied on, and by what."""
    yield f"{'Convergence':<24}{'run 1':>{COLUMN}}{'run 2':>{COLUMN}}"
    first, second = ("yes" if fit.get("converged") else "NO" for fit in fits)
    yield f"  {'converged':<22}{first:>{COLUMN}}{second:>{COLUMN}}"
    for name, (words, form) in FIT_ROWS.items():
        values = [fit.get(name) for fit in fits]
        if any(map(is_number, values)):
            first, second = (format(v, form) if is_number(v) else "unknown" for v in values)
            yield f"  {words:<22}{first:>{COLUMN}}{second:>{COLUMN}}"
    unsure = [str(number) for number, fit in enumerate(fits, 1) if not fit.get("converged")]
    if unsure:
        which = f"Run {unsure[0]} has" if len(unsure) == 1 else "Both runs have"
        yield from textwrap.wrap(f"{which} NOT CONVERGED: what moved may be noise.", width)


def _parameters(rows: Sequence[Mapping[str, Any]], width: int) -> Iterator[str]:
    """Medians of both, and by how many standard deviations they differ."""
    yield from _head("Parameters", rows, width)
    if not rows:
        return
    yield f"  {'median in':<40}{'run 1':>13}{'run 2':>13}{'shift':>9}"
    for row in rows[:LISTED]:
        first, second = (_median(row[run]) for run in ("first", "second"))
        yield f"  {_words(row['name'], 40)}{first:>13}{second:>13}{_shift(row['shift']):>9}"
    yield from _more(rows, "parameters")


def _outputs(rows: Sequence[Mapping[str, Any]], width: int) -> Iterator[str]:
    """When each output moved most, and how far."""
    yield from _head("Outputs", rows, width)
    if not rows:
        return
    yield f"  {'name':<40}{'moved most in':>26}{'shift':>9}"
    for row in rows[:LISTED]:
        yield f"  {_words(row['name'], 40)}{row['time'] or '-':>26}{_shift(row['shift']):>9}"
    yield from _more(rows, "outputs")


def _head(what: str, rows: Sequence[Mapping[str, Any]], width: int) -> list[str]:
    """What is listed, or that there is nothing to list."""
    if not rows:
        return [f"{what}: none in either run."]
    words = f"{what} that moved most (shift in standard deviations of run 1's posterior)"
    return textwrap.wrap(words, width)


def _more(rows: Sequence[Mapping[str, Any]], what: str) -> list[str]:
    rest = len(rows) - LISTED
    return [f"  and {rest} more {what} (--json lists all)"] if rest > 0 else []


def _median(estimate: Mapping[str, Any] | None) -> str:
    return "absent" if estimate is None else figure(estimate["median"])


def _shift(shift: float | None) -> str:
    """A signed number; a dash where one of the runs has nothing to compare."""
    if shift is None:
        return "-"
    words = f"{shift:+.2f}" if abs(shift) < 100 else f"{shift:+.1e}"
    return "0" if float(words) == 0 else words


def _words(name: str, size: int) -> str:
    """A name in so many columns, cut where it is too long."""
    words = name if len(name) < size else f"{name[: size - 2]}…"
    return words.ljust(size)


def _short(value: Any) -> str:
    """A hash by its first digits; anything else in the columns that there are."""
    if value is None:
        return "absent"
    text = str(value)
    if len(text) > COLUMN - 2:
        return text[:SHORT_HASH] if text.isalnum() else f"{text[: COLUMN - 3]}…"
    return text
