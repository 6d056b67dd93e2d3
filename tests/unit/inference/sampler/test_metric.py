import numpy as np
import pytest

from safepassage.inference.sampler.metric import fisher_root, geometric_mean

RNG = np.random.default_rng(3)
SIZE = 12


def covariance(rng=RNG, size=SIZE):
    root = rng.standard_normal((size, size)) * np.exp(rng.standard_normal(size))
    return root @ root.T + 0.01 * np.eye(size)


def roundness(root, truth):
    """Variances along the axes of the new coordinates: 1 everywhere if they are right."""
    turned = np.linalg.solve(root, np.linalg.solve(root, truth).T)
    return np.linalg.eigvalsh(turned)


def gaussian(truth, count, rng=RNG):
    draws = np.linalg.cholesky(truth) @ rng.standard_normal((len(truth), count))
    return draws, -np.linalg.solve(truth, draws)


def test_the_geometric_mean_solves_its_equation():
    a, b = covariance(), covariance()
    mean = geometric_mean(a, b)
    np.testing.assert_allclose(mean @ np.linalg.solve(a, mean), b, rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(mean, geometric_mean(b, a), rtol=1e-7, atol=1e-8)


def test_few_draws_of_a_gaussian_and_their_gradients_tell_its_covariance_exactly():
    truth = covariance()
    draws, gradients = gaussian(truth, 2 * SIZE)
    found = roundness(fisher_root(draws, gradients, np.linalg.cholesky(truth)), truth)
    np.testing.assert_allclose(found, 1.0, rtol=1e-6)
    sampled = roundness(np.linalg.cholesky(np.cov(draws)), truth)
    assert sampled.max() > 2, "the draws alone would not have told it"


def test_fewer_draws_than_coordinates_lean_on_the_curvature():
    truth = covariance()
    draws, gradients = gaussian(truth, SIZE // 2)
    root = fisher_root(draws, gradients, np.linalg.cholesky(truth))
    np.testing.assert_allclose(roundness(root, truth), 1.0, rtol=1e-6)


@pytest.mark.parametrize("wide", [9.0, 25.0])
def test_a_direction_wider_than_its_gradients_say_is_lengthened(wide):
    """Stiff in some places, wide as a whole: gradients say 1, draws say `wide`."""
    rng = np.random.default_rng(5)
    draws = rng.standard_normal((SIZE, 4000))
    gradients = -draws.copy()
    draws[0] *= np.sqrt(wide)
    root = fisher_root(draws, gradients, np.eye(SIZE))
    scale = np.linalg.norm(root, axis=1)
    # The geometric mean makes of variances wide and 1 the variance wide ** .5; what is wider than
    # it by a factor of wide ** .5 is lengthened by half of that factor's logarithm.
    assert scale[0] ** 2 == pytest.approx(wide**0.75, rel=0.1)
    np.testing.assert_allclose(scale[1:], 1.0, rtol=0.1)
