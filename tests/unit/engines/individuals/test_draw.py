"""Person by person: conservation, exact laws without and with feedback, one stream."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import stats
from tests.networks import Sketch, lanes, random_network
from tests.oracle.expected import feedback_factor, split

from safepassage.engines.individuals import draw as individuals
from safepassage.network.arrays import HELD, Network, Tables
from safepassage.network.persons import Persons

REPLICATES = 6000


def alone(network: Network) -> Persons:
    """Persons without any tie, price or punishment: they only make the engine keep records."""
    entries, cells = len(network.entry_name), len(network.cells)
    events = len(network.edge_name) + entries
    months = int(network.month_of_step.max()) + 1
    nobody = np.full(entries, -1, np.int32)
    return Persons(
        party_name=(), party_of_entry=nobody, party_size=np.ones((0, 1)), party_mean=np.ones(0),
        party_apart=np.zeros((0, cells), bool), tie_name=(), tie_of_entry=nobody,
        pool_of_entry=nobody, pool_of_cell=np.zeros((0, cells), np.int32), pools=0,
        cost=np.zeros((1, 3, months, events)), attempt=np.zeros(events, bool),
        relatives=np.zeros((months, events)), outcome=np.zeros(cells, np.int8),
    )  # fmt: skip


def journey(steps: int = 7) -> Sketch:
    """Stays, a fixed delay, a branch, seasons and an entry; nothing feeds back."""
    season = [0.5 + (m % 3) for m in range(steps)]
    sketch = Sketch(steps=steps, step_years=0.25)
    sketch.cell("a", persons=30).cell("b", persons=20).cell("wait", "delay").cell("fork", "instant")
    sketch.cell("end").cell("other")
    sketch.edge("a", "b", season).edge("a", "fork", 1.3).edge("b", "wait", 0.9)
    sketch.edge("b", "end", [0.2 * s for s in season]).edge("wait", "fork", 3).edge("wait", "a", 1)
    sketch.edge("fork", "other", 1).edge("fork", "a", 2).edge("fork", "end", season)
    return sketch.entry("a", 9.0).entry("fork", [4.0 * s for s in season])


def step_matrix(network: Network, tables: Tables, t: int, people=None) -> np.ndarray:
    """(N, N) where a person in each cell is after step t; branches already passed."""
    month, cells = int(network.month_of_step[t]), len(network.cells)
    matrix = np.zeros((cells, cells))
    for c in range(cells):
        edges = range(network.edge_start[c], network.edge_start[c + 1])
        rates = []
        for e in edges:
            k = network.edge_feedback[e]
            factor = 1.0 if k < 0 else feedback_factor(network, tables, k, people, month)
            rates.append(tables.scale[e] * tables.series[network.edge_series[e], month] * factor)
        stay, shares = split(network.kind[c], rates, network.step_years)
        matrix[c, c] += stay if network.kind[c] == HELD else 0.0
        for e, share in zip(edges, shares, strict=True):
            matrix[c, network.edge_target[e]] += share
    return settled(network, matrix)


def settled(network: Network, matrix: np.ndarray) -> np.ndarray:
    """Rows of people with those in branches sent on."""
    matrix = matrix.copy()
    for c in network.instant_order:
        through = matrix[:, c].copy()
        others = np.arange(len(matrix)) != c
        matrix[others, c] = 0.0
        matrix[others] += through[others, None] * matrix[c]
    return matrix


def closed_form(network: Network, tables: Tables) -> tuple[np.ndarray, np.ndarray]:
    """Mean and covariance of the counts at the end for people who do not feel each other."""
    cells = len(network.cells)
    ends = np.eye(cells)
    mean, covariance = np.zeros(cells), np.zeros((cells, cells))
    for t in reversed(range(network.steps)):
        month = int(network.month_of_step[t])
        matrix = step_matrix(network, tables, t)
        branches = np.eye(cells)
        for c in network.instant_order:
            branches[c] = matrix[c]
        for i, target in enumerate(network.entry_target):
            came = tables.entries[i, month] * network.step_years * (branches[target] @ ends)
            mean += came
            covariance += np.diag(came)
        ends = matrix @ ends
    for c, persons in enumerate(tables.initial):
        mean += persons * ends[c]
        covariance += persons * (np.diag(ends[c]) - np.outer(ends[c], ends[c]))
    return mean, covariance


def z_scores(sample: np.ndarray, mean: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    """Of means, variances and covariances of (N, R) counts, by the sample's own fourth moments."""
    count = sample.shape[1]
    off = sample - mean[:, None]
    products = np.einsum("ir,jr->ijr", off, off)
    error = np.sqrt(products.var(axis=2) / count)
    pairs = np.triu(error > 0)
    varies = covariance.diagonal() > 0
    of_means = off.mean(axis=1)[varies] / np.sqrt(covariance.diagonal()[varies] / count)
    of_products = (products.mean(axis=2) - covariance)[pairs] / error[pairs]
    return np.concatenate([of_means, of_products])


