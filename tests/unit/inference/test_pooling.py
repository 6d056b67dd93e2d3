"""Figures of rare events are summed over years before they are shown."""

from __future__ import annotations

import pytest

from safepassage.inference.likelihood import Datum
from safepassage.inference.pooling import pooled


def figures(*spans, quantity="dmz"):
    return [
        Datum("c", quantity, f"{a}-01", f"{b}-12", ("e",), 1.0, None, None) for a, b in spans
    ]  # fmt: skip


def test_one_year_leaves_every_figure_alone():
    data = figures((2001, 2001), (2002, 2002))
    assert pooled(data, [1, 0], 1) == [[1], [0]]


def test_spells_are_long_enough_and_a_short_rest_joins_the_one_before():
    data = figures(*((y, y) for y in range(2000, 2012)))
    spells = pooled(data, list(range(12)), 5)
    assert spells == [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9, 10, 11]]
    assert pooled(data[:3], [0, 1, 2], 5) == [[0, 1, 2]], "too few years for any spell"


@pytest.mark.parametrize("years", [2, 3, 5])
def test_every_figure_is_in_one_spell(years):
    data = figures((2003, 2003), (2001, 2001), (2008, 2010), (2002, 2002), (2015, 2015))
    spells = pooled(data, [0, 1, 2, 3, 4], years)
    assert sorted(d for s in spells for d in s) == [0, 1, 2, 3, 4]
    starts = [data[d].start for s in spells for d in s]
    assert starts == sorted(starts)


def test_quantities_are_not_mixed():
    data = figures((2001, 2001), (2003, 2003)) + figures((2002, 2002), quantity="sea")
    assert pooled(data, [0, 1, 2], 5) == [[0, 1], [2]]
