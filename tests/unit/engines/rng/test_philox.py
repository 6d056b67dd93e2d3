"""Random numbers as a function of what they decide: known answers, lanes, both ends of (0, 1]."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.oracle import counts

from safepassage.engines.jit.compile import kernel
from safepassage.engines.jit.simd import SIMD_WIDTH, write
from safepassage.engines.rng.philox import (
    event_hash,
    lowers,
    stream_key,
    upper,
    uppers,
    word,
    words,
)

# philox4x32-10 in kat_vectors of Random123: counter, key, answer
PUBLISHED = [
    ((0,) * 4, (0,) * 2, (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


@kernel
def single(key, event, replicate, step):
    return word(key, event, replicate, step)


@kernel
def in_lanes(key, event, replicate, step, out):
    """`words` of eight streams; `out` is their bits in place of floats."""
    write(out, (0,), words(key, event, replicate, step))


@kernel
def fractions(key, event, replicate, step, out):
    bits = words(key, event, replicate, step)
    write(out, (0, 0), uppers(bits))
    write(out, (1, 0), lowers(bits))


@kernel
def fraction(bits):
    return upper(bits)


def u64(*numbers: int) -> NDArray[np.uint64]:
    return np.array(numbers, np.uint64)


def joined(low: int, high: int) -> np.uint64:
    return np.uint64(low | (high << 32))


@pytest.mark.parametrize(("counter", "key", "answer"), PUBLISHED)
def test_known_answers(counter, key, answer):
    assert counts.philox(counter, key) == answer
    told = single(joined(*key), joined(*counter[:2]), np.uint64(counter[2]), np.uint64(counter[3]))
    assert told == joined(*answer[:2])


def test_lanes_are_the_single_words():
    rng = np.random.default_rng(1)
    for step in (0, 1, 365 * 28, 2**32 - 1):
        key = rng.integers(0, 2**64, SIMD_WIDTH, np.uint64)
        replicate = rng.integers(0, 2**32, SIMD_WIDTH, np.uint64)
        event = rng.integers(0, 2**64, dtype=np.uint64)
        out = np.empty(SIMD_WIDTH)
        in_lanes(key, event, replicate, step, out)
        told = [single(k, event, r, np.uint64(step)) for k, r in zip(key, replicate, strict=True)]
        np.testing.assert_array_equal(out.view(np.uint64), u64(*(int(w) for w in told)))


def test_the_number_and_its_complement_are_those_of_the_slow_twin():
    rng = np.random.default_rng(2)
    key, replicate = (
        rng.integers(0, 2**64, SIMD_WIDTH, np.uint64),
        np.arange(SIMD_WIDTH, dtype=np.uint64),
    )
    event = rng.integers(0, 2**64, dtype=np.uint64)
    for step in range(50):
        out = np.empty((2, SIMD_WIDTH))
        fractions(key, event, replicate, step, out)
        for i in range(SIMD_WIDTH):
            told = counts.tails(int(key[i]), int(event), i, step)
            assert tuple(out[:, i]) == told
        np.testing.assert_allclose(out.sum(axis=0), 1.0, rtol=2e-16)


def test_both_ends_keep_their_precision():
    assert fraction(np.uint64(0)) == 2.0**-65
    assert fraction(np.uint64(2**64 - 1)) == 1.0
    assert fraction(np.uint64(1)) == 1.5 * 2.0**-64


def test_every_part_of_the_counter_and_the_key_counts():
    base = dict(key=3, event=5, replicate=7, step=11)
    seen = {int(single(*map(np.uint64, base.values())))}
    for name in base:
        for bit in range(64 if name in ("key", "event") else 32):
            changed = base | {name: base[name] ^ (1 << bit)}
            seen.add(int(single(*map(np.uint64, changed.values()))))
    assert len(seen) == 1 + 2 * 64 + 2 * 32


def test_words_are_uniform_and_their_neighbours_independent():
    steps, replicates = 64, 64 * SIMD_WIDTH
    bits = np.empty((replicates // SIMD_WIDTH, steps, SIMD_WIDTH))
    key = np.full(SIMD_WIDTH, stream_key(1, 0), np.uint64)
    for block in range(replicates // SIMD_WIDTH):
        replicate = np.arange(block * SIMD_WIDTH, (block + 1) * SIMD_WIDTH, dtype=np.uint64)
        for step in range(steps):
            in_lanes(
                key, np.uint64(event_hash("leave", "home")), replicate, step, bits[block, step]
            )
    u = bits.view(np.uint64).transpose(0, 2, 1).reshape(replicates, steps) * 2.0**-64
    seen = np.histogram(u, 64, (0, 1))[0]
    chi = ((seen - u.size / 64) ** 2 / (u.size / 64)).sum()
    assert abs(chi - 63) < 4 * np.sqrt(2 * 63)
    x = (u - 0.5) * np.sqrt(12)
    for y in (np.roll(x, 1, 0), np.roll(x, 1, 1), x[::-1]):
        assert abs((x * y).mean()) * np.sqrt(x.size) < 4
    square = x[:steps, :steps]  # replicate r in step t against replicate t in step r
    off = square[np.triu_indices(steps, 1)] * square.T[np.triu_indices(steps, 1)]
    assert abs(off.mean()) * np.sqrt(off.size) < 4


def test_hashes_are_stable_and_know_their_kind():
    assert event_hash("leave", "home", "all", 0) == event_hash("leave", "home", "all", 0)
    assert event_hash("a", "bc") != event_hash("ab", "c")
    assert stream_key(1, 0) != event_hash(1, 0)
    assert stream_key(1, 23) != stream_key(12, 3)
    assert event_hash("leave", "hidden", "women", 2) == HASH
    assert stream_key(20240101, 17) == KEY


# written down once: a change would give every stored ensemble other numbers
HASH = 0x3A84C916302DB085
KEY = 0xD19CB7372BAF0FAE
