"""Lengths that no bound parts lead to the same places within a day, whatever way is taken."""

import numpy as np
import pytest

from safepassage.flee.engine import equivalence
from safepassage.flee.engine.equivalence import bounds_of

PLACES, SPEED, WALK = 6, 40, 9


def random_ways(seed):
    rng = np.random.default_rng(seed)
    pairs = [(a, b) for a in range(PLACES) for b in range(PLACES) if a != b and rng.random() < 0.4]
    start, end = np.array(pairs, np.int32).T
    many = len(pairs)
    length = rng.integers(5, 50, many)
    speed = np.where(rng.random(many) < 0.3, rng.integers(20, 60, many), SPEED)
    walked = np.where(rng.random(many) < 0.3, 0.5, 0.0)
    return start, end, length, speed, walked


def comes_to(ways, place, distance):
    """Every way that can be gone on within the day, walked or driven, as a set of sequences."""
    start, end, length, speed, walked = ways
    sequences = set()
    for way in np.flatnonzero(start == place):
        for kind, fast in (("drives", speed[way]), ("walks", WALK)):
            if kind == "walks" and walked[way] == 0.0:
                continue
            if length[way] < fast and distance + length[way] < fast:
                for more in comes_to(ways, end[way], distance + length[way]):
                    sequences.add(((way, kind), *more))
    return sequences | {()}


@pytest.mark.parametrize("seed", range(8))
def test_bounds_part_all_that_differ_and_nothing_else(seed):
    ways = random_ways(seed)
    starts, bounds = bounds_of(PLACES, *ways, WALK)
    checked = 0
    for place in range(PLACES):
        own = bounds[starts[place] : starts[place + 1]]
        assert (np.diff(own) > 0).all()
        reached = [comes_to(ways, place, distance) for distance in range(60)]
        parted = {
            distance for distance in range(1, 60) if reached[distance] != reached[distance - 1]
        }
        assert parted == set(own.tolist())
        checked += len(parted)
    assert checked > 5


def test_too_many_bounds_are_none(monkeypatch):
    monkeypatch.setattr(equivalence, "MOST_BOUNDS", 3)
    starts, bounds = bounds_of(PLACES, *random_ways(1), WALK)
    assert starts.tolist() == [-1] * (PLACES + 1) and bounds.size == 0


def test_a_place_that_nobody_leaves_has_none():
    one = np.array([0], np.int32)
    starts, bounds = bounds_of(2, one, one + 1, np.array([50]), np.array([40]), np.zeros(1), WALK)
    assert starts.tolist() == [0, 0, 0] and bounds.size == 0
