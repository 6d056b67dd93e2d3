"""A Flee scenario as plain arrays for the engine, and its published counts by day."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from safepassage.engines.rng.philox import event_hash
from safepassage.errors import Fault, InputError
from safepassage.flee.compile.days import Surroundings, capacities, surroundings
from safepassage.flee.compile.routes import Paths, Way, paths_of, ways_of
from safepassage.flee.engine.arrays import (
    FIXED,
    POISSON,
    RATIO,
    REPORTED,
    Days,
    Ground,
    Rules,
    Start,
)
from safepassage.flee.engine.equivalence import bounds_of
from safepassage.flee.engine.simulate import Journeys
from safepassage.flee.io.scenario import Scenario
from safepassage.flee.io.series import by_name, reported_on
from safepassage.network.arrays import Floats, Ints

UNITS = (1, 10, 100, 1000)
"""Lengths are counted in the coarsest part of a kilometre that holds them all."""
EARTH_KM = 6371.0
_MODES = {"": REPORTED, "constant": FIXED, "pop_ratio": RATIO, "poisson": POISSON}


@dataclass(frozen=True)
class Plan:
    """What is simulated, and what it is compared with."""

    journeys: Journeys
    camps: tuple[int, ...]
    """Places that are camps at the start, in the order of the file."""
    reported: Floats
    """(T, W) published counts of the camps; NaN where a camp has none."""
    newcomers: Floats
    """(T,) people who appear because the reports rise; NaN where conflicts alone decide."""
    debt: Floats
    """(T,) by how many the reports have fallen and nobody has yet come instead."""
    raw_total: Floats
    """(T,) Flee's own running total, which counts the people of day 0 twice."""
    around: Surroundings
    """What the files say of each day."""
    size: Floats
    """(T, P) factor of the chance to move for a place's size; 1 where people are taken away."""
    candidate_km: Floats
    """(C,) the length that weighs each candidate."""


