"""What a fit was made from, small enough to be stored with it: priors, evidence rows, settings."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from safepassage.results.fit import FitInputs, Prior, Scalar

if TYPE_CHECKING:
    from safepassage.evidence.observations import Observation
    from safepassage.evidence.row import EvidenceRow
    from safepassage.inference.sampler.settings import Settings
    from safepassage.study.loader import Study

FITTED = "fitted"
"""Name of the part of a run that holds it."""
DIGITS = 12
"""Hexadecimal digits of a row's hash."""


def fit_inputs(study: Study, settings: Settings) -> FitInputs:
    """What a fit of a model under some settings is made from."""
    declared = study.model.parameters
    return FitInputs(
        priors={n: Prior(**p.prior.model_dump(mode="json")) for n, p in declared.items()},
        rows=_row_hashes(study),
        settings=dict(_flat("", dataclasses.asdict(settings))),
    )


def _row_hashes(study: Study) -> dict[str, str]:
    """By id of each evidence row, a hash of it and of the observations that cite it."""
    cited: dict[str, list[dict[str, Any]]] = {}
    for observations in study.observations.values():
        for one in observations:
            for name in one.evidence:
                cited.setdefault(name, []).append(_content(one))
    hashes: dict[str, str] = {}
    for name, row in study.evidence.rows.items():
        content = [_content(row), *(one for own in row.ids for one in cited.get(own, ()))]
        digest = hashlib.sha256(json.dumps(content).encode())
        hashes[name] = digest.hexdigest()[:DIGITS]
    return hashes


def _content(row: EvidenceRow | Observation) -> dict[str, Any]:
    """A row without the place in its file."""
    return {**dataclasses.asdict(row), "file": "", "line": 0}


def _flat(prefix: str, value: Any) -> Iterator[tuple[str, Scalar]]:
    """Plain values by their dotted path in nested mappings and sequences."""
    if isinstance(value, dict):
        parts = [(str(name), part) for name, part in value.items()]
    elif isinstance(value, (list, tuple)):
        parts = [(str(number), part) for number, part in enumerate(value)]
    else:
        yield prefix, value
        return
    for name, part in parts:
        yield from _flat(f"{prefix}.{name}" if prefix else name, part)
