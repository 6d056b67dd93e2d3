"""A number of people and what becomes of them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from safepassage.engines.rng.split import draw_split

DRAWS = 20_000
SHARES = np.array([0.1, 0.0, 0.65, 0.25])


@pytest.fixture(scope="module")
def drawn():
    shares = np.repeat(SHARES[:, None], DRAWS, axis=1)
    return draw_split(np.full(DRAWS, 7.5), shares, seed=3, name="a way")


def test_numbers_are_poisson_and_divided_without_rest(drawn):
    people, parts = drawn
    np.testing.assert_array_equal(parts.sum(axis=0), people)
    seen = np.bincount(people.astype(int), minlength=30)[:20]
    expected = DRAWS * stats.poisson(7.5).pmf(np.arange(20))
    kept = expected > 5
    assert (
        stats.chisquare(seen[kept], expected[kept] * seen[kept].sum() / expected[kept].sum())[1]
        > 1e-3
    )


def test_outcomes_of_independent_people_are_independent_poisson(drawn):
    _, parts = drawn
    assert (parts[1] == 0).all()
    for k in (0, 2, 3):
        mean = 7.5 * SHARES[k]
        assert parts[k].mean() == pytest.approx(mean, abs=4 * np.sqrt(mean / DRAWS))
        assert parts[k].var() == pytest.approx(mean, rel=0.05)
    correlation = np.corrcoef(parts[[0, 2, 3]])
    assert np.abs(correlation - np.eye(3)).max() < 4 / np.sqrt(DRAWS)


def test_random_numbers_go_by_seed_draw_and_name(drawn):
    shares = np.repeat(SHARES[:, None], 50, axis=1)
    people, parts = draw_split(np.full(50, 7.5), shares, seed=3, name="a way")
    np.testing.assert_array_equal(people, drawn[0][:50])
    np.testing.assert_array_equal(parts, drawn[1][:, :50])
    assert (draw_split(np.full(50, 7.5), shares, seed=4, name="a way")[0] != people).any()
    assert (draw_split(np.full(50, 7.5), shares, seed=3, name="other")[0] != people).any()


def test_one_outcome_takes_all():
    people, parts = draw_split(np.array([3.0, 0.0]), np.ones((1, 2)), seed=1, name="x")
    np.testing.assert_array_equal(parts[0], people)
    assert people[1] == 0
