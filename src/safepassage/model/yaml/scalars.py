"""Plain YAML scalars by the core schema of YAML 1.2: no "Norway", no dates, no base 60."""

from __future__ import annotations

import re

Scalar = str | int | float | bool | None

_INT = re.compile(r"[-+]?[0-9][0-9_]*\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9][0-9_]*(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_SPECIAL = {".inf": "inf", "+.inf": "inf", "-.inf": "-inf", ".nan": "nan"}
_CONSTANTS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_LONGEST_NUMBER = 40


def plain_scalar(text: str) -> Scalar:
    """The value of an unquoted scalar; digits too many for a number stay text."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if len(text) <= _LONGEST_NUMBER:
        if _INT.match(text):
            return int(text.replace("_", ""))
        if _FLOAT.match(text):
            return float(text.replace("_", ""))
        if text.lower() in _SPECIAL:
            return float(_SPECIAL[text.lower()])
    return text


def unreadable_character(text: str) -> str | None:
    """The first character that no text of a model may hold (control or lone surrogate)."""
    for character in text:
        code = ord(character)
        if (code < 32 and character not in "\t\n\r") or code == 127 or 0xD800 <= code <= 0xDFFF:
            return f"U+{code:04X}"
    return None
