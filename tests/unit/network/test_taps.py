"""What a quantity counts: stocks, flows by name, arrivals, and who sets out on a way."""

from __future__ import annotations

import numpy as np
import pytest
from tests.oracle.expected import read_aloud
from tests.teaching import at, small_model

from safepassage.engines import solve
from safepassage.network.compile import compile_model

STATES = {
    "out": {"title": "Out", "outcome": "limbo", "phases": 2},
    "camp": {"title": "Camp", "outcome": "limbo"},
}
BRANCHES = {
    "fork": {
        "title": "Fork",
        "outcomes": {"camp": {"to": "camp", "odds": 1}, "out": {"to": "out", "odds": [2]}},
    }
}
QUANTITIES = {
    "men_out": {"title": "q", "stock": "out", "groups": {"sex": "men"}},
    "away": {"title": "q", "stock": ["out", "camp"]},
    "homecomings": {"title": "q", "into": "home"},
    "outward": {"title": "q", "into": ["out", "camp"]},
    "by_name": {"title": "q", "flow": ["fork.camp", "enters", "leaves"]},
    "women_entering": {"title": "q", "flow": "enters", "groups": {"sex": "women"}},
    "share": {"title": "q", "of": "men_out", "over": "away"},
}
WAYS = {
    "the_way": {"title": "w", "article_position": 1, "entered_by": ["enters", "fork.camp"],
                "denominator": "d"},
    "homeward": {"title": "w", "article_position": 2, "entered_by": "from_camp",
                 "denominator": "d"},
}  # fmt: skip


@pytest.fixture(scope="module")
def read():
    model = small_model(
        states=STATES,
        branches=BRANCHES,
        transitions={
            "leaves": {"from": "out", "to": "home", "hazard": 2, "completes": True},
            "to_camp": {"from": "out", "to": "camp", "hazard": 0.5},
            "from_camp": {"from": "camp", "to": "home", "hazard": 3},
        },
        entries={
            "enters": {"title": "E", "to": "fork", "persons_per_year": 240},
            "straight": {"title": "S", "to": "camp", "persons_per_year": 36,
                         "groups": {"sex": "men"}},
        },
        quantities=QUANTITIES,
        ways=WAYS,
    )  # fmt: skip
    compiled = compile_model(model)
    tables = compiled.program.tables(at(compiled))
    return compiled, solve(compiled.network, tables), read_aloud(compiled.network, tables)


def counted(read, name):
    compiled, run, _ = read
    return run.quantities[compiled.network.quantity_name.index(name)]


def edges(read, name, group=None):
    compiled, _, slow = read
    network = compiled.network
    return sum(
        slow.edge_flows[:, e]
        for e in range(len(network.edge_name))
        if network.edge_name[e] == name
        and group in (None, network.cells[network.edge_source[e]].group)
    )


def stock(read, state, group=None):
    compiled, run, _ = read
    return sum(
        run.counts[1:, i]
        for i, c in enumerate(compiled.network.cells)
        if c.state == state and group in (None, c.group)
    )


def test_a_stock_holds_every_phase_of_its_groups(read):
    np.testing.assert_allclose(counted(read, "men_out"), stock(read, "out", "men"))
    np.testing.assert_allclose(counted(read, "away"), stock(read, "out") + stock(read, "camp"))


def test_into_counts_arrivals_from_elsewhere_and_entries_but_no_moves_within(read):
    home = edges(read, "leaves") + edges(read, "from_camp")
    np.testing.assert_allclose(counted(read, "homecomings"), home)
    outward = edges(read, "fork.out") + edges(read, "fork.camp") + edges(read, "to_camp") + 3
    np.testing.assert_allclose(counted(read, "outward"), outward)
    assert edges(read, "out.0").sum() > 0, "people do advance between phases"


def test_a_flow_is_what_moves_under_its_names(read):
    named = edges(read, "fork.camp") + edges(read, "leaves") + 2 * 240 / 12
    np.testing.assert_allclose(counted(read, "by_name"), named)
    np.testing.assert_allclose(counted(read, "women_entering"), 240 / 12)


def test_a_share_is_not_counted_by_itself(read):
    assert "share" not in read[0].network.quantity_name


def test_those_who_set_out_are_counted_by_where_they_begin(read):
    compiled, run, _ = read
    begun = {}
    for q, name in enumerate(compiled.network.quantity_name):
        if name.startswith("way:"):
            _, way, cell = name.split(":")
            begun[way, compiled.network.cells[int(cell)]] = run.quantities[q]
    assert {(way, c.state, c.group) for way, c in begun} == {
        ("the_way", "fork", "women"), ("the_way", "fork", "men"),
        ("the_way", "camp", "women"), ("the_way", "camp", "men"),
        ("homeward", "home", "women"), ("homeward", "home", "men"),
    }  # fmt: skip
    for (way, cell), moved in begun.items():
        if cell.state == "fork":
            np.testing.assert_allclose(moved, 20)
        else:
            name = "fork.camp" if way == "the_way" else "from_camp"
            np.testing.assert_allclose(moved, edges(read, name, cell.group))
