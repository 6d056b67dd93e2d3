"""The checks of a fit as plain text for a terminal of 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from safepassage.reports.numbers import NO_BREAK, interval, published_words, span_words
from safepassage.reports.text.ranking import SHORT_LABELS
from safepassage.reports.text.sensitivity import LITTLE, Answer, answers_of

SHOWN = 10
"""Rows of what is long; `--json` has all."""
HARDLY = 0.15
"""Contraction up to which a parameter is only counted."""
BAR = 10
BARS = " ▁▂▃▄▅▆▇█"


def checks_text(
    checks: Mapping[str, Any],
    parameters: Mapping[str, Any],
    titles: Mapping[str, str],
    units: Mapping[str, str],
    width: int = 80,
) -> str:
    """Tension, contradictions, contraction and sensitivity, each under its heading.

    Args:
        checks: `checks` of `fit --json`.
        parameters: its `parameters`.
        titles: of ways, outputs, channels, quantities and parameters.
        units: of outputs.
        width: columns; no line is longer.
    """
    answers = answers_of(checks, titles, units)
    parts = [
        _tension(checks.get("tension") or (), titles, width),
        _contradictions(checks.get("contradictions") or (), titles, width),
        _answers(sorted(answers, key=_contraction), width),
        _parameters(parameters, width),
        _sensitivity(answers, width),
    ]
    text = "\n\n".join("\n".join(part) for part in parts)
    return text.replace(NO_BREAK, " ").replace("\u201c", "'").replace("\u201d", "'")


def _contraction(answer: Answer) -> float:
    return -float(answer.figures.get("contraction") or 0.0)


def _tension(rows: Sequence[Mapping[str, Any]], titles: Mapping[str, str], width: int) -> list[str]:
    if not rows:
        return ["Every published figure lies where the model expects it."]
    lines = [f"Figures that the model cannot reconcile ({len(rows)}), the worst first:"]
    for row in rows[:SHOWN]:
        words = (
            f"{titles.get(row['channel'], row['channel'])}, "
            f"{span_words(row['from'], row['to'])}: {published_words(row, 'observed')} published, "
            f"{interval(row['predicted'])} expected; tension {row['tension']:.1f} "
            f"({', '.join(row.get('evidence') or ()) or 'no row'})"
        )
        lines += _item(words, width)
    return [*lines, *_more(len(rows))]


def _contradictions(
    pairs: Sequence[Mapping[str, Any]], titles: Mapping[str, str], width: int
) -> list[str]:
    if not pairs:
        return ["No two published figures contradict each other."]
    lines = [f"Figures that cannot both hold ({len(pairs)} pairs), the worst first:"]
    for pair in pairs[:SHOWN]:
        one, other = (
            f"{published_words(f, 'value')} ({', '.join(f['evidence'])})" for f in pair["figures"]
        )
        when = span_words(pair["figures"][0]["from"], pair["figures"][0]["to"])
        words = (
            f"{titles.get(pair['quantity'], pair['quantity'])}, {when}: {one} and {other}; "
            f"{pair['distance']:.1f} standard deviations apart"
        )
        lines += _item(words, width)
    return [*lines, *_more(len(pairs))]


def _answers(answers: Sequence[Answer], width: int) -> list[str]:
    """How far the data moved each answer: one line each."""
    lines = ["How far the data moved each answer (contraction: 1 is all the way):"]
    labels = [_label(a.figures.get("label")) for a in answers]
    told = [f"{a.form(a.figures['median'])} ({interval(a.figures, a.form)})" for a in answers]
    sizes = max(map(len, told), default=0), max(map(len, labels), default=0)
    room = width - 4 - 6 - sizes[0] - sizes[1]
    for answer, words, label in zip(answers, told, labels, strict=True):
        moved = f"{float(answer.figures.get('contraction') or 0.0):.2f}"
        title = textwrap.shorten(answer.title, max(room, 12), placeholder="…")
        lines.append(
            f"  {title.ljust(max(room, 12))} {words.rjust(sizes[0])} {moved} {label}".rstrip()
        )
    return lines


def _parameters(parameters: Mapping[str, Any], width: int) -> list[str]:
    """How many parameters the data moved how far, and each of them."""
    moved = {n: max(0.0, float(p.get("contraction") or 0.0)) for n, p in parameters.items()}
    counts = [0] * BAR
    for value in moved.values():
        counts[min(int(BAR * value), BAR - 1)] += 1
    most = max([*counts, 1])
    bars = "".join(BARS[-(-8 * count // most)] for count in counts)
    lines = [
        "How far the data moved each parameter:",
        f"  0 |{bars}| 1   {len(moved)} parameters, most in the highest bar",
    ]
    labels = {n: _label(p.get("label")) for n, p in parameters.items()}
    room = width - 2 - BAR - 2 - 5 - 1 - max(map(len, labels.values()), default=0)
    told = sorted((n for n in moved if moved[n] > HARDLY), key=lambda n: -moved[n])
    for name in told:
        title = textwrap.shorten(str(parameters[name].get("title") or name), room, placeholder="…")
        bar = "#" * round(BAR * moved[name])
        row = f"  {title.ljust(room)} {bar.ljust(BAR)} {moved[name]:.2f} {labels[name]}"
        lines.append(row.rstrip())
    rest = len(moved) - len(told)
    return [*lines, f"  and {rest} that the data hardly moved; --json has all"] if rest else lines


def _sensitivity(answers: Sequence[Answer], width: int) -> list[str]:
    """What moves the answers most, and of what nobody knows."""
    moved = [a for a in answers if a.moves and a.moves[0][0] >= LITTLE]
    lines = ["What the answers rest on: where they go without a source, or with a wider prior."]
    for answer in moved[:SHOWN]:
        now = f"{answer.form(answer.figures['median'])} ({interval(answer.figures, answer.form)})"
        lines += textwrap.wrap(f"{answer.title}, {now}", width, subsequent_indent="  ")
        for size, sentence in answer.moves[:2]:
            lines += _item(sentence, width) if size >= LITTLE else []
    lines += _more(len(moved))
    untold = max((a.untold for a in answers), default=0)
    if untold:
        words = (
            f"Untold are up to {untold} channels and priors of an answer. `check MODEL "
            "--sensitivity` samples again for them, in some minutes; where its chains do not agree "
            "an answer stays untold."
        )
        lines += textwrap.wrap(words, width)
    return lines


def _label(label: object) -> str:
    return SHORT_LABELS.get(str(label), str(label or ""))


def _item(words: str, width: int) -> list[str]:
    return textwrap.wrap(words, width, initial_indent="  - ", subsequent_indent="    ")


def _more(count: int) -> list[str]:
    return [f"  and {count - SHOWN} more; --json has all"] if count > SHOWN else []
