"""Routes: every simple path of up to so many hops, worked out once per place and epoch.

An epoch is a span of days in which the same ways are open and the same places are markers. A
marker is no destination and takes no hop.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from safepassage.errors import Fault, InputError
from safepassage.flee.io.scenario import Route, Scenario

MOST_ROUTES = 3_000_000
"""Over all places; more than that no machine enumerates in the time of a run."""


@dataclass(frozen=True)
class Way:
    """A step from one place to the next: the first of the routes that join them is walked."""

    start: int
    end: int
    km: float
    """Of the route that is walked."""
    speed: float | None
    walk_probability: float
    all_km: tuple[float, ...]
    """Of every route that joins the two: each draws people."""


@dataclass
class Paths:
    """All routes that anybody may choose on any day."""

    ways: list[Way]
    """Ordered by their start."""
    paths: list[tuple[int, ...]] = field(default_factory=list)
    """Places of each, its start first; ordered by start."""
    candidates: list[tuple[int, float]] = field(default_factory=list)
    """Path and km: more than one where routes join the same places."""
    markers: list[frozenset[int]] = field(default_factory=list)
    """By candidate: the places that must be markers, those that must not are on its path."""


def ways_of(scenario: Scenario, as_flee: bool) -> list[Way]:
    """The steps that the routes allow, both directions of each."""
    index = {place.name: i for i, place in enumerate(scenario.locations)}
    joined: dict[tuple[int, int], list[Route]] = defaultdict(list)
    for route in scenario.routes:
        a, b = index[route.start], index[route.end]
        # Flee joins the places of a route with forced_redirection 1 a second time
        for _ in range(2 if as_flee and route.forced_redirection == 1 else 1):
            joined[a, b].append(route)
            joined[b, a].append(route)
    ways: list[Way] = []
    for (a, b), routes in sorted(joined.items(), key=lambda item: item[0][0]):
        speed = routes[0].attributes.get("max_move_speed")
        ways.append(
            Way(
                a,
                b,
                routes[0].km,
                float(speed) if speed else None,
                float(routes[0].attributes.get("walk_probability") or 0.0),
                tuple(route.km for route in routes),
            )
        )
    return ways


def paths_of(places: int, ways: list[Way], hops: int, marker_sets: set[frozenset[int]]) -> Paths:
    """Every path of up to `hops` hops under any of the sets of markers."""
    out: dict[int, list[Way]] = defaultdict(list)
    for way in ways:
        out[way.start].append(way)
    result = Paths(ways)
    for start in range(places):
        number: dict[tuple[int, ...], int] = {}
        listed: set[tuple[tuple[int, ...], float, frozenset[int]]] = set()
        for markers in sorted(marker_sets, key=sorted):
            kinds: dict[tuple[tuple[int, ...], frozenset[int]], list[float]] = defaultdict(list)
            for path, km in _paths_from(start, out, hops, markers):
                kinds[path, markers & set(path)].append(km)
            for (path, inside), lengths in kinds.items():
                if (path, 0.0, inside) in listed:
                    continue
                listed.add((path, 0.0, inside))
                if path not in number:
                    number[path] = len(result.paths)
                    result.paths.append(path)
                for km in lengths:
                    result.candidates.append((number[path], km))
                    result.markers.append(inside)
            if len(result.candidates) > MOST_ROUTES:
                message = (
                    f"makes more than {MOST_ROUTES:,} routes; lower move_rules.awareness_level"
                )
                raise InputError([Fault("settings", 0, "move_rules.awareness_level", message)])
    return result


def _paths_from(
    start: int, out: dict[int, list[Way]], hops: int, markers: frozenset[int]
) -> Iterator[tuple[tuple[int, ...], float]]:
    todo: list[tuple[tuple[int, ...], float, int]] = [
        ((start, way.end), km, 1) for way in reversed(out[start]) for km in reversed(way.all_km)
    ]
    while todo:
        path, km, step = todo.pop()
        end = path[-1]
        if end in markers:
            step -= 1
        else:
            yield path, km
        if hops > step:
            todo += [
                ((*path, way.end), km + further, step + 1)
                for way in reversed(out[end])
                if way.end not in path[:-1]
                for further in reversed(way.all_km)
            ]
