"""Parties, sponsors and burdens as flat arrays."""

from __future__ import annotations

import numpy as np
import pytest
from tests.families import MEAN, families_model

from safepassage.network.compile import compile_model
from safepassage.network.persons import OWED, RELATIVE, SELF, persons_of

Z = np.zeros(0)


@pytest.fixture(scope="module")
def compiled():
    return compile_model(families_model(apart=("held",)))


@pytest.fixture(scope="module")
def persons(compiled):
    return persons_of(compiled, Z)


def events(compiled, name: str) -> list[int]:
    names = (*compiled.network.edge_name, *compiled.network.entry_name)
    return [v for v, known in enumerate(names) if known == name]


def test_sizes_of_parties_and_where_they_part(compiled, persons):
    np.testing.assert_allclose(persons.party_size, [[0.5, 0.8, 0.8, 1.0]])
    np.testing.assert_allclose(persons.party_mean, [MEAN])
    assert set(persons.party_of_entry) == {0}
    parted = {cell.state for cell, parts in zip(compiled.network.cells, persons.party_apart[0],
                                                strict=True) if parts}  # fmt: skip
    assert parted == {"held"}


def test_sponsors_are_of_the_same_sex(compiled, persons):
    network = compiled.network
    brought = [i for i, name in enumerate(network.entry_name) if name == "brought"]
    others = [i for i, name in enumerate(network.entry_name) if name != "brought"]
    assert (persons.tie_of_entry[brought] == 0).all()
    assert (persons.tie_of_entry[others] == -1).all()
    assert (persons.pool_of_entry[others] == -1).all()
    assert persons.pools == 2
    for i in brought:
        pool = persons.pool_of_entry[i]
        inside = [c for c in range(len(network.cells)) if persons.pool_of_cell[0, c] == pool]
        assert {network.cells[c].group for c in inside} == {network.entry_group[i]}
        assert {network.cells[c].state for c in inside} == {"home"}
        loading = network.feedback_start[network.entry_feedback[i]]
        assert inside == [network.feedback_cell[loading]]


def test_who_pays_what(compiled, persons):
    assert persons.cost.shape[:3] == (2, 3, 48)
    for v in events(compiled, "river.across"):
        np.testing.assert_allclose(persons.cost[0, :, 3, v], [1000, 0, 0])
        np.testing.assert_allclose(persons.cost[1, :, 3, v], [0, 1000, 0])
    for v in events(compiled, "leaves"):
        for sponsored in (0, 1):
            np.testing.assert_allclose(persons.cost[sponsored, :, 3, v], [0, 0, 300])
    for v in events(compiled, "brought"):
        np.testing.assert_allclose(persons.cost[1, OWED, :, v], 50)
    assert not persons.cost[:, :, :, events(compiled, "caught")].any()
    assert not persons.cost[0, RELATIVE].any()


def test_attempts_relatives_and_outcomes(compiled, persons):
    counted = {
        v for name in ("alone_or_not", "brought", "tries_again") for v in events(compiled, name)
    }
    assert set(np.flatnonzero(persons.attempt)) == counted
    np.testing.assert_allclose(persons.relatives[:, sorted(counted)], 0.25)
    assert persons.relatives.sum() == pytest.approx(0.25 * 48 * len(counted))
    by_state = {
        cell.state: o for cell, o in zip(compiled.network.cells, persons.outcome, strict=True)
    }
    assert by_state == {"out": 2, "held": 1, "home": 3, "lost": 0, "river": -1}


def test_prices_follow_the_months_or_stay_those_of_one():
    rising = {"title": "Prices", "knots": {2000: 1, 2003: 8}}
    made = families_model(
        ties=False, trends={"rising": rising},
        payments={"guide": {"title": "G", "when": ["river.across"], "usd": [100, "rising"]}},
    )  # fmt: skip
    compiled = compile_model(made)
    v = events(compiled, "river.across")[0]
    prices = persons_of(compiled, Z).cost[0, SELF, :, v]
    assert prices[0] == pytest.approx(100, rel=0.05)
    assert prices[-1] == pytest.approx(800, rel=0.05)
    fixed = persons_of(compiled, Z, month=12).cost[0, SELF, :, v]
    np.testing.assert_allclose(fixed, prices[12])


def test_a_model_without_ties_has_people_who_are_alone(three_states_compiled):
    z = np.zeros(len(three_states_compiled.parameters))
    persons = persons_of(three_states_compiled, z)
    assert (persons.party_of_entry == -1).all() and persons.pools == 0
    assert persons.party_name == () == persons.tie_name
    assert persons.cost.shape[0] == 1 and (persons.cost[0, SELF] > 0).any()


def test_lanes_are_refused(compiled):
    with pytest.raises(ValueError, match="give one draw"):
        persons_of(compiled, np.zeros((0, 2)))
