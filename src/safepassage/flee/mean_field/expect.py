"""The mean field of Flee's day: expected people by place and day, with slopes by parameter.

Where the day is linear (no camp near its capacity), means follow the same law as draws, and this is
the mean of the exact engine itself, up to `Grain.bin`. Where camps fill up, counts act on chances,
and the mean of a draw is not the draw at the mean: the difference shrinks as people grow in number.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from safepassage.engines.jit.blocks import aligned
from safepassage.engines.jit.compile import read_only
from safepassage.engines.jit.simd import SIMD_WIDTH
from safepassage.flee.engine.arrays import Days, frozen
from safepassage.flee.engine.kernel import DONE, MORE_ROWS, NOBODY_LEFT
from safepassage.flee.engine.simulate import Journeys, NobodyLeft
from safepassage.flee.mean_field.arrays import (
    BUFFER,
    POWER,
    SCALING,
    SLOPES,
    SOFTENING,
    Duals,
    Grain,
    MeanWorkspace,
    blank_mean_workspace,
)
from safepassage.flee.mean_field.kernel import run_means
from safepassage.network.arrays import Floats, Ints

BINS = 12
"""Bins of a day's length, unless requested otherwise."""
SOFT = 0.4
"""Span of room over which a camp comes to count as full, unless requested otherwise."""
LEAST = 1e-8
"""Share of all people: fewer than that in one row end their day where they are."""


@dataclass(frozen=True)
class Slopes:
    """How what people act on changes with each of D parameters; empty where it does not."""

    move: Floats
    """(T, P, D) of the chance to set out."""
    score: Floats
    """(T, P, D) of the attraction."""
    nearness: Floats
    """(C, D)"""
    rules: Floats
    """(4, D) of weight softening, weight power, capacity scaling and capacity buffer."""

    @property
    def many(self) -> int:
        """How many parameters, D."""
        return self.rules.shape[-1]

    def part(self, first: int, last: int) -> Slopes:
        """Those of some of the parameters."""
        parts = (self.move, self.score, self.nearness, self.rules)
        return Slopes(*(values[..., first:last] for values in parts))


@dataclass(frozen=True)
class Expected:
    """What is expected: T days, W watched places, D parameters."""

    here: Floats
    """(T, W) people at the watched places at the end of each day."""
    slope: Floats
    """(T, W, D)"""
    total: Floats
    """(T,) all people."""


def no_slopes(journeys: Journeys) -> Slopes:
    """Slopes along no parameter."""
    days, places = journeys.days.move.shape
    candidates = len(journeys.ground.candidate_route)
    return Slopes(
        *(np.zeros((*shape, 0)) for shape in ((days, places), (days, places), (candidates,), (4,)))
    )


class MeanField:
    """Expected people of scenarios with the same places, ways and rules; one thread at a time."""

    def __init__(
        self, journeys: Journeys, *, bins: int | None = BINS, soft: float = SOFT,
        limit: float = np.inf, least: float = LEAST,
    ):  # fmt: skip
        """Prepare.

        Args:
            journeys: The scenario, or the part of its days that is requested.
            bins: Into how many bins a day's length is cut to resolve what people moved; None
                resolves every unit, as Flee does.
            soft: Span of room above a half over which a camp comes to count as full; 0 makes it a
                step, as in Flee, whose slope is left out.
            limit: Bound of the slopes of how open a place is. Where more people come in a day than
                there is room, camps fill and empty in turns, and slopes grow without end; openness
                is between 0 and 1, so that slopes by the spread of a parameter are bounded by 1.
            least: Share of all people; fewer in one row end their day where they are.
        """
        ground, rules = journeys.ground, journeys.rules
        self._longest = int(max(rules.speed, rules.walk, ground.way_speed.max(initial=1)))
        width = 1.0 if bins is None else max(1.0, rules.speed / bins)
        bins_today = int(self._longest / width) + 3
        people = journeys.start.people.sum() + np.abs(journeys.days.newcomers).sum()
        fewest = 0.0 if bins is None else max(least, 1e-13) * max(float(people), 1.0)
        self.grain = Grain(width, bins_today, float(soft), float(limit), fewest)
        self._ground, self._start = frozen(ground), frozen(journeys.start)
        self._workspace: MeanWorkspace | None = None
        self._sizes = (1_000, 10_000)

    def expect(self, journeys: Journeys, watched: Ints, slopes: Slopes | None = None) -> Expected:
        """Work out the expected people of every day.

        Args:
            journeys: The scenario; its places and ways are those that this was made for.
            watched: Places whose people are written down.
            slopes: By the parameters asked for; none unless given.

        Raises:
            NobodyLeft: People are to appear where nobody is left.
        """
        slopes = no_slopes(journeys) if slopes is None else slopes
        passes: list[Expected] = []
        for first in range(0, max(slopes.many, 1), SLOPES):
            part = slopes.part(first, min(first + SLOPES, slopes.many))
            passes.append(self._pass(journeys, watched, part))
        slope = np.concatenate([one.slope for one in passes], axis=-1)
        return Expected(passes[0].here, slope, passes[0].total)

    def _pass(self, journeys: Journeys, watched: Ints, slopes: Slopes) -> Expected:
        length, many = len(journeys.days.epoch), slopes.many
        here, total = aligned((length, len(watched), SIMD_WIDTH), zero=True), np.zeros(length)
        places = read_only(np.asarray(watched, np.int32))
        days, rules, duals = _plain(journeys), journeys.rules, _duals(journeys, slopes)
        while True:
            workspace = self._workspace or blank_mean_workspace(
                self._ground, rules, self.grain, self._longest, *self._sizes
            )
            self._workspace = workspace
            ended, day = run_means(
                self._ground,
                days,
                rules,
                self._start,
                duals,
                self.grain,
                workspace,
                places,
                here,
                total,
            )
            if ended == DONE:
                return Expected(here[..., 0].copy(), here[..., 1 : 1 + many].copy(), total)
            if ended == NOBODY_LEFT:
                raise NobodyLeft(day)
            rows, pool = self._sizes
            more = ended == MORE_ROWS
            self._sizes = (rows * 4, pool) if more else (rows, pool * 4)
            self._workspace = None


def _plain(journeys: Journeys) -> Days:
    """The days; what `Duals` has stands there alone."""
    nothing = np.zeros((0, 0))
    return frozen(journeys.days._replace(move=nothing, score=nothing))


def _duals(journeys: Journeys, slopes: Slopes) -> Duals:
    rules = np.zeros(4)
    rules[SOFTENING], rules[POWER] = journeys.rules.softening, journeys.rules.power
    rules[SCALING], rules[BUFFER] = journeys.rules.scaling, journeys.rules.buffer
    values = (journeys.days.move, journeys.days.score, journeys.ground.candidate_nearness, rules)
    pairs = zip(values, (slopes.move, slopes.score, slopes.nearness, slopes.rules), strict=True)
    return Duals(*(read_only(_dual(value, slope)) for value, slope in pairs))


def _dual(value: Floats, slope: Floats) -> Floats:
    both = aligned((*value.shape, SIMD_WIDTH), zero=True)
    both[..., 0] = value
    both[..., 1 : 1 + slope.shape[-1]] = slope
    return both
