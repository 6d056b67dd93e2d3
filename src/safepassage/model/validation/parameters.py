"""A prior is a sound interval with stated grounds, and is put to use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from safepassage.errors import Fault
from safepassage.model.fields import iter_products
from safepassage.model.schema import Parameter, Party, Prior
from safepassage.model.schema.marks import FACTORS
from safepassage.model.validation.draft import Draft
from safepassage.model.yaml.lines import Lines
from safepassage.model.yaml.wording import nearest

_MOST_MEANT = 50


def priors_sound(draft: Draft) -> Iterator[Fault]:
    """Every parameter's prior is sound."""
    yield from parameter_faults(draft.lines, draft.model.parameters)


def parameter_faults(lines: Lines, parameters: Mapping[str, Parameter]) -> Iterator[Fault]:
    """Low < high within the range of the prior's kind; evidence or `assumed`, exactly one."""
    for name, parameter in parameters.items():
        yield from _range_faults(lines, f"parameters.{name}.prior", parameter.prior)
        yield from ground_faults(lines, f"parameters.{name}", parameter)


def ground_faults(lines: Lines, field: str, declared: Parameter | Party) -> Iterator[Fault]:
    """Numbers are based on evidence or on a reason, exactly one of them."""
    if declared.evidence and declared.assumed:
        message = "stands beside `evidence`; keep `assumed` only where no row supports the numbers"
        yield lines.fault(f"{field}.assumed", message)
    if not declared.evidence and not declared.assumed:
        message = "rests on nothing; name `evidence` rows, or say why under `assumed`"
        yield lines.fault(field, message)


def _range_faults(lines: Lines, field: str, prior: Prior) -> Iterator[Fault]:
    low, high = prior.low, prior.high
    if not low < high:
        message = f"is {low:g}, not below high {high:g}; swap or correct them"
        yield lines.fault(f"{field}.low", message)
    if prior.kind == "lognormal" and low <= 0:
        message = f"is {low:g}, but a lognormal is above 0; raise it or change the kind"
        yield lines.fault(f"{field}.low", message)
    if prior.kind == "probability":
        for end, value in (("low", low), ("high", high)):
            if not 0 < value < 1:
                message = f"is {value:g}, but a probability lies between 0 and 1, both excluded"
                yield lines.fault(f"{field}.{end}", f"{message}; correct it")


def parameters_used(draft: Draft) -> Iterator[Fault]:
    """Every parameter acts on something."""
    used: set[str] = set(draft.mentioned)
    for place in iter_products(draft.model):
        used |= {item for item in place.product if isinstance(item, str)}
    used |= {r.elasticity for r in draft.model.responses.values()}
    used |= {str(c.reporting.spread) for c in draft.model.channels.values()}
    # A misspelt name is reported where it stands; the parameter that it means is not unused.
    unknown = [n for n in sorted(used) if not draft.knows(n, *FACTORS)][:_MOST_MEANT]
    used |= {str(nearest(name, draft.model.parameters.keys())) for name in unknown}
    for name in draft.model.parameters:
        if name not in used:
            message = "is never used; use it in a product or remove it"
            yield draft.fault(f"parameters.{name}", message)
