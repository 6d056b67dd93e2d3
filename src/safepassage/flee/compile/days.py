"""What a Flee scenario's files say about each day: types, conflicts, closures, scores.

Nothing here depends on people: it is worked out once, and every replicate shares it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from safepassage.flee.io.scenario import Closure, Location, Scenario
from safepassage.flee.io.settings import Settings
from safepassage.network.arrays import Floats

PEACE = 0.000001
"""Intensities below this are none, for Flee."""
MOVECHANCES = (
    "conflict_movechance", "camp_movechance", "idpcamp_movechance", "default_movechance"
)  # fmt: skip
"""Settings that say how readily people leave a place."""
WEIGHTS = ("foreign_weight", "camp_weight", "conflict_weight")
"""Settings whose powers multiply a score."""


@dataclass
class Place:
    """A location on the day that is being worked out."""

    row: Location
    foreign: bool
    move: float = 1.0
    move_by: int = -1
    """Which of `MOVECHANCES` that is; -1 where people always move on."""
    conflict: float = -1.0
    conflict_since: int = -1
    camp: bool = False
    for_displaced: bool = False
    town: bool = False
    marker: bool = False

    def become(self, kind: str, settings: Settings, intensity: float) -> None:
        """Take a type, by what Flee looks for inside its name."""
        kind = kind.lower()
        self.camp = self.for_displaced = self.town = self.marker = False
        self.conflict = -1.0
        if "camp" in kind:
            self.camp, self.for_displaced = True, "idp" in kind
            self.moves_by(settings, "idpcamp" if self.for_displaced else "camp")
        elif "conflict" in kind:
            self.conflict = intensity
            self.moves_by(settings, "conflict")
        elif "forward" in kind or "marker" in kind:
            self.move, self.move_by, self.marker = 1.0, -1, "forward" not in kind
        else:
            self.town = True
            self.moves_by(settings, "default")

    def moves_by(self, settings: Settings, kind: str) -> None:
        """Take the chance to move of a kind of place."""
        self.move_by = MOVECHANCES.index(f"{kind}_movechance")
        self.move = getattr(settings, MOVECHANCES[self.move_by])

    def open_camp(self, settings: Settings, for_displaced: bool) -> None:
        """Become a camp."""
        self.camp, self.town, self.marker, self.conflict = True, False, False, -1.0
        self.for_displaced = self.for_displaced or for_displaced
        self.moves_by(settings, "idpcamp" if for_displaced else "camp")

    def close_camp(self, settings: Settings) -> None:
        """Become a town."""
        self.camp = self.for_displaced = self.marker = False
        self.town, self.conflict = True, -1.0
        self.moves_by(settings, "default")


@dataclass
class Surroundings:
    """Arrays by day and place, and the states that the ways go through."""

    move: Floats
    move_by: np.ndarray
    """(T, P) which of `MOVECHANCES` that is; -1 where people always move on."""
    hunger: Floats
    town: np.ndarray
    camp: np.ndarray
    score: Floats
    powers: Floats
    """(T, P, 3) powers of `WEIGHTS` in the score."""
    weight: Floats
    """Where newcomers appear: weight of a resident."""
    conflict: Floats
    """Intensity when newcomers appear; 0 in peace."""
    marker: np.ndarray
    """(T, P) bool."""
    open_pairs: list[frozenset[tuple[int, int]]]
    """By day: the pairs of places that are joined."""
    closing: list[list[tuple[int, int]]] = field(default_factory=list)
    """By day: the pairs that close, each in its direction."""


def decay(settings: Settings, days_since: int) -> float:
    """How far a conflict of so many days still counts."""
    steps = settings.conflict_spawn_decay
    if not steps:
        return 1.0
    return steps[min(int(days_since / settings.conflict_spawn_decay_interval), len(steps) - 1)]


def surroundings(scenario: Scenario, as_flee: bool = False) -> Surroundings:
    """Work out every day of a scenario.

    Args:
        scenario: What was read.
        as_flee: Whether to keep what is known to be broken in Flee.
    """
    return _Walk(scenario, as_flee).run()


class _Walk:
    """Goes through the days in the order of Flee's own loop."""

    def __init__(self, scenario: Scenario, as_flee: bool):
        self.scenario, self.settings, self.as_flee = scenario, scenario.settings, as_flee
        home = scenario.locations[0].country
        self.places = [Place(row, row.country != home) for row in scenario.locations]
        self.index = {row.name: i for i, row in enumerate(scenario.locations)}
        for place in self.places:
            kind = place.row.kind
            if "conflict" in kind.lower() and place.row.conflict_day > 0:
                kind = "town"
            intensity = float(place.row.attributes.get("conflict_intensity") or 1.0)
            place.become(kind, self.settings, intensity)
            if place.move < 0.005 and not place.camp:  # Flee takes such a place for a camp
                place.camp, place.town = True, False
        self.joined = {
            pair
            for route in scenario.routes
            for pair in self._both(self.index[route.start], self.index[route.end])
        }
        self.open = set(self.joined)
        self.spawn_weight = self._weights(0)

    @staticmethod
    def _both(a: int, b: int) -> tuple[tuple[int, int], tuple[int, int]]:
        return (a, b), (b, a)

    def run(self) -> Surroundings:
        shape = (self.scenario.days, len(self.places))
        around = Surroundings(
            move=np.zeros(shape),
            move_by=np.zeros(shape, np.int8),
            hunger=np.zeros(shape),
            town=np.zeros(shape, np.uint8),
            camp=np.zeros(shape, np.uint8),
            score=np.zeros(shape),
            powers=np.zeros((*shape, len(WEIGHTS))),
            weight=np.zeros(shape),
            conflict=np.zeros(shape),
            marker=np.zeros(shape, np.bool_),
            open_pairs=[],
        )
        for day in range(self.scenario.days):
            self._change_types(day)
            if self._change_conflicts(day):
                self.spawn_weight = self._weights(day)
            around.weight[day] = self.spawn_weight
            around.conflict[day] = [max(place.conflict, 0.0) for place in self.places]
            around.closing.append(self._change_closures(day))
            self.spawn_weight = self._weights(day)
            for i, place in enumerate(self.places):
                around.move[day, i], around.move_by[day, i] = place.move, place.move_by
                around.town[day, i], around.camp[day, i] = place.town, place.camp
                around.marker[day, i] = place.marker
                around.powers[day, i] = self._powers(place, day)
                around.score[day, i] = self._score(place, day)
                if self.settings.flee_when_starving:
                    around.hunger[day, i] = self._food(place, day) / 100.0
            around.open_pairs.append(frozenset(self.open))
        return around

    def _food(self, place: Place, day: int) -> float:
        return self.scenario.food_insecurity[place.row.region][day]

    def _weights(self, day: int) -> list[float]:
        """Weight of a resident among those who set out, as Flee last worked it out."""
        settings = self.settings
        weights: list[float] = []
        for place in self.places:
            weight = 0.0
            if place.conflict > 0.0:
                weight = place.conflict
                if settings.conflict_spawn_decay:
                    weight *= decay(settings, day - place.conflict_since)
            starving = settings.starvation_driven_spawning and day > 0
            if starving and (place.conflict > 0.0 or not settings.conflict_zone_spawning_only):
                weight += self._food(place, day) / 100.0
            weights.append(weight)
        return weights

    def _score(self, place: Place, day: int) -> float:
        settings, score = self.settings, 1.0
        if place.foreign:
            if settings.use_economic_pull:
                attributes = place.row.attributes
                score += float(attributes["trade_volume"]) + float(attributes["hdi"]) ** 2
            score *= settings.foreign_weight
        elif settings.avoid_food_deprived_locations and day > 0:
            score *= 1.0 - (self._food(place, day) / 100.0) ** 2
        if place.camp or place.for_displaced:
            score *= settings.camp_weight
        if place.conflict > 0.0:
            score *= settings.conflict_weight ** self._powers(place, day)[2]
        return score

    def _powers(self, place: Place, day: int) -> tuple[float, float, float]:
        """Powers of `WEIGHTS` in the score of a place."""
        conflict = 0.0
        if place.conflict > 0.0:
            conflict = decay(self.settings, day - place.conflict_since) * place.conflict
        return float(place.foreign), float(place.camp or place.for_displaced), conflict

    def _change_types(self, day: int) -> None:
        for change in self.scenario.changes:
            if change.day == day and not self.as_flee:
                place = self.places[self.index[change.location]]
                place.become(
                    change.kind, self.settings, int(self.settings.default_conflict_intensity)
                )

    def _change_conflicts(self, day: int) -> bool:
        """Begin, change and end conflicts; whether anything changed."""
        changed = False
        for name, series in self.scenario.conflicts.items():
            place, now = self.places[self.index[name]], series[day]
            before = series[day - 1] if day > 0 else 0.0
            if now > PEACE and before < PEACE:
                place.town = False
                place.moves_by(self.settings, "conflict")
                place.conflict, place.conflict_since = now, day
                changed = True
            elif now < PEACE <= before:
                place.town = True
                place.moves_by(self.settings, "default")
                place.conflict = -1.0
                changed = True
            elif now != before and place.conflict > 0.0 and not self.as_flee:
                place.conflict = now  # Flee keeps the intensity of the first day
                changed = True
        return changed

    def _change_closures(self, day: int) -> list[tuple[int, int]]:
        """Close and reopen; the pairs that closed."""
        closed: list[tuple[int, int]] = []
        for closure in self.scenario.closures:
            if day == closure.start:
                pairs = self._pairs(closure, self.open)
                closed += pairs
                self.open.difference_update(pairs)
                if closure.kind in ("camp", "idpcamp"):
                    self.places[self.index[closure.first]].close_camp(self.settings)
            if day == closure.end:
                self.open.update(self._pairs(closure, self.joined))
                if closure.kind in ("camp", "idpcamp"):
                    place = self.places[self.index[closure.first]]
                    place.open_camp(self.settings, closure.kind == "idpcamp")
        return closed

    def _pairs(self, closure: Closure, among: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
        """The pairs that a closure is about, in both directions."""
        if closure.kind == "country":
            ends = {closure.first, closure.second}
            country = [place.row.country for place in self.places]
            return sorted(
                (a, b)
                for a, b in among
                if {country[a], country[b]} == ends
                and (closure.first != closure.second or country[a] == country[b])
            )
        if closure.kind == "location":
            place = self.index[closure.first]
            return sorted(pair for pair in among if place in pair)
        if closure.kind == "link" and not self.as_flee:
            # Flee compares names by identity there, and finds none that was read from a file
            both = self._both(self.index[closure.first], self.index[closure.second])
            return sorted(pair for pair in among if pair in both)
        return []


def capacities(scenario: Scenario, first: Floats) -> Floats:
    """(T, P) capacity of each place and day: people of day 0 are taken off, as Flee does."""
    settings = scenario.settings
    at_start = np.array(
        [place.people // settings.hasten if place.is_camp else -1 for place in scenario.locations],
        np.float64,
    )
    if settings.insert_day0 and not settings.spawn_mode:
        at_start = np.where(at_start > 0, at_start - first, at_start)
    daily = np.array(
        [
            math.trunc(float(place.attributes.get("capacity_per_day") or 0))
            for place in scenario.locations
        ],
        np.float64,
    )
    passed = np.arange(1, scenario.days + 1, dtype=np.float64)[:, None]
    return at_start + passed * daily
