"""A user's own evidence rows as observations."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from safepassage.errors import Fault
from safepassage.evidence.csv_file import CsvFile, CsvRow
from safepassage.evidence.observations import Observation, read_observation
from safepassage.evidence.row import EvidenceRow
from safepassage.evidence.table import EvidenceTable
from safepassage.model.validation.draft import Draft

CHANNEL_PREFIX = "channel:"
"""A row whose `topic` starts so is an observation of the channel named after it."""
_NAMES = {
    "evidence": "id", "quantity": "quantity", "from": "year_from", "to": "year_to",
    "value": "value", "low": "low", "high": "high",
}  # fmt: skip


def extra_observations(
    table: EvidenceTable, files: Sequence[Path], draft: Draft
) -> tuple[dict[str, list[Observation]], list[Fault]]:
    """Observations among the rows of a user's files, by channel.

    Such a row's `quantity` names a quantity of the model, and `year_from` to `year_to` is its
    span, in whole years. Rows with another `topic` only add to the table.
    """
    names = {str(path) for path in files}
    observations: dict[str, list[Observation]] = {}
    faults: list[Fault] = []
    for row in table.rows.values():
        if row.file not in names or not row.topic.startswith(CHANNEL_PREFIX):
            continue
        name = row.topic.removeprefix(CHANNEL_PREFIX).strip()
        channel = draft.model.channels.get(name)
        if channel is not None:
            file = CsvFile(row.file, (), (), ())
            observation, wrong = read_observation(
                file, _as_csv(row), name, channel, _NAMES, draft
            )  # fmt: skip
            faults += wrong
            if observation:
                observations.setdefault(name, []).append(observation)
        elif not draft.knows(name, "channels"):
            message = draft.unknown("", name, "a channel", draft.names("channels")).message
            faults.append(Fault(row.file, row.line, "topic", message))
    return observations, faults


def _as_csv(row: EvidenceRow) -> CsvRow:
    cells = {column: getattr(row, column) for column in _NAMES.values()}
    return CsvRow(row.line, {c: "" if v is None else str(v) for c, v in cells.items()})
