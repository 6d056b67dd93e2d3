"""A model folder as a whole: the model, its evidence, its observations, and their links."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from safepassage.errors import Fault, InputError
from safepassage.evidence.covariates import CovariateRow, covariate_rows
from safepassage.evidence.coverage import series_faults, warn_of_gaps
from safepassage.evidence.csv_file import CsvFile, read_csv
from safepassage.evidence.do_no_harm_model import no_harm_faults
from safepassage.evidence.links import (
    covariate_uses,
    declared_uses,
    link_faults,
    observation_uses,
)
from safepassage.evidence.observations import Observation, observations_in
from safepassage.evidence.row import COLUMNS
from safepassage.evidence.table import EvidenceTable, read_evidence
from safepassage.evidence.user_rows import extra_observations
from safepassage.model.reader import MODEL_FILE, draft_model
from safepassage.model.schema import Model
from safepassage.model.validation.draft import Draft
from safepassage.model.yaml.lines import Lines
from safepassage.results.study import Counts, StudySummary
from safepassage.study.bundled import find_model

if TYPE_CHECKING:
    import polars as pl

EVIDENCE_FILE = "evidence.csv"


@dataclass(frozen=True, repr=False)
class Study:
    """A model folder that was read and holds together."""

    path: Path
    model: Model
    lines: Lines
    evidence: EvidenceTable
    observations: dict[str, tuple[Observation, ...]]
    """By channel, in the order of its file; a user's own rows last."""
    covariates: dict[str, dict[int, float]]
    """By name: value by year."""
    covariate_evidence: dict[str, tuple[str, ...]]
    """By name: ids of the rows that a covariate rests on."""
    files_hash: str
    """SHA-256 of `model.yaml` and of the files that it reads figures from."""
    evidence_hash: str
    """SHA-256 of the evidence rows, the user's own included."""
    identity_as_read: str = ""
    """`identity` when the files were read."""

    @cached_property
    def identity(self) -> str:
        """SHA-256 of the files, and of what a program may have changed since they were read."""
        declared = self.model.model_dump_json()
        read = f"{self.files_hash}\0{declared}\0{self.observations}\0{self.covariates}"
        return hashlib.sha256(read.encode()).hexdigest()

    @property
    def model_hash(self) -> str:
        """SHA-256 of the model as it stands: of its files where no program has changed it."""
        unchanged = self.identity_as_read in ("", self.identity)
        return self.files_hash if unchanged else self.identity

    def summary(self) -> StudySummary:
        """What it is about, and how much it declares."""
        header, declared = self.model.model, self.model
        counts = {n: len(getattr(declared, n)) for n in Counts.model_fields if n != "evidence_rows"}
        return StudySummary(
            title=header.title,
            id=header.id,
            start=header.start,
            end=header.end,
            counts=Counts(**counts, evidence_rows=len(self.evidence.rows)),
            folder=self.path.name,
        )

    def to_frame(self) -> pl.DataFrame:
        """The evidence rows as a polars table."""
        import polars as pl

        rows = [{n: getattr(row, n) for n in COLUMNS} for row in self.evidence.rows.values()]
        return pl.DataFrame(rows, infer_schema_length=None)

    def __repr__(self) -> str:
        return repr(self.summary())

    def _repr_html_(self) -> str:
        return self.summary()._repr_html_()


def load_study(path: Path | str, extra_evidence: Sequence[Path] = ()) -> Study:
    """Read and check a model folder; nothing is written.

    Args:
        path: a bundled model's name, or a folder.
        extra_evidence: files with a user's own evidence rows; a row whose `topic` is
            `channel:NAME` is an observation of that channel.

    Raises:
        InputError: with every fault of every file.
    """
    folder = find_model(path)
    read = draft_model(folder)
    draft, faults = read.draft, list(read.faults)
    table, evidence_faults = _evidence([folder / EVIDENCE_FILE, *extra_evidence])
    faults += evidence_faults
    files = _data_files(folder, draft)
    faults += [file for file in files.values() if isinstance(file, Fault)]
    sound = {name: file for name, file in files.items() if isinstance(file, CsvFile)}
    observations = _observations(draft, sound, faults)
    covariates = _covariates(draft, sound, faults)
    if table is not None:
        extra, wrong = extra_observations(table, extra_evidence, draft)
        faults += wrong
        for name, rows in extra.items():
            observations[name] = (*observations.get(name, ()), *rows)
        uses = [*declared_uses(draft.model, draft.lines)]
        for name, rows in observations.items():
            uses += observation_uses(rows, draft.model.channels[name])
        for name, years in covariates.items():
            uses += covariate_uses(name, years)
        faults += link_faults(uses, table)
    faults += list(series_faults(observations, draft, faults))
    faults += no_harm_faults(draft, table, _once(sound.values()))
    faults += _map_faults(folder, draft)
    if faults or table is None:
        raise InputError(faults)
    warn_of_gaps(observations)
    study = Study(
        folder,
        draft.model,
        draft.lines,
        table,
        observations,
        {name: {row.year: row.value for row in rows} for name, rows in covariates.items()},
        {name: _ids(rows) for name, rows in covariates.items()},
        _hash(folder, sound),
        table.sha256,
    )
    return replace(study, identity_as_read=study.identity)