@pytest.mark.parametrize("followed", [False, True], ids=["whole lives", "by calendar"])
def test_mean_and_covariance_are_those_of_the_closed_form(followed):
    network, tables = journey().build()
    persons = alone(network) if followed else None
    run = individuals.run(
        network, tables, replicates=REPLICATES, persons=persons, keep_counts=True, seed=3
    )
    mean, covariance = closed_form(network, tables)
    z = z_scores(run.ensemble.counts[-1], mean, covariance)
    assert len(z) >= 15
    assert np.abs(z).max() < 4.2, z
    assert (z**2).mean() < 2.5


def test_both_ways_of_running_give_everyone_the_same_life():
    for seed in range(8):
        network, tables = random_network(seed, feedbacks=0, steps_per_month=2)
        lives = individuals.run(network, tables, replicates=2, keep_counts=True)
        followed = individuals.run(
            network, tables, replicates=2, keep_counts=True, persons=alone(network)
        )
        for one, other in zip(lives.ensemble[:2], followed.ensemble[:2], strict=True):
            np.testing.assert_array_equal(one, other)
        np.testing.assert_array_equal(lives.ensemble.counts, followed.ensemble.counts)


@pytest.mark.parametrize("seed", range(6))
def test_people_are_neither_made_nor_lost(seed):
    network, tables = random_network(seed, feedbacks=2)
    ensemble = individuals.run(network, tables, replicates=3, keep_counts=True).ensemble
    draw, people = ensemble.counts, ensemble.people
    np.testing.assert_array_equal(people.entered, people.inside + people.left)
    np.testing.assert_array_equal(draw.sum(axis=1)[1:], people.entered)
    assert (draw >= 0).all() and (draw == np.round(draw)).all()
    assert (np.diff(people.left, axis=0) >= 0).all()
    assert not draw[1:, network.kind == 2].any()


def feeling(kind: str, where: str) -> Sketch:
    """Four people whose exits depend on how many are in `crowd`."""
    sketch = Sketch(steps=4, step_years=0.5)
    sketch.cell("a", persons=3).cell("crowd", persons=1).cell("gate", where).cell("b").cell("out")
    sketch.feedback("load", kind, ["crowd"], capacity=1.5, sharpness=2.0)
    fed = "load" if where == "held" else None
    sketch.edge("a", "crowd", 1.1).edge("a", "gate", 0.7 if fed is None else 0.4, fed)
    sketch.edge("crowd", "a", 0.6).edge("crowd", "gate", 0.5, fed)
    sketch.edge("gate", "b", 1.0, None if where == "held" else "load").edge("gate", "out", 0.6)
    return sketch


def enumerated(network: Network, tables: Tables) -> dict[tuple[int, ...], float]:
    """Exact distribution of the counts at the end, configuration by configuration."""
    law = {tuple(int(n) for n in tables.initial): 1.0}
    for t in range(network.steps):
        following: dict[tuple[int, ...], float] = {}
        for draw, chance in law.items():
            matrix = step_matrix(network, tables, t, np.array(draw, float))
            parts = [
                list(_multinomial(n, matrix[c])) for c, n in enumerate(draw) if n
            ] or [[((0,) * len(draw), 1.0)]]  # fmt: skip
            for combination in itertools.product(*parts):
                end = tuple(np.sum([moved for moved, _ in combination], axis=0))
                weight = chance * float(np.prod([p for _, p in combination]))
                following[end] = following.get(end, 0.0) + weight
        law = following
    return law


def _multinomial(n: int, shares: np.ndarray):
    open_cells = np.flatnonzero(shares > 0)
    for choice in itertools.combinations_with_replacement(open_cells, n):
        draw = np.bincount(choice, minlength=len(shares))
        yield tuple(draw), float(stats.multinomial.pmf(draw, n, shares / shares.sum()))


