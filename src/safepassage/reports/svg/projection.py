"""Outlines of countries on a small plane: Mercator, clipping to a frame, simplifying."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from safepassage.reports.svg.label_placement import Box
from safepassage.reports.svg.marks import Point


@dataclass(frozen=True)
class Projection:
    """Longitude and latitude in degrees to pixels of a frame."""

    centre_longitude: float
    centre_height: float
    pixels_per_radian: float
    frame: Box

    def __call__(self, longitude: float, latitude: float) -> Point:
        """The pixel of a position, which may lie outside the frame."""
        across = math.radians(longitude - self.centre_longitude) * self.pixels_per_radian
        down = (self.centre_height - mercator(latitude)) * self.pixels_per_radian
        return (
            self.frame.left + self.frame.width / 2 + across,
            self.frame.top + self.frame.height / 2 + down,
        )


def mercator(latitude: float) -> float:
    """Height of a latitude in radians of the equator."""
    bounded = math.radians(min(max(latitude, -80.0), 80.0))
    return math.log(math.tan(math.pi / 4 + bounded / 2))


def fit_projection(positions: Sequence[Point], frame: Box, margin: float) -> Projection:
    """The projection that shows all positions with `margin` pixels around them."""
    longitudes = [p[0] for p in positions] or [0.0]
    heights = [mercator(p[1]) for p in positions] or [0.0]
    span_x = max(math.radians(max(longitudes) - min(longitudes)), math.radians(8))
    span_y = max(max(heights) - min(heights), math.radians(8))
    scale = min((frame.width - 2 * margin) / span_x, (frame.height - 2 * margin) / span_y)
    return Projection(
        (max(longitudes) + min(longitudes)) / 2,
        (max(heights) + min(heights)) / 2,
        scale,
        frame,
    )


def rings(geometry: Mapping[str, Any]) -> Iterator[Sequence[Sequence[float]]]:
    """All rings of a GeoJSON polygon or multipolygon."""
    kind, coordinates = geometry.get("type"), geometry.get("coordinates") or []
    polygons = coordinates if kind == "MultiPolygon" else [coordinates]
    if kind in ("Polygon", "MultiPolygon"):
        for polygon in polygons:
            yield from polygon


def region_bounds(region: Mapping[str, Any]) -> tuple[float, float, float, float] | None:
    """West, south, east and north of all outlines; None when there are none."""
    points = [
        point
        for feature in region.get("features") or ()
        for ring in rings(feature.get("geometry") or {})
        for point in ring
    ]
    if not points:
        return None
    longitudes, latitudes = [p[0] for p in points], [p[1] for p in points]
    return min(longitudes), min(latitudes), max(longitudes), max(latitudes)


def outline(
    ring: Sequence[Sequence[float]], projection: Projection, tolerance: float
) -> list[Point]:
    """A ring in pixels, clipped to the frame and simplified; empty when too small to see."""
    points = [projection(point[0], point[1]) for point in ring]
    points = clip(points, projection.frame)
    if len(points) < 3 or abs(_area(points)) < 1.5:
        return []
    half = len(points) // 2
    first = simplify(points[: half + 1], tolerance)
    second = simplify([*points[half:], points[0]], tolerance)
    simple = first[:-1] + second[:-1]
    return simple if len(simple) >= 3 else []


def clip(points: Sequence[Point], frame: Box) -> list[Point]:
    """Sutherland and Hodgman's clipping of a polygon to a rectangle."""
    result = list(points)
    edges = ((0, frame.left, 1), (0, frame.right, -1), (1, frame.top, 1), (1, frame.bottom, -1))
    for axis, bound, sign in edges:
        previous, result = result, []
        for index, point in enumerate(previous):
            before = previous[index - 1]
            inside = (point[axis] - bound) * sign >= 0
            if inside != ((before[axis] - bound) * sign >= 0):
                result.append(_cross(before, point, axis, bound))
            if inside:
                result.append(point)
    return result


def simplify(points: Sequence[Point], tolerance: float) -> list[Point]:
    """Douglas and Peucker's thinning of a line: no point moves by more than `tolerance`."""
    keep = [False] * len(points)
    if points:
        keep[0] = keep[-1] = True
    stack = [(0, len(points) - 1)]
    while stack:
        first, last = stack.pop()
        worst, index = tolerance, -1
        for middle in range(first + 1, last):
            distance = _distance(points[middle], points[first], points[last])
            if distance > worst:
                worst, index = distance, middle
        if index > 0:
            keep[index] = True
            stack += [(first, index), (index, last)]
    return [point for point, kept in zip(points, keep, strict=True) if kept]


def _cross(a: Point, b: Point, axis: int, bound: float) -> Point:
    share = (bound - a[axis]) / (b[axis] - a[axis])
    x, y = a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])
    return (bound, y) if axis == 0 else (x, bound)


def _area(points: Sequence[Point]) -> float:
    return (
        sum(
            points[i - 1][0] * points[i][1] - points[i][0] * points[i - 1][1]
            for i in range(len(points))
        )
        / 2
    )


def _distance(point: Point, start: Point, stop: Point) -> float:
    length = math.dist(start, stop)
    if length == 0:
        return math.dist(point, start)
    across = (stop[0] - start[0]) * (start[1] - point[1])
    along = (start[0] - point[0]) * (stop[1] - start[1])
    return abs(across - along) / length
