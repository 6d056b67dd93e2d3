"""Which lengths of a day distinguish people who come to a place: exact lumping of Flee's day.

Whoever comes to a place early continues, if what they moved today is below a day's length when they
arrive at the next place, and so on from there. That is all that the length itself decides: whether
people are driven through a town, and what they moved of late by the end of the day, depend on the
sum of what they moved of late and today, which the kernel carries. So two lengths at a place are
alike if no way on from there, or from where it leads, parts them. mali2012 has 222 kinds of people
within a day by length and 55 by these bounds.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from safepassage.network.arrays import Floats

MOST_BOUNDS = 1_000_000
"""With more than that (a dense net of ways in metres), every length is a kind of its own."""
Whole = NDArray[np.integer[Any]]


def bounds_of(
    places: int, way_from: Whole, way_to: Whole, length: Whole, speed: Whole, walk_chance: Floats,
    walk: int,
) -> tuple[Whole, Whole]:  # fmt: skip
    """Bounds between lengths that are alike, by place: t parts L < t from L >= t.

    Args:
        places: P.
        way_from: (Q,) places.
        way_to: (Q,)
        length: (Q,)
        speed: (Q,) length a day.
        walk_chance: (Q,) chance that a day on a way is walked.
        walk: Length a day on foot.

    Returns:
        (P + 1,) where those of each place begin, and the bounds, rising at each place; -1 and
        none if there are more than `MOST_BOUNDS`.
    """
    bounds: list[set[int]] = [set() for _ in range(places)]
    into: list[list[tuple[int, int, int]]] = [[] for _ in range(places)]
    for way, (start, end, long) in enumerate(
        zip(way_from.tolist(), way_to.tolist(), length.tolist(), strict=True)
    ):
        speeds = {int(speed[way])} | ({walk} if walk_chance[way] > 0.0 else set())
        bounds[start] |= {one - long for one in speeds if long < one}
        into[end].append((start, long, max(speeds)))
    changed, many = set(range(places)), sum(map(len, bounds))
    while changed:
        place = changed.pop()
        for start, long, fastest in into[place]:
            # from `fastest` on, nobody on this way comes there early
            more = {bound - long for bound in bounds[place] if long < bound < fastest}
            if not more <= bounds[start]:
                many += len(more - bounds[start])
                bounds[start] |= more
                changed.add(start)
        if many > MOST_BOUNDS:
            return np.full(places + 1, -1, np.int32), np.zeros(0, np.int64)
    starts = np.concatenate([[0], np.cumsum([len(some) for some in bounds])]).astype(np.int32)
    return starts, np.array([bound for some in bounds for bound in sorted(some)], np.int64)
