"""Binomial and Poisson tails to the last digits, one number at a time: the slow, sure way.

Probabilities by Loader's saddle-point form (2000, Fast and accurate computation of binomial
probabilities), tails by adding terms. A Poisson law is the binomial one with q = 0.
"""

from __future__ import annotations

import math

from safepassage.engines.jit.compile import inline, kernel

_NEGLIGIBLE = 1e-18
_HALF_LOG_TAU = 0.9189385332046727


@inline
def _stirling_error(n: float) -> float:
    """log(n!) minus Stirling's formula."""
    if n < 16.0:
        return math.lgamma(n + 1.0) - (n + 0.5) * math.log(n) + n - _HALF_LOG_TAU
    m = 1.0 / (n * n)
    series = 1 / 1260 - m * (1 / 1680 - m * (1 / 1188))
    return (1 / 12 - m * (1 / 360 - m * series)) / n


@inline
def _deviance(x: float, mean: float) -> float:
    """X log(x / mean) + mean - x without cancellation."""
    if abs(x - mean) >= 0.1 * (x + mean):
        return x * math.log(x / mean) + mean - x
    v = (x - mean) / (x + mean)
    total, power, j = (x - mean) * v, 2.0 * x * v, 1.0
    while True:
        power *= v * v
        more = total + power / (2.0 * j + 1.0)
        if more == total:
            return total
        total, j = more, j + 1.0


@inline
def _chance(k: float, n: float, q: float, mean: float) -> float:
    """P(X = k)."""
    if k < 0.0 or (q > 0.0 and k > n):
        return 0.0
    if k == 0.0:
        return math.exp(-mean) if q == 0.0 else math.exp(n * math.log1p(-q))
    if q == 0.0:
        return math.exp(-_stirling_error(k) - _deviance(k, mean)) / math.sqrt(2 * math.pi * k)
    if k == n:
        return math.exp(n * math.log(q))
    rest = n - k
    exponent = _stirling_error(n) - _stirling_error(k) - _stirling_error(rest)
    exponent -= _deviance(k, mean) + _deviance(rest, n * (1.0 - q))
    return math.exp(exponent) * math.sqrt(n / (2 * math.pi * k * rest))


@inline
def _above(k: float, n: float, q: float, mean: float) -> float:
    """P(X > k)."""
    if k < 0.0:
        return 1.0
    if k == 0.0:
        return -math.expm1(-mean if q == 0.0 else n * math.log1p(-q))
    a, b = (mean, 0.0) if q == 0.0 else ((n + 1.0) * q / (1.0 - q), q / (1.0 - q))
    j = k + 1.0
    term = _chance(j, n, q, mean)
    total = term
    while term > _NEGLIGIBLE * total or j < mean:
        j += 1.0
        term *= a / j - b
        if term <= 0.0:
            break
        total += term
    return total


@inline
def _up_to(k: float, n: float, q: float, mean: float) -> float:
    """P(X <= k)."""
    a, b = (mean, 0.0) if q == 0.0 else ((n + 1.0) * q / (1.0 - q), q / (1.0 - q))
    term = _chance(k, n, q, mean)
    total, j = term, k
    while j > 0.0 and (term > _NEGLIGIBLE * total or j > mean):
        term /= a / j - b
        j -= 1.0
        total += term
    return total


@kernel
def exact_quantile(n: float, q: float, mean: float, u: float, v: float, start: float) -> float:
    """The smallest k with P(X > k) <= u, for whichever of u and v = 1 - u is the smaller.

    Args:
        n: Number of people, whole; not used where q is 0.
        q: Chance of each, 0 < q <= 1/2, or 0 for a Poisson law.
        mean: n q, or the Poisson mean.
        u: Upper tail in (0, 1].
        v: 1 - u, with all its precision near 0.
        start: A whole number near the answer.
    """
    k = max(start, 0.0)
    if q > 0.0:
        k = min(k, n)
    if u <= v:
        while _above(k, n, q, mean) > u:
            k += 1.0
        while k > 0.0 and _above(k - 1.0, n, q, mean) <= u:
            k -= 1.0
        return k
    while _up_to(k, n, q, mean) < v and (q == 0.0 or k < n):
        k += 1.0
    while k > 0.0 and _up_to(k - 1.0, n, q, mean) >= v:
        k -= 1.0
    return k
