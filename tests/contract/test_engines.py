"""Every engine passes one suite by being listed in `ENGINES`.

Engines that draw whole people are held to whole distributions, those that give means to means.
`python -m tests.contract.tables` prints the numbers.
"""

from __future__ import annotations

import numpy as np
import pytest
from tests import exact
from tests.contract import comparisons, worlds
from tests.contract.tables import lines_of
from tests.networks import Sketch, lane, lanes

from safepassage.engines import simulate
from safepassage.engines.simulate import ENGINES

EVERY = sorted(ENGINES)
WHOLE = [name for name in EVERY if ENGINES[name].whole]
MEANS = [name for name in EVERY if not ENGINES[name].whole]


def same(a, b):
    """Two ensembles to the last bit."""
    pairs = [(a.quantities, b.quantities), *zip(a.people, b.people, strict=True)]
    pairs += [] if a.counts is None else [(a.counts, b.counts)]
    return all(np.array_equal(x, y) for x, y in pairs)


def part(ensemble, start, stop):
    """Some replicates of an ensemble."""
    cut = slice(start, stop)
    counts = None if ensemble.counts is None else ensemble.counts[..., cut]
    people = type(ensemble.people)(*(values[..., cut] for values in ensemble.people))
    return type(ensemble)(ensemble.quantities[..., cut], people, counts)


def standardised(x):
    """Rows with mean 0 and variance 1."""
    return (x - x.mean(axis=1, keepdims=True)) / x.std(axis=1, keepdims=True)


# people are neither made nor lost


@pytest.mark.parametrize("engine", EVERY)
@pytest.mark.parametrize("seed", range(4))
def test_people_are_neither_made_nor_lost(engine, seed):
    network, tables = worlds.crowded(seed)
    replicates = 5 if ENGINES[engine].whole else 1
    ensemble = simulate(network, tables, engine, seed=seed, replicates=replicates, keep_counts=True)
    cells, edges = len(network.cells), len(network.edge_target)
    stocks, flows, entered = np.split(ensemble.quantities, [cells, cells + edges])
    counts = ensemble.counts
    tolerance = 0 if ENGINES[engine].whole else 1e-9
    after = counts[:-1].copy()
    for e in range(edges):
        after[:, network.edge_source[e]] -= flows[e]
        after[:, network.edge_target[e]] += flows[e]
    for i, target in enumerate(network.entry_target):
        after[:, target] += entered[i]
    np.testing.assert_allclose(after, counts[1:], rtol=tolerance, atol=1e3 * tolerance)
    np.testing.assert_array_equal(stocks, counts[1:].transpose(1, 0, 2))
    assert (counts >= 0).all() and (flows >= 0).all()
    assert (counts[1:, network.kind == 2] == 0).all()
    ever = counts[0].sum(axis=0) + entered.sum(axis=0).cumsum(axis=0)
    ends = counts[1:, network.absorbing].sum(axis=1)
    people = ensemble.people
    np.testing.assert_allclose(people.entered, ever, rtol=tolerance)
    np.testing.assert_allclose(people.left, ends, rtol=tolerance)
    np.testing.assert_allclose(people.inside + people.left, people.entered, rtol=tolerance)
    if ENGINES[engine].whole:
        assert (counts % 1 == 0).all() and (flows % 1 == 0).all()


# independent people from a fixed start: closed form


