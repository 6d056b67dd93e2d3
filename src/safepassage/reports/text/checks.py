"""The checks of a fit as plain text for a terminal of 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

from safepassage.reports.numbers import NO_BREAK, published_words, span_words
from safepassage.reports.text.ranking import SHORT_LABELS
from safepassage.reports.text.sensitivity import LITTLE, Answer, answers_of, ends
from safepassage.results.fit import (
    ContradictingFigure,
    Contradiction,
    FitChecks,
    Parameter,
    Tension,
)

SHOWN = 10
"""Rows of what is long; `--json` has all."""
HARDLY = 0.15
"""Contraction up to which a parameter is only counted."""
BAR = 10
BARS = " ▁▂▃▄▅▆▇█"


def checks_text(
    checks: FitChecks,
    parameters: Mapping[str, Parameter],
    titles: Mapping[str, str],
    units: Mapping[str, str],
    width: int = 80,
) -> str:
    """Tension, contradictions, contraction and sensitivity, each under its heading.

    Args:
        checks: What `analysis.checks.tension.checks` gave.
        parameters: Of the same fit, by name.
        titles: Of ways, outputs, channels, quantities and parameters.
        units: Of outputs.
        width: Columns; no line is longer.
    """
    answers = answers_of(checks.answers, titles, units)
    parts = [
        _tension(checks.tension, titles, width),
        _contradictions(checks.contradictions, titles, width),
        _answers(sorted(answers, key=_contraction), width),
        _parameters(parameters, width),
        _sensitivity(answers, width),
    ]
    text = "\n\n".join("\n".join(part) for part in parts)
    return text.replace(NO_BREAK, " ").replace("\u201c", "'").replace("\u201d", "'")


def _contraction(answer: Answer) -> float:
    return -answer.figures.contraction


def _tension(rows: Sequence[Tension], titles: Mapping[str, str], width: int) -> list[str]:
    if not rows:
        return ["Every published figure lies where the model expects it."]
    lines = [f"Figures that the model cannot reconcile ({len(rows)}), the worst first:"]
    for row in rows[:SHOWN]:
        words = (
            f"{titles.get(row.channel, row.channel)}, "
            f"{span_words(row.start, row.end)}: {_figure(row, row.observed)} published, "
            f"{ends(row.predicted)} expected; tension {row.tension:.1f} "
            f"({', '.join(row.evidence) or 'no row'})"
        )
        lines += _item(words, width)
    return [*lines, *_more(len(rows))]


def _figure(row: Tension | ContradictingFigure, value: float) -> str:
    """A published figure with its range."""
    return published_words({"value": value, "low": row.low, "high": row.high}, "value")


def _contradictions(
    pairs: Sequence[Contradiction], titles: Mapping[str, str], width: int
) -> list[str]:
    if not pairs:
        return ["No two published figures contradict each other."]
    lines = [f"Figures that cannot both hold ({len(pairs)} pairs), the worst first:"]
    for pair in pairs[:SHOWN]:
        one, other = (f"{_figure(f, f.value)} ({', '.join(f.evidence)})" for f in pair.figures)
        when = span_words(pair.figures[0].start, pair.figures[0].end)
        words = (
            f"{titles.get(pair.quantity, pair.quantity)}, {when}: {one} and {other}; "
            f"{pair.distance:.1f} standard deviations apart"
        )
        lines += _item(words, width)
    return [*lines, *_more(len(pairs))]


def _answers(answers: Sequence[Answer], width: int) -> list[str]:
    """How far the data moved each answer: one line each."""
    lines = ["How far the data moved each answer (contraction: 1 is all the way):"]
    labels = [_label(a.figures.label) for a in answers]
    sizes = max((len(a.words) for a in answers), default=0), max(map(len, labels), default=0)
    room = width - 4 - 6 - sizes[0] - sizes[1]
    for answer, label in zip(answers, labels, strict=True):
        narrowed = f"{answer.figures.contraction:.2f}"
        title = textwrap.shorten(answer.title, max(room, 12), placeholder="…")
        words = f"{title.ljust(max(room, 12))} {answer.words.rjust(sizes[0])}"
        lines.append(f"  {words} {narrowed} {label}".rstrip())
    return lines


def _parameters(parameters: Mapping[str, Parameter], width: int) -> list[str]:
    """How many parameters the data moved how far, and each of them."""
    sizes = {name: max(0.0, one.contraction) for name, one in parameters.items()}
    counts = [0] * BAR
    for value in sizes.values():
        counts[min(int(BAR * value), BAR - 1)] += 1
    most = max([*counts, 1])
    bars = "".join(BARS[-(-8 * count // most)] for count in counts)
    lines = [
        "How far the data moved each parameter:",
        f"  0 |{bars}| 1   {len(sizes)} parameters, most in the highest bar",
    ]
    labels = {name: _label(one.label) for name, one in parameters.items()}
    room = width - 2 - BAR - 2 - 5 - 1 - max(map(len, labels.values()), default=0)
    listed = sorted((n for n in sizes if sizes[n] > HARDLY), key=lambda n: -sizes[n])
    for name in listed:
        title = textwrap.shorten(parameters[name].title or name, room, placeholder="…")
        bar = "#" * round(BAR * sizes[name])
        row = f"  {title.ljust(room)} {bar.ljust(BAR)} {sizes[name]:.2f} {labels[name]}"
        lines.append(row.rstrip())
    rest = len(sizes) - len(listed)
    return [*lines, f"  and {rest} that the data hardly moved; --json has all"] if rest else lines


def _sensitivity(answers: Sequence[Answer], width: int) -> list[str]:
    """What moves the answers most, and for how many changes that is unknown."""
    listed = [a for a in answers if a.moves and a.moves[0][0] >= LITTLE]
    lines = ["What the answers depend on: each without a source, or with a wider prior."]
    for answer in listed[:SHOWN]:
        lines += textwrap.wrap(f"{answer.title}, {answer.words}", width, subsequent_indent="  ")
        for size, sentence in answer.moves[:2]:
            lines += _item(sentence, width) if size >= LITTLE else []
    lines += _more(len(listed))
    untold = max((a.untold for a in answers), default=0)
    if untold:
        words = (
            f"The effect of up to {untold} channels and priors on an answer is unknown. `check "
            "MODEL --sensitivity` samples again for them, in some minutes; where its chains do not "
            "agree the effect stays unknown."
        )
        lines += textwrap.wrap(words, width)
    return lines


def _label(label: str) -> str:
    return SHORT_LABELS.get(label, label)


def _item(words: str, width: int) -> list[str]:
    return textwrap.wrap(words, width, initial_indent="  - ", subsequent_indent="    ")


def _more(count: int) -> list[str]:
    return [f"  and {count - SHOWN} more; --json has all"] if count > SHOWN else []
