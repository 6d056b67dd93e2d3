"""How do we know? What the fit cannot reconcile, and what its answers rest on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from safepassage.views.datatable import Column, Row, data_table
from safepassage.views.markup import Markup, element, join
from safepassage.views.moving import FAR, LITTLE, Answer, answers_of
from safepassage.views.numbers import (
    correlation,
    decimal,
    estimate_text,
    interval,
    number_word,
    published_words,
    span_words,
)
from safepassage.views.sections.common import Bundle, chip, fold, picture, section
from safepassage.views.sections.parameters import evidence_anchors, evidence_links
from safepassage.views.svg import drawing, line, rect, text

SHOWN = 12
BINS = 10
WIDTH, HEIGHT = 350.0, 190.0


def knowing_section(bundle: Bundle) -> Markup | None:
    """Tension, contradictions, contraction and sensitivity."""
    checks = bundle.get("checks")
    if not checks:
        return None
    titles, units = _titles(bundle)
    anchors = evidence_anchors(bundle)
    answers = answers_of(checks, titles, units)
    return section(
        "knowing",
        "How do we know?",
        element(
            "p",
            "A fit can be wrong in two ways that its own intervals do not show: it may be unable "
            "to hold what was published, and its answers may hang on one source or on what was "
            "assumed. Both are looked at here.",
        ),
        _tension(checks.get("tension") or (), titles, anchors),
        _contradictions(checks.get("contradictions") or (), titles, anchors),
        _contraction(bundle["fit"].get("parameters") or {}, answers),
        _sensitivity(answers),
    )


def _titles(bundle: Bundle) -> tuple[dict[str, str], dict[str, str]]:
    model = bundle["model"]
    titles = {
        name: str(entry.get("title") or name)
        for part in ("quantities", "channels", "outputs", "ways")
        for name, entry in (model.get(part) or {}).items()
    }
    parameters = bundle["fit"].get("parameters") or {}
    titles |= {n: str(p["title"]) for n, p in parameters.items() if n not in titles}
    outputs = model.get("outputs") or {}
    return titles, {name: str(o.get("unit") or "") for name, o in outputs.items()}


def _tension(
    rows: Sequence[Mapping[str, Any]], titles: Mapping[str, str], anchors: Mapping[str, str]
) -> Markup:
    head = element("h3", "What the model cannot reconcile")
    if not rows:
        return join(head, element("p", "Every published figure lies where the model expects it."))
    columns = [
        Column("Channel", header=True),
        Column("Period"),
        Column("Published", "number"),
        Column("Expected, 90\u00a0% interval", "number"),
        Column("Tension", "number"),
        Column("Evidence row"),
    ]
    cells = [
        Row(
            [
                titles.get(row["channel"], str(row["channel"])),
                span_words(row["from"], row["to"]),
                published_words(row, "observed"),
                interval(row.get("predicted")),
                decimal(row["tension"]),
                evidence_links(row.get("evidence") or (), anchors),
            ]
        )
        for row in rows
    ]
    words = (
        f"{number_word(len(rows)).capitalize()} published "
        f"{'figure lies' if len(rows) == 1 else 'figures lie'} outside, or far from the middle "
        "of, what the model would expect to see published."
    )
    note = "Tension: predictive standard deviations from the predicted median; about 1 is chance."
    first = data_table("Figures in tension", columns, cells[:SHOWN], note=note, cards=True)
    more = data_table("Further figures in tension", columns, cells[SHOWN:], cards=True)
    rest = fold(f"{len(cells) - SHOWN} more", more) if len(cells) > SHOWN else None
    return join(head, element("p", words), first, rest)


def _contradictions(
    pairs: Sequence[Mapping[str, Any]], titles: Mapping[str, str], anchors: Mapping[str, str]
) -> Markup:
    head = element("h3", "Figures that cannot both hold")
    if not pairs:
        return join(head, element("p", "No two published figures contradict each other."))
    columns = [
        Column("Quantity", header=True),
        Column("Period"),
        Column("One figure", "number"),
        Column("The other", "number"),
        Column("Apart", "number"),
    ]
    rows: list[Row] = []
    for pair in pairs:
        figures = pair["figures"]
        cells = [
            join(
                published_words(f, "value"),
                element("small", evidence_links(f["evidence"], anchors)),
            )
            for f in figures
        ]
        when = span_words(figures[0]["from"], figures[0]["to"])
        title = titles.get(pair["quantity"], str(pair["quantity"]))
        rows.append(Row([title, when, *cells, decimal(pair["distance"])]))
    note = "Apart: in standard deviations, with what both say of their own doubt."
    return join(head, data_table("Contradicting figures", columns, rows, note=note))


def _contraction(parameters: Mapping[str, Any], answers: Sequence[Answer]) -> Markup:
    moved = [max(0.0, float(p.get("contraction") or 0.0)) for p in parameters.values()]
    told = [float(a.figures.get("contraction") or 0.0) for a in answers]
    hardly = sum(value <= 0.15 for value in told)
    words = (
        "Contraction says how much narrower the data made what was believed before: 0 is not at "
        f"all, 1 all the way. Headline answers: {len(told)}; hardly moved (0.15 or less), so that "
        f"they say what was assumed: {hardly}. The parameters are listed under "
    )
    link = element("a", "what the data taught", href="#parameters")
    columns = [
        Column("Answer", header=True),
        Column("Estimate", "number"),
        Column("Contraction", "number"),
        Column("Rests on"),
    ]
    rows = [
        Row(
            [
                a.title,
                estimate_text(a.figures, a.form),
                correlation(a.figures.get("contraction")),
                chip(a.figures.get("label")),
            ]
        )
        for a in sorted(answers, key=lambda a: -float(a.figures.get("contraction") or 0.0))
    ]
    return join(
        element("h3", "How far the data moved parameters and answers"),
        element("p", words, link, "."),
        picture(
            "How many parameters, and how many headline answers, the data moved how far.",
            _histogram(f"{len(moved)} parameters", moved),
            _histogram(f"{len(told)} headline answers", told),
            class_="panels",
        ),
        fold("Every headline answer", data_table("Headline answers", columns, rows, cards=True)),
    )


def _histogram(title: str, values: Sequence[float]) -> Markup:
    counts = [0] * BINS
    for value in values:
        counts[min(max(int(BINS * value), 0), BINS - 1)] += 1
    most, left, right, top, bottom = max([*counts, 1]), 8.0, WIDTH - 8, 44.0, HEIGHT - 38
    step = (right - left) / BINS
    parts: list[Markup] = [text(2, 14, title, "panel-title")]
    for place, count in enumerate(counts):
        tall = (bottom - top) * count / most
        x = left + step * place
        parts.append(rect(x + 1, bottom - tall, step - 2, tall, "heat"))
        if count:
            parts.append(text(x + step / 2, bottom - tall - 4, str(count), "tick", "middle"))
    parts.append(line(left, bottom, right, bottom, "axis"))
    for share in (0.0, 0.5, 1.0):
        anchor = {0.0: "start", 1.0: "end"}.get(share, "middle")
        at = left + (right - left) * share
        parts.append(text(at, bottom + 15, f"{share:g}", "tick", anchor))
    parts.append(text((left + right) / 2, bottom + 31, "contraction", "tick", "middle"))
    told = ", ".join(f"{count} up to {(i + 1) / BINS:g}" for i, count in enumerate(counts) if count)
    return drawing(WIDTH, HEIGHT, parts, label=f"{title} by contraction: {told}")


def _sensitivity(answers: Sequence[Answer]) -> Markup:
    far = [a for a in answers if a.moves and a.moves[0][0] >= FAR]
    some = [a for a in answers if a.moves and LITTLE <= a.moves[0][0] < FAR]
    untold = max((a.untold for a in answers), default=0)
    words = (
        f"Each of {len(answers)} headline answers was asked again without each channel of figures, "
        "and with each prior 1.25 times as wide. "
        "Answers that would move by a standard deviation or more, or whose interval would be "
        f"twice as wide, so that what they say hangs on one source: {len(far)}."
    )
    left = (
        "Channels and priors of which neither weights nor another sampling told anything when this "
        f"report was made: up to {untold} for an answer."
        if untold
        else "Where weights could not tell, the model was sampled again."
    )
    shown, rest = far[:SHOWN], [*far[SHOWN:], *some]
    return join(
        element("h3", "What the answers hang on"),
        element("p", words),
        element("p", left),
        element("ul", [_item(a) for a in shown]) if shown else None,
        fold(f"{len(rest)} more answers that move", element("ul", [_item(a) for a in rest]))
        if rest
        else None,
    )


def _item(answer: Answer) -> Markup:
    sentences = [sentence for size, sentence in answer.moves if size >= LITTLE][:2]
    return element(
        "li",
        element("strong", answer.title),
        f", {estimate_text(answer.figures, answer.form)}; {'; '.join(sentences)}.",
    )
