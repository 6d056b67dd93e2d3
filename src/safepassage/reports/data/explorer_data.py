"""Everything that the explorer shows before anything is simulated, as plain values and arrays.

It is kept in the run's folder, so that the page opens without jax, numba or a second of computing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from safepassage.analysis.forecast.forecast import forecast
from safepassage.analysis.ranking import cohorts_at, danger
from safepassage.analysis.trace import evidence_rows, trace
from safepassage.errors import Fault, InputError
from safepassage.evidence.do_no_harm import check_text
from safepassage.inference.summary import interval
from safepassage.model.yaml.file import read_text
from safepassage.model.yaml.tree import read_yaml
from safepassage.network.scenario_quantities import way_starts
from safepassage.reports.data.report_data import report_data
from safepassage.study.scenarios import catalogue

if TYPE_CHECKING:
    from safepassage.inference.posterior import Posterior

Progress = Callable[[str, float, float], None]
YEARS_AHEAD = 3
DIGITS = 5
"""Significant digits of a kept figure: more than any screen shows."""


def explorer_data(
    posterior: Posterior,
    progress: Progress = lambda stage, done, total: None,
    common: Mapping[str, Any] | None = None,
) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Pieces by name, and the scaled harms of every ranking.

    Args:
        posterior: the posterior.
        progress: called as parts are made.
        common: what `report_bundle` gave, where it was made already.

    Returns:
        Plain JSON by piece, and (way, harm, B) arrays by `AS_OF SEX`.
    """
    progress("answers for the explorer", 0, 3)
    shown = dict(common or report_data(posterior))
    progress("answers for the explorer", 1, 3)
    traces = dict(_traces(posterior))
    progress("answers for the explorer", 2, 3)
    ids = [i for one in traces.values() for i in one["evidence"]]
    evidence = {
        row["id"]: row
        for row in [*shown["evidence"], *(row.to_dict() for row in evidence_rows(posterior, ids))]
    }
    pieces = {
        "model": _model(posterior, shown),
        "region": shown["region"],
        "rankings": shown["rankings"],
        "losses": shown["losses"],
        "series": {
            "outputs": shown["fit"]["outputs"],
            "flows": flows(posterior),
            "channels": shown["fit"]["channels"],
            "compared": shown["compared"],
        },
        "forecast": forecast(posterior, _last_year(posterior) + YEARS_AHEAD).to_dict(),
        "parameters": shown["fit"]["parameters"],
        "evidence": list(evidence.values()),
        "checks": shown["checks"],
        "traces": traces,
    }
    scores = {
        f"{r['as_of']} {r['sex']}": _scores(posterior, r["as_of"], r["sex"])
        for r in shown["rankings"]
    }
    progress("answers for the explorer", 3, 3)
    # The outlines are as the model gives them; estimates are rounded.
    kept = {name: part if name == "region" else rounded(part) for name, part in pieces.items()}
    return kept, scores


def flows(posterior: Posterior) -> dict[str, list[dict[str, Any]]]:
    """People who set out on each way: by year, or the yearly mean of as many as it is pooled over.

    Spans of a pooled way are whole and end with the last year.
    """
    compiled, run = posterior.compiled, posterior.trajectory
    first = int(compiled.model.model.start[:4])
    year_of_step = first + compiled.network.month_of_step // 12
    last = _last_year(posterior)
    found: dict[str, list[dict[str, Any]]] = {}
    for way, declared in compiled.model.ways.items():
        rows = [q for q, _ in way_starts(compiled.network.quantity_name, way)]
        moved = run.quantities[rows].sum(axis=0)
        span = declared.pooled_years
        begin = last + 1 - (last + 1 - first) // span * span
        found[way] = [
            {
                "time": str(year) if span == 1 else f"{year}-{year + span - 1}",
                **interval(
                    moved[(year_of_step >= year) & (year_of_step < year + span)].sum(axis=0) / span
                ),
            }
            for year in range(begin, last + 1, span)
        ]
    return found


def read_texts(folder: Path) -> dict[str, dict[str, str]]:
    """The model's own texts in other languages, from `texts/LANGUAGE.yaml`: English to theirs.

    Raises:
        InputError: a file holds anything but texts by English text, or an address or the like.
    """
    found: dict[str, dict[str, str]] = {}
    for path in sorted((folder / "texts").glob("*.yaml")):
        content = read_text(path)
        if isinstance(content, Fault):
            raise InputError([content])
        tree = read_yaml(content[0], str(path))
        plain = isinstance(tree.value, dict) and all(
            isinstance(part, str) for item in tree.value.items() for part in item
        )
        if tree.faults or not plain:
            message = "holds something else than texts; write 'English text: its translation' lines"
            raise InputError(tree.faults or [Fault(str(path), 1, "", message)])
        found[path.stem] = tree.value
        harmful = [
            fault
            for english, text in tree.value.items()
            for fault in check_text(text, str(path), 0, english[:60])
        ]
        if harmful:
            raise InputError(harmful)
    return found


def rounded(value: Any) -> Any:
    """The same with floats of a few significant digits, and null for what is not finite."""
    if isinstance(value, Mapping):
        return {str(key): rounded(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [rounded(item) for item in value]
    if isinstance(value, bool) or not isinstance(value, float):
        return value
    return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None


def _last_year(posterior: Posterior) -> int:
    return int(posterior.study.model.model.end[:4])


def _scores(posterior: Posterior, as_of: str, sex: str) -> np.ndarray:
    return danger(posterior, cohorts_at(posterior, as_of).answers(None if sex == "all" else sex))


def _traces(posterior: Posterior) -> Iterator[tuple[str, dict[str, Any]]]:
    """Of every way, output and channel: shares by parameter and ids of rows, to be looked up."""
    model = posterior.study.model
    for name in dict.fromkeys([*model.ways, *model.outputs, *model.channels, *model.parameters]):
        found = trace(posterior, name).to_dict()
        yield (
            name,
            {
                "kind": found["kind"],
                # Its tension is shown elsewhere; with the number in it no language had the title.
                "title": model.channels[name].title
                if found["kind"] == "channel"
                else found["title"],
                "informed_by": found["informed_by"],
                "parameters": [
                    {"name": p["name"], "share": p.get("share")} for p in found["parameters"]
                ],
                "evidence": [row["id"] for row in found["evidence"]],
            },
        )


def _model(posterior: Posterior, shown: Mapping[str, Any]) -> dict[str, Any]:
    """Texts and everything that the page asks with."""
    header = posterior.study.model.model
    listed = catalogue(posterior.study)
    return {
        **shown["model"],
        "calendar": {"start": header.start, "end": header.end, "as_of": header.as_of},
        "dates": sorted({r["as_of"] for r in shown["rankings"]}),
        "sexes": list(dict.fromkeys(r["sex"] for r in shown["rankings"])),
        "scenarios": [
            {
                "id": one.name,
                "title": one.scenario.title,
                "reason": one.scenario.reason,
                "comparison_of_harm": one.scenario.comparison_of_harm,
                "first_change": one.scenario.first_month,
            }
            for one in listed.scenarios.values()
        ],
        "sliders": [
            {
                "id": name,
                "title": slider.title,
                "reason": slider.reason,
                "from": slider.start,
                "least": slider.least,
                "most": slider.most,
            }
            for name, slider in listed.sliders.items()
        ],
        "texts": read_texts(posterior.study.path),
        "fit": shown["fit"]["fit"],
        "provenance": shown["fit"]["provenance"],
        "citation": shown["citation"],
    }
