"""Reading the files of a model folder that declare: `model.yaml`, scenarios and levers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Generic, TypeVar

from safepassage.errors import Fault, InputError
from safepassage.model.lever_schema import LeverSet
from safepassage.model.scenario_schema import ScenarioSet
from safepassage.model.schema import Declaration, Model
from safepassage.model.validation.draft import Draft
from safepassage.model.validation.levers import lever_faults
from safepassage.model.validation.rules import MOST_FAULTS, model_faults
from safepassage.model.validation.scenarios import scenario_faults
from safepassage.model.yaml.file import LARGEST_BYTES as LARGEST_BYTES
from safepassage.model.yaml.lines import Lines
from safepassage.model.yaml.sections import Sections, read_sections

D = TypeVar("D", bound=Declaration)

MODEL_FILE, SCENARIO_FILE, LEVER_FILE = "model.yaml", "scenarios.yaml", "levers.yaml"
_REQUIRED = ("model", "grades", "groups", "states")


@dataclass(frozen=True)
class ReadFile(Generic[D]):
    """A file of declarations that holds together."""

    declared: D
    lines: Lines


@dataclass(frozen=True)
class DraftModel:
    """A model file as far as it could be read, with its faults."""

    draft: Draft
    faults: tuple[Fault, ...]


def read_model(folder: Path) -> Draft:
    """Read and check the `model.yaml` of a folder.

    Raises:
        InputError: with every fault of the file at once.
    """
    read = draft_model(folder)
    if read.faults:
        raise InputError(read.faults)
    return read.draft


def draft_model(folder: Path) -> DraftModel:
    """Read what can be read of a folder's `model.yaml`; never raises for bad input."""
    path = folder / MODEL_FILE
    read = read_sections(path, Model, _REQUIRED, {})
    draft = Draft.of_file(read)
    if not folder.is_dir():
        message = "is not a folder; give the path of a model folder"
        return DraftModel(draft, (Fault(str(folder), 0, "", message),))
    if not path.is_file():
        message = f"is missing; add it: every model folder holds a {MODEL_FILE}"
        return DraftModel(draft, (Fault(str(path), 0, "", message),))
    faults = islice(model_faults(draft) if read.names else (), MOST_FAULTS)
    return DraftModel(draft, (*read.faults, *faults))


def read_scenarios(path: Path, model: Model, *, own: bool) -> ReadFile[ScenarioSet]:
    """Read and check a file of scenarios against the model that they change.

    Args:
        path: the file.
        model: the model.
        own: whether it is the model folder's own, which alone says what `captures` are, how far
            `support` reaches and what `sliders` there are.

    Raises:
        InputError: with every fault of the file.
    """
    elsewhere = {
        section: f"a scenario changes numbers over time; it neither declares nor renames {section}"
        ": take it out, and name under `changes` what is to change"
        for section in Model.model_fields
    }
    if not own:
        only = "is for the model's own file of scenarios alone; remove it"
        elsewhere |= dict.fromkeys(ScenarioSet.model_fields.keys() - {"scenarios"}, only)
    read = read_sections(path, ScenarioSet, ("scenarios",), elsewhere)
    return _checked(read, lambda: scenario_faults(read.declared, model, read.lines))


def read_levers(path: Path, model: Model) -> ReadFile[LeverSet]:
    """Read and check a file of levers against the model that they act on.

    Raises:
        InputError: with every fault of the file.
    """
    elsewhere = {
        section: f"a lever buys something; it neither declares nor changes {section}: remove"
        for section in Model.model_fields.keys() - LeverSet.model_fields.keys()
    }
    read = read_sections(path, LeverSet, ("levers",), elsewhere)
    return _checked(
        read, lambda: iter(()) if read.faults else lever_faults(read.declared, model, read.lines)
    )


def _checked(read: Sections[D], rules: Callable[[], Iterator[Fault]]) -> ReadFile[D]:
    faults = [*read.faults, *islice(rules(), MOST_FAULTS)]
    if faults:
        raise InputError(faults)
    return ReadFile(read.declared, read.lines)
