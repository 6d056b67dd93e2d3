"""The compiled exponential of the kernels, to the last places."""

from __future__ import annotations

import numpy as np

from safepassage.engines.expected.escape import stay_and_gain
from safepassage.engines.jit.compile import kernel
from safepassage.engines.jit.simd import SIMD_WIDTH, read, write


@kernel
def evaluate(x, stay, gain):
    for first in range(0, x.shape[1], SIMD_WIDTH):
        a, b = stay_and_gain(read(x, (0, first)))
        write(stay, (0, first), a)
        write(gain, (0, first), b)


def test_stay_and_gain_are_good_to_the_last_places():
    x = np.concatenate([np.logspace(-15, 2.8, 8 * 4000 - 8), [0.34, 0.35, 0.69, 0.7, 1, 2, 5, 600]])
    stay, gain = np.empty((1, x.size)), np.empty((1, x.size))
    evaluate(x[None], stay, gain)
    np.testing.assert_allclose(stay[0], np.exp(-x), rtol=4e-16)
    np.testing.assert_allclose(gain[0], -np.expm1(-x) / x, rtol=8e-16)


def test_stay_and_gain_at_the_ends():
    x = np.array([[0.0, 5e-324, 1e-300, 1e-20, 750.0, 1e5, np.inf, np.nan]])
    stay, gain = np.empty_like(x), np.empty_like(x)
    evaluate(x, stay, gain)
    np.testing.assert_array_equal(stay[0, :4], 1.0)
    np.testing.assert_array_equal(gain[0, :4], 1.0)
    assert (stay[0, 4:7] < 1e-300).all()
    np.testing.assert_allclose(gain[0, 4:7], [1 / 750, 1e-5, 0.0])
    assert np.isnan(gain[0, 7])