def plan(scenario: Scenario, *, as_flee: bool = False) -> Plan:
    """Work out everything that replicates share.

    Raises:
        InputError: People are to come on a day on which nobody can, or there are too many routes.
    """
    settings, places = scenario.settings, scenario.locations
    around = surroundings(scenario, as_flee)
    camps = tuple(i for i, place in enumerate(places) if place.is_camp)
    reported = _reported(scenario, camps)
    newcomers, debt, raw = _newcomers(scenario)
    first = np.zeros(len(places))
    counts = by_name(scenario.reported)
    for i, place in enumerate(places):
        if place.name in counts:
            first[i] = reported_on(counts[place.name], 0)
    people = np.zeros(len(places))
    if not settings.empty_camps_on_day0:
        for i in camps:
            inserted = first[i] if settings.insert_day0 else 0.0
            people[i] = inserted + int(places[i].attributes.get("initial_idps") or 0)
    residents = np.array(
        [0 if place.is_camp else place.people // settings.hasten for place in places], np.float64
    )
    capacity = capacities(scenario, first)
    if settings.empty_camps_on_day0:
        reported = reported - np.where(np.isnan(reported[:1]), 0.0, reported[:1])
    size = _size(scenario, capacity, residents)
    days = _days(scenario, around, capacity, residents, newcomers, size)
    ways = ways_of(scenario, as_flee)
    routes = _routes(scenario, around, ways)
    ground, kilometres_, openings = _ground(scenario, routes, around, as_flee)
    days = days._replace(**openings)
    if not settings.spawn_mode:
        _check_sources(scenario, days, residents)
    start = Start(people, residents, np.zeros(0, np.int32), np.zeros((0, len(places))))
    journeys = Journeys(ground, days, _rules(scenario, ground), start)
    return Plan(journeys, camps, reported, newcomers, debt, raw, around, size, kilometres_)


def _reported(scenario: Scenario, camps: Sequence[int]) -> Floats:
    counts = by_name(scenario.reported)
    table = np.full((scenario.days, len(camps)), np.nan)
    for column, i in enumerate(camps):
        series = counts.get(scenario.locations[i].name)
        if series is not None:
            table[:, column] = [reported_on(series, day) for day in range(scenario.days)]
    return table


def _newcomers(scenario: Scenario) -> tuple[Floats, Floats, Floats]:
    """How many come, the debt and Flee's running total, by day.

    A fall of the reports removes nobody: it is a debt that the next rises pay off.
    """
    settings, series = scenario.settings, scenario.reported
    by_day = np.array([[reported_on(s, day) for day in range(scenario.days)] for s in series])
    summed = by_day[1:].sum(axis=0) if settings.sum_from_camps else by_day[0]
    rise = np.diff(summed, prepend=summed[0])
    # Flee adds the row of totals to those of the camps on day 0
    at_start = by_day[:, 0].sum() if settings.sum_from_camps else by_day[0, 0]
    rise[0] = 0.0 if settings.empty_camps_on_day0 else at_start
    newcomers, debts = np.zeros(scenario.days), np.zeros(scenario.days)
    debt = 0.0
    for day in range(scenario.days):
        number = rise[day] - debt
        if day == 0 and settings.insert_day0:
            number = 0.0
        debt = max(-number, 0.0)
        newcomers[day], debts[day] = max(number, 0.0), debt
    return newcomers, debts, np.cumsum(rise)


def _days(
    scenario: Scenario, around: Surroundings, capacity: Floats, residents: Floats,
    newcomers: Floats, size: Floats,
) -> Days:  # fmt: skip
    """The arrays by day; what does not depend on chance is multiplied in."""
    settings = scenario.settings
    move, score = around.move * size, around.score.copy()
    if settings.use_pop_for_loc_weight and not settings.take_from_population:
        many = np.maximum(residents, 1.0) ** settings.pop_power_for_loc_weight
        score = np.where(around.camp == 1, score, score * many)
    weight = around.weight
    if settings.spawn_mode == "constant":
        weight = np.trunc(settings.displaced_per_conflict_day * around.conflict)
    elif settings.spawn_mode:
        weight = settings.displaced_per_conflict_day * around.conflict
    nothing = np.zeros(0, np.int32)
    return Days(
        move, around.hunger, around.town, around.camp, score, capacity,
        nothing, nothing, nothing, nothing, nothing, weight, newcomers,
    )  # fmt: skip


def _size(scenario: Scenario, capacity: Floats, residents: Floats) -> Floats:
    """(T, P) factor of the chance to move for a place's size, where that stays as it is."""
    settings = scenario.settings
    if settings.take_from_population or not settings.movechance_pop_scale_factor:
        return np.ones(capacity.shape)
    size = np.maximum(residents, capacity) / settings.movechance_pop_base
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.sign(size) * np.abs(size) ** settings.movechance_pop_scale_factor
    return np.maximum(np.nan_to_num(factor, posinf=1e300), 0.0)


def _routes(scenario: Scenario, around: Surroundings, ways: list[Way]) -> Paths:
    sets = {frozenset(map(int, np.flatnonzero(row))) for row in np.unique(around.marker, axis=0)}
    hops = max(scenario.settings.awareness_level, 1)
    return paths_of(len(scenario.locations), ways, hops, sets)


def _ground(
    scenario: Scenario, routes: Paths, around: Surroundings, as_flee: bool
) -> tuple[Ground, Floats, Mapping[str, Any]]:
    """Ways, routes and candidates as arrays, the candidates' km, and what is open when."""
    settings, names = scenario.settings, [place.name for place in scenario.locations]
    unit = unit_of(scenario)
    rests = _Rests(names)
    way_at = {(way.start, way.end): q for q, way in enumerate(routes.ways)}
    starts = [path[0] for path in routes.paths]
    order = sorted(range(len(routes.candidates)), key=lambda c: starts[routes.candidates[c][0]])
    candidates = [routes.candidates[c] for c in order]
    paths = routes.paths
    km = np.array([length for _, length in candidates], np.float64)
    home = np.ones(len(candidates))
    if settings.stay_close_to_home:
        for c, (k, _) in enumerate(candidates):
            apart = kilometres(scenario, paths[k][0], paths[k][-1], as_flee)
            home[c] = 1.0 / max(1.0, apart) ** settings.home_distance_power
    way_from, way_to = (_ints(getattr(way, e) for way in routes.ways) for e in ("start", "end"))
    length = np.array([round(way.km * unit) for way in routes.ways], np.int64)
    speed = np.array(
        [round((way.speed or settings.max_move_speed) * unit) for way in routes.ways], np.int64
    )
    walk = np.array([way.walk_probability for way in routes.ways], np.float64)
    bound_start, bound = bounds_of(
        len(names), way_from, way_to, length, speed, walk, round(settings.max_walk_speed * unit)
    )
    ground = Ground(
        place_event=_hashes(("flee", name) for name in names),
        way_start=_starts([way.start for way in routes.ways], len(names)),
        way_from=way_from,
        way_to=way_to,
        way_length=length,
        way_speed=speed,
        way_walk=walk,
        way_event=_hashes(("flee", names[way.start], names[way.end]) for way in routes.ways),
        route_start=_starts(starts, len(names)),
        route_way=_ints(way_at[path[0], path[1]] for path in paths),
        route_rest=_ints(rests.number(path[2:]) for path in paths),
        route_end=_ints(path[-1] for path in paths),
        route_event=_hashes(("route", *(names[i] for i in path)) for path in paths),
        candidate_start=_starts([starts[k] for k, _ in candidates], len(names)),
        candidate_route=_ints(k for k, _ in candidates),
        candidate_end=_ints(paths[k][-1] for k, _ in candidates),
        candidate_nearness=1.0 / (settings.softening + km) ** settings.distance_power,
        candidate_home=home,
        **rests.arrays(),
        bound_start=bound_start,
        bound=bound,
    )
    openings = _openings(routes, [routes.markers[c] for c in order], candidates, around)
    return ground, km, openings


class _Rests:
    """Numbers what remains of routes; every end of a rest is a rest itself."""

    def __init__(self, names: Sequence[str]):
        self.names = names
        self.number_of: dict[tuple[int, ...], int] = {(): 0}

    def number(self, rest: tuple[int, ...]) -> int:
        if rest not in self.number_of:
            self.number(rest[1:])
            self.number_of[rest] = len(self.number_of)
        return self.number_of[rest]

    def arrays(self) -> dict[str, np.ndarray]:
        rests = list(self.number_of)
        return {
            "rest_next": _ints(rest[0] if rest else -1 for rest in rests),
            "rest_after": _ints(self.number_of[rest[1:]] if rest else 0 for rest in rests),
            "rest_end": _ints(rest[-1] if rest else -1 for rest in rests),
            "rest_event": _hashes(("rest", *(self.names[i] for i in rest)) for rest in rests),
        }


def _openings(
    routes: Paths, markers: Sequence[frozenset[int]], candidates: Sequence[tuple[int, float]],
    around: Surroundings,
) -> dict[str, Any]:  # fmt: skip
    """Which ways and candidates are open in each epoch, and which ways close on which day."""
    epochs: dict[tuple[frozenset[tuple[int, int]], bytes], int] = {}
    epoch: list[int] = []
    ways: list[list[bool]] = []
    open_candidates: list[list[bool]] = []
    for day, pairs in enumerate(around.open_pairs):
        key = (pairs, around.marker[day].tobytes())
        if key not in epochs:
            epochs[key] = len(epochs)
            ways.append([(way.start, way.end) in pairs for way in routes.ways])
            now = frozenset(map(int, np.flatnonzero(around.marker[day])))
            fits = [all(pair in pairs for pair in pairwise(path)) for path in routes.paths]
            open_candidates.append(
                [
                    fits[k] and markers[c] == now & frozenset(routes.paths[k])
                    for c, (k, _) in enumerate(candidates)
                ]
                if now or any(markers)
                else [fits[k] for k, _ in candidates]
            )
        epoch.append(epochs[key])
    way_at = {(way.start, way.end): q for q, way in enumerate(routes.ways)}
    closing = [[way_at[pair] for pair in pairs] for pairs in around.closing]
    return {
        "epoch": _ints(epoch),
        "open_way": np.array(ways, np.uint8).reshape(len(ways), len(routes.ways)),
        "open_candidate": np.array(open_candidates, np.uint8).reshape(len(ways), len(candidates)),
        "close_start": _ints([0, *np.cumsum([len(pairs) for pairs in closing])]),
        "close_way": _ints(q for pairs in closing for q in pairs),
    }


def _rules(scenario: Scenario, ground: Ground) -> Rules:
    settings, unit = scenario.settings, unit_of(scenario)
    takes = settings.take_from_population
    scaled = takes and settings.movechance_pop_scale_factor != 0.0
    sized = takes and settings.use_pop_for_loc_weight
    return Rules(
        mode=_MODES[settings.spawn_mode],
        speed=round(settings.max_move_speed * unit),
        walk=round(settings.max_walk_speed * unit),
        on_foot=settings.start_on_foot,
        tired=settings.avoid_short_stints,
        buffer=settings.capacity_buffer,
        scaling=settings.capacity_scaling,
        softening=settings.weight_softening,
        power=settings.weight_power,
        pruning=settings.pruning_threshold,
        take=takes,
        size_power=settings.pop_power_for_loc_weight if sized else 0.0,
        move_power=settings.movechance_pop_scale_factor if scaled else 0.0,
        move_base=settings.movechance_pop_base,
    )


def unit_of(scenario: Scenario) -> int:
    """How many units make a kilometre."""
    settings = scenario.settings
    lengths = [settings.max_move_speed, settings.max_walk_speed]
    for route in scenario.routes:
        lengths += [route.km, float(route.attributes.get("max_move_speed") or 1.0)]
    allowed = UNITS[:2] if settings.avoid_short_stints else UNITS  # its cells are by length
    for unit in allowed:
        if all(abs(km * unit - round(km * unit)) < 1e-9 * max(km, 1.0) * unit for km in lengths):
            return unit
    return allowed[-1]


def _check_sources(scenario: Scenario, days: Days, residents: Floats) -> None:
    able = (days.weight * residents).sum(axis=1) > 0.0
    for day in np.flatnonzero((days.newcomers > 0.0) & ~able):
        message = (
            f"{days.newcomers[day]:,.0f} people are reported to come on day {day}, and no place "
            "with people is in conflict then (Flee stops there); give one an intensity"
        )
        raise InputError([Fault(f"{scenario.folder}: conflicts", 0, "", message)])


def kilometres(scenario: Scenario, a: int, b: int, as_flee: bool) -> float:
    """The distance of two places as the crow flies.

    Flee takes the latitude for x and the longitude for y, and so mixes the two up.
    """
    first, second = scenario.locations[a], scenario.locations[b]
    points = [(p.latitude, p.longitude) for p in (first, second)]
    if as_flee:
        points = [(longitude, latitude) for latitude, longitude in points]
    (lat1, lon1), (lat2, lon2) = ((math.radians(x), math.radians(y)) for x, y in points)
    part = (
        math.sin((lat2 - lat1) / 2) ** 2
        + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    )
    return EARTH_KM * 2 * math.atan2(math.sqrt(part), math.sqrt(max(1.0 - part, 0.0)))


def _ints(values: Iterable[int]) -> Ints:
    return np.array(list(values), np.int32)


def _hashes(names: Iterable[tuple[str, ...]]) -> np.ndarray:
    return np.array([event_hash(*name) for name in names], np.uint64)


def _starts(sorted_owners: Sequence[int], many: int) -> Ints:
    """Where each owner's stretch begins."""
    return np.searchsorted(np.array(sorted_owners, np.int64), np.arange(many + 1)).astype(np.int32)
