"""Products of named factors, resolved for one group into terms that are linear in logarithms.

Every parameter lives on an unconstrained scale u = location + scale * z with z standard normal
(log for `lognormal`, logit for `probability`, identity for `normal`). A product is then a sum
of parameters' logarithms, of time-varying factors, and at most one feedback.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import NamedTuple

from safepassage.model.groups import admits
from safepassage.model.schema import Model, Product

LOG, PROBABILITY = "log", "probability"


class ScalarRef(NamedTuple):
    """A parameter's contribution: `log` takes u itself, `probability` takes log sigmoid(u)."""

    parameter: str
    mode: str


class FactorRef(NamedTuple):
    """A time-varying factor as one group sees it; `value` is the group's attribute or ''."""

    name: str
    value: str


class FeedbackRef(NamedTuple):
    """A feedback as one group sees it; `matched` are the attribute values that must agree."""

    name: str
    matched: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Term:
    """A resolved product: log value = constant + sum of scalars + sum of factors."""

    constant: float = 0.0
    scalars: tuple[ScalarRef, ...] = ()
    factors: tuple[FactorRef, ...] = ()
    feedback: FeedbackRef | None = None


@dataclass(frozen=True)
class Resolver:
    """Turns the products of one model into terms."""

    model: Model
    _cache: dict[tuple[Product, str, bool], Term] = field(
        default_factory=dict[tuple[Product, str, bool], Term]
    )

    def term(self, product: Product, group: str, *, odds: bool = False) -> Term:
        """Resolve a product for a group.

        Args:
            product: names and numbers.
            group: name of the group.
            odds: whether probability parameters stand for p / (1 - p) instead of p.
        """
        key = (product, group, odds)
        if key not in self._cache:
            self._cache[key] = self._resolve(product, group, odds)
        return self._cache[key]

    def _resolve(self, product: Product, group: str, odds: bool) -> Term:
        constant, feedback = 0.0, None
        scalars: list[ScalarRef] = []
        factors: list[FactorRef] = []
        for item in product:
            part = self._one(item, group, odds)
            constant += part.constant
            scalars += part.scalars
            factors += part.factors
            feedback = feedback or part.feedback
        return Term(constant, tuple(scalars), tuple(factors), feedback)

    def _one(self, item: str | float, group: str, odds: bool) -> Term:
        model = self.model
        attributes = model.groups[group]
        if not isinstance(item, str):
            return Term(math.log(item) if item > 0 else -math.inf)
        if item in model.parameters:
            kind = model.parameters[item].prior.kind
            mode = PROBABILITY if kind == "probability" and not odds else LOG
            return Term(scalars=(ScalarRef(item, mode),))
        if item in model.contrasts:
            contrast = model.contrasts[item]
            product = contrast.values.get(attributes.get(contrast.by, ""), ())
            return self.term(product, group, odds=odds)
        if item in model.innovations:
            by = model.innovations[item].by
            return Term(factors=(FactorRef(item, attributes[by] if by else ""),))
        if item in model.feedbacks:
            same = model.feedbacks[item].same
            return Term(feedback=FeedbackRef(item, tuple((a, attributes[a]) for a in same)))
        return Term(factors=(FactorRef(item, ""),))


def allowed(model: Model, filters: dict[str, tuple[str, ...]], group: str) -> bool:
    """Whether a group passes a filter of attribute to allowed values."""
    return admits(filters, model.groups[group])
