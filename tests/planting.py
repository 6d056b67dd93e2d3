"""Plant a fault in a copy of the teaching model and read what is said about it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from safepassage.errors import Fault, InputError
from safepassage.study.loader import load_study

THREE_STATES = Path(__file__).parent / "models" / "three_states"
REMEDIES = (
    "add",
    "change",
    "check the path",
    "choose",
    "correct",
    "did you mean",
    "divide",
    "drop",
    "flatten",
    "give",
    "keep",
    "known here",
    "lead",
    "let",
    "make",
    "mark",
    "mend",
    "merge",
    "move",
    "multiply",
    "name",
    "none is declared",
    "order",
    "put",
    "quote",
    "raise",
    "remove",
    "rename",
    "round",
    "save",
    "set it",
    "shorten",
    "start",
    "swap",
    "take it out",
    "use",
    "widen",
    "write",
)
"""Every message holds one of these: it says what to do."""


class Planted(NamedTuple):
    """One fault: where text is replaced, and the one fault that must come of it."""

    old: str
    new: str
    field: str
    says: str
    at: str = ""
    """A text that the fault's line holds after planting; by default the new text's first line."""
    file: str = "model.yaml"
    """The file to change."""
    reported_in: str = ""
    """The file that the fault names, where it is another."""


def copy_of_three_states(folder: Path) -> Path:
    """A copy of the teaching model to spoil."""
    copy = folder / "model"
    shutil.copytree(THREE_STATES, copy)
    return copy


def change(folder: Path, file: str, old: str, new: str) -> None:
    """Replace a text that stands once in a file."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def faults_of(folder: Path) -> tuple[Fault, ...]:
    """What is wrong with a folder; fails the test where nothing is."""
    before = contents(folder)
    with pytest.raises(InputError) as caught:
        load_study(folder)
    assert contents(folder) == before, "reading changed the folder"
    for fault in caught.value.faults:
        assert any(word in fault.message for word in REMEDIES), f"no remedy in: {fault}"
        assert "\n" not in str(fault)
    return caught.value.faults


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def assert_reported(tmp_path: Path, planted: Planted) -> None:
    """The planted fault is the only one told, with its file, line and field."""
    folder = copy_of_three_states(tmp_path)
    change(folder, planted.file, planted.old, planted.new)
    faults = faults_of(folder)
    assert len(faults) == 1, "\n".join(map(str, faults))
    (fault,) = faults
    reported_in = folder / (planted.reported_in or planted.file)
    assert fault.file == str(reported_in)
    assert fault.field == planted.field, fault
    assert planted.says in fault.message, fault
    marker = planted.at or planted.new.strip().splitlines()[0]
    lines = reported_in.read_text(encoding="utf-8").splitlines()
    holding = [number for number, line in enumerate(lines, 1) if marker in line]
    assert holding, f"{marker!r} is nowhere"
    assert fault.line == holding[0], fault
