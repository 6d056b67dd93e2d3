"""Which parameters carry the variance of an answer."""

from __future__ import annotations

from safepassage.results.base import OMITTED_IF_NONE, Record


class ParameterShare(Record):
    """Share of an answer's variance that a parameter carries."""

    id: str
    """Name of the parameter."""
    share: float
    """0 to 1."""


class VarianceShares(Record):
    """First-order shares Var(E[Y | x]) / Var(Y) over the posterior, on ranks."""

    noise: float | None
    """What 95 of 100 parameters show by chance; None where the answer does not vary."""
    parameters: tuple[ParameterShare, ...]
    """Those above noise, largest share first."""


class SobolIndices(Record):
    """Sobol's indices of a parameter at the prior, where parameters are independent."""

    id: str
    """Name of the parameter."""
    first: float
    """First-order index: what it carries alone."""
    total: float
    """Total index: what it carries alone and together with others."""


class VarianceDecomposition(Record):
    """Which parameters carry the variance of the answers."""

    answers: dict[str, VarianceShares]
    """By headline answer: `WAY.OUTCOME`, or an output of the report."""
    plan: VarianceShares
    """Of the plan's gain."""
    slopes: dict[str, tuple[ParameterShare, ...]]
    """By output: squared slope times the parameter's variance, as a share of their sum."""
    prior_sobol: dict[str, tuple[SobolIndices, ...]] | None = OMITTED_IF_NONE
    """By output, largest total index first; for a model of few parameters."""
