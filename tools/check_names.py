"""Check the rules on names that no linter knows; exit 1 with one line for each breach.

- No code outside the model folders names a country or a sea of a bundled model.
- No module, class, function or parameter is named with a word that `docs/architecture.md` bans.

Which room may import which is checked by import-linter (`[tool.importlinter]` in pyproject.toml).
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "safepassage"
CODE = ("src", "tests", "benchmarks", "tools", "examples")
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
PRIVATE = frozenset(
    ["told", "asked", "luck", "hands", "desk", "wayside", "sameness", "recipe", "doubt", "meter"]
)
"""Words of a private language, or that a scientist uses for something else."""
PARTICIPLES = frozenset(
    ["found", "kept", "known", "seen", "moved", "given", "made", "wanted", "shown", "held", "keeps"]
)
"""Words that say nothing of what a thing is; in the sentence that names a test they are free."""
TERMS = re.compile(r"held_?out|found_dead|found_at_sea|hand_over", re.IGNORECASE)
"""Terms of the field that hold a banned word."""


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
    breaches: list[str] = []
    for path in sorted(package.rglob("*")):
        inside = path.relative_to(package)
        if path.suffix not in TEXT or inside.parts[0] == "models":
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            hit = pattern.search(re.sub(r"[_\-\s]+", " ", line.lower()))
            if hit:
                where = path.relative_to(package.parent)
                breaches.append(f"{where}:{number}: names a place of a model: {hit.group(1)!r}")
    return breaches


def banned_words(name: str) -> list[str]:
    """The banned words in a name, whether it is written with underscores or capitals."""
    words = re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", TERMS.sub("", name))
    banned = PRIVATE if name.startswith("test_") else PRIVATE | PARTICIPLES
    return [word for word in map(str.lower, words) if word in banned]


def _names(tree: ast.AST) -> Iterator[tuple[int, str, str]]:
    """Line, kind and name of every class, function and parameter."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield node.lineno, "class", node.name
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.lineno, "function", node.name
            arguments = node.args
            every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
            every += [a for a in (arguments.vararg, arguments.kwarg) if a is not None]
            for argument in every:
                yield node.lineno, "parameter", argument.arg


def breaches_of_words(root: Path = ROOT) -> list[str]:
    """One line for each name of a module, class, function or parameter that holds a banned word."""
    breaches: list[str] = []
    for folder in CODE:
        for path in sorted((root / folder).rglob("*.py")):
            if "node_modules" in path.parts or any(part.startswith(".") for part in path.parts):
                continue
            where = path.relative_to(root)
            names = [(1, "module", path.stem)]
            names += _names(ast.parse(path.read_text(encoding="utf-8"), filename=str(path)))
            breaches += [
                f"{where}:{line}: the {kind} {name!r} is named with {word!r}; see the word law in "
                "docs/architecture.md"
                for line, kind, name in names
                for word in banned_words(name)
            ]
    return breaches


def main() -> int:
    """Print every breach; 1 if there is any."""
    breaches = breaches_of_generality() + breaches_of_words()
    for line in breaches:
        print(line)
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
