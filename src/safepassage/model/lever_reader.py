"""Reading a file of levers against the model that they act on, with every fault at once."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from safepassage.errors import Fault, InputError
from safepassage.model.lever_schema import LeverSet
from safepassage.model.schema import Model
from safepassage.model.validation.levers import LeverDraft, lever_faults
from safepassage.model.validation.validate import MOST_FAULTS
from safepassage.model.yaml.lines import Lines
from safepassage.model.yaml.messages import field_names, unknown_field
from safepassage.model.yaml.sections import named_items, read_sections

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