@pytest.mark.parametrize(
    ("kind", "where"),
    [("saturating", "held"), ("saturating", "instant"), ("saturating", "delay"),
     ("proportional", "held"), ("proportional", "instant")],
)  # fmt: skip
def test_whole_distribution_with_feedback_is_the_enumerated_one(kind, where):
    network, tables = feeling(kind, where).build()
    law = enumerated(network, tables)
    assert sum(law.values()) == pytest.approx(1.0)
    ends = individuals.run(network, tables, replicates=20000, keep_counts=True, seed=5)
    observed: dict[tuple[int, ...], int] = {}
    for end in ends.ensemble.counts[-1].T.astype(int):
        observed[tuple(end)] = observed.get(tuple(end), 0) + 1
    assert set(observed) <= set(law)
    expected = np.array(list(law.values())) * 20000
    observed = np.array([observed.get(end, 0) for end in law])
    common = expected >= 8
    observed = np.append(observed[common], observed[~common].sum())
    expected = np.append(expected[common], max(expected[~common].sum(), 1e-9))
    assert common.sum() > 10
    assert stats.chisquare(observed, expected).pvalue > 1e-3


def test_any_split_over_threads_and_replicates_gives_the_same_numbers():
    network, tables = random_network(4, feedbacks=2)
    whole = individuals.run(network, tables, replicates=5, threads=1).ensemble.quantities
    spread = individuals.run(network, tables, replicates=5, threads=2).ensemble.quantities
    np.testing.assert_array_equal(whole, spread)
    late = individuals.run(network, tables, replicates=3, first=2).ensemble.quantities
    np.testing.assert_array_equal(whole[..., 2:], late)
    for other in ({"seed": 2}, {"draw": 1}):
        drawn = individuals.run(network, tables, replicates=5, **other).ensemble.quantities
        assert (whole != drawn).any()


def test_steps_add_up_to_rows():
    sketch = journey(steps=12).quantity("stock", ("stock", "a"), ("stock", "b"))
    sketch.quantity("flow", ("edge", "a>fork"), ("entry", ">a"))
    network, tables = sketch.quantity("both", ("stock", "a"), ("edge", "b>end")).build()
    rows, last, first = np.repeat([0, 1, 2, 3], [3, 2, 4, 3]), [2, 4, 8, 11], [0, 3, 5, 9]
    whole = individuals.run(network, tables, replicates=2).ensemble
    pooled = individuals.run(network, tables, replicates=2, rows=rows).ensemble
    for one, other in zip(whole.people, pooled.people, strict=True):
        np.testing.assert_array_equal(one[last], other)
    stock, flow, both = whole.quantities
    np.testing.assert_array_equal(stock[last], pooled.quantities[0])
    np.testing.assert_array_equal(np.add.reduceat(flow, first), pooled.quantities[1])
    assert (pooled.quantities[2] >= both[last]).all() and (pooled.quantities[2] != both[last]).any()


@pytest.mark.parametrize("replicates", [1, 3])
def test_draws_are_what_they_are_alone(replicates):
    network, tables = random_network(4, feedbacks=2)
    many = lanes(tables, 3)._replace(capacity=tables.capacity)
    drawn = individuals.draw(
        network, many, replicates=replicates, draws=[5, 0, 7], keep_counts=True, threads=2
    )
    assert drawn.counts.shape[-1] == 3 * replicates
    last = Tables(*(t[..., 2] for t in many[:4]), tables.capacity)
    own = individuals.run(network, last, draw=7, replicates=replicates, keep_counts=True).ensemble
    np.testing.assert_array_equal(drawn.counts[..., 2 * replicates :], own.counts)
    np.testing.assert_array_equal(drawn.people.left[..., 2 * replicates :], own.people.left)
    with pytest.raises(ValueError, match="numbers of draws"):
        individuals.draw(network, many, draws=[1])


@pytest.mark.parametrize("feedbacks", [0, 2])
def test_whole_people_agree_with_the_counts_engine(feedbacks):

    network, tables = random_network(9, feedbacks=feedbacks, steps=12)
    one = individuals.draw(network, tables, replicates=1500, keep_counts=True)
    other = individuals.draw(network, tables, replicates=1500, keep_counts=True)
    if not feedbacks:  # the same people come in both
        np.testing.assert_array_equal(one.people.entered, other.people.entered)
    np.testing.assert_array_equal(one.counts[0], other.counts[0])
    ends = [e.counts[-1] for e in (one, other)]
    spread = ends[0].var(axis=1) + ends[1].var(axis=1)
    moving = spread > 0
    z = (ends[0].mean(axis=1) - ends[1].mean(axis=1))[moving] / np.sqrt(spread[moving] / 1500)
    assert np.abs(z).max() < 4.2
    off = [(e - e.mean(axis=1, keepdims=True))[moving] ** 2 for e in ends]
    error = np.sqrt((off[0].var(axis=1) + off[1].var(axis=1)) / 1500)
    assert (np.abs(off[0].mean(axis=1) - off[1].mean(axis=1)) < 4.2 * error).all()


