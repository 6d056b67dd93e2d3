"""What a factor or a product is worth, month by month, in every draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from safepassage.model.schema import Product
from safepassage.network.arrays import Floats
from safepassage.network.factors import Affine, FactorForm, factor_form
from safepassage.network.parameters import Parameters
from safepassage.network.products import PROBABILITY, FactorRef, Resolver, ScalarRef, Term


@dataclass(frozen=True)
class Evaluator:
    """The forms of a model's factors, stored as they are requested."""

    resolver: Resolver
    parameters: Parameters
    walks: tuple[tuple[int, int], ...]
    """Slices of the parameters that are the steps of a random walk."""
    covariates: Mapping[str, Mapping[int, float]]
    _forms: dict[FactorRef, FactorForm] = field(default_factory=dict[FactorRef, FactorForm])

    def form(self, ref: FactorRef) -> FactorForm:
        """The form of a factor over the calendar."""
        if ref not in self._forms:
            self._forms[ref] = factor_form(ref, self.resolver, self.covariates)
        return self._forms[ref]

    def factor(self, ref: FactorRef, z: Floats, months: Sequence[int]) -> Floats:
        """(months, B) what a factor is worth at z (P, B)."""
        form = self.form(ref)
        response = form.response
        if response is None:
            return self.affine([form.months[m] for m in months], z)
        with np.errstate(divide="ignore"):
            driver = np.log(self.factor(response.driver, z, months))
        power = response.sign * self.natural(response.elasticity, z)
        return np.exp(power * (driver - response.log_reference))

    def affine(self, rows: Sequence[Affine], z: Floats) -> Floats:
        """(rows, B) what affine forms of logarithms are worth; like rows are worked out once."""
        values: dict[Affine, Floats] = {}
        for row in rows:
            if row not in values:
                constant, terms = row
                total = np.full(z.shape[1], constant)
                for weight, scalar in terms:
                    total = total + weight * self.logarithm(scalar, z)
                values[row] = np.exp(total)
        return np.stack([values[row] for row in rows])

    def constants(self, term: Term, z: Floats) -> Floats:
        """(B,) what the numbers and parameters of a term are worth."""
        total = np.full(z.shape[1], term.constant)
        for scalar in term.scalars:
            total = total + self.logarithm(scalar, z)
        return np.exp(total)

    def product(self, product: Product, z: Floats, *, odds: bool = False) -> Floats:
        """(B,) what a product of numbers and parameters is worth."""
        group = next(iter(self.resolver.model.groups))
        return self.constants(self.resolver.term(product, group, odds=odds), z)

    def natural(self, parameter: str, z: Floats) -> Floats:
        """(B,) an unconstrained parameter, such as an elasticity."""
        row = self.parameters.index(parameter)
        return self.parameters.location[row] + self.parameters.scale[row] * z[row]

    def logarithm(self, scalar: ScalarRef, z: Floats) -> Floats:
        """(B,) the logarithm of a scalar."""
        if scalar.mode == "walk":
            row = self.parameters.index(scalar.parameter)
            first = next(start for start, stop in self.walks if start <= row < stop)
            steps = slice(first, row + 1)
            u = (
                self.parameters.location[steps, None]
                + self.parameters.scale[steps, None] * z[steps]
            )
            return u.sum(axis=0)
        u = self.natural(scalar.parameter, z)
        return -np.logaddexp(0.0, -u) if scalar.mode == PROBABILITY else u
