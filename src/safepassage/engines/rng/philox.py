"""Random numbers that are a pure function of what they decide: Philox4x32-10 on a counter.

The key is made of seed and draw, the counter of the replicate, the step and the stable hash of
the event (a cell and a cause by name, or an entry and a group). Nothing depends on an array index,
a thread or an order: an event has the same random numbers in any split of the work, and in two
scenarios even where one has an extra state. One call gives 64 random bits, a *word*.

Source: Salmon, Moraes, Dror & Shaw 2011, Parallel random numbers: as easy as 1, 2, 3.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
from llvmlite import ir  # pyright: ignore[reportMissingTypeStubs]
from numba.core import cgutils

from safepassage.engines.jit.compile import inline
from safepassage.engines.jit.simd import BITS, SIMD_WIDTH, VECTOR, intrinsic, lanes_type, pointer_to

ROUNDS = 10
_MULTIPLY = (0xD2511F53, 0xCD9E8D57)
_WEYL = (0x9E3779B9, 0xBB67AE85)
_LOW = 0xFFFFFFFF
_ULP = 2.0**-64
ALONG = 1 << 16
"""How far apart the steps lie of what happens to neighbours on one day."""


def event_hash(*names: object) -> int:
    """Stable 64-bit hash of what an event is called."""
    return _hash("event", *names)


def stream_key(seed: int, draw: int) -> int:
    """The 64-bit key of a seed and a posterior draw."""
    return _hash("stream", seed, draw)


def _hash(*parts: object) -> int:
    text = "\x1f".join(map(str, parts)).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little")


@inline
def word(key: Any, event: Any, replicate: Any, step: Any) -> Any:
    """64 random bits of one event; all arguments and the result are uint64."""
    low = np.uint64(_LOW)
    half = np.uint64(32)
    c0, c1 = event & low, event >> half
    c2, c3 = replicate & low, step & low
    k0, k1 = key & low, key >> half
    for _ in range(ROUNDS):
        a = np.uint64(_MULTIPLY[0]) * c0
        b = np.uint64(_MULTIPLY[1]) * c2
        c0, c1, c2, c3 = (b >> half) ^ c1 ^ k0, b & low, (a >> half) ^ c3 ^ k1, a & low
        k0 = (k0 + np.uint64(_WEYL[0])) & low
        k1 = (k1 + np.uint64(_WEYL[1])) & low
    return c0 | (c1 << half)


@inline
def upper(bits: Any) -> Any:
    """The word as a number in (0, 1], with all its precision near 0."""
    return (np.float64(bits) + 0.5) * _ULP


@intrinsic
def words(typingctx: Any, key: Any, event: Any, replicate: Any, step: Any) -> Any:
    """`word` in every lane, its bits in place of a float's.

    Args:
        typingctx: Numba's.
        key: (SIMD_WIDTH,) uint64.
        event: uint64, the same in all lanes.
        replicate: (SIMD_WIDTH,) uint64.
        step: int64, the same in all lanes.
    """

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        def load(position: int) -> Any:
            zero = cgutils.pack_array(builder, [ir.Constant(ir.IntType(64), 0)])
            at = pointer_to(context, builder, sig.args[position], args[position], zero)
            return builder.load(builder.bitcast(at, BITS.as_pointer()), align=8)

        event, step = _spread(builder, args[1]), _spread(builder, args[3])
        return _philox(builder, load(0), event, load(2), step)

    return lanes_type(key, event, replicate, step), generate


@intrinsic
def words_at(
    typingctx: Any, key: Any, event: Any, replicate: Any, steps: Any, index: Any
) -> Any:  # fmt: skip
    """`word` in every lane, of the SIMD_WIDTH steps from an index tuple on; all are uint64."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        key, event, replicate = (_spread(builder, value) for value in args[:3])
        at = pointer_to(context, builder, sig.args[3], args[3], args[4])
        step = builder.load(builder.bitcast(at, BITS.as_pointer()), align=8)
        return _philox(builder, key, event, replicate, step)

    return lanes_type(key, event, replicate, steps, index), generate


def _philox(builder: Any, key: Any, event: Any, replicate: Any, step: Any) -> Any:
    def constant(number: int) -> Any:
        return ir.Constant(BITS, [number] * SIMD_WIDTH)

    low, half = constant(_LOW), constant(32)
    c0, c1 = builder.and_(event, low), builder.lshr(event, half)
    c2, c3 = builder.and_(replicate, low), builder.and_(step, low)
    k0, k1 = builder.and_(key, low), builder.lshr(key, half)
    for _ in range(ROUNDS):
        a, b = builder.mul(constant(_MULTIPLY[0]), c0), builder.mul(constant(_MULTIPLY[1]), c2)
        c0, c1, c2, c3 = (
            builder.xor(builder.xor(builder.lshr(b, half), c1), k0),
            builder.and_(b, low),
            builder.xor(builder.xor(builder.lshr(a, half), c3), k1),
            builder.and_(a, low),
        )
        k0 = builder.and_(builder.add(k0, constant(_WEYL[0])), low)
        k1 = builder.and_(builder.add(k1, constant(_WEYL[1])), low)
    return builder.bitcast(builder.or_(c0, builder.shl(c1, half)), VECTOR)


@intrinsic
def all_lanes(typingctx: Any, bits: Any) -> Any:
    """One word in every lane."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.bitcast(_spread(builder, args[0]), VECTOR)

    return lanes_type(bits), generate


def _spread(builder: Any, value: Any) -> Any:
    zero = ir.Constant(ir.IntType(32), 0)
    single = builder.insert_element(ir.Constant(BITS, ir.Undefined), value, zero)
    mask = ir.Constant(ir.VectorType(ir.IntType(32), SIMD_WIDTH), [0] * SIMD_WIDTH)
    return builder.shuffle_vector(single, single, mask)


def _fraction(inverted: bool, text: str) -> Any:
    def typed(typingctx: Any, bits: Any) -> Any:
        def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            number = builder.bitcast(args[0], BITS)
            number = builder.not_(number) if inverted else number
            half, ulp = (ir.Constant(VECTOR, [value] * SIMD_WIDTH) for value in (0.5, _ULP))
            return builder.fmul(builder.fadd(builder.uitofp(number, VECTOR), half), ulp)

        return lanes_type(lanes_type), generate

    typed.__doc__ = text
    return intrinsic(typed)


uppers = _fraction(False, "`upper` of the words in every lane.")
lowers = _fraction(True, "One minus `upper`, with all its precision near 0.")
