"""Pools of people who may be drawn as sponsors, and records that grow."""

from __future__ import annotations

import numba as nb
import numpy as np
import pytest
from tests.families import families_model

from safepassage.engines.individuals.records import grown, new_room, ties_of
from safepassage.engines.individuals.ties import join_pools, leave_pools
from safepassage.network.compile import compile_model
from safepassage.network.persons import persons_of


@nb.njit
def _join(ties, room, person, cell):
    join_pools(ties, room, person, cell)


@nb.njit
def _leave(ties, room, person, cell):
    leave_pools(ties, room, person, cell)


@pytest.fixture(scope="module")
def compiled():
    return compile_model(families_model())


@pytest.fixture(scope="module")
def persons(compiled):
    return persons_of(compiled, np.zeros(0))


def test_a_pool_holds_exactly_those_who_are_there(compiled, persons):
    network = compiled.network
    ties = ties_of(persons, len(network.entry_name), len(network.cells))
    room = grown(new_room(40, 3, persons, 0), 40, 64)
    home = [c for c, cell in enumerate(network.cells) if cell.state == "home"]
    out = next(c for c, cell in enumerate(network.cells) if cell.state == "out")
    rng = np.random.default_rng(3)
    inside: dict[int, int] = {}
    for _ in range(2000):
        person = int(rng.integers(0, 40))
        if person in inside:
            _leave(ties, room, person, inside.pop(person))
        else:
            inside[person] = int(rng.choice(home))
            _join(ties, room, person, inside[person])
        _join(ties, room, person, out)  # nobody there is a sponsor
        for cell in home:
            pool = persons.pool_of_cell[0, cell]
            held = room.pool[pool, : room.pool_size[pool]].tolist()
            assert sorted(held) == sorted(p for p, where in inside.items() if where == cell)


def test_growing_keeps_what_is_held(persons):
    room = new_room(10, 3, persons, 0)
    room.person["stream"][:] = np.arange(10)
    room.story["paid"][:] = np.arange(10) / 2
    room.position[:] = np.arange(10)
    room.calendar.block[:, 5] = 7
    blocks = len(room.calendar.block)
    more = grown(room, 5000, 200)
    assert len(more.person) == len(more.story) == more.position.shape[1] == 5000
    assert len(more.calendar.block) >= 5000 // 15 and more.pool.shape[1] >= 200
    np.testing.assert_array_equal(more.person["stream"][:10], np.arange(10))
    np.testing.assert_array_equal(more.story["paid"][:10], np.arange(10) / 2)
    np.testing.assert_array_equal(more.position[0, :10], np.arange(10))
    assert (more.calendar.block[:blocks, 5] == 7).all()
    with pytest.raises(ValueError, match="do not fit"):
        grown(room, 2**31, 0)