def _evidence(paths: Sequence[Path]) -> tuple[EvidenceTable | None, Sequence[Fault]]:
    try:
        return read_evidence(paths), ()
    except InputError as error:
        return None, error.faults


def _data_files(folder: Path, draft: Draft) -> dict[str, CsvFile | Fault]:
    """Files of channels and covariates by `channels.NAME` and `covariates.NAME`."""
    named = [(f"channels.{n}", c.file) for n, c in draft.model.channels.items()]
    named += [(f"covariates.{n}", c.file) for n, c in draft.model.covariates.items()]
    read: dict[str, CsvFile] = {}
    files: dict[str, CsvFile | Fault] = {}
    for owner, name in named:
        if not _inside(folder, name):
            message = (
                "leads out of the model folder; keep the file in it, such as observations/x.csv"
            )
            files[owner] = draft.fault(f"{owner}.file", message)
            continue
        if name not in read:
            read[name] = read_csv(folder / name)
        missing = not (folder / name).is_file()
        message = f"'{name}' is missing from the folder; add the file or correct the name"
        files[owner] = draft.fault(f"{owner}.file", message) if missing else read[name]
    return files


def _inside(folder: Path, name: str) -> bool:
    try:
        return (folder / name).resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError):
        return False


def _observations(
    draft: Draft, files: Mapping[str, CsvFile], faults: list[Fault]
) -> dict[str, tuple[Observation, ...]]:
    """Rows by channel; adds to the faults."""
    rows: dict[str, tuple[Observation, ...]] = {}
    for name, channel in draft.model.channels.items():
        file = files.get(f"channels.{name}")
        if file is not None:
            own, wrong = observations_in(file, name, channel, draft)
            faults += wrong
            rows[name] = tuple(own)
    return rows


def _covariates(
    draft: Draft, files: Mapping[str, CsvFile], faults: list[Fault]
) -> dict[str, list[CovariateRow]]:
    """Years by covariate; adds to the faults."""
    rows: dict[str, list[CovariateRow]] = {}
    for name, covariate in draft.model.covariates.items():
        file = files.get(f"covariates.{name}")
        if file is not None:
            rows[name], wrong = covariate_rows(file, covariate)
            faults += wrong
    return rows


def _map_faults(folder: Path, draft: Draft) -> Iterator[Fault]:
    report = draft.model.report
    if "map_file" in report.model_fields_set and not (
        _inside(folder, report.map_file) and (folder / report.map_file).is_file()
    ):
        message = f"'{report.map_file}' is not a file of the folder; add it or remove the field"
        yield draft.fault("report.map_file", message)


def _once(files: Iterable[CsvFile]) -> Iterable[CsvFile]:
    """Each file once, though several channels may read it."""
    return {file.name: file for file in files}.values()


def _ids(rows: Sequence[CovariateRow]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for row in rows for name in row.evidence))


def _hash(folder: Path, files: Mapping[str, CsvFile]) -> str:
    """One hash over `model.yaml` and the data files, by their names within the folder."""
    contents = {MODEL_FILE: (folder / MODEL_FILE).read_bytes()}
    for file in files.values():
        contents[Path(file.name).relative_to(folder).as_posix()] = file.content
    digest = hashlib.sha256()
    for name in sorted(contents):
        content = hashlib.sha256(contents[name]).hexdigest()
        digest.update(f"{name}\0{content}\n".encode())
    return digest.hexdigest()
