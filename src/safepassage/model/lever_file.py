"""Reading a file of levers against the model that they act on, with every fault at once."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from safepassage.model.declarations import Model
from safepassage.model.faults import Fault, InputError
from safepassage.model.levers import LeverSet
from safepassage.model.lines import Lines
from safepassage.model.rules.levers import LeverDraft, lever_faults
from safepassage.model.sections import named_items, read_sections
from safepassage.model.translate import field_names, unknown_field
from safepassage.model.validate import MOST_FAULTS

LEVER_FILE = "levers.yaml"


@dataclass(frozen=True)
class ReadLevers:
    """A file of levers that fits its model."""

    declared: LeverSet
    lines: Lines


def read_levers(path: Path, model: Model) -> ReadLevers:
    """Read and check a file of levers.

    Raises:
        InputError: with every fault of the file.
    """
    raw, lines, faults = read_sections(path, "levers")
    known = field_names(LeverSet)
    for section in raw.keys() - known:
        message = unknown_field(section, known)
        if section in Model.model_fields:
            message = f"a lever buys something; it neither declares nor changes {section}: remove"
        faults.append(Fault(lines.file, lines.of(section), section, message))
    if not raw.get("levers"):
        message = "is missing or empty; add 'levers:' with at least one name below it"
        faults.append(Fault(lines.file, lines.of("levers"), "levers", message))
    parts: dict[str, Any] = {}
    for section in raw.keys() & known:
        annotation = LeverSet.model_fields[section].annotation
        parts[section], found = named_items(annotation, raw[section], section, lines)
        faults += found
    declared = LeverSet(**parts)
    if not faults:
        faults += islice(lever_faults(LeverDraft(declared, model, lines)), MOST_FAULTS)
    if faults:
        raise InputError(faults)
    return ReadLevers(declared, lines)
