"""The page of a Flee scenario: names on the map lie on nothing else."""

from __future__ import annotations

import re
from itertools import combinations

import pytest

from safepassage.flee.page import NAME_SIZE, camp_map
from safepassage.reports.svg.label_placement import Box
from safepassage.reports.svg.text_width import text_width

NAMES = ["Tabareybarey", "Mangaize", "Niamey", "Abala", "Mentao", "Bobo"]


@pytest.fixture
def drawn() -> str:
    """Six camps so near one another that names below each would overlap."""
    camps = [
        {
            "name": name, "longitude": 1.0 + 0.5 * (i % 3), "latitude": 14.0 + 0.5 * (i // 3),
            "people": [{"median": 900.0 * (i + 1), "reported": 4000.0}],
        }
        for i, name in enumerate(NAMES)
    ]  # fmt: skip
    camps.append({**camps[0], "name": "Far away", "longitude": 9.0, "latitude": 18.0})
    return str(camp_map(camps))


def test_names_overlap_neither_one_another_nor_a_camp(drawn):
    found = re.findall(r'<text x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]+)</text>', drawn)
    assert {name for _, _, name in found} == {*NAMES, "Far away"}
    boxes = []
    for x, y, name in found:
        width = text_width(name, NAME_SIZE)
        boxes.append(Box(float(x) - width / 2, float(y) - 0.8 * NAME_SIZE, width, NAME_SIZE))
    for one, other in combinations(boxes, 2):
        assert not one.overlaps(other)
    rounds = re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)"', drawn)
    assert len(rounds) == 2 * len(found)
    for cx, cy, r in rounds:
        x, y, radius = float(cx), float(cy), float(r)
        for box in boxes:
            near = box.nearest(x, y)
            assert (near[0] - x) ** 2 + (near[1] - y) ** 2 > (0.9 * radius) ** 2
