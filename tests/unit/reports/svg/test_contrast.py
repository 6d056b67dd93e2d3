"""Colours of the style sheet against WCAG 2 AA: 4.5 for text, 3 for marks."""

import re
from importlib.resources import files

import pytest

SHEET = files("safepassage.reports.svg").joinpath("figures.css").read_text(encoding="utf-8")
BLOCKS = [dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block))
          for block in re.findall(r":root \{(.*?)\}", SHEET, re.S)]  # fmt: skip
LIGHT = BLOCKS[0]
DARK = {**LIGHT, **BLOCKS[1]}
TEXT = [("ink", "paper"), ("ink", "panel"), ("muted", "paper"), ("muted", "panel"),
        ("accent", "paper"), ("accent", "panel"), ("alert-ink", "alert"), ("ink", "land-focus"),
        ("ink", "sea"), ("paper", "ink")]  # fmt: skip
MARKS = [(name, ground) for name in ("dead", "returned", "limbo", "safe", "accent", "muted")
         for ground in ("paper", "panel")] + [("accent", "land-focus"), ("accent", "sea"),
                                              ("ink", "band")]  # fmt: skip


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(a, b):
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def mixed(top, ground, opacity):
    pairs = [(int(top[i : i + 2], 16), int(ground[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a * opacity + b * (1 - opacity)):02x}" for a, b in pairs)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_and_marks_can_be_read(scheme):
    for front, ground in TEXT:
        assert contrast(scheme[front], scheme[ground]) >= 4.5, (front, ground)
    for front, ground in MARKS:
        assert contrast(scheme[front], scheme[ground]) >= 3, (front, ground)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_numbers_in_the_darkest_cell_of_the_heat_strip_can_be_read(scheme):
    darkest = mixed(scheme["heat"], scheme["paper"], 0.55)
    assert contrast(scheme["ink"], darkest) >= 4.5
