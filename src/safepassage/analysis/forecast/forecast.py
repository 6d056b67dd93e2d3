"""What may come: the fitted system past its calendar, when years differ and policies may change.

The calendar is extended and whole people are drawn for every posterior draw. Beyond the last fitted
month: yearly departures keep their declared size and are drawn anew; trends and covariates stay at
their last value; seasons continue. Policies either stay as they are, or change together as they
have changed (`policy_breaks`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from safepassage.analysis.forecast.places_needed import planner_view
from safepassage.analysis.forecast.policy_breaks import Past, break_sentences, summarise
from safepassage.analysis.forecast.projection import Projection, project
from safepassage.analysis.forecast.quantiles import quantiles
from safepassage.inference.outputs import spans
from safepassage.model.schema import Model
from safepassage.results.forecast import Forecast, ForecastPoint

if TYPE_CHECKING:
    from safepassage.inference.posterior import Posterior


def forecast(
    posterior: Posterior, to: int, *, policies: str = "may change", planner: bool = False
) -> Forecast:
    """Run the fitted system to the end of a later year.

    Args:
        posterior: The posterior.
        to: Last year of the forecast.
        policies: `may change`, or `stay`.
        planner: Whether to add what a planner needs, by month.

    Raises:
        InputError: The year is not after the fitted calendar, or too far.
    """
    ahead = project(posterior, to, policies=policies)
    return Forecast(
        last_fitted=ahead.last_fitted,
        to=to,
        policies=policies,
        assumptions=_assumptions(posterior.study.model, ahead.past),
        outputs=_series(ahead),
        breaks=None if ahead.past is None else summarise(ahead.past),
        planner=planner_view(ahead) if planner else None,
        fit=posterior.verdict,
        provenance=posterior.provenance,
    )


def _series(ahead: Projection) -> dict[str, tuple[ForecastPoint, ...]]:
    """Outputs by year, of whole people, from two years before the fit's end."""
    model = ahead.compiled.model
    last = int(ahead.last_fitted[:4])
    return {
        name: tuple(
            quantiles(values, ForecastPoint, time=time, forecast=int(time) > last)
            for time, values in spans(
                ahead.compiled, output.model_copy(update={"until": None}), ahead.people
            )
            if int(time) >= last - 1
        )
        for name, output in model.outputs.items()
        if output.per == "year"
        and output.pooled_years == 1
        and output.quantity not in model.memories
    }


def _assumptions(model: Model, past: Past | None) -> tuple[str, ...]:
    """What the forecast takes for granted, in plain sentences."""
    titles = {name: policy.title for name, policy in model.policies.items()}
    breaks = () if past is None else break_sentences(past, titles)
    return (
        "Trends and yearly figures of what drives people stay at their last value.",
        "Years differ as they have: yearly departures keep their declared size.",
        *(breaks or ("Every policy stays as it is in the last fitted month.",)),
    )
