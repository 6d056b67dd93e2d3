"""exp(-x) and (1 - exp(-x)) / x for x >= 0, in lanes.

A solve evaluates them once per cell and month, and calls of libm would be most of its time. Range
reduction to |r| <= ln(2)/2 and a Taylor polynomial of degree 13 (truncation below 1e-17) give both
values to a few units in the last place, also where x is tiny: 1 - exp(-x) is formed from expm1,
never as a difference of near-equal numbers.
"""

from __future__ import annotations

from typing import Any

from safepassage.engines.jit.compile import inline
from safepassage.engines.jit.simd import at_least, at_most, power_of_two

SMALLEST = 1e-290
"""Stands in for x = 0, where both values are 1 to the last bit."""
_LARGEST = 700.0
_LOG2_E = 1.4426950408889634
_LN2_HIGH = 0.6931471803691238
_LN2_LOW = 1.9082149292705877e-10
_ROUND = 6755399441055744.0  # 1.5 * 2**52: adding it leaves the nearest integer in the low bits


@inline
def stay_and_gain(x: Any) -> tuple[Any, Any]:
    """Return exp(-x) and (1 - exp(-x)) / x for a step's total hazard x >= 0 (no unit)."""
    x = at_least(x, SMALLEST)
    bounded = at_most(x, _LARGEST)  # exp(-700) is the edge of float64; the gain divides by x
    shifted = bounded * _LOG2_E + _ROUND
    n = shifted - _ROUND
    r = (n * _LN2_HIGH - bounded) + n * _LN2_LOW
    p = r * (1.0 / 6227020800.0) + 1.0 / 479001600.0
    p = p * r + 1.0 / 39916800.0
    p = p * r + 1.0 / 3628800.0
    p = p * r + 1.0 / 362880.0
    p = p * r + 1.0 / 40320.0
    p = p * r + 1.0 / 5040.0
    p = p * r + 1.0 / 720.0
    p = p * r + 1.0 / 120.0
    p = p * r + 1.0 / 24.0
    p = p * r + 1.0 / 6.0
    p = p * r + 0.5
    p = p * r + 1.0
    p = p * r
    power = power_of_two(shifted)
    return power + power * p, ((1.0 - power) - power * p) / x
