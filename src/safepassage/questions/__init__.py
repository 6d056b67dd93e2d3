"""What is asked of a fit: rank, trace, diff, compare, and the bundles that are shown.

Each name is loaded when it is first used: to rank kept draws anew needs nothing but NumPy.
(`checks` is a module, and the function in it has the same name.)
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from safepassage.questions.asking import Question as Question
    from safepassage.questions.asking import ask as ask
    from safepassage.questions.bundle import report_bundle as report_bundle
    from safepassage.questions.calibration import calibrate as calibrate
    from safepassage.questions.carrying import salib as salib
    from safepassage.questions.comparing import Comparison as Comparison
    from safepassage.questions.comparing import compare as compare
    from safepassage.questions.differing import diff as diff
    from safepassage.questions.explored import explorer_bundle as explorer_bundle
    from safepassage.questions.forecasting import Forecast as Forecast
    from safepassage.questions.forecasting import forecast as forecast
    from safepassage.questions.hidden import compared as compared
    from safepassage.questions.hidden import compared_csv as compared_csv
    from safepassage.questions.plan_asking import PlanQuestion as PlanQuestion
    from safepassage.questions.plan_asking import ask_plan as ask_plan
    from safepassage.questions.planning import Planned as Planned
    from safepassage.questions.planning import plan as plan
    from safepassage.questions.ranking import Ranking as Ranking
    from safepassage.questions.ranking import rank as rank
    from safepassage.questions.simulating import Plan as Plan
    from safepassage.questions.simulating import simulate_model as simulate_model
    from safepassage.questions.tracing import Trace as Trace
    from safepassage.questions.tracing import trace as trace

_HOMES = {
    "Question": "asking",
    "ask": "asking",
    "report_bundle": "bundle",
    "calibrate": "calibration",
    "salib": "carrying",
    "Comparison": "comparing",
    "compare": "comparing",
    "diff": "differing",
    "explorer_bundle": "explored",
    "Forecast": "forecasting",
    "forecast": "forecasting",
    "compared": "hidden",
    "compared_csv": "hidden",
    "PlanQuestion": "plan_asking",
    "ask_plan": "plan_asking",
    "Planned": "planning",
    "plan": "planning",
    "Ranking": "ranking",
    "rank": "ranking",
    "Plan": "simulating",
    "simulate_model": "simulating",
    "Trace": "tracing",
    "trace": "tracing",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
