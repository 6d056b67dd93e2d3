"""How much room text takes, without a font: widths on the wide side, and wrapping.

The reader's system chooses the font, so widths are those of a wide sans serif (DejaVu Sans):
what fits by these numbers fits in Arial, Segoe UI, Roboto and San Francisco too.
"""

from __future__ import annotations

import unicodedata

_NARROW = frozenset("ijlI.,:;'|![]() ")
_MEDIUM = frozenset('frt"/\\-*{}')
_WIDE = frozenset("mwMW%@—")


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Width of one line in pixels at a font size in pixels; an estimate from above."""
    total = 0.0
    for character in text:
        if unicodedata.combining(character):
            continue
        if unicodedata.east_asian_width(character) in "WF":
            total += 1.0
        elif character in _NARROW:
            total += 0.37
        elif character in _MEDIUM:
            total += 0.42
        elif character in _WIDE:
            total += 1.0
        elif character.isupper():
            total += 0.72
        else:
            total += 0.635
    return total * size * (1.1 if bold else 1.0)


def wrap(text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
    """Lines no wider than `width` pixels, broken between words; a longer word stays whole."""
    lines: list[str] = []
    for word in text.split():
        if lines and text_width(f"{lines[-1]} {word}", size, bold=bold) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def shorten(text: str, width: float, size: float, *, bold: bool = False) -> str:
    """`text`, or its first words and an ellipsis, no wider than `width` pixels."""
    if text_width(text, size, bold=bold) <= width:
        return text
    kept = text
    while kept and text_width(kept + "…", size, bold=bold) > width:
        kept = kept[:-1]
    head, space, _ = kept.rpartition(" ")
    return (head if space and len(head) > len(kept) // 2 else kept).rstrip(" ,;:") + "…"
