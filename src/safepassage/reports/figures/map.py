"""The map of the ways at country level: arcs between places, never a path on the ground."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from safepassage.reports.numbers import finite
from safepassage.reports.svg.label_placement import Box, Label, place_labels
from safepassage.reports.svg.marks import Point, circle, drawing, line, path, polyline, rect, text
from safepassage.reports.svg.markup import Markup, coordinate
from safepassage.reports.svg.projection import (
    Projection,
    fit_projection,
    outline,
    region_bounds,
    rings,
)
from safepassage.reports.svg.text_width import text_width
from safepassage.results.explorer import Place
from safepassage.results.parts import Estimate

BADGE = 19.0
UNSURE_RATIO = 10.0
"""An arc is dashed when the ends of its interval differ by more than this factor."""


@dataclass(frozen=True)
class MapWay:
    """What the map shows of one way."""

    badge: str
    title: str
    path: tuple[str, ...]
    attempts: Estimate | None


@dataclass(frozen=True)
class Arc:
    """A bow between two places."""

    start: Point
    control: Point
    stop: Point

    def at(self, share: float) -> Point:
        """The point at a share of the way."""
        a, b, c = (1 - share) ** 2, 2 * share * (1 - share), share**2
        return (
            a * self.start[0] + b * self.control[0] + c * self.stop[0],
            a * self.start[1] + b * self.control[1] + c * self.stop[1],
        )

    @property
    def length(self) -> float:
        """Distance between its ends in pixels."""
        return math.dist(self.start, self.stop)


@dataclass(frozen=True)
class Spot:
    """A place in pixels; `outward` tells on which edge a place off the map is shown."""

    title: str
    kind: str
    point: Point
    outward: int = 0


def way_map(
    ways: Sequence[MapWay],
    places: Mapping[str, Place],
    region: Mapping[str, Any],
    width: float,
) -> Markup:
    """The map, `width` pixels wide. Places beyond the outlines stand at the nearest edge."""
    height = round(width * (0.72 if width > 500 else 1.12))
    frame = Box(0, 0, width, height)
    used = [name for way in ways for name in way.path if name in places]
    used = list(dict.fromkeys(used))
    projection, spots = _spots(used, places, region, frame)
    arcs = _arcs(ways, spots)
    parts: list[Markup] = [rect(0, 0, width, height, "sea")]
    parts += _land(region, projection)
    for way, bows in arcs:
        parts += _draw_arcs(way, bows)
    parts += _names(arcs, list(spots.values()), frame, size=12.0 if width > 500 else 11.0)
    label = (
        f"Map at country level of {len(ways)} ways between {len(spots)} places. "
        "The list below names each way with its attempts per year."
    )
    return drawing(width, height, parts, label=label, class_="map")


def stroke_width(attempts: Estimate | None) -> float:
    """Width of an arc in pixels: one pixel and a bit for each tenfold of attempts a year."""
    ends = finite(attempts)
    if ends is None:
        return 1.25
    return min(1.25 + 1.1 * math.log10(1 + max(ends.median, 0.0)), 7.0)


def is_unsure(attempts: Estimate | None) -> bool:
    """Whether the interval spans more than a factor of ten, or is not known."""
    ends = finite(attempts)
    return ends is None or ends.high > UNSURE_RATIO * max(ends.low, 1e-12)


def _spots(
    used: Sequence[str],
    places: Mapping[str, Place],
    region: Mapping[str, Any],
    frame: Box,
) -> tuple[Projection, dict[str, Spot]]:
    bounds = region_bounds(region) or (-180.0, -80.0, 180.0, 80.0)
    west, south, east, north = bounds
    position = {n: (places[n].longitude, places[n].latitude) for n in used}
    inside = {n for n, (x, y) in position.items() if west <= x <= east and south <= y <= north}
    margin = 0.11 * min(frame.width, frame.height) + 12
    projection = fit_projection([position[n] for n in used if n in inside], frame, margin)
    spots: dict[str, Spot] = {}
    taken: dict[int, list[float]] = {-1: [], 1: []}
    for name in used:
        title, kind = places[name].title, places[name].kind
        if name in inside:
            spots[name] = Spot(title, kind, projection(*position[name]))
            continue
        turn = (position[name][0] - projection.centre_longitude + 180) % 360 - 180
        side = 1 if turn > 0 else -1
        y = projection(*position[name])[1]
        y = _free_height(min(max(y, 24.0), frame.height - 24.0), taken[side], frame.height)
        taken[side].append(y)
        spots[name] = Spot(title, kind, (frame.width - 9 if side > 0 else 9.0, y), side)
    return projection, spots


def _free_height(y: float, taken: Sequence[float], height: float) -> float:
    """The height nearest to `y` that keeps 26 pixels from those taken."""
    offsets = sorted(range(-40, 41), key=abs)
    for offset in offsets:
        candidate = y + 6 * offset
        if 20 <= candidate <= height - 20 and all(abs(candidate - t) >= 26 for t in taken):
            return candidate
    return y


def _arcs(ways: Sequence[MapWay], spots: Mapping[str, Spot]) -> list[tuple[MapWay, list[Arc]]]:
    """One bow per step of each way; ways between the same places lie side by side."""
    shared: dict[tuple[str, str], list[int]] = {}
    steps: list[list[tuple[str, str]]] = []
    for index, way in enumerate(ways):
        known = [name for name in way.path if name in spots]
        pairs = [(a, b) for a, b in pairwise(known) if a != b]
        steps.append(pairs)
        for a, b in dict.fromkeys((min(p), max(p)) for p in pairs):
            shared.setdefault((a, b), []).append(index)
    result: list[tuple[MapWay, list[Arc]]] = []
    for index, (way, pairs) in enumerate(zip(ways, steps, strict=True)):
        bows: list[Arc] = []
        for a, b in pairs:
            users = shared[min(a, b), max(a, b)]
            side = users.index(index) - (len(users) - 1) / 2
            bows.append(_bow(spots[a].point, spots[b].point, side, flipped=a > b))
        result.append((way, bows))
    return result


def _bow(start: Point, stop: Point, side: float, *, flipped: bool) -> Arc:
    length = max(math.dist(start, stop), 1e-6)
    # The normal is taken from the ordered pair, so that both directions bow to the same side.
    sign = -1.0 if flipped else 1.0
    normal = (-(stop[1] - start[1]) / length * sign, (stop[0] - start[0]) / length * sign)
    bend = 0.13 * length + side * min(26.0, 8 + 0.13 * length)
    middle = ((start[0] + stop[0]) / 2, (start[1] + stop[1]) / 2)
    return Arc(start, (middle[0] + normal[0] * bend, middle[1] + normal[1] * bend), stop)


def _land(region: Mapping[str, Any], projection: Projection) -> list[Markup]:
    data: dict[bool, list[str]] = {False: [], True: []}
    for feature in region.get("features") or ():
        focus = bool((feature.get("properties") or {}).get("focus"))
        for ring in rings(feature.get("geometry") or {}):
            points = outline(ring, projection, 0.5 if focus else 1.0)
            if points:
                data[focus].append(
                    polyline([(round(x, 1), round(y, 1)) for x, y in points], closed=True)
                )
    return [
        path("".join(data), "land focus" if focus else "land", fill_rule="evenodd")
        for focus, data in data.items()
        if data
    ]


def _draw_arcs(way: MapWay, bows: Sequence[Arc]) -> list[Markup]:
    width = stroke_width(way.attempts)
    kind = "arc unsure" if is_unsure(way.attempts) else "arc"
    parts: list[Markup] = []
    for bow in bows:
        numbers = [coordinate(v) for p in (bow.start, bow.control, bow.stop) for v in p]
        data = "M{} {}Q{} {} {} {}".format(*numbers)
        parts.append(path(data, kind, stroke_width=float(width)))
        parts.append(_arrow(bow, 3.2 + width))
    return parts


def _arrow(bow: Arc, size: float) -> Markup:
    tip, tail = bow.at(0.74), bow.at(0.70)
    length = max(math.dist(tip, tail), 1e-6)
    along = ((tip[0] - tail[0]) / length, (tip[1] - tail[1]) / length)
    base = (tip[0] - along[0] * size, tip[1] - along[1] * size)
    across = (-along[1] * size * 0.55, along[0] * size * 0.55)
    corners = [
        tip,
        (base[0] + across[0], base[1] + across[1]),
        (base[0] - across[0], base[1] - across[1]),
    ]
    return path(polyline(corners, closed=True), "arrow")


def _names(
    arcs: Sequence[tuple[MapWay, Sequence[Arc]]], spots: Sequence[Spot], frame: Box, size: float
) -> list[Markup]:
    """Dots, names of places and numbered badges, none upon another."""
    along = [b.at(s / 12) for _, bows in arcs for b in bows for s in range(1, 12)]
    dots = [Box(s.point[0] - 3.5, s.point[1] - 3.5, 7, 7) for s in spots]
    labels: list[Label] = []
    words: dict[str, tuple[str, str]] = {}
    for spot in spots:
        shown = spot.title
        if spot.outward:
            shown = f"{spot.title} →" if spot.outward > 0 else f"← {spot.title}"
        name = f"place {spot.title}"
        words[name] = shown, "place sea-name" if spot.kind == "sea" else "place"
        labels.append(Label(name, *spot.point, text_width(shown, size, bold=True) + 2, size + 4))
    for way, bows in arcs:
        if not bows:
            continue
        by_length = sorted(bows, key=lambda b: -b.length)
        anchors = [b.at(s) for b in by_length for s in (0.5, 0.4, 0.6, 0.3, 0.84)]
        labels.append(
            Label(f"way {way.badge}", *anchors[0], BADGE, BADGE, True, tuple(anchors[1:]))
        )
    inner = Box(frame.left + 3, frame.top + 3, frame.width - 6, frame.height - 6)
    placed, _ = place_labels(labels, inner, obstacles=dots, avoid=along)
    parts = [circle(*spot.point, 2.8, "spot") for spot in spots]
    parts += [line(*p.leader, "leader") for p in placed if p.leader]
    for p in placed:
        middle_x, middle_y = p.box.left + p.box.width / 2, p.box.top + p.box.height / 2
        kind, _, badge = p.label.name.partition(" ")
        if kind == "way":
            parts.append(circle(middle_x, middle_y, BADGE / 2 - 0.5, "badge"))
            parts.append(text(middle_x, middle_y + 4, badge, "badge-number", "middle"))
        else:
            shown, class_ = words[p.label.name]
            style = f"{class_} halo"
            parts.append(
                text(
                    middle_x, middle_y + size * 0.36, shown, style, "middle", font_size=float(size)
                )
            )
    return parts
