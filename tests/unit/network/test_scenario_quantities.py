"""What a what-if counts is what the model's own quantities count."""

from __future__ import annotations

import numpy as np
import pytest

from safepassage.engines.expected.solve import flows, solve
from safepassage.network.scenario_quantities import (
    ARRIVALS,
    INTO,
    PAID,
    SET_OUT,
    QuantityKey,
    tallied,
    way_starts,
)


@pytest.fixture(scope="module")
def run(three_states, three_states_compiled):
    compiled = three_states_compiled
    z = np.random.default_rng(2).standard_normal((len(compiled.parameters), 4))
    tables = compiled.program.tables(z)
    network = tallied(compiled.network, three_states.model)
    counted = dict(zip(network.quantity_name, solve(network, tables).quantities, strict=True))
    flow = flows(compiled.network, tables, np.arange(network.steps))
    return compiled.network, counted, flow


def moves(network, flow, name):
    """(T, B) of everything of one name."""
    edges = [e for e, edge in enumerate(network.edge_name) if edge == name]
    entries = [i for i, entry in enumerate(network.entry_name) if entry == name]
    return flow.edges[:, edges].sum(axis=1) + flow.entries[:, entries].sum(axis=1)


def of_all_groups(counted, name):
    return sum(values for key, values in counted.items() if key.rpartition(":")[0] == name)


def test_people_come_to_an_outcome_once(run):
    """Two months of detention are one return; nobody counts again on staying where they are."""
    network, counted, flow = run
    names = {"safe": ["recognised"], "returned": ["arrest"]}
    names["dead"] = ["crossing.lost", "death_in_hiding"]
    for outcome in ARRIVALS:
        told = sum(moves(network, flow, name) for name in names[outcome])
        np.testing.assert_allclose(counted[f"{INTO}:{outcome}"], told, rtol=1e-12)
        assert (told > 0).any()


def test_who_sets_out_and_who_pays_by_group(run):
    network, counted, flow = run
    out = of_all_groups(counted, f"{SET_OUT}:over_the_border")
    np.testing.assert_allclose(out, moves(network, flow, "departure"), rtol=1e-12)
    paid = of_all_groups(counted, f"{PAID}:to_broker")
    np.testing.assert_allclose(paid, moves(network, flow, "crossing.across"), rtol=1e-12)
    assert f"{SET_OUT}:over_the_border:soldiers" in counted


@pytest.mark.parametrize("name", ["in_limbo", "into:safe", "set_out:a_way:women", "way:a_way:0"])
def test_a_key_is_its_name_in_parts(name):
    assert str(QuantityKey.parse(name)) == name


def test_way_starts_are_rows_and_cells_of_one_way():
    names = ["a_way", "way:a_way:7", "way:a_way_on:3", "way:a_way:0", "set_out:a_way:women"]
    assert way_starts(names, "a_way") == [(1, 7), (3, 0)]
