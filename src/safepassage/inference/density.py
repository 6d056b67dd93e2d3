"""The joint log density of all unknowns and its gradient, for many points at once.

Three stages, each with its gradient: parameters to tables (`Program`, with its pullback), tables
to quantities (the expected engine, with its adjoint), quantities to log likelihood (JAX). All
in float64.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from safepassage.inference.compile_likelihood import compile_likelihood
from safepassage.inference.likelihood import Likelihood
from safepassage.inference.sampler.mode import out_of_range, reject

if TYPE_CHECKING:
    from safepassage.network.compile import Compiled
    from safepassage.study.loader import Study


class Density:
    """log p(z) + log p(figures | z) for z (P, B), standard normal a priori."""

    def __init__(self, study: Study, compiled: Compiled):
        """Prepare the three stages.

        Args:
            study: the model folder.
            compiled: the same model, compiled by month.
        """
        import jax

        jax.config.update("jax_enable_x64", True)
        import jax.numpy as jnp

        self.compiled = compiled
        self.likelihood: Likelihood = compile_likelihood(study, compiled)
        program, likelihood = compiled.program, self.likelihood
        self.weight = np.ones(len(likelihood.data))

        def figures(z: Any, top: Any, bottom: Any, weight: Any) -> Any:
            logs = program.logarithms(z, jnp)
            each = likelihood.log_density(logs, top, bottom, jnp)
            total = (weight[:, None] * each).sum(axis=0) - 0.5 * (z**2).sum(axis=0)
            return total.sum(), (total, each)

        self._figures = jax.jit(jax.value_and_grad(figures, argnums=(0, 1, 2), has_aux=True))

    @property
    def size(self) -> int:
        """Number of unknowns P."""
        return len(self.compiled.parameters)

    def __call__(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Log density (B,) and gradient (P, B) at z (P, B); -inf where it cannot be computed."""
        from safepassage.engines.expected.solve import solve, solve_adjoint

        outside = out_of_range(z)
        z = np.where(outside, 0.0, z)
        network = self.compiled.network
        tables = self.compiled.program.tables(z)
        run = solve(network, tables)
        flat = run.quantities.reshape(-1, z.shape[1])
        top, bottom = self.likelihood.numerator @ flat, self.likelihood.denominator @ flat
        (_, (total, _)), (dz, d_top, d_bottom) = self._figures(z, top, bottom, self.weight)
        d_flat = self.likelihood.numerator.T @ np.asarray(d_top)
        d_flat = d_flat + self.likelihood.denominator.T @ np.asarray(d_bottom)
        gradient = solve_adjoint(network, tables, run, d_flat.reshape(run.quantities.shape))
        out = np.asarray(dz) + self.compiled.program.pull(z, tables, gradient)
        return reject(np.asarray(total), out, outside)

    def pointwise(self, z: np.ndarray) -> np.ndarray:
        """(D, B) log density of every figure at z (P, B)."""
        from safepassage.engines.expected.solve import solve

        tables = self.compiled.program.tables(z)
        flat = solve(self.compiled.network, tables).quantities.reshape(-1, z.shape[1])
        top, bottom = self.likelihood.numerator @ flat, self.likelihood.denominator @ flat
        (_, (_, each)), _ = self._figures(z, top, bottom, self.weight)
        return np.asarray(each)

    def levels(self, z: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """(P, B) gradient of sum_d weights[d, b] * log(figure d predicted at z[:, b]).

        Reporting factors are left out: what matters is how people's flows make the figure.
        """
        from safepassage.engines.expected.solve import solve, solve_adjoint

        program, network = self.compiled.program, self.compiled.network
        tables = program.tables(z)
        run = solve(network, tables)
        flat = run.quantities.reshape(-1, z.shape[1])
        top, bottom = self.likelihood.numerator @ flat, self.likelihood.denominator @ flat
        shares = bottom > 0
        d_top = weights / np.maximum(top, 1e-12)
        d_bottom = np.where(shares, -weights / np.where(shares, bottom, 1.0), 0.0)
        d_flat = self.likelihood.numerator.T @ d_top + self.likelihood.denominator.T @ d_bottom
        gradient = solve_adjoint(network, tables, run, d_flat.reshape(run.quantities.shape))
        return program.pull(z, tables, gradient)

    def information(self, z: np.ndarray) -> np.ndarray:
        """(D,) Fisher information about the log of each expected figure at z (P,)."""
        from safepassage.engines.expected.solve import solve

        program = self.compiled.program
        quantities = solve(self.compiled.network, program.tables(z[:, None])).quantities
        logs = program.logarithms(z[:, None])
        return self.likelihood.information(logs, self.likelihood.predict(logs, quantities)[:, 0])
