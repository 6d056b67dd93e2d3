"""Flee's day in plain Python: slow, readable, and the same in every number as `flee_day`.

People are kept in a dictionary by what makes them differ: what they are at (`Person`) and what
they moved of late and today. A day is: newcomers, closures, phase 1, phase 2, midnight.
"""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

import numpy as np

from safepassage.engines.rng.philox import ALONG, stream_key, word
from safepassage.engines.rng.quantiles import binomial, poisson
from safepassage.flee.engine.arrays import FIXED, GATE, PASS, RATIO, REPORTED, REST, ROAD
from safepassage.flee.engine.probabilities import APPEARS, WALKS
from safepassage.flee.engine.simulate import Journeys, NobodyLeft


class Person(NamedTuple):
    """All that makes people differ within a day, but for what they moved of late."""

    kind: int
    spot: int
    length: int
    """At a place what they moved today, or what is alike (`flee_bounds`); on a way how far."""
    first: int
    """Whether this is their first way."""
    lost: int
    """Whether the way has closed behind them."""
    rest: int
    """What remains of their route."""


Crowd = defaultdict[tuple[Person, int], float]


def draw(
    journeys: Journeys, watched: list[int], *, seed: int = 1, replicate: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Draw one replicate.

    Returns:
        (T, W) people at the watched places at the end of each day, and (T,) all people.

    Raises:
        NobodyLeft: People are to appear where nobody is left.
    """
    return _Run(journeys, seed, replicate).run(watched)


class _Run:
    def __init__(self, journeys: Journeys, seed: int, replicate: int):
        self.ground, self.days = journeys.ground, journeys.days
        self.rules, self.start = journeys.rules, journeys.start
        self.key, self.replicate = np.uint64(stream_key(seed, 0)), np.uint64(replicate)
        self.places = len(self.ground.place_event)
        self.residents = [float(n) for n in self.start.residents]
        self.occupancy = [0.0] * self.places
        self.now: Crowd = defaultdict(float)
        self.then: Crowd = defaultdict(float)
        self.day = 0

    def run(self, watched: list[int]) -> tuple[np.ndarray, np.ndarray]:
        length = len(self.days.epoch)
        here, total = np.zeros((length, len(watched))), np.zeros(length)
        self._put(list(self.start.people))
        for self.day in range(length):
            self._put(self._newcomers())
            self._close_ways()
            self.then = defaultdict(float)
            stayed = [0.0] * self.places
            for (who, late), people in list(self.now.items()):
                if who.kind == REST:
                    del self.now[who, late]
                    stayed[who.spot] += self._leave(who, late, people)
            self.occupancy = stayed  # phase 2 sees who is there after phase 1
            self._travel()
            self.now, here_now = self.then, [0.0] * self.places
            for (who, _), people in self.now.items():
                if who.kind == REST:
                    here_now[who.spot] += people
            here[self.day] = [here_now[p] for p in watched]
            total[self.day] = sum(self.now.values())
            if self.day in self.start.reset_day:
                at = list(self.start.reset_day).index(self.day)
                here_now = self._part_anew(list(map(float, self.start.reset_share[at])))
            self.occupancy = here_now
        return here, total

    def _put(self, people: list[float]) -> None:
        for place, number in enumerate(people):
            if number > 0.0:
                self.now[Person(REST, place, 0, int(self.rules.on_foot), 0, 0), 0] += number

    def _part_anew(self, shares: list[float]) -> list[float]:
        """Part everybody by these shares; return how many are where."""
        people, before, so_far, whole = sum(self.now.values()), 0.0, 0.0, 0.0
        for share in shares:
            whole += share
        self.now = defaultdict(float)
        here: list[float] = []
        for p, share in enumerate(shares):
            so_far += share
            until = float(np.floor(people * (so_far / whole) + 0.5))
            here.append(until - before)
            before = until
            if here[p] > 0.0:
                self.now[Person(REST, p, 0, 0, 0, 0), 0] = here[p]
        return here

    def _newcomers(self) -> list[float]:
        weights, numbers = self.days.weight[self.day], [0.0] * self.places
        step, mode = np.uint64(self.day), self.rules.mode
        if mode == REPORTED:
            heavy = [float(w) * r for w, r in zip(weights, self.residents, strict=True)]
            rest, left = 0.0, float(self.days.newcomers[self.day])
            for weight in heavy:
                rest += weight
            some = [p for p in range(self.places) if heavy[p] > 0.0]
            if left > 0.0 and not some:
                raise NobodyLeft(self.day)
            for p in some if left > 0.0 else ():
                if left > 0.0:
                    stream = self._word(self.ground.place_event[p] ^ np.uint64(APPEARS), step)
                    numbers[p] = left if p == some[-1] else binomial(left, heavy[p] / rest, stream)
                    left -= numbers[p]
                    rest -= heavy[p]
        for p in range(self.places):
            if mode == FIXED:
                numbers[p] = float(weights[p])
            elif mode == RATIO:
                numbers[p] = float(np.floor(weights[p] * self.residents[p]))
            elif mode != REPORTED and weights[p] > 0.0:
                stream = self._word(self.ground.place_event[p] ^ np.uint64(APPEARS), step)
                numbers[p] = poisson(float(weights[p]), stream)
            if self.rules.take:
                self.residents[p] = max(self.residents[p] - numbers[p], 0.0)
        return numbers

    def _close_ways(self) -> None:
        first, last = self.days.close_start[self.day : self.day + 2]
        closing = set(self.days.close_way[first:last].tolist())
        for (who, late), people in list(self.now.items()):
            if who.kind == ROAD and who.spot in closing:
                del self.now[who, late]
                self.now[who._replace(lost=1), late] += people

    def _travel(self) -> None:
        """Phase 2: those on a way move on; those who come to a place early go on from there."""
        for (who, late), people in list(self.now.items()):
            if who.kind == ROAD:
                del self.now[who, late]
                self._move_on(who, late, people)
        while self.now:
            # whoever has moved least today; at one length first those at places
            who, late = min(self.now, key=lambda key: (key[0].length, key[0].kind == GATE))
            people = self.now.pop((who, late))
            if who.kind == PASS:
                self._leave(who, late, people)
            else:
                self._move_on(who, late, people)

    def _leave(self, who: Person, late: int, people: float) -> float:
        """Those at a place set out or stay; return how many stay."""
        ground, place, name = self.ground, who.spot, self._name(who)
        step = np.uint64(self.day + ALONG * late)
        today = who.length if who.kind == PASS else 0
        moving, stays = people, 0.0
        if who.rest:
            way = self._way(place, ground.rest_next[who.rest])
            epoch = self.days.epoch[self.day]
            open_ = way is not None and bool(self.days.open_way[epoch, way])
            if way is not None and open_ and not self._full(ground.rest_end[who.rest]):
                after = int(ground.rest_after[who.rest])
                self._arrive(*self._set_out(way, today, who.first, after), late - today, people)
            else:
                stays = people
        else:
            driven = self.rules.tired and who.kind == PASS and self.days.town[self.day, place]
            if not (driven and late < self.rules.speed):
                chance = self._chance(place)
                if chance < 1.0:
                    moving = binomial(people, chance, self._word(name, step))
            stays = people - moving
            shares, shut = self._shares(place)
            for j, share in enumerate(shares):
                k = int(ground.route_start[place]) + j
                if share > 0.0 and moving > 0.0:
                    stream = self._word(name ^ ground.route_event[k], step)
                    choosers = moving if share >= 1.0 else binomial(moving, share, stream)
                    moving -= choosers
                    if shut[j]:
                        stays += choosers
                    elif choosers > 0.0:
                        way, after = int(ground.route_way[k]), int(ground.route_rest[k])
                        self._arrive(
                            *self._set_out(way, today, who.first, after), late - today, choosers
                        )
            stays += moving
        if stays > 0.0:
            self._arrive(Person(REST, place, 0, who.first, 0, 0), today, late - today, stays)
        return stays

    def _move_on(self, who: Person, late: int, people: float) -> None:
        """Those on a way move by a day."""
        way, done = who.spot, who.length if who.kind == ROAD else 0
        today = who.length if who.kind == GATE else 0
        on_foot = self.rules.on_foot and who.first == 1
        walking = people if on_foot else 0.0
        chance = float(self.ground.way_walk[way])
        if chance > 0.0 and not on_foot:
            stream = self._name(who) ^ np.uint64(WALKS)
            step = np.uint64(self.day + ALONG * late)
            walking = binomial(people, chance, self._word(stream, step))
        for number, speed in (
            (walking, self.rules.walk),
            (people - walking, int(self.ground.way_speed[way])),
        ):
            if number > 0.0:
                come = self._come(way, done, today, speed, who.first, who.lost, who.rest)
                self._arrive(*come, late - today, number)

    def _set_out(self, way: int, today: int, first: int, rest: int) -> tuple[Person, int]:
        on_foot = self.rules.on_foot and first == 1
        if self.ground.way_walk[way] > 0.0 and not on_foot:
            return Person(GATE, way, today, first, 0, rest), today
        speed = self.rules.walk if on_foot else int(self.ground.way_speed[way])
        return self._come(way, 0, today, speed, first, 0, rest)

    def _come(
        self, way: int, done: int, today: int, speed: int, first: int, lost: int, rest: int
    ) -> tuple[Person, int]:
        """Where a day on a way leads, and what was moved by then."""
        length = int(self.ground.way_length[way])
        if done + speed <= length:
            return Person(ROAD, way, done + speed, first, lost, rest), today + speed
        today += length - done
        if lost:
            return Person(REST, int(self.ground.way_from[way]), 0, 0, 0, rest), today
        if today < speed:
            return Person(PASS, int(self.ground.way_to[way]), today, 0, 0, rest), today
        return Person(REST, int(self.ground.way_to[way]), 0, 0, 0, rest), today

    def _arrive(self, who: Person, distance: int, late: int, people: float) -> None:
        """Bring people to where they moved so much today; `late` is of the days before."""
        late = late + distance if self.rules.tired else 0
        if who.kind == PASS or who.kind == GATE:
            place = who.spot if who.kind == PASS else int(self.ground.way_from[who.spot])
            self.now[who._replace(length=self._alike(place, who.length)), late] += people
        else:
            self.then[who, late // 2] += people

    def _alike(self, place: int, distance: int) -> int:
        """The length that stands for all that are alike: one below the next bound."""
        ground, rules = self.ground, self.rules
        if ground.bound_start[place] < 0:
            return distance
        bounds = ground.bound[slice(*ground.bound_start[place : place + 2])]
        longest = max(rules.speed, rules.walk, int(ground.way_speed.max(initial=1)))
        return int(min((t for t in bounds if t > distance), default=longest + 1)) - 1

    def _chance(self, place: int) -> float:
        chance = float(self.days.move[self.day, place])
        if self.rules.move_power != 0.0:
            size = max(self.residents[place], float(self.days.capacity[self.day, place]))
            chance *= (size / self.rules.move_base) ** self.rules.move_power
        hunger = float(self.days.hunger[self.day, place])
        if hunger > 0.0:
            chance = hunger + (1.0 - hunger) * chance
        return min(chance, 1.0)

    def _room(self, place: int) -> float:
        capacity, people = (
            self.days.capacity[self.day, place] * self.rules.scaling,
            self.occupancy[place],
        )
        if capacity < 1.0 or people <= self.rules.buffer * capacity:
            return 1.0
        if people >= capacity:
            return 0.0
        return 1.0 - (people - self.rules.buffer * capacity) / (
            capacity * (1.0 - self.rules.buffer)
        )

    def _full(self, place: int) -> bool:
        return bool(self.days.camp[self.day, place]) and self._room(place) < 0.5

    def _shares(self, place: int) -> tuple[list[float], list[bool]]:
        """Share of each route among those not yet taken, and whether its end is full."""
        ground, rules = self.ground, self.rules
        epoch = self.days.epoch[self.day]
        weights: list[tuple[int, float]] = []
        for c in range(*ground.candidate_start[place : place + 2]):
            if self.days.open_candidate[epoch, c]:
                end = int(ground.candidate_end[c])
                score = float(self.days.score[self.day, end]) * float(ground.candidate_home[c])
                if rules.size_power != 0.0 and not self.days.camp[self.day, end]:
                    score *= max(1.0, self.residents[end]) ** rules.size_power
                weight = (rules.softening + score) * float(ground.candidate_nearness[c])
                weight *= self._room(end)
                if rules.power != 1.0:
                    weight **= rules.power
                weights.append((int(ground.candidate_route[c]), weight))
        top = max((weight for _, weight in weights), default=0.0)
        least = top / rules.pruning if rules.pruning >= 1.001 else 0.0
        routes = range(*ground.route_start[place : place + 2])
        heavy = dict.fromkeys(routes, 0.0)
        for k, weight in weights:
            if weight >= least:
                heavy[k] += weight if top > 0.0 else 1.0
        shares, rest = dict.fromkeys(routes, 0.0), 0.0
        for k in reversed(routes):
            rest += heavy[k]
            shares[k] = heavy[k] / rest if rest > 0.0 else 0.0
        return list(shares.values()), [self._full(int(ground.route_end[k])) for k in routes]

    def _way(self, place: int, next_: int) -> int | None:
        for way in range(*self.ground.way_start[place : place + 2]):
            if self.ground.way_to[way] == next_:
                return way
        return None

    def _word(self, event: np.uint64, step: np.uint64) -> np.uint64:
        return np.uint64(word(self.key, event, self.replicate, step))

    def _name(self, who: Person) -> np.uint64:
        events = self.ground.way_event if who.kind in (ROAD, GATE) else self.ground.place_event
        name = int(events[who.spot])
        for value in (who.kind + 8 * who.first + 16 * who.lost, who.length):
            name = _stirred(name, value)
        return np.uint64(_stirred(name, int(self.ground.rest_event[who.rest])))


def _stirred(hash_: int, value: int) -> int:
    """A hash and one more number, mixed (the finalizer of splitmix64)."""
    whole = (1 << 64) - 1
    z = ((hash_ ^ value) + 0x9E3779B97F4A7C15) & whole
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & whole
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & whole
    return z ^ (z >> 31)