@pytest.mark.parametrize("engine", MEANS)
@pytest.mark.parametrize("seed", comparisons.INDEPENDENT)
def test_means_are_the_closed_form(engine, seed):
    network, tables = worlds.independent(seed)
    ensemble = simulate(network, tables, engine, keep_counts=True)
    for step in (1, network.steps // 2, network.steps):
        truth = exact.count_moments(network, tables, (step,)).mean
        np.testing.assert_allclose(ensemble.counts[step, :, 0], truth, rtol=1e-9, atol=1e-12)
    flows = ensemble.quantities[len(network.cells) :][: len(network.edge_target)]
    truth = exact.flow_moments(network, tables, 6).mean
    np.testing.assert_allclose(flows[:, 6, 0], truth, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("engine", WHOLE)
@pytest.mark.parametrize("what", comparisons.Scores._fields)
def test_moments_are_the_closed_form(engine, what):
    scores = comparisons.independent_scores(engine)
    z = np.concatenate([getattr(one, what) for one in scores.values()])
    assert len(z) > 100
    assert np.abs(z).max() < comparisons.bound(len(z))
    assert 0.8 < z.std() < 1.2
    assert abs(z.mean()) < 0.35  # scores of one network depend on each other


@pytest.mark.parametrize("engine", EVERY)
def test_chances_of_absorption_are_those_of_the_fundamental_matrix(engine):
    replicates = 400 if ENGINES[engine].whole else 1
    z, chance = comparisons.absorbed(engine, replicates)
    assert chance.min() > 0.1
    assert np.abs(z).max() < (comparisons.bound(1) if ENGINES[engine].whole else 1e-6)


# people who act on each other


@pytest.mark.parametrize("engine", WHOLE)
@pytest.mark.parametrize("name", worlds.ENUMERATED)
def test_a_small_crowd_has_the_distribution_found_by_enumeration(engine, name):
    ensemble = comparisons.enumerated(engine, name)
    assert ensemble.chi_square.freedom > 25
    assert 1e-3 < ensemble.chi_square.p < 1 - 1e-3
    assert ensemble.impossible < 1e-3  # only what the enumeration left out


@pytest.mark.parametrize("engine", WHOLE)
@pytest.mark.parametrize(("factor", "replicates"), comparisons.CROWDS)
def test_with_feedbacks_many_people_follow_the_mean_flows(engine, factor, replicates):
    # 8,800 and 176,000 people: a distance within a constant times the root of their number
    assert comparisons.far_from_mean(engine, factor, replicates) < comparisons.FAR


@pytest.mark.parametrize("engine", WHOLE)
def test_replicates_and_draws_are_independent(engine):
    network, tables, counts, _ = comparisons.run(engine, 0)
    other = simulate(
        network, tables, engine, seed=11, draws=[1], replicates=comparisons.REPLICATES,
        keep_counts=True,
    ).counts[-1]  # fmt: skip
    alive = counts[-1].std(axis=1) > 0.5
    assert alive.sum() > 5
    x = standardised(counts[-1][alive])
    for y in (np.roll(x, 1, axis=1), standardised(other[alive])):
        z = (x * y).mean(axis=1) * np.sqrt(comparisons.REPLICATES)
        assert np.abs(z).max() < comparisons.bound(len(z))


# rows, splits, threads


@pytest.mark.parametrize("engine", EVERY)
def test_rows_add_up_flows_and_keep_the_last_stocks(engine):
    network, tables = worlds.crowded(3)
    replicates = 3 if ENGINES[engine].whole else 1
    rows = np.array([0, 0, 0, 1, 2, 2, 2, 2, 2, 3, 3, 3], np.int32)
    fine = simulate(network, tables, engine, replicates=replicates)
    ensemble = simulate(network, tables, engine, replicates=replicates, rows=rows)
    cells, ends = len(network.cells), [2, 3, 8, 11]
    np.testing.assert_array_equal(ensemble.quantities[:cells], fine.quantities[:cells, ends])
    for row in range(4):
        whole = fine.quantities[cells:, rows == row].sum(axis=1)
        np.testing.assert_allclose(ensemble.quantities[cells:, row], whole, rtol=1e-12)
    for coarse, each in zip(ensemble.people, fine.people, strict=True):
        np.testing.assert_array_equal(coarse, each[ends])


@pytest.mark.parametrize("engine", WHOLE)
def test_any_split_of_replicates_gives_the_same_people(engine):
    network, tables = worlds.crowded(1)

    def drawn(first, replicates):
        return simulate(
            network, tables, engine, seed=4, first=first, replicates=replicates, keep_counts=True
        )

    whole = drawn(0, 30)
    for first, last in ((0, 1), (1, 12), (12, 30), (29, 30)):
        assert same(drawn(first, last - first), part(whole, first, last))


@pytest.mark.parametrize("engine", EVERY)
def test_any_number_of_threads_gives_the_same_numbers(engine):
    network, tables = worlds.crowded(2)
    replicates = 37 if ENGINES[engine].whole else 1
    one, two, many = (
        simulate(network, tables, engine, replicates=replicates, keep_counts=True, threads=n)
        for n in (1, 2, 7)
    )
    assert same(one, two) and same(one, many)


@pytest.mark.parametrize("engine", EVERY)
def test_a_draw_has_the_same_stream_alone_and_among_others(engine):
    network, tables = worlds.crowded(1)
    batch = lanes(tables, 3, spread=0.05)
    replicates = 4 if ENGINES[engine].whole else 1
    together = simulate(network, batch, engine, seed=9, replicates=replicates, keep_counts=True)
    for draw in range(3):
        alone = simulate(
            network, lane(batch, draw), engine, seed=9, draws=[draw], replicates=replicates,
            keep_counts=True,
        )  # fmt: skip
        assert same(alone, part(together, draw * replicates, (draw + 1) * replicates))


# random streams


@pytest.mark.parametrize("engine", WHOLE)
def test_a_seed_gives_its_numbers_and_another_gives_others(engine):
    network, tables = worlds.border()
    ensemble, again, other = (
        simulate(network, tables, engine, seed=seed, replicates=3, keep_counts=True)
        for seed in (1, 1, 2)
    )
    assert same(ensemble, again)
    for r in range(3):
        assert (ensemble.counts[-1, :, r] != other.counts[-1, :, r]).mean() > 0.5
    assert (ensemble.counts[-1, :, 0] != ensemble.counts[-1, :, 1]).mean() > 0.5


@pytest.mark.parametrize("engine", WHOLE)
def test_two_scenarios_share_their_random_numbers_event_by_event(engine):
    shorter, longer = worlds.route(), worlds.route(longer=True)
    counts = {}
    for name, (network, tables) in (("shorter", shorter), ("longer", longer)):
        ensemble = simulate(network, tables, engine, seed=2, replicates=6, keep_counts=True)
        counts[name] = {c.state: ensemble.counts[:, n] for n, c in enumerate(network.cells)}
    for state in ("home", "way", "safe"):
        np.testing.assert_array_equal(counts["shorter"][state], counts["longer"][state])
    assert (counts["shorter"]["island"] != counts["longer"]["island"]).any()


@pytest.mark.parametrize("engine", WHOLE)
def test_pairing_narrows_the_difference_between_scenarios(engine):
    assert comparisons.pairing(engine).ratio > 4.0


@pytest.mark.parametrize("engine", WHOLE)
def test_a_broken_number_at_the_start_keeps_its_mean(engine):
    numbers = np.array([2.3, 0.5, 7.9375, 0.02, 5.0])
    drawn = Sketch(steps=1)
    for n, persons in enumerate(numbers):
        drawn.cell(f"c{n}", persons=persons)
    network, tables = drawn.cell("end").edge("c0", "end", 1.0).build()
    start = simulate(network, tables, engine, replicates=6000, keep_counts=True).counts[0, :5]
    assert set(np.unique(start - np.floor(numbers)[:, None])) == {0.0, 1.0}
    part_of = numbers % 1
    error = np.sqrt(part_of * (1 - part_of) / 6000)
    np.testing.assert_array_less(np.abs(start.mean(axis=1) - numbers), 4.0 * error + 1e-9)
    assert np.abs(np.corrcoef(start[:3]) - np.eye(3)).max() < 4.0 / np.sqrt(6000)


# what cannot be done


@pytest.mark.parametrize("engine", EVERY)
def test_people_who_reach_a_shut_branch_are_an_error_that_names_it(engine):
    drawn = Sketch(steps=3).cell("home", persons=500).cell("fork", "instant").cell("away")
    network, tables = drawn.edge("home", "fork", 1.0).edge("fork", "away", 0.0).build()
    with pytest.raises(ValueError, match=r"step 0 .*fork"):
        simulate(network, tables, engine)


@pytest.mark.parametrize("engine", EVERY)
@pytest.mark.parametrize("replicates", [0, -1])
def test_replicates_must_be_positive(engine, replicates):
    network, tables = worlds.route()
    with pytest.raises(ValueError, match="replicate"):
        simulate(network, tables, engine, replicates=replicates)


@pytest.mark.parametrize("engine", WHOLE)
@pytest.mark.parametrize("wrong", [-1.0, np.nan, np.inf])
def test_numbers_that_are_no_numbers_are_an_error(engine, wrong):
    network, tables = worlds.route()
    for name in ("scale", "entries", "initial"):
        bad = np.array(getattr(tables, name))
        bad[0] = wrong
        with pytest.raises(ValueError, match=name):
            simulate(network, tables._replace(**{name: bad}), engine)


@pytest.mark.parametrize("engine", EVERY)
def test_nobody_at_all_is_no_error(engine):
    network, tables = worlds.border()
    empty = tables._replace(initial=tables.initial * 0, entries=tables.entries * 0)
    ensemble = simulate(network, empty, engine, keep_counts=True)
    assert (
        not ensemble.counts.any()
        and not ensemble.quantities.any()
        and not ensemble.people.entered.any()
    )


@pytest.mark.parametrize("engine", WHOLE)
def test_the_table_of_the_truth_fits_80_columns(engine):
    lines = list(lines_of(engine))
    assert max(map(len, lines)) <= 80
    table = " ".join(lines)
    for word in (*comparisons.Scores._fields, *worlds.ENUMERATED, "absorption", engine):
        assert word in table
