"""Write what is made from the result classes: JSON schema, TypeScript types, the docs' JSON part.

python tools/generate.py            # write the files anew
python tools/generate.py --check    # exit 1 where a file is not what the classes say
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic.json_schema import models_json_schema

from safepassage.results.verbs import EXTRA, PAGE, VERBS

ROOT = Path(__file__).resolve().parents[1]
SCHEMA = ROOT / "docs" / "schema.json"
TYPES = ROOT / "web" / "src" / "lib" / "results.ts"
DOCS = ROOT / "docs" / "api.md"
BEGIN, END = "<!-- generated: results -->", "<!-- end of what is generated -->"
PLAIN = {
    "string": "string", "number": "number", "integer": "number", "boolean": "boolean",
    "null": "null",
}  # fmt: skip
WORDS = {**PLAIN, "string": "text", "boolean": "true or false", "integer": "whole number"}


def schema() -> dict[str, Any]:
    """The JSON schema of every verb's answer: definitions by class, and which verb gives which."""
    classes = [*VERBS.values(), *EXTRA.values(), *PAGE]
    modes: list[Any] = [(one, "serialization") for one in dict.fromkeys(classes)]
    _, whole = models_json_schema(modes, ref_template="#/$defs/{model}")
    definitions = {name: _definition(one) for name, one in sorted(whole["$defs"].items())}
    answers = {verb: {"$ref": f"#/$defs/{one.__name__}"} for verb, one in VERBS.items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "safepassage: the JSON of every command",
        "properties": answers,
        "$defs": definitions,
    }


def _definition(one: dict[str, Any]) -> dict[str, Any]:
    """A class's schema without titles that repeat names; what may be left out is not required."""
    properties = one.get("properties", {})
    for part in properties.values():
        part.pop("title", None)
    optional = {n for n, p in properties.items() if "default" in p and p["default"] is None}
    required = [n for n in one.get("required", []) if n not in optional]
    return {**one, **({"required": required} if properties else {})}


def typescript(answers: Mapping[str, Any]) -> str:
    """The classes as TypeScript interfaces."""
    lines = ["/** Made from the result classes by tools/generate.py; change those instead. */", ""]
    for name, one in answers["$defs"].items():
        lines += [*_comment(one.get("description", ""), ""), f"export interface {_type(name)} {{"]
        required = set(one.get("required", []))
        for field, part in one.get("properties", {}).items():
            lines += _comment(part.get("description", ""), "  ")
            mark = "" if field in required else "?"
            lines.append(f"  {field}{mark}: {_typescript(part)};")
        lines += ["}", ""]
    return "\n".join(lines)


def _comment(text: str, indent: str) -> list[str]:
    words = " ".join(text.split()).replace("*/", "* /")
    return [f"{indent}/** {words} */"] if words else []


def _type(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in name.replace("]", "").split("_") if part)


def _typescript(part: Mapping[str, Any]) -> str:
    if "$ref" in part:
        return _type(str(part["$ref"]).rpartition("/")[2])
    if "anyOf" in part:
        return " | ".join(dict.fromkeys(_typescript(one) for one in part["anyOf"]))
    if "enum" in part:
        return " | ".join(json.dumps(value) for value in part["enum"])
    if "const" in part:
        return json.dumps(part["const"])
    kind = part.get("type")
    if kind == "array":
        if "prefixItems" in part:
            return f"[{', '.join(_typescript(one) for one in part['prefixItems'])}]"
        inner = _typescript(part.get("items", {}))
        return f"({inner})[]" if " | " in inner else f"{inner}[]"
    if kind == "object":
        more = part.get("additionalProperties")
        return f"Record<string, {_typescript(more) if isinstance(more, dict) else 'unknown'}>"
    return PLAIN.get(str(kind), "unknown")


def markdown(answers: Mapping[str, Any]) -> str:
    """The JSON part of the docs: every command's object, then the parts that they share."""
    first = {ref["$ref"].rpartition("/")[2]: verb for verb, ref in answers["properties"].items()}
    lines = [BEGIN, ""]
    for verb, ref in answers["properties"].items():
        name = ref["$ref"].rpartition("/")[2]
        lines += [f"### `{verb} --json`: `{name}`", "", *_section(answers["$defs"][name])]
    lines += ["### Parts", ""]
    for name, one in answers["$defs"].items():
        if name not in first:
            lines += [f"#### `{name}`", "", *_section(one)]
    return "\n".join([*lines, END])


def _section(one: Mapping[str, Any]) -> Iterator[str]:
    if one.get("description"):
        yield " ".join(str(one["description"]).split())
        yield ""
    required = set(one.get("required", []))
    for field, part in one.get("properties", {}).items():
        words = " ".join(str(part.get("description", "")).split())
        absent = "" if field in required else " (may be absent)"
        yield f"- `{field}`: {_words(part)}{absent}{f'. {words}' if words else ''}"
    yield ""


def _words(part: Mapping[str, Any]) -> str:
    if "$ref" in part:
        return f"`{str(part['$ref']).rpartition('/')[2]}`"
    if "anyOf" in part:
        return " or ".join(dict.fromkeys(_words(one) for one in part["anyOf"]))
    if "enum" in part:
        return " or ".join(f"`{value}`" for value in part["enum"])
    if "const" in part:
        return f"`{part['const']}`"
    kind = part.get("type")
    if kind == "array":
        if "prefixItems" in part:
            return "list of " + ", ".join(_words(one) for one in part["prefixItems"])
        return f"list of {_words(part.get('items', {}))}"
    if kind == "object":
        more = part.get("additionalProperties")
        return f"by name, {_words(more)}" if isinstance(more, dict) else "object"
    return WORDS.get(str(kind), "any JSON")


def files() -> dict[Path, str]:
    """Every file that is made from the classes, with its content."""
    answers = schema()
    docs = DOCS.read_text(encoding="utf-8")
    before, _, rest = docs.partition(BEGIN)
    _, _, after = rest.partition(END)
    if not rest:
        raise SystemExit(f"generate: {DOCS.name} lacks the line {BEGIN!r}")
    return {
        SCHEMA: json.dumps(answers, indent=1, ensure_ascii=False) + "\n",
        TYPES: typescript(answers),
        DOCS: f"{before}{markdown(answers)}{after}",
    }


def main() -> int:
    """Write the files, or with `--check` compare them; 1 where one differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only compare")
    check = parser.parse_args().check
    different = [
        path
        for path, text in files().items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]
    for path in different:
        if check:
            print(f"{path.relative_to(ROOT)}: not as the classes say; run python tools/generate.py")
        else:
            path.write_text(files()[path], encoding="utf-8")
            print(f"wrote {path.relative_to(ROOT)}")
    return 1 if check and different else 0


if __name__ == "__main__":
    sys.exit(main())
