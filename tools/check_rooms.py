"""Check the house rules that no linter knows; exit 1 with one line for each breach.

- A room imports only rooms to its left (the package's front door, `safepassage/*.py`, stands
  to the right of all of them).
- No code outside the model folders names a country or a sea of a bundled model.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from ruamel.yaml import YAML

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "safepassage"
ROOMS = (
    "model",
    "evidence",
    "network",
    "engines",
    "store",
    "tasks",
    "inference",
    "questions",
    "formats",
    "views",
    "server",
    "verbs",
    "cli",
)
"""From left to right; `verbs` is a single file."""
FRONT_DOOR = len(ROOMS)
FREE_FOR_ALL = {"__version__"}
"""Names of the front door that every room may import."""
TEXT = {".py", ".html", ".css", ".js", ".svg", ".json", ".toml", ".txt"}
COMMON_WORDS = frozenset(
    re.findall(
        r"\w+",
        "north south east west northern southern eastern western central united states republic "
        "other third country countries another abroad elsewhere rest world border borders "
        "province provinces interior region island islands land line zone zones high open",
    )
)
"""Words of place titles that name no place by themselves."""


def _rank(module: str) -> int | None:
    """Where a module of the package stands; None for modules of other packages."""
    parts = module.split(".")
    if parts[0] != "safepassage":
        return None
    if len(parts) == 1 or parts[1] not in ROOMS:
        return FRONT_DOOR
    return ROOMS.index(parts[1])


def _imports(tree: ast.AST, package: list[str]) -> Iterator[tuple[int, str]]:
    """Line and absolute module of every import, inside functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            if module == "safepassage":
                names = {alias.name for alias in node.names} - FREE_FOR_ALL
                yield from ((node.lineno, f"safepassage.{name}") for name in sorted(names))
            else:
                yield node.lineno, module


def breaches_of_order(package: Path = PACKAGE) -> list[str]:
    """One line for each import that runs to the right."""
    found: list[str] = []
    for room in ROOMS:
        for path in [package / f"{room}.py", *sorted((package / room).rglob("*.py"))]:
            if not path.exists():
                continue
            parts = ["safepassage", *path.relative_to(package).parent.parts]
            tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
            for line, module in _imports(tree, parts):
                rank = _rank(module)
                if rank is not None and rank > ROOMS.index(room):
                    where = path.relative_to(package.parent)
                    found.append(f"{where}:{line}: {room}/ may not import {module}")
    return found


def place_names(package: Path = PACKAGE) -> set[str]:
    """Proper names in the titles of the bundled models' places, lower case."""
    names: set[str] = set()
    for path in sorted((package / "models").glob("*/model.yaml")):
        declared = YAML(typ="safe").load(path.read_text(encoding="utf-8")) or {}
        for place in (declared.get("places") or {}).values():
            title = str(place.get("title", ""))
            for phrase in re.findall(r"[A-Z][\w'’]+(?:[ -](?:of )?[A-Z][\w'’]+)*", title):
                words = re.split(r"[ -]", phrase.lower())
                proper = {w for w in words if w not in COMMON_WORDS and len(w) > 3}
                if len(words) > 1 and proper:
                    names.add(" ".join(words))
                if place.get("kind") == "country":
                    names.update(proper)
    return names


def breaches_of_generality(package: Path = PACKAGE) -> list[str]:
    """One line for each place name that stands in a file outside the model folders."""
    names = sorted(place_names(package))
    if not names:
        return []
    pattern = re.compile(r"\b(" + "|".join(map(re.escape, names)) + r")\b")
    found: list[str] = []
    for path in sorted(package.rglob("*")):
        inside = path.relative_to(package)
        if path.suffix not in TEXT or inside.parts[0] == "models":
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            hit = pattern.search(re.sub(r"[_\-\s]+", " ", line.lower()))
            if hit:
                where = path.relative_to(package.parent)
                found.append(f"{where}:{number}: names a place of a model: {hit.group(1)!r}")
    return found


def main() -> int:
    """Print every breach; 1 if there is any."""
    found = breaches_of_order() + breaches_of_generality()
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
