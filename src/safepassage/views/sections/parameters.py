"""Every parameter: what was believed before the data, and what after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from safepassage.views.bars import prior_posterior
from safepassage.views.datatable import Column, Row, data_table
from safepassage.views.markup import Child, Markup, element, join, slug
from safepassage.views.numbers import is_number, percent
from safepassage.views.sections.common import (
    LABEL_WORDS,
    Bundle,
    chip,
    estimate_cell,
    fold,
    section,
)


def parameters_section(bundle: Bundle) -> Markup | None:
    """How many parameters carry each label, and all of them in a folded table."""
    parameters: Mapping[str, Any] = bundle["fit"].get("parameters") or {}
    if not parameters:
        return None
    counts = Counter(str(p.get("label")) for p in parameters.values())
    items = [
        element("li", chip(label), f" {counts[label]:,}: {meaning}")
        for label, meaning in LABEL_WORDS.items()
        if counts[label]
    ]
    order = {label: index for index, label in enumerate(LABEL_WORDS)}
    names = sorted(
        parameters,
        key=lambda n: (order.get(str(parameters[n].get("label")), 9), str(parameters[n]["title"])),
    )
    anchors = evidence_anchors(bundle)
    columns = [
        Column("Parameter", header=True),
        Column("Prior", "number"),
        Column("Posterior", "number"),
        Column("Prior above posterior", "graphic"),
        Column("Contraction", "number"),
        Column("Label"),
        Column("Rests on"),
    ]
    rows = [Row(_cells(parameters[name], anchors), f"parameter-{slug(name)}") for name in names]
    table = data_table(
        "Parameters: prior and posterior",
        columns,
        rows,
        note="Median and 90\u00a0% interval. Contraction is one minus posterior variance over "
        "prior variance. Each picture has a scale of its own.",
        cards=True,
    )
    return section(
        "parameters",
        "What the data taught",
        element(
            "p",
            f"The model has {len(parameters):,} uncertain parameters. Each is labelled "
            "by how far the data moved it.",
        ),
        element("ul", items, class_="key"),
        fold(f"All {len(parameters):,} parameters", table),
    )


def _cells(parameter: Mapping[str, Any], anchors: Mapping[str, str]) -> list[Child]:
    contraction = parameter.get("contraction")
    moved = percent(max(contraction, 0.0)) if is_number(contraction) else "not known"
    return [
        join(parameter["title"], element("small", parameter.get("unit") or "no unit")),
        estimate_cell(parameter.get("prior")),
        estimate_cell(parameter.get("posterior")),
        prior_posterior(parameter.get("prior"), parameter.get("posterior")),
        moved,
        chip(parameter.get("label")),
        _rests_on(parameter, anchors),
    ]


def _rests_on(parameter: Mapping[str, Any], anchors: Mapping[str, str]) -> Markup:
    assumed = parameter.get("assumed")
    if isinstance(assumed, str) and assumed:
        return join("Assumed: ", assumed)
    return evidence_links(parameter.get("evidence") or (), anchors) or join("no evidence row")


def evidence_anchors(bundle: Bundle) -> dict[str, str]:
    """From every id of an evidence row, merged ones too, to the anchor of the row."""
    anchors: dict[str, str] = {}
    for row in bundle.get("evidence") or ():
        anchor = f"evidence-{slug(str(row['id']))}"
        for name in (row["id"], *(row.get("ids") or ())):
            anchors[str(name)] = anchor
    return anchors


def evidence_links(ids: Child, anchors: Mapping[str, str]) -> Markup:
    """The ids of evidence rows, each linked to its row in the sources."""
    names = [str(name) for name in ids] if isinstance(ids, (list, tuple)) else []
    parts: list[Child] = []
    for index, name in enumerate(names):
        anchor = anchors.get(name)
        parts += [
            ", " if index else None,
            element("a", name, href=f"#{anchor}") if anchor else name,
        ]
    return join(*parts)
