"""The random stream of a person: two numbers for every move, a function of who moves and how often.

A person's stream is a 64-bit number made of the event by which they came (an entry or a cell at the
start, by name), the step, and their place among those who came so. Philox's block gives 128 bits;
`philox.word` returns the lower half of them, and here both halves serve: one says which exit is
taken, the other how long the stay after it is.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from safepassage.engines.jit.compile import inline
from safepassage.engines.rng.philox import ROUNDS

BIRTHS, RELATIVES, MEMBER = 0x51ED270B1A2C3D4F, 0x2545F4914F6CDD1D, 0xD1B54A32D192ED03
"""Salts that set a person's streams apart: what they are born with, whom they leave behind, and
members of a party who have come apart."""
_GOLDEN = 0x9E3779B97F4A7C15
_STIR = (0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
_MULTIPLY = (0xD2511F53, 0xCD9E8D57)
_WEYL = (0x9E3779B9, 0xBB67AE85)
_LOW = 0xFFFFFFFF
_ONE_BITS = 0x3FF0000000000000
_ROOT_HALF_BITS = 0x3FE6A09E667F3BCD
_MANTISSA = 0x000FFFFFFFFFFFFF
_LN2_HIGH = 6.93147180369123816490e-01
_LN2_LOW = 1.90821492927058770002e-10


@inline
def mix(bits: Any) -> Any:
    """A bijection of uint64 that leaves no pattern (the finaliser of splitmix64)."""
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(_STIR[0])
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(_STIR[1])
    return bits ^ (bits >> np.uint64(31))


@inline
def cohort_stream(event: Any, step: Any) -> Any:
    """What those who come by an event in a step have in common."""
    return mix(np.uint64(event) ^ mix(np.uint64(step + 1) * np.uint64(_GOLDEN)))


@inline
def person_stream(cohort: Any, index: Any) -> Any:
    """The stream of one of a cohort: no two of one cohort share it."""
    return mix(cohort + np.uint64(index) * np.uint64(_GOLDEN))


@inline
def pair(key: Any, stream: Any, number: Any, replicate: Any) -> tuple[Any, Any]:
    """Two words of a person's draw `number`, which is below 2**32; all are uint64.

    The first is `philox.word(key, stream, number, replicate)`.
    """
    low = np.uint64(_LOW)
    half = np.uint64(32)
    c0, c1 = stream & low, stream >> half
    c2, c3 = number & low, replicate & low
    k0, k1 = key & low, key >> half
    for _ in range(ROUNDS):
        a = np.uint64(_MULTIPLY[0]) * c0
        b = np.uint64(_MULTIPLY[1]) * c2
        c0, c1, c2, c3 = (b >> half) ^ c1 ^ k0, b & low, (a >> half) ^ c3 ^ k1, a & low
        k0 = (k0 + np.uint64(_WEYL[0])) & low
        k1 = (k1 + np.uint64(_WEYL[1])) & low
    return c0 | (c1 << half), c2 | (c3 << half)


@inline
def share_of(bits: Any) -> Any:
    """A word as a number in [0, 1)."""
    return np.float64(bits >> np.uint64(11)) * 2.0**-53


@inline
def exponential(bits: Any) -> Any:
    """-log of the word as a number in (0, 1]: a stay in units of 1 / hazard.

    Written out (the reduction and polynomial of fdlibm) because a loop around it then runs eight
    lanes at once, which it would not around a call of libm.
    """
    one, root_half = np.int64(_ONE_BITS), np.int64(_ROOT_HALF_BITS)
    whole = np.float64(np.float64(bits) + 0.5).view(np.int64) + (one - root_half)
    k = np.float64((whole >> np.int64(52)) - np.int64(1023 + 64))
    f = np.int64((whole & np.int64(_MANTISSA)) + root_half).view(np.float64) - 1.0
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    odd = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01
               + w * 1.531383769920937332e-01))  # fmt: skip
    even = z * (6.666666666666735130e-01 + w * (2.857142874366239149e-01
                + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)))  # fmt: skip
    half = 0.5 * f * f
    return ((half - (s * (half + (odd + even)) + k * _LN2_LOW)) - f) - k * _LN2_HIGH
