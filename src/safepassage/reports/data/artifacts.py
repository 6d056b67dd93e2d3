"""What a run stores for the report and the explorer."""

from __future__ import annotations

import gzip
import hashlib
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from safepassage.model.reader import SCENARIO_FILE
from safepassage.results.explorer import ExplorerData, ModelText
from safepassage.results.trace import AnswerParameter, TraceAnswer
from safepassage.store.folder import REFITS, RunFolder

if TYPE_CHECKING:
    from safepassage.inference.posterior import Posterior
    from safepassage.results.comparison import WhatIfGrid
    from safepassage.study.loader import Study

SCHEMA = 3
"""Of the stored data; another one is made anew."""
SERVED = (
    "model", "region", "rankings", "losses", "series", "forecast", "parameters", "evidence",
    "checks",
)  # fmt: skip
"""Parts that are sent as they are; traces are looked up."""
FOLDER, PART, GRID = "explorer", "shown", "what-ifs"
PAYLOAD, SCORES = "piece ", "scores "
"""How the stored arrays' names begin."""
DIGITS = 5
"""Significant digits of a stored figure: more than any screen shows."""
SCORED = 240
"""Draws of the harms, at most, that a report ranks by a reader's own weights."""
Progress = Callable[[str, float, float], None]


@dataclass(frozen=True)
class Payload:
    """One part of the page's data, ready to be sent."""

    text: bytes
    """JSON in UTF-8."""

    @cached_property
    def packed(self) -> bytes:
        """The text under gzip."""
        return gzip.compress(self.text, 6, mtime=0)

    @cached_property
    def tag(self) -> str:
        """An entity tag: the same as long as the text is."""
        return f'"{hashlib.sha256(self.text).hexdigest()[:20]}"'


@dataclass(frozen=True)
class ReportArtifacts:
    """The parts of `ExplorerData` as JSON by name, and scaled harms by `AS_OF SEX`."""

    payloads: Mapping[str, Payload]
    scores: Mapping[str, np.ndarray]
    """(way, harm, B)"""

    @cached_property
    def model(self) -> ModelText:
        """The model's texts."""
        return ModelText.model_validate_json(self.payloads["model"].text)

    @cached_property
    def data(self) -> ExplorerData:
        """All parts, as they were stored."""
        parts = (f'"{n}":'.encode() + self.payloads[n].text for n in ExplorerData.model_fields)
        return ExplorerData.model_validate_json(b"{" + b",".join(parts) + b"}")

    def trace(self, name: str) -> TraceAnswer | None:
        """Where an answer comes from: its parameters and evidence rows in full."""
        summary = self.data.traces.get(name)
        if summary is None:
            return None
        parameters, rows = self.data.parameters, {row.id: row for row in self.data.evidence}
        return TraceAnswer(
            name=name,
            kind=summary.kind,
            title=summary.title,
            informed_by=summary.informed_by,
            parameters=tuple(
                AnswerParameter(name=one.name, share=one.share, **dict(parameters[one.name]))
                for one in summary.parameters
                if one.name in parameters
            ),
            evidence=tuple(rows[i] for i in summary.evidence),
        )


def rounded(value: Any) -> Any:
    """Plain JSON with floats of a few significant digits, and null for what is not finite."""
    if isinstance(value, Mapping):
        return {str(key): rounded(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [rounded(item) for item in value]
    if isinstance(value, bool) or not isinstance(value, float):
        return value
    return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None


def beside_hash(study: Study) -> str:
    """SHA-256 of the files of a model folder that are shown but are no part of the fit's key."""
    digest = hashlib.sha256()
    own = [SCENARIO_FILE, study.model.report.map_file]
    for path in [*(study.path / name for name in own), *sorted(study.path.glob("texts/*.yaml"))]:
        content = path.read_bytes() if path.is_file() else b""
        digest.update(f"{path.name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _about(run: Path, study: Study) -> dict[str, Any]:
    """What the stored data was made from, beside the fit itself."""
    refits = run / REFITS
    again = sorted(path.name for path in refits.glob("*.npz"))
    return {"schema": SCHEMA, "beside": beside_hash(study), "sampled_again": again}


def store_grid(
    posterior: Posterior, progress: Progress = lambda stage, done, total: None
) -> WhatIfGrid:
    """What-ifs answered ahead: those stored with this run, or made and stored now."""
    from safepassage.results.comparison import WhatIfGrid

    folder = RunFolder(posterior.path, FOLDER)
    about = {"schema": SCHEMA, "beside": beside_hash(posterior.study)}
    stored = folder.load_arrays(GRID)
    if stored is not None and stored[1] == about:
        return WhatIfGrid.model_validate_json(stored[0]["text"].tobytes())
    from safepassage.reports.data.what_if_grid import what_if_grid

    text = _json(rounded(what_if_grid(posterior, progress).to_dict()))
    folder.save_arrays(GRID, {"text": np.frombuffer(text, dtype=np.uint8)}, about)
    return WhatIfGrid.model_validate_json(text)


def store_artifacts(
    posterior: Posterior, progress: Progress = lambda stage, done, total: None
) -> ReportArtifacts:
    """Make what is shown of a fit, and store it in the run's folder."""
    from safepassage.reports.data.explorer_data import explorer_data, scaled_harms

    data = explorer_data(posterior, progress)
    # The outlines stay as the model gives them; estimates are rounded.
    texts = {
        name: _json(part if name == "region" else rounded(part))
        for name, part in data.to_dict().items()
    }
    scores = scaled_harms(posterior, data.rankings)
    arrays = {f"{PAYLOAD}{name}": np.frombuffer(t, dtype=np.uint8) for name, t in texts.items()}
    arrays |= {f"{SCORES}{name}": array for name, array in scores.items()}
    about = _about(posterior.path, posterior.study)
    RunFolder(posterior.path, FOLDER).save_arrays(PART, arrays, about)
    return ReportArtifacts({name: Payload(text) for name, text in texts.items()}, scores)


def report_payloads(artifacts: ReportArtifacts, grid: WhatIfGrid) -> dict[str, bytes]:
    """The JSON of a report by name: the explorer's, what-ifs made ahead, fewer draws of harms."""
    scores: dict[str, list[list[list[float]]]] = {}
    for name, array in artifacts.scores.items():
        thinned = array[:, :, :: -(-array.shape[2] // SCORED)]
        scores[name] = [
            [[float(f"{value:.4g}") for value in draws] for draws in harms] for harms in thinned
        ]
    texts = {name: payload.text for name, payload in artifacts.payloads.items()}
    return {**texts, "scores": _json(scores), "grid": grid.model_dump_json().encode()}


def read_artifacts(run: Path, study: Study) -> ReportArtifacts | None:
    """What a run stores.

    None where it is absent, damaged, of another version, or made from other files of the model
    folder, or with fewer answers sampled again, than there are today.
    """
    stored = RunFolder(run, FOLDER).load_arrays(PART)
    if stored is None or stored[1] != _about(run, study):
        return None
    return artifacts_from(stored[0])


def artifacts_from(arrays: Mapping[str, np.ndarray]) -> ReportArtifacts:
    """Payloads and scores from the stored arrays."""
    return ReportArtifacts(
        {n.removeprefix(PAYLOAD): Payload(a.tobytes()) for n, a in arrays.items() if PAYLOAD in n},
        {n.removeprefix(SCORES): a for n, a in arrays.items() if SCORES in n},
    )


def artifacts_of(posterior: Posterior) -> ReportArtifacts:
    """What a run stores; made and stored first where it is not."""
    return read_artifacts(posterior.path, posterior.study) or store_artifacts(posterior)


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
