"""Labels that never collide: each gets the nearest free place, with a leader when it moved."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

CLEARANCE = 1.5
"""Pixels left free around every box."""
NEAR = 3.0
"""Pixels between an anchor and a label that needs no leader line."""

TURNS = (0, 12, 6, 18, 2, 22, 10, 14, 4, 20, 8, 16, 1, 23, 11, 13)
"""Directions round an anchor in 24ths of a turn, the most readable first."""


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.top + self.height

    def overlaps(self, other: Box, clearance: float = 0.0) -> bool:
        """Whether the two come closer than `clearance`."""
        return (
            self.left < other.right + clearance
            and other.left < self.right + clearance
            and self.top < other.bottom + clearance
            and other.top < self.bottom + clearance
        )

    def inside(self, frame: Box) -> bool:
        """Whether it lies wholly in `frame`."""
        return (
            self.left >= frame.left
            and self.top >= frame.top
            and self.right <= frame.right
            and self.bottom <= frame.bottom
        )

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies in it."""
        return self.left <= x <= self.right and self.top <= y <= self.bottom

    def nearest(self, x: float, y: float) -> tuple[float, float]:
        """The point of the box that is nearest to (x, y)."""
        return min(max(x, self.left), self.right), min(max(y, self.top), self.bottom)


@dataclass(frozen=True)
class Label:
    """A box of a given size that wants to be near an anchor."""

    name: str
    x: float
    y: float
    width: float
    height: float
    centred: bool = False
    """Try the place right on the anchor first (a badge on a line)."""
    anchors: tuple[tuple[float, float], ...] = ()
    """Other anchors that serve as well, in order of preference."""


@dataclass(frozen=True)
class Placed:
    """Where a label came to lie."""

    label: Label
    box: Box
    anchor: tuple[float, float]

    @property
    def leader(self) -> tuple[float, float, float, float] | None:
        """A line from the anchor to the box, or None when the label is next to its anchor."""
        x, y = self.anchor
        near_x, near_y = self.box.nearest(x, y)
        if math.hypot(near_x - x, near_y - y) <= NEAR + 4.0:
            return None
        return x, y, near_x, near_y


def place_labels(
    labels: Sequence[Label],
    frame: Box,
    *,
    obstacles: Sequence[Box] = (),
    avoid: Sequence[tuple[float, float]] = (),
) -> tuple[list[Placed], list[Label]]:
    """Place the labels in order, so that the important ones come first.

    No two boxes overlap, none overlaps an obstacle, all lie in the frame. Points in `avoid`
    (along lines) are covered only when the way round is longer.

    Returns:
        What was placed, and the labels for which no free place is left in the frame.
    """
    taken = list(obstacles)
    placed: list[Placed] = []
    left_over: list[Label] = []
    for label in labels:
        found = _best(label, frame, taken, avoid)
        if found is None:
            left_over.append(label)
            continue
        placed.append(found)
        taken.append(found.box)
    return placed, left_over


def _best(
    label: Label, frame: Box, taken: Sequence[Box], avoid: Sequence[tuple[float, float]]
) -> Placed | None:
    best: tuple[float, Placed] | None = None
    for preference, anchor, box in _candidates(label, frame):
        if not box.inside(frame) or any(box.overlaps(other, CLEARANCE) for other in taken):
            continue
        candidate = Placed(label, box, anchor)
        near_x, near_y = box.nearest(*anchor)
        distance = math.hypot(near_x - anchor[0], near_y - anchor[1])
        on_its_line = label.centred and distance == 0
        covered = 0 if on_its_line else sum(box.holds(x, y) for x, y in avoid)
        cost = distance + preference + 4.0 * covered
        if best is None or cost < best[0]:
            best = cost, candidate
    return best[1] if best else _anywhere(label, frame, taken)


def _candidates(label: Label, frame: Box) -> Iterator[tuple[float, tuple[float, float], Box]]:
    """Places around each anchor, nearest first: right, left, above, below, then rings.

    Near an edge a place is pushed sideways into the frame rather than given up. The first
    of the three is what a less preferred place costs, in pixels of distance.
    """
    width, height = label.width, label.height
    for order, (x, y) in enumerate(((label.x, label.y), *label.anchors)):
        if label.centred:
            yield 0.5 * order, (x, y), Box(x - width / 2, y - height / 2, width, height)
        for distance in (NEAR + 2, 9, 15, 22, 30, 40, 52, 66):
            for turn_order, turn in enumerate(TURNS):
                angle = turn * math.pi / 12
                across, down = math.cos(angle), math.sin(angle)
                centre_x = x + across * (distance + width / 2)
                centre_y = y + down * (distance + height / 2)
                left = min(max(centre_x - width / 2, frame.left), frame.right - width)
                preference = 0.5 * order + 0.1 * turn_order
                yield preference, (x, y), Box(left, centre_y - height / 2, width, height)


def _anywhere(label: Label, frame: Box, taken: Sequence[Box]) -> Placed | None:
    """The free place nearest to the anchor, looked for over the whole frame.

    Edges of the boxes already placed are tried too, so that a tight gap is not stepped over.
    """
    lefts = _stops(frame.left, frame.right - label.width)
    tops = _stops(frame.top, frame.bottom - label.height)
    gap = CLEARANCE
    lefts += [box.right + gap for box in taken] + [box.left - label.width - gap for box in taken]
    tops += [box.bottom + gap for box in taken] + [box.top - label.height - gap for box in taken]
    best: tuple[float, Box] | None = None
    for left in lefts:
        for top in tops:
            box = Box(left, top, label.width, label.height)
            distance = math.dist(box.nearest(label.x, label.y), (label.x, label.y))
            if best is not None and distance >= best[0]:
                continue
            if box.inside(frame) and not any(box.overlaps(other, CLEARANCE) for other in taken):
                best = distance, box
    return Placed(label, best[1], (label.x, label.y)) if best else None


def _stops(first: float, last: float, step: float = 6.0) -> list[float]:
    if last < first:
        return []
    count = int((last - first) // step)
    return [first + step * index for index in range(count + 1)] + [last]
