"""Random streams: which generator serves which purpose, so that no two purposes share one."""

from __future__ import annotations

from enum import IntEnum, unique

import numpy as np


@unique
class Stream(IntEnum):
    """Independent streams of one seed; the numbers are part of every result, so they stay."""

    SAMPLER = 0
    PUBLISHED_FIGURES = 2000
    PRIOR = 3000
    WEIGHTS = 4000
    REFIT = 6000
    NEW_YEARS = 7000
    POLICY_BREAKS = 7001
    SYNTHETIC_DATA = 8000
    RANK_BANDS = 8001
    RANK_TIES = 8002
    EXPORTED_PRIOR = 9000
    EXPORTED_PREDICTIONS = 9001
    LEVERS = 9100
    VALUE_OF_INFORMATION = 9200
    VARIANCE_SHARES = 9300

    def generator(self, seed: int, *key: int) -> np.random.Generator:
        """The stream's generator for a seed, and for further numbers that part it."""
        entropy = (seed, int(self), *key)
        return np.random.Generator(np.random.Philox(np.random.SeedSequence(entropy)))
