"""Exact binomial and Poisson numbers by inversion of the distribution, eight lanes at once.

A draw is the quantile of one uniform number, so that two scenarios that share it move together
(a rejection sampler would lose that), and any other exact quantile function gives the same draw:
X is the smallest k with P(X > k) <= u, and rare events lie at small u, where a 64-bit word keeps
its precision. Three ways, chosen lane by lane:

- u >= mean: X = 0, since P(X > 0) <= mean;
- variance below `_LARGE`: the terms are added up from 0;
- above it: a Cornish-Fisher expansion to third order around the normal quantile, with Sheppard's
  correction of the cumulants for the lattice, rounded. Its error is below
  (0.03 + 0.0012 w**6) / variance**1.5 (twice what a grid over variance >= 10 showed); where the
  rounding is within that of a tie, about once in a thousand at variance 10 and never at large ones,
  `exact_quantile` adds up the tail.

For P > 1/2 those who stay are drawn, from 1 - u, so that X still falls with u.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from safepassage.engines.expected.escape import stay_and_gain
from safepassage.engines.jit.compile import called, inline, kernel
from safepassage.engines.jit.simd import (
    SIMD_WIDTH,
    exponent_of,
    lane_of,
    mantissa_of,
    mask_less,
    root,
    spread,
    where_less,
    whole,
    with_lane,
)
from safepassage.engines.rng.philox import all_lanes, lowers, uppers
from safepassage.engines.rng.tails import exact_quantile

_LARGE = 10.0
_HUGE = 1e10
"""Variance above which a number near a tie is taken as rounded: its error is that of float64."""
_RARE = 1e-12
"""Smallest u that adding up from 0 resolves, and smallest tail that `normal_upper` does."""
_INVERSE = np.concatenate([[np.inf], 1.0 / np.arange(1.0, 512.0)])
"""1 / k, by k: no sum below `_LARGE` has a hundred terms before it comes down to `_RARE`."""
_TERMS = 8
"""Terms that are added up between two looks at whether any lane needs more."""
_LN2_HIGH = 6.93147180369123816490e-01
_LN2_LOW = 1.90821492927058770002e-10


@inline
def _rest_of_log(z: Any) -> Any:
    """(log(1 + s) - log(1 - s)) / s - 2 by z = s**2, for |s| <= 0.1716."""
    w = z * z
    odd = w * (w * (w * 1.531383769920937332e-01 + 2.222219843214978396e-01)
               + 3.999999999940941908e-01)  # fmt: skip
    even = w * (w * (w * 1.479819860511658591e-01 + 1.818357216161805012e-01)
                + 2.857142874366239149e-01) + 6.666666666666735130e-01  # fmt: skip
    return z * even + odd


@inline
def log(x: Any) -> Any:
    """Natural logarithm of positive normal lanes (the reduction and polynomial of fdlibm)."""
    k, m = exponent_of(x), mantissa_of(x)
    k = where_less(1.4142135623730951, m, k + 1.0, k)
    m = where_less(1.4142135623730951, m, m * 0.5, m)
    f = m - 1.0
    s = f / (f + 2.0)
    half = f * f * 0.5
    tail = s * (half + _rest_of_log(s * s)) + k * _LN2_LOW
    return k * _LN2_HIGH - ((half - tail) - f)


@inline
def log_none(q: Any) -> Any:
    """log(1 - q) of lanes 0 <= q <= 1 - 1/sqrt(2), exact also where q is tiny: `log` with k = 0."""
    s = q / (2.0 - q)
    half = q * q * 0.5
    return 0.0 - (s * (half + _rest_of_log(s * s)) + half + q)


@inline
def normal_upper(u: Any, v: Any) -> Any:
    """The w with P(W > w) = u for a standard normal W, in lanes of u with v = 1 - u.

    Giles 2011 (Approximating the erfinv function) in the middle; beyond u or v = 4.8e-4 the tail of
    Wichura 1988 (AS 241), which holds down to 1.4e-11 and loses digits below.
    """
    depth = 0.0 - log(u * v * 4.0)
    r = depth - 3.125
    r2 = r * r
    r4 = r2 * r2  # four chains at once: one after the other, each step would wait for the last
    pa = r4 * 1.2858480715256400167e-18 + 6.6376381343583238325e-15
    pa = pa * r4 + -1.2975133253453532498e-11
    pa = pa * r4 + -2.9070369957882005086e-08
    pa = pa * r4 + 0.0001867342080340571352
    pa = pa * r4 + 1.6536545626831027356
    pb = r4 * -1.685059138182016589e-19 + 2.0972767875968561637e-17
    pb = pb * r4 + 2.6335093153082322977e-12
    pb = pb * r4 + -4.1126339803469836976e-09
    pb = pb * r4 + -1.3882523362786468719e-05
    pb = pb * r4 + 0.24015818242558961693
    pc = r4 * -3.6444120640178196996e-21 + -1.333171662854620906e-16
    pc = pc * r4 + -8.1519341976054721522e-14
    pc = pc * r4 + 1.051212273321532285e-09
    pc = pc * r4 + -1.3654692000834678645e-06
    pc = pc * r4 + -0.0060336708714301490533
    pd = r4 * 1.115787767802518096e-17 + -4.0545662729752068639e-14
    pd = pd * r4 + -5.4154120542946279317e-11
    pd = pd * r4 + 4.2347877827932403518e-07
    pd = pd * r4 + -0.00074070253416626697512
    p = (pd * r + pc) * r2 + (pb * r + pa)
    w = p * (v - u) * 1.4142135623730951
    if mask_less(6.25, depth) != 0:
        r = root(0.0 - log(where_less(u, v, u, v))) - 1.6
        a = ((((((r * 7.74545014278341407640e-4 + 2.27238449892691845833e-2) * r
                 + 2.41780725177450611770e-1) * r + 1.27045825245236838258) * r
               + 3.64784832476320460504) * r + 5.76949722146069140550) * r
             + 4.63033784615654529590) * r + 1.42343711074968357734  # fmt: skip
        b = ((((((r * 1.05075007164441684324e-9 + 5.47593808499534494600e-4) * r
                 + 1.51986665636164571966e-2) * r + 1.48103976427480074590e-1) * r
               + 6.89767334985100004550e-1) * r + 1.67638483018380384940) * r
             + 2.05319162663775882187) * r + 1.0  # fmt: skip
        tail = a / b
        w = where_less(6.25, depth, where_less(u, v, tail, 0.0 - tail), w)
    return w


@inline
def _expand(mean: Any, q: Any, variance: Any, w: Any) -> tuple[Any, Any]:
    """The quantile at w as a broken number, and a bound of its error."""
    skew = 1.0 - 2.0 * q
    pq = q - q * q
    s2 = variance - 1.0 / 12.0
    s = root(s2)
    each = 1.0 / s
    each2 = each * each
    size = variance * each2
    g1 = size * skew * each
    g2 = (size * (1.0 - 6.0 * pq) + each2 * (1.0 / 120.0)) * each2
    g3 = size * skew * (1.0 - 12.0 * pq) * each2 * each
    w2 = w * w
    first = g1 * (w2 - 1.0) * (1.0 / 6.0)
    second = w * (g2 * (w2 - 3.0) * (1.0 / 24.0) - g1 * g1 * (2.0 * w2 - 5.0) * (1.0 / 36.0))
    third = g3 * ((w2 - 6.0) * w2 + 3.0) * (1.0 / 120.0)
    third = third - g1 * g2 * ((w2 - 5.0) * w2 + 2.0) * (1.0 / 24.0)
    third = third + g1 * g1 * g1 * ((12.0 * w2 - 53.0) * w2 + 17.0) * (1.0 / 324.0)
    x = mean + s * (w + (first + (second + third)))
    error = (w2 * w2 * w2 * 0.0012 + 0.03) * (each2 * each) + mean * 2e-15
    return x, error


@inline
def _add_up(a: Any, b: Any, none: Any, above: Any, u: Any) -> Any:
    """How many terms of a law with P(k) / P(k - 1) = a / k - b it takes to come down to u.

    `none` is P(0), `above` is 1 - P(0).
    """
    count, k, term = spread(0.0), 0, none
    while mask_less(u, above) != 0:
        for j in range(1, _TERMS + 1):  # a term too many changes nothing, a wrong guess costs more
            count = count + where_less(u, above, 1.0, 0.0)
            term = term * (a * _INVERSE[k + j] - b)
            above = above - term
        k += _TERMS
    return count


@inline
def _power(x: Any, n: Any) -> Any:
    """X ** n for lanes of whole numbers 0 <= n < 64."""
    result = spread(1.0)
    rest = n
    for _ in range(6):
        half = whole(rest * 0.5)
        result = where_less(0.25, rest * 0.5 - half, result * x, result)
        x = x * x
        rest = half
    return result


@inline
def _small(n: Any, q: Any, mean: Any, u: Any, rate: Any, has_rate: bool) -> Any:
    """The quantile by adding up terms; lanes that `u` = 1 leaves out give anything."""
    # a binomial's a is (n + 1) b; a Poisson law's is its mean
    if has_rate:
        none, share = stay_and_gain(rate)
        above = share * rate
    else:  # lane by lane, whatever the neighbours need: a tie must fall the same way beside others
        none, above = spread(0.0), spread(0.0)
        needed = mask_less(u, mean)  # in the other lanes nothing happens
        many = (mask_less(63.5, n) | mask_less(mean, 1e-4)) & needed
        if many != needed:  # 1 - none has lost at most four of its digits
            none = _power(1.0 - q, n)
            above = 1.0 - none
        if many != 0:
            rate = 0.0 - n * log_none(q)
            stays, share = stay_and_gain(rate)
            none = where_less(63.5, n, stays, where_less(mean, 1e-4, stays, none))
            rate = share * rate
            above = where_less(63.5, n, rate, where_less(mean, 1e-4, rate, above))
        above = where_less(u, mean, above, 0.0)
    b = q / (1.0 - q)
    a = where_less(0.0, q, (n + 1.0) * b, mean)
    return _add_up(a, b, none, above, u)


@called
def _quantile(n: Any, q: Any, mean: Any, u: Any, v: Any, rate: Any, has_rate: bool) -> Any:
    """The smallest k with P(X > k) <= u, in lanes; q = 0 means Poisson.

    `rate` is -log P(X = 0), where `has_rate`.
    """
    some = mask_less(u, mean)  # lanes in which anything may happen
    variance = mean - mean * q
    large = mask_less(_LARGE, variance)
    slow = some & mask_less(u, _RARE)
    result = spread(0.0)
    if (some & ~large) != 0:
        left_out = where_less(_LARGE, variance, 1.0, where_less(u, _RARE, 1.0, u))
        result = _small(n, q, mean, left_out, rate, has_rate)
    if large != 0:
        w = normal_upper(u, v)
        x, error = _expand(mean, q, variance, w)
        nearest = whole(x + 0.5)
        off = x - nearest  # a tie lies at -1/2 and 1/2
        off = where_less(off, 0.0, 0.0 - off, off)
        unsure = mask_less(0.5 - error, off) | mask_less(u * v, _RARE)
        slow |= large & unsure & mask_less(variance, _HUGE)
        nearest = where_less(nearest, 0.0, 0.0, nearest)
        result = where_less(_LARGE, variance, nearest, result)
    if slow != 0:
        for i in range(SIMD_WIDTH):
            if (slow >> i) & 1:
                number = exact_quantile(
                    lane_of(n, i), lane_of(q, i), lane_of(mean, i), lane_of(u, i), lane_of(v, i),
                    lane_of(result, i),
                )  # fmt: skip
                result = with_lane(result, i, number)
    return result


@inline
def binomials(n: Any, p: Any, bits: Any) -> Any:
    """How many of n people do what each does with chance p, from one word a lane.

    Args:
        n: Lanes of whole numbers up to 2**53.
        p: Lanes of chances in [0, 1].
        bits: `words`.
    """
    u, v = uppers(bits), lowers(bits)
    q = where_less(0.5, p, 1.0 - p, p)
    first, second = where_less(0.5, p, v, u), where_less(0.5, p, u, v)
    mean = n * q
    drawn = spread(0.0)
    if mask_less(first, mean) != 0:  # most often nothing happens
        drawn = _quantile(n, q, mean, first, second, mean, False)
    return where_less(0.5, p, n - drawn, drawn)


@inline
def poissons(mean: Any, bits: Any) -> Any:
    """Poisson numbers of lanes of means, from one word a lane."""
    u = uppers(bits)
    if mask_less(u, mean) == 0:
        return spread(0.0)
    return _quantile(spread(0.0), spread(0.0), mean, u, lowers(bits), mean, True)


@kernel
def binomial(n: float, p: float, bits: int) -> float:
    """One number of `binomials`, from one word (uint64)."""
    return lane_of(binomials(spread(n), spread(p), all_lanes(bits)), 0)


@kernel
def poisson(mean: float, bits: int) -> float:
    """One number of `poissons`, from one word (uint64)."""
    return lane_of(poissons(spread(mean), all_lanes(bits)), 0)
