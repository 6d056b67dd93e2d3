"""What is based on which evidence row: every id exists, and a datum serves once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from safepassage.errors import Fault
from safepassage.evidence.covariates import CovariateRow
from safepassage.evidence.observations import Observation
from safepassage.evidence.table import EvidenceTable
from safepassage.model.fields import iter_marked
from safepassage.model.schema import Channel, Declaration
from safepassage.model.schema.marks import EvidenceIds
from safepassage.model.yaml.lines import Lines
from safepassage.model.yaml.wording import suggestion


@dataclass(frozen=True)
class Use:
    """One place that is based on evidence rows."""

    owner: str
    """What is based on them; within one owner rows may overlap, as they are weighed together."""
    evidence: tuple[str, ...]
    file: str
    line: int
    field: str
    serves: bool = True
    """Whether the figures are used up; a date of a law may be cited by many."""
    part: str = ""
    """Which part of what the figures say is used: how they fall into parts says nothing of their
    total, so that both may be used."""

    def fault(self, message: str) -> Fault:
        """A fault at this place."""
        return Fault(self.file, self.line, self.field, message)


def declared_uses(declared: Declaration, lines: Lines) -> Iterator[Use]:
    """Uses in a file of declarations, such as of parameters; eras cite dates only."""
    for field, mark, ids in iter_marked(declared, EvidenceIds):
        owner = field.removesuffix(".evidence")
        yield Use(owner, ids, lines.file, lines.of(field), field, mark.serves)


def observation_uses(observations: Iterable[Observation], channel: Channel) -> Iterator[Use]:
    """Uses in a channel's file: each row is an owner of its own, but parts are of one total."""
    for row in observations:
        split = channel.reporting.kind == "split"
        owner = f"channels.{row.channel}" + ("" if split else f" {row.file}:{row.line}")
        part = "split" if split else ""
        yield Use(owner, row.evidence, row.file, row.line, "evidence", part=part)


def covariate_uses(name: str, rows: Iterable[CovariateRow]) -> Iterator[Use]:
    """Uses in a covariate's file: the whole covariate is one owner."""
    for row in rows:
        yield Use(f"covariates.{name}", row.evidence, row.file, row.line, "evidence")


def link_faults(uses: Iterable[Use], table: EvidenceTable) -> Iterator[Fault]:
    """Ids that no row has, and data that serve twice (as one row, or as two cuts of it)."""
    ledgers: dict[str, dict[str, tuple[Use, str]]] = {}
    for use in uses:
        served = ledgers.setdefault(use.part, {})
        own: set[str] = set()
        for name in use.evidence:
            row = table.resolve(name)
            if row is None:
                message = f"evidence '{name[:60]}' does not exist; {_nearest(name, table)}"
                yield use.fault(message)
            elif row.id in own:
                yield use.fault(f"'{name}' stands twice here ({row.id}); keep it once")
            elif use.serves:
                own.add(row.id)
                yield from _second_use(use, name, row.id, table, served)
        for row_id in own:
            served.setdefault(row_id, (use, row_id))


def _second_use(
    use: Use, name: str, row_id: str, table: EvidenceTable, served: dict[str, tuple[Use, str]]
) -> Iterator[Fault]:
    for other in (row_id, *sorted(table.overlapping(row_id))):
        first = served.get(other)
        if first is None or first[0].owner == use.owner:
            continue
        place = f"{first[0].file}:{first[0].line} ({first[0].field})"
        if other == row_id:
            known_as = "" if name == row_id else f", which is {row_id},"
            message = f"evidence '{name}'{known_as} is already used at {place}"
        else:
            message = f"evidence '{name}' overlaps '{other}', already used at {place}"
        yield use.fault(f"{message}; a datum serves once: remove it here or there")
        return


def _nearest(name: str, table: EvidenceTable) -> str:
    same_length = [other for other in table.aliases if len(other) == len(name)]
    hint = suggestion(name, same_length[:500])
    return f"{hint}; correct the id or add the row to evidence.csv"
