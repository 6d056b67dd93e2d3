"""How many people take a way and what happens to them: a number and its split, drawn by name."""

from __future__ import annotations

from typing import Any

import numpy as np

from safepassage.engines.jit.compile import kernel, read_only
from safepassage.engines.rng.philox import event_hash, stream_key, word
from safepassage.engines.rng.quantiles import binomial, poisson
from safepassage.network.arrays import Floats


def draw_split(mean: Floats, shares: Floats, *, seed: int, name: str) -> tuple[Floats, Floats]:
    """Draw numbers of people, and divide each among exclusive outcomes.

    Args:
        mean: (B,) mean number of people, one for each draw of a posterior.
        shares: (K, B) chance of each outcome; they sum to 1.
        seed: Seed of every random choice.
        name: Name of the random stream.

    Returns:
        (B,) Poisson numbers of people and (K, B) how many meet each outcome.
    """
    keys = np.array([stream_key(seed, b) for b in range(len(mean))], np.uint64)
    events = [event_hash("split", name, k) for k in range(len(shares) + 1)]
    people, parts = np.zeros(len(mean)), np.zeros(np.shape(shares))
    whole = np.ascontiguousarray(shares, np.float64)
    _split(
        read_only(np.ascontiguousarray(mean, np.float64)), read_only(whole), read_only(keys),
        read_only(np.array(events, np.uint64)), people, parts,
    )  # fmt: skip
    return people, parts


@kernel
def _split(mean: Any, shares: Any, keys: Any, events: Any, people: Any, parts: Any) -> None:
    zero = np.uint64(0)
    for b in range(mean.shape[0]):
        left = poisson(mean[b], word(keys[b], events[0], zero, zero))
        people[b] = left
        rest = 1.0
        for k in range(shares.shape[0]):
            number = left
            if k + 1 < shares.shape[0]:
                chance = min(max(shares[k, b] / rest, 0.0), 1.0) if rest > 0.0 else 0.0
                number = binomial(left, chance, word(keys[b], events[k + 1], zero, zero))
            parts[k, b] = number
            left -= number
            rest -= shares[k, b]
