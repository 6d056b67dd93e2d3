"""The counts engine draws exactly what its slow twin draws, and says what it cannot do."""

from __future__ import annotations

import numpy as np
import pytest
from tests.contract import worlds
from tests.networks import Sketch, lane, lanes, random_network
from tests.oracle.counts import draw_aloud

from safepassage.engines import simulate


def assert_twins(network, tables, *, seed, draws, replicates):
    """Compare every count, flow and entry of some replicates."""
    told = simulate(
        network, tables, "counts", seed=seed, draws=draws, first=replicates[0],
        replicates=len(replicates), keep_counts=True,
    )  # fmt: skip
    lane_number = 0
    for b, draw in enumerate(draws):
        numbers = lane(tables, b) if np.ndim(tables.initial) > 1 else tables
        for replicate in replicates:
            slow = draw_aloud(network, numbers, seed, draw, replicate)
            np.testing.assert_array_equal(told.counts[..., lane_number], slow.counts)
            np.testing.assert_array_equal(told.quantities[..., lane_number], slow.quantities)
            lane_number += 1
    return told


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("factor", [0.003, 1.0, 1e4])
def test_the_twin_draws_the_same_people(seed, factor):
    network, tables = random_network(
        seed, cells=14, steps=14, steps_per_month=1 + seed % 3, shares={"instant": 0.3}
    )
    tables = worlds.scaled(network, tables, factor)
    told = assert_twins(network, tables, seed=seed + 3, draws=[seed], replicates=[0, 1, 2])
    assert told.people.entered[-1].sum() > 0


def test_the_twin_draws_the_same_people_in_every_draw():
    network, tables = worlds.crowded(7)
    batch = lanes(tables, 3, spread=0.1)
    assert_twins(network, batch, seed=77, draws=[4, 0, 900], replicates=[5, 6])


@pytest.mark.parametrize("factor", [1 / 880, 0.1, 1.0, 1e3, 1.2e6])
def test_the_twin_draws_the_same_people_from_one_to_a_billion(factor):
    network, tables = worlds.border()
    tables = worlds.scaled(network, tables, factor)
    told = assert_twins(network, tables, seed=1, draws=[2], replicates=[10**6, 10**6 + 1])
    if factor > 1e6:
        assert told.people.entered.max() > 1e9


@pytest.mark.parametrize("name", worlds.ENUMERATED)
def test_the_twin_draws_the_same_small_crowd(name):
    network, tables = worlds.ENUMERATED[name][0]()
    assert_twins(network, tables, seed=2, draws=[0], replicates=list(range(40)))


def test_the_twin_stops_where_people_cannot_pass():
    drawn = Sketch(steps=3).cell("home", persons=500).cell("fork", "instant").cell("away")
    network, tables = drawn.edge("home", "fork", 1.0).edge("fork", "away", 0.0).build()
    with pytest.raises(ValueError, match="'fork' in step 0"):
        draw_aloud(network, tables, 1, 0, 0)


def test_more_people_than_whole_numbers_can_count():
    network, tables = worlds.border()
    with pytest.raises(ValueError, match=r"2\*\*53.*smaller"):
        simulate(network, tables._replace(initial=tables.initial * 2e13), "counts")
    chain = Sketch(steps=24).cell("abroad", persons=1e6)
    chain.feedback("relatives", "proportional", ["abroad"]).entry("abroad", 100.0, "relatives")
    with pytest.raises(ValueError, match=r"2\*\*53.*smaller"):
        simulate(*chain.build(), "counts")


def test_up_to_2_53_people_are_kept_to_the_last():
    drawn = Sketch(steps=24).cell("home", persons=2.0**53).cell("away").cell("back")
    drawn.edge("home", "away", 3.0).edge("away", "back", 2.0).edge("back", "home", 1.0)
    told = simulate(*drawn.build(), "counts", replicates=9, keep_counts=True)
    total = told.counts.astype(np.int64).sum(axis=1)
    assert (total == 2**53).all()


@pytest.mark.parametrize(
    "rows", [[0] * 17, [0] * 19, [1] * 9 + [0] * 9, [-1] * 18], ids=["short", "long", "back", "low"]
)
def test_rows_that_fit_no_calendar_are_an_error(rows):
    network, tables = worlds.route()
    with pytest.raises(ValueError, match="rows"):
        simulate(network, tables, "counts", rows=np.array(rows, np.int32))


def test_draws_must_be_as_many_as_tables():
    network, tables = worlds.route()
    with pytest.raises(ValueError, match="2 numbers of draws for 1"):
        simulate(network, tables, "counts", draws=[1, 2])
    with pytest.raises(ValueError, match="from number -1"):
        simulate(network, tables, "counts", first=-1)


def test_two_events_of_one_name_are_an_error():
    drawn = Sketch(steps=2).cell("home", persons=9).cell("away")
    network, tables = drawn.edge("home", "away", 1.0).edge("home", "away", 2.0).build()
    with pytest.raises(ValueError, match=r"home>away.*share random numbers"):
        simulate(network, tables, "counts")
