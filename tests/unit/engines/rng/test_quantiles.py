"""Binomial and Poisson numbers are the quantiles that they say they are, from n = 1 to 1e9.

X is the smallest k with P(X > k) <= u. Tails are those of Boost (`betainc`): good to 2e-11 up to
n = 1e9, where SciPy's `bdtrc` is wrong by up to 2% and `gammainc` by a half (see `counts_twin`).
"""

from __future__ import annotations

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest
from scipy.special import betainc, betaincc, gammaincc
from scipy.stats import binom, chi2
from scipy.stats import poisson as poisson_law
from tests.oracle.counts import more_come

from safepassage.engines.jit.compile import kernel
from safepassage.engines.jit.simd import SIMD_WIDTH, read, write
from safepassage.engines.rng.quantiles import binomial, binomials, poisson, poissons

TOLERANCE = 1e-9
ULP = 2.0**-64


@kernel
def binomials_of(n, p, bits, out):
    for i in range(0, n.shape[0], SIMD_WIDTH):
        write(out, (i,), binomials(read(n, (i,)), read(p, (i,)), read(bits, (i,))))


@kernel
def poissons_of(mean, bits, out):
    for i in range(0, mean.shape[0], SIMD_WIDTH):
        write(out, (i,), poissons(read(mean, (i,)), read(bits, (i,))))


