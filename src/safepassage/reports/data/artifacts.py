"""What the explorer shows before anything is simulated, kept in a run's folder."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from safepassage.model.reader import SCENARIO_FILE
from safepassage.store.folder import REFITS, RunFolder

if TYPE_CHECKING:
    from safepassage.inference.posterior import Posterior
    from safepassage.study.loader import Study

SCHEMA = 2
"""Of the pieces; other ones are made anew."""
PIECES = (
    "model", "region", "rankings", "losses", "series", "forecast", "parameters", "evidence",
    "checks",
)  # fmt: skip
"""Those that are sent as they are; traces are looked up."""
FOLDER, PART, GRID = "explorer", "shown", "what-ifs"
PIECE, SCORES = "piece ", "scores "
SCORED = 240
"""Draws of the harms, at most, that a report ranks by a reader's own weights."""
Progress = Callable[[str, float, float], None]


@dataclass(frozen=True)
class Piece:
    """One part of the page's data, ready to be sent."""

    text: bytes
    """JSON in UTF-8."""

    @cached_property
    def value(self) -> Any:
        """The plain values."""
        return json.loads(self.text)

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
    """Pieces by name (see `questions.explored`), and scaled harms by `AS_OF SEX`."""

    pieces: Mapping[str, Piece]
    scores: Mapping[str, np.ndarray]
    """(way, harm, B)"""

    @property
    def model(self) -> dict[str, Any]:
        """The piece with the model's texts."""
        return self.pieces["model"].value

    @cached_property
    def values(self) -> dict[str, Any]:
        """All pieces as plain values."""
        return {name: piece.value for name, piece in self.pieces.items()}

    @cached_property
    def evidence(self) -> dict[str, Any]:
        """Evidence rows by id."""
        return {row["id"]: row for row in self.pieces["evidence"].value}

    def trace(self, name: str) -> dict[str, Any] | None:
        """Where an answer comes from: its parameters and evidence rows in full."""
        found = self.pieces["traces"].value.get(name)
        if found is None:
            return None
        known = self.pieces["parameters"].value
        return {
            "name": name,
            **found,
            "parameters": [
                {**part, **known[part["name"]]}
                for part in found["parameters"]
                if part["name"] in known
            ],
            "evidence": [self.evidence[i] for i in found["evidence"]],
        }


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
    """What the kept pieces were made from, beside the fit itself."""
    refits = run / REFITS
    again = sorted(path.name for path in refits.glob("*.npz"))
    return {"schema": SCHEMA, "beside": beside_hash(study), "sampled_again": again}


def store_grid(
    posterior: Posterior, progress: Progress = lambda stage, done, total: None
) -> dict[str, Any]:
    """What-ifs answered ahead: those kept of this run, or made and kept now."""
    folder = RunFolder(posterior.path, FOLDER)
    about = {"schema": SCHEMA, "beside": beside_hash(posterior.study)}
    found = folder.load_arrays(GRID)
    if found is not None and found[1] == about:
        return json.loads(found[0]["text"].tobytes())
    from safepassage.reports.data.explorer_data import rounded
    from safepassage.reports.data.what_if_grid import what_if_grid

    grid = rounded(what_if_grid(posterior, progress).to_dict())
    text = json.dumps(grid, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    folder.save_arrays(GRID, {"text": np.frombuffer(text, dtype=np.uint8)}, about)
    return grid


def store_artifacts(
    posterior: Posterior,
    progress: Progress = lambda stage, done, total: None,
    common: Mapping[str, Any] | None = None,
) -> ReportArtifacts:
    """Make what is shown of a fit, and keep it in the run's folder."""
    from safepassage.reports.data.explorer_data import explorer_data

    pieces, scores = explorer_data(posterior, progress, common)
    texts = {
        name: json.dumps(part, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
        for name, part in pieces.items()
    }
    arrays = {f"{PIECE}{name}": np.frombuffer(t, dtype=np.uint8) for name, t in texts.items()}
    arrays |= {f"{SCORES}{name}": array for name, array in scores.items()}
    about = _about(posterior.path, posterior.study)
    RunFolder(posterior.path, FOLDER).save_arrays(PART, arrays, about)
    return ReportArtifacts({name: Piece(text) for name, text in texts.items()}, scores)


def embedded(shown: ReportArtifacts, grid: Mapping[str, Any]) -> dict[str, Any]:
    """Pieces of a report: those of the explorer, what-ifs made ahead, fewer draws of the harms."""
    scores: dict[str, Any] = {}
    for name, array in shown.scores.items():
        thinned = array[:, :, :: -(-array.shape[2] // SCORED)]
        scores[name] = [
            [[float(f"{value:.4g}") for value in draws] for draws in harms] for harms in thinned
        ]
    texts = {name: piece.text for name, piece in shown.pieces.items()}
    return {**texts, "scores": scores, "grid": grid}


def read_artifacts(run: Path, study: Study) -> ReportArtifacts | None:
    """What was kept of a run.

    None where it is absent, damaged, of another version, or made from other files of the model
    folder, or with fewer answers sampled again, than there are today.
    """
    found = RunFolder(run, FOLDER).load_arrays(PART)
    if found is None or found[1] != _about(run, study):
        return None
    return artifacts_from(found[0])


def artifacts_from(arrays: Mapping[str, np.ndarray]) -> ReportArtifacts:
    """Pieces and scores from the arrays that were kept."""
    return ReportArtifacts(
        {n.removeprefix(PIECE): Piece(a.tobytes()) for n, a in arrays.items() if PIECE in n},
        {n.removeprefix(SCORES): a for n, a in arrays.items() if SCORES in n},
    )


def artifacts_of(posterior: Posterior) -> ReportArtifacts:
    """What is kept of a run; made and kept first where it is not."""
    return read_artifacts(posterior.path, posterior.study) or store_artifacts(posterior)
