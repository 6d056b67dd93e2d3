"""Reading a file of scenarios against the model that they change, with every fault at once."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from safepassage.errors import Fault, InputError
from safepassage.model.scenario_schema import ScenarioSet
from safepassage.model.schema import Model
from safepassage.model.validation.scenarios import ScenarioDraft, scenario_faults
from safepassage.model.validation.validate import MOST_FAULTS
from safepassage.model.yaml.lines import Lines
from safepassage.model.yaml.messages import field_names, parse, unknown_field
from safepassage.model.yaml.sections import named_items, read_sections

SCENARIO_FILE = "scenarios.yaml"


@dataclass(frozen=True)
class ReadScenarios:
    """A file of scenarios that fits its model."""

    declared: ScenarioSet
    lines: Lines


def read_scenarios(path: Path, model: Model, *, own: bool) -> ReadScenarios:
    """Read and check a file of scenarios.

    Args:
        path: the file.
        model: the model that they change.
        own: whether it is the model folder's own, which alone says what `captures` are and how far
            `support` reaches.

    Raises:
        InputError: with every fault of the file.
    """
    raw, lines, faults = read_sections(path, "scenarios")
    faults += _section_faults(raw, lines, own=own)
    parts: dict[str, Any] = {}
    for section in raw.keys() & field_names(ScenarioSet):
        annotation = ScenarioSet.model_fields[section].annotation
        if section == "scenarios":
            parts[section], found = named_items(annotation, raw[section], section, lines)
        else:
            parts[section], found = parse(annotation, raw[section], section, lines)
        faults += found
    declared = ScenarioSet(**{name: part for name, part in parts.items() if part is not None})
    draft = ScenarioDraft(declared, model, lines)
    faults += islice(scenario_faults(draft), MOST_FAULTS)
    if faults:
        raise InputError(faults)
    return ReadScenarios(declared, lines)


def _section_faults(raw: dict[str, Any], lines: Lines, *, own: bool) -> list[Fault]:
    known = field_names(ScenarioSet)
    faults: list[Fault] = []
    for section in raw:
        message = ""
        if section in Model.model_fields:
            message = (
                f"a scenario changes numbers over time; it neither declares nor renames {section}: "
                "take it out, and name under `changes` what is to change"
            )
        elif section not in known:
            message = unknown_field(section, known)
        elif section != "scenarios" and not own:
            message = "is for the model's own file of scenarios alone; remove it"
        if message:
            faults.append(Fault(lines.file, lines.of(section), section, message))
    if not raw.get("scenarios"):
        message = "is missing or empty; add 'scenarios:' with at least one name below it"
        faults.append(Fault(lines.file, lines.of("scenarios"), "scenarios", message))
    return faults