def in_lanes(law, *arguments):
    """A law of many lanes; the last argument is words, and what it takes to fill the last block."""
    size = len(arguments[-1])
    padded = [np.resize(np.asarray(a), -(-size // SIMD_WIDTH) * SIMD_WIDTH) for a in arguments]
    out = np.empty(len(padded[0]))
    law(*(a.astype(np.float64) for a in padded[:-1]), padded[-1].view(np.float64), out)
    return out[:size]


def draw(n, p, bits):
    return in_lanes(binomials_of, n, p, bits)


def draw_poisson(mean, bits):
    return in_lanes(poissons_of, mean, bits)


def fractions(bits):
    return (bits.astype(float) + 0.5) * ULP, ((~bits).astype(float) + 0.5) * ULP


def above(k, n, q):
    inside = (k >= 0) & (k < n)
    value = betainc(np.where(inside, k + 1, 1), np.where(inside, n - k, 1), q)
    return np.where(k < 0, 1.0, np.where(inside, value, 0.0))


def up_to(k, n, q):
    inside = (k >= 0) & (k < n)
    value = betaincc(np.where(inside, k + 1, 1), np.where(inside, n - k, 1), q)
    return np.where(k < 0, 0.0, np.where(inside, value, 1.0))


def poisson_above(k, mean):
    flat = zip(np.ravel(k), np.ravel(mean), strict=True)
    told = [1.0 if j < 0 else more_come(float(j), float(m)) for j, m in flat]
    return np.array(told).reshape(np.shape(k))


def poisson_up_to(k, mean):
    return np.where(k < 0, 0.0, gammaincc(np.maximum(k, 0) + 1, mean))


def check(k, u, v, over, under, tolerance=TOLERANCE):
    """The quantile property, on whichever tail is small."""
    assert (k >= 0).all() and (k % 1 == 0).all()
    upper = u <= v
    more, most = 1 + tolerance, 1 - tolerance
    assert (over(k)[upper] <= u[upper] * more).all()
    assert (over(k - 1)[upper] > u[upper] * most).all()
    assert (under(k)[~upper] >= v[~upper] * most).all()
    assert (under(k - 1)[~upper] < v[~upper] * more).all()


def check_binomial(n, p, bits, tolerance=TOLERANCE):
    k = draw(n, p, bits)
    assert (k <= n).all()
    u, v = fractions(bits)
    most = p > 0.5  # those who stay are drawn, from 1 - u
    k, q = np.where(most, n - k, k), np.where(most, 1 - p, p)
    u, v = np.where(most, v, u), np.where(most, u, v)
    check(k, u, v, lambda j: above(j, n, q), lambda j: up_to(j, n, q), tolerance)


def some_laws(size, seed):
    """n from 1 to 1e9, p from 1e-12 to 1 - 1e-12, and the places where the way of drawing turns."""
    rng = np.random.default_rng(seed)
    n = np.floor(10 ** rng.uniform(0, 9, size))
    n[: size // 4] = rng.integers(1, 70, size // 4)
    q = 10 ** rng.uniform(-12, np.log10(0.5), size)
    turning = slice(size // 4, size // 2)  # variance about 10
    q[turning] = np.minimum(
        10 ** rng.uniform(0.9, 1.1, size // 4) / np.maximum(n[turning], 25), 0.5
    )
    q[-8:] = [1e-12, 0.5, 0.25, 1e-12, 0.5, 1 / 3, 1e-6, 0.5]
    n[-8:] = [1, 1, 2, 1e9, 1e9, 3, 63, 64]
    return n, np.where(rng.random(size) < 0.5, 1 - q, q)


def ends(rng, size):
    """Words next to 0 and to 2**64, at every distance."""
    near = (2.0 ** rng.uniform(0, 60, size)).astype(np.uint64) - np.uint64(1)
    return np.where(rng.random(size) < 0.5, near, ~near)


def ties(rng, tail, lower):
    """Words next to those that fall on a tail's value, on either side of it."""
    small = np.minimum(tail, lower)
    exact = np.clip(small * 2.0**64, 0, 2.0**63).astype(np.uint64)
    aside = rng.integers(-3, 4, len(exact)) * np.maximum(exact >> np.uint64(53), 1).astype(np.int64)
    word = np.where(aside < 0, exact - np.minimum(exact, np.abs(aside).astype(np.uint64)),
                    exact + np.abs(aside).astype(np.uint64))  # fmt: skip
    return np.where(tail <= lower, word, ~word)


# the quantile property


def test_binomial_numbers_at_random():
    n, p = some_laws(40_000, 1)
    check_binomial(n, p, np.random.default_rng(2).integers(0, 2**64, len(n), np.uint64))


def test_binomial_numbers_at_both_ends():
    n, p = some_laws(20_000, 3)
    check_binomial(n, p, ends(np.random.default_rng(4), len(n)))


def test_binomial_numbers_next_to_ties():
    n, p = some_laws(20_000, 5)
    rng = np.random.default_rng(6)
    q = np.minimum(p, 1 - p)
    spread = np.sqrt(n * q * (1 - q))
    k = np.clip(np.round(n * q + spread * rng.uniform(-6, 6, len(n))), 0, n - 1)
    bits = ties(rng, above(k, n, q), up_to(k, n, q))
    check_binomial(n, p, np.where(p > 0.5, ~bits, bits))


def test_binomial_numbers_of_very_many():
    # beyond a variance of 1e10 the rounding of float64 decides about ties
    rng = np.random.default_rng(7)
    n, p = np.floor(10 ** rng.uniform(11, 15, 2000)), rng.uniform(0.05, 0.95, 2000)
    check_binomial(n, p, rng.integers(0, 2**64, len(n), np.uint64), tolerance=1e-6)


def poisson_means(size, seed):
    rng = np.random.default_rng(seed)
    mean = 10 ** rng.uniform(-12, 9, size)
    mean[: size // 4] = 10 ** rng.uniform(0.9, 1.1, size // 4)
    return mean


def check_poisson(mean, bits):
    u, v = fractions(bits)
    check(
        draw_poisson(mean, bits), u, v,
        lambda j: poisson_above(j, mean), lambda j: poisson_up_to(j, mean),
    )  # fmt: skip


def test_poisson_numbers_at_random_and_at_both_ends():
    rng = np.random.default_rng(8)
    mean = poisson_means(10_000, 9)
    check_poisson(mean, rng.integers(0, 2**64, len(mean), np.uint64))
    check_poisson(mean[::2], ends(rng, len(mean[::2])))


def test_poisson_numbers_next_to_ties():
    rng = np.random.default_rng(10)
    mean = poisson_means(6000, 11)
    k = np.maximum(np.round(mean + np.sqrt(mean) * rng.uniform(-6, 6, len(mean))), 0)
    check_poisson(mean, ties(rng, poisson_above(k, mean), poisson_up_to(k, mean)))


@pytest.mark.parametrize("deviations", [4.2, 4.7, 5.5])
def test_the_far_tail_that_scipy_misses(deviations):
    mean = 3e8
    k = math.floor(mean + deviations * math.sqrt(mean))
    with localcontext(prec=50):
        j, pi = Decimal(k + 1), Decimal("3.14159265358979323846264338327950288419716939937510")
        log_factorial = j * j.ln() - j + (2 * pi * j).ln() / 2 + 1 / (12 * j) - 1 / (360 * j**3)
        first = float((j * Decimal(mean).ln() - Decimal(mean) - log_factorial).exp())
    rest = np.cumprod(mean / (k + 2.0 + np.arange(300_000))).sum()
    np.testing.assert_allclose(more_come(float(k), mean), first * (1 + rest), rtol=2e-11)


def test_nothing_and_certainty():
    bits = ends(np.random.default_rng(12), 64)
    assert not draw(np.zeros(64), np.full(64, 0.3), bits).any()
    assert not draw(np.full(64, 1e6), np.zeros(64), bits).any()
    assert (draw(np.full(64, 1e6), np.ones(64), bits) == 1e6).all()
    assert not draw_poisson(np.zeros(64), bits).any()


# whole distributions


@pytest.mark.parametrize(
    ("n", "p"),
    [
        (1, 0.3),
        (7, 0.5),
        (40, 0.9),
        (63, 0.02),
        (64, 0.31),
        (100, 0.4),
        (2000, 0.005),
        (10**6, 2e-5),
    ],
)
def test_binomial_numbers_have_their_distribution(n, p):
    size = 60_000
    bits = np.random.default_rng(n).integers(0, 2**64, size, np.uint64)
    drawn = draw(np.full(size, n), np.full(size, p), bits).astype(int)
    k = np.arange(drawn.max() + 2)
    assert 1e-4 < goodness(np.bincount(drawn, minlength=len(k)), binom.pmf(k, n, p) * size) < 0.9999


@pytest.mark.parametrize("mean", [1e-3, 0.7, 9.5, 12.0, 300.0])
def test_poisson_numbers_have_their_distribution(mean):
    size = 60_000
    bits = np.random.default_rng(int(mean)).integers(0, 2**64, size, np.uint64)
    drawn = draw_poisson(np.full(size, mean), bits).astype(int)
    k = np.arange(drawn.max() + 2)
    expected = poisson_law.pmf(k, mean) * size
    assert 1e-4 < goodness(np.bincount(drawn, minlength=len(k)), expected) < 0.9999


def goodness(observed, expected):
    """p of a chi-square, rare outcomes put together at both sides."""
    common = expected >= 5
    observed = np.append(observed[common], observed[~common].sum())
    expected = np.append(expected[common], expected[~common].sum())
    if expected[-1] < 1:
        observed, expected = observed[:-1], expected[:-1]
    return chi2.sf(((observed - expected) ** 2 / expected).sum(), len(expected) - 1)


@pytest.mark.parametrize(("n", "p"), [(500, 0.5), (10**5, 0.003), (10**9, 1e-6), (10**9, 0.37)])
def test_moments_of_large_numbers(n, p):
    size = 200_000
    bits = np.random.default_rng(n % 1000).integers(0, 2**64, size, np.uint64)
    x = (draw(np.full(size, n), np.full(size, p), bits) - n * p) / math.sqrt(n * p * (1 - p))
    skew = (1 - 2 * p) / math.sqrt(n * p * (1 - p))
    assert abs(x.mean()) < 4 / math.sqrt(size)
    assert abs(x.var() - 1) < 4 * math.sqrt(2 / size)
    assert abs((x**3).mean() - skew) < 4 * math.sqrt(15 / size)


# order, and lanes


def test_more_people_more_chance_and_less_u_never_give_fewer():
    rng = np.random.default_rng(13)
    size = 4096
    for n, p in [(5, 0.4), (63, 0.1), (64, 0.1), (1000, 0.0099), (1000, 0.02), (10**7, 0.5)]:
        bits = np.sort(rng.integers(0, 2**64, size, np.uint64))
        drawn = draw(np.full(size, n), np.full(size, p), bits)
        assert (np.diff(drawn) <= 0).all() and drawn[0] > drawn[-1]
    for n in (3, 64, 5000, 10**8):
        word = np.full(size, rng.integers(0, 2**64, dtype=np.uint64))
        drawn = draw(np.full(size, n), np.sort(rng.random(size)), word)
        assert (np.diff(drawn) >= 0).all() and drawn[0] < drawn[-1]
    for p in (1e-3, 0.02, 0.3, 0.5, 0.77):
        word = np.full(size, rng.integers(0, 2**64, dtype=np.uint64))
        step = np.diff(draw(np.arange(size), np.full(size, p), word))
        assert ((step == 0) | (step == 1)).all() and step.any()
    word = np.full(size, rng.integers(0, 2**64, dtype=np.uint64))
    drawn = draw_poisson(np.geomspace(1e-3, 1e6, size), word)
    assert (np.diff(drawn) >= 0).all() and drawn[-1] > 0


def test_a_lane_is_not_moved_by_its_neighbours():
    rng = np.random.default_rng(14)
    n, p = some_laws(8000, 15)
    bits = rng.integers(0, 2**64, len(n), np.uint64)
    bits[::3] = ends(rng, len(bits[::3]))
    told = draw(n, p, bits)
    for _ in range(3):
        order = rng.permutation(len(n))
        np.testing.assert_array_equal(draw(n[order], p[order], bits[order]), told[order])
    alone = [binomial(*lane) for lane in zip(n[:500], p[:500], bits[:500], strict=True)]
    np.testing.assert_array_equal(alone, told[:500])
    mean = poisson_means(4000, 16)
    told, order = draw_poisson(mean, bits[:4000]), rng.permutation(4000)
    np.testing.assert_array_equal(draw_poisson(mean[order], bits[:4000][order]), told[order])
    alone = [poisson(*lane) for lane in zip(mean[:500], bits[:500], strict=True)]
    np.testing.assert_array_equal(alone, told[:500])


def test_at_a_tie_a_lane_is_not_moved_by_its_neighbours():
    rng = np.random.default_rng(17)
    size = 16_000
    n = rng.integers(2, 64, size).astype(float)
    p = 10 ** rng.uniform(-3, np.log10(0.3), size)
    k = rng.integers(0, 3, size)
    bits = ties(rng, above(k, n, p), up_to(k, n, p))
    told = draw(n, p, bits)
    other = np.full(size, 1e5)  # beside each lane stands one that is drawn in another way
    mixed = [np.stack(pair, axis=1).ravel() for pair in ((n, other), (p, other * 1e-9))]
    beside = np.stack([bits, rng.integers(0, 2**60, size, np.uint64)], axis=1).ravel()
    np.testing.assert_array_equal(draw(*mixed, beside)[::2], told)