def test_what_is_far_away_changes_nobody_elses_stream():
    plain, tables = journey().build()
    sketch = journey().cell("elsewhere", persons=40).cell("gone").edge("elsewhere", "gone", 2.0)
    wider, more = sketch.build()
    cells = [wider.cells.index(cell) for cell in plain.cells]
    one = individuals.run(plain, tables, replicates=3, keep_counts=True).ensemble.counts
    other = individuals.run(wider, more, replicates=3, keep_counts=True).ensemble.counts
    np.testing.assert_array_equal(one, other[:, cells])


def test_a_broken_number_at_the_start_is_rounded_by_chance():
    sketch = Sketch(steps=1).cell("a", persons=2.25).cell("b").edge("a", "b", 1.0)
    network, tables = sketch.build()
    ensemble = individuals.run(network, tables, replicates=4000, keep_counts=True).ensemble
    assert set(ensemble.counts[0, 0]) == {2.0, 3.0}
    assert abs((ensemble.counts[0, 0] == 3.0).mean() - 0.25) < 4 * np.sqrt(0.25 * 0.75 / 4000)


@pytest.mark.parametrize("feedbacks", [0, 1])
def test_nobody_and_one_person(feedbacks):
    for persons in (0.0, 1.0):
        sketch = Sketch(steps=30).cell("a", persons=persons).cell("b")
        fed = "load" if feedbacks else None
        if feedbacks:
            sketch.feedback("load", "saturating", ["b"], capacity=5.0)
        network, tables = sketch.edge("a", "b", 200.0, fed).build()
        ensemble = individuals.run(network, tables, keep_counts=True).ensemble
        assert ensemble.counts[-1, 1, 0] == persons
        assert ensemble.people.left[-1, 0] == persons


def test_records_of_those_who_have_left_are_used_again(monkeypatch):
    sketch = Sketch(steps=400, step_years=1 / 365).cell("a").cell("b")
    sketch.feedback("load", "saturating", ["a"], capacity=1e6)
    network, tables = sketch.edge("a", "b", 300.0, "load").entry("a", 365 * 500.0).build()
    needed: list[int] = []
    grown = individuals.grown

    def noted(room, people, places):
        needed.append(people)
        return grown(room, people, places)

    monkeypatch.setattr(individuals, "grown", noted)
    ensemble = individuals.run(network, tables).ensemble
    assert ensemble.people.entered[-1, 0] > 190_000
    assert max(needed, default=0) < 4_000


class TestRefusals:
    def setup_method(self):
        self.network, self.tables = journey().build()

    def refused(self, says: str, **options):
        tables = options.pop("tables", self.tables)
        with pytest.raises(ValueError, match=says):
            individuals.run(self.network, tables, **options)

    @pytest.mark.parametrize("replicates", [0, -3])
    def test_replicates_not_positive(self, replicates):
        self.refused("give at least one replicate", replicates=replicates)

    def test_histories_without_persons(self):
        self.refused("give `persons` too", histories=object())

    @pytest.mark.parametrize("bad", [-1.0, np.nan, np.inf])
    def test_numbers_that_are_none(self, bad):
        entries = self.tables.entries.copy()
        entries[0, 2] = bad
        self.refused("tables.entries holds", tables=self.tables._replace(entries=entries))

    def test_tables_with_lanes(self):
        lanes = Tables(*(np.stack([t, t], axis=-1) for t in self.tables))
        self.refused("give one draw's", tables=lanes)

    @pytest.mark.parametrize("followed", [False, True])
    def test_more_people_than_fit(self, followed):
        initial = np.full_like(self.tables.initial, 1e12)
        self.refused("take a smaller scale", tables=self.tables._replace(initial=initial))
        entries = np.full_like(self.tables.entries, 1e13)
        persons = alone(self.network) if followed else None
        self.refused(
            "take a smaller scale", tables=self.tables._replace(entries=entries), persons=persons
        )

    @pytest.mark.parametrize("followed", [False, True])
    def test_people_who_cannot_pass(self, followed):
        shut = self.tables.scale.copy()
        fork = [cell.state for cell in self.network.cells].index("fork")
        shut[self.network.edge_start[fork] : self.network.edge_start[fork + 1]] = 0.0
        persons = alone(self.network) if followed else None
        self.refused(
            "reach 'fork', whose odds are all zero",
            tables=self.tables._replace(scale=shut), persons=persons,
        )  # fmt: skip
