"""A prior is a sound interval, says what it rests on, and is put to use."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from safepassage.errors import Fault
from safepassage.model.schema import Parameter, Prior
from safepassage.model.validation.draft import FACTORS, Draft
from safepassage.model.validation.products import every_product
from safepassage.model.yaml.wording import nearest

_MOST_MEANT = 50


def priors_sound(draft: Draft) -> Iterator[Fault]:
    """Every parameter's prior is sound."""
    for name, parameter in draft.model.parameters.items():
        yield from parameter_faults(draft.fault, f"parameters.{name}", parameter)


def parameter_faults(
    fault: Callable[[str, str], Fault], field: str, parameter: Parameter
) -> Iterator[Fault]:
    """Low < high within the range of the prior's kind; evidence or `assumed`, exactly one."""
    yield from _range_faults(fault, f"{field}.prior", parameter.prior)
    if parameter.evidence and parameter.assumed:
        message = "stands beside `evidence`; keep `assumed` only where no row supports the prior"
        yield fault(f"{field}.assumed", message)
    if not parameter.evidence and not parameter.assumed:
        message = "rests on nothing; name `evidence` rows, or say why under `assumed`"
        yield fault(field, message)


def _range_faults(fault: Callable[[str, str], Fault], field: str, prior: Prior) -> Iterator[Fault]:
    low, high = prior.low, prior.high
    if not low < high:
        message = f"is {low:g}, not below high {high:g}; swap or correct them"
        yield fault(f"{field}.low", message)
    if prior.kind == "lognormal" and low <= 0:
        message = f"is {low:g}, but a lognormal is above 0; raise it or change the kind"
        yield fault(f"{field}.low", message)
    if prior.kind == "probability":
        for end, value in (("low", low), ("high", high)):
            if not 0 < value < 1:
                message = f"is {value:g}, but a probability lies between 0 and 1, both excluded"
                yield fault(f"{field}.{end}", f"{message}; correct it")


def parameters_used(draft: Draft) -> Iterator[Fault]:
    """Every parameter acts on something."""
    used: set[str] = set(draft.mentioned)
    for place in every_product(draft.model):
        used |= {item for item in place.product if isinstance(item, str)}
    used |= {r.elasticity for r in draft.model.responses.values()}
    used |= {str(c.reporting.spread) for c in draft.model.channels.values()}
    # A misspelt name is told where it stands; the parameter it means is not unused as well.
    unknown = [n for n in sorted(used) if not draft.knows(n, *FACTORS)][:_MOST_MEANT]
    used |= {str(nearest(name, draft.model.parameters.keys())) for name in unknown}
    for name in draft.model.parameters:
        if name not in used:
            message = "is never used; use it in a product or remove it"
            yield draft.fault(f"parameters.{name}", message)
