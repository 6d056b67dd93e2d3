"""What may come: the fitted system run on, with years that differ and policies that may change.

The calendar is extended and whole people are drawn for every posterior draw. Beyond the last fitted
month: yearly departures keep their declared size and are drawn anew; trends and covariates stay at
their last value; seasons go on. Policies either stay as they are, or change together as they have
changed (`breaks`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from safepassage.analysis.forecast.places_needed import planner_view
from safepassage.analysis.forecast.policy_breaks import (
    Past,
    summary,
    told,
)
from safepassage.analysis.forecast.projection import Projection, project
from safepassage.analysis.forecast.quantiles import levels
from safepassage.inference.outputs import spans
from safepassage.model.schema import Model

if TYPE_CHECKING:
    from safepassage.inference.posterior import Posterior


@dataclass(frozen=True)
class Forecast:
    """Series of every output by year, from the last fitted years to the horizon."""

    last_fitted: str
    to: int
    policies: str
    assumptions: tuple[str, ...]
    outputs: dict[str, list[dict[str, Any]]]
    breaks: dict[str, Any] | None
    """How policies changed in the past; None where they stay."""
    planner: dict[str, Any] | None
    """What is needed by month (`planner.planner_view`), where it was asked for."""
    fit: dict[str, Any]
    provenance: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """The object of `forecast --json`."""
        return {
            "last_fitted": self.last_fitted,
            "to": self.to,
            "policies": self.policies,
            "assumptions": list(self.assumptions),
            "outputs": self.outputs,
            **({} if self.breaks is None else {"breaks": self.breaks}),
            **({} if self.planner is None else {"planner": self.planner}),
            "fit": self.fit,
            "provenance": self.provenance,
        }


def forecast(
    posterior: Posterior, to: int, *, policies: str = "may change", planner: bool = False
) -> Forecast:
    """Run the fitted system on to the end of a year.

    Args:
        posterior: the posterior.
        to: last year of the forecast.
        policies: `may change`, or `stay`.
        planner: whether to add what a planner needs, by month.

    Raises:
        InputError: the year is not after the fitted calendar, or too far.
    """
    ahead = project(posterior, to, policies=policies)
    return Forecast(
        ahead.last_fitted,
        to,
        policies,
        _assumptions(posterior.study.model, ahead.past),
        _series(ahead),
        None if ahead.past is None else summary(ahead.past),
        planner_view(ahead) if planner else None,
        posterior.verdict.to_dict(),
        posterior.provenance.to_dict(),
    )


def _series(ahead: Projection) -> dict[str, list[dict[str, Any]]]:
    """Outputs by year, of whole people, from two years before the fit's end."""
    model = ahead.compiled.model
    last = int(ahead.last_fitted[:4])
    found: dict[str, list[dict[str, Any]]] = {}
    for name, output in model.outputs.items():
        if output.per != "year" or output.pooled_years > 1 or output.quantity in model.memories:
            continue
        whole = output.model_copy(update={"until": None})
        found[name] = [
            {"time": time, "forecast": int(time) > last, **levels(values)}
            for time, values in spans(ahead.compiled, whole, ahead.people)
            if int(time) >= last - 1
        ]
    return found


def _assumptions(model: Model, past: Past | None) -> tuple[str, ...]:
    """What the forecast takes for granted, in plain sentences."""
    breaks = () if past is None else told(past, {n: p.title for n, p in model.policies.items()})
    return (
        "Trends and yearly figures of what drives people stay at their last value.",
        "Years differ as they have: yearly departures keep their declared size.",
        *(breaks or ("Every policy stays as it is in the last fitted month.",)),
    )
