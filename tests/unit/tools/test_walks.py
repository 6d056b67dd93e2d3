"""The walks of docs/architecture.md lead where the code is."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SOURCES = ROOT / "src" / "safepassage"
PAGE = ROOT / "docs" / "architecture.md"
MOST_FOR_A_SLIDER = 15
ROW = re.compile(r"^\| `([^`]+)` \| `([^`]+)` \|", re.MULTILINE)


def walks() -> dict[str, list[tuple[Path, str]]]:
    text = PAGE.read_text(encoding="utf-8").split("## Four walks")[1]
    return {
        part.splitlines()[0]: [(place(file), name) for file, name in ROW.findall(part)]
        for part in text.split("\n### ")[1:]
    }


def place(file: str) -> Path:
    return ROOT / file if file.startswith("web/") else SOURCES / file


def names(file: Path) -> set[str]:
    """Identifiers of a program; words of a file of data."""
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".py":
        return set(python_names(ast.parse(text)))
    if file.suffix in (".ts", ".svelte"):
        text = re.sub(r"/\*.*?\*/|//[^\n]*|<!--.*?-->", "", text, flags=re.DOTALL)
        return set(re.findall(r"\w+", text))
    return set(re.findall(r"[\w-]+", text))


def python_names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        for field in ("id", "attr", "arg", "name"):
            name = getattr(node, field, None)
            if isinstance(name, str):
                yield name


def programs() -> Iterator[Path]:
    yield from SOURCES.rglob("*.py")
    for kind in ("*.ts", "*.svelte"):
        yield from (ROOT / "web" / "src").rglob(kind)


WALKS = walks()


def test_there_are_four():
    assert [len(walk) > 10 for walk in WALKS.values()] == [True] * 4


@pytest.mark.parametrize("walk", WALKS)
def test_every_file_of_a_walk_holds_what_the_page_says(walk):
    assert [(file.name, name) for file, name in WALKS[walk] if name not in names(file)] == []


def test_a_slider_passes_the_files_of_its_walk_and_no_other():
    walk = next(rows for title, rows in WALKS.items() if title.startswith("A slider"))
    assert len(walk) <= MOST_FOR_A_SLIDER
    found = {file for file in programs() if any("slider" in name.lower() for name in names(file))}
    assert found == {file for file, _ in walk if file.suffix != ".yaml"}
