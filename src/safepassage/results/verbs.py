"""Which verb gives which result: what the schema, the types and the docs are made from."""

from __future__ import annotations

from safepassage.results.base import Record, Result
from safepassage.results.checks.calibration import Calibration
from safepassage.results.checks.check import CheckReport
from safepassage.results.checks.mechanisms import MechanismReport
from safepassage.results.comparison import Comparison, LiveAnswer, MedianAnswer, WhatIfGrid
from safepassage.results.diff import Diff
from safepassage.results.explorer import ExplorerData
from safepassage.results.export import Export
from safepassage.results.figures import FiguresFolder
from safepassage.results.fit import FitSummary
from safepassage.results.flee import FleeCalibration, FleeConversion, FleeSimulation
from safepassage.results.forecast import Forecast
from safepassage.results.plan import BudgetPlan
from safepassage.results.ranking import Ranking, RankingByWeights
from safepassage.results.runs import StoredRuns
from safepassage.results.simulation import Simulation
from safepassage.results.trace import Trace, TraceAnswer

VERBS: dict[str, type[Result]] = {
    "check": CheckReport,
    "simulate": Simulation,
    "fit": FitSummary,
    "rank": Ranking,
    "forecast": Forecast,
    "compare": Comparison,
    "plan": BudgetPlan,
    "trace": Trace,
    "figures": FiguresFolder,
    "export": Export,
    "diff": Diff,
    "runs": StoredRuns,
    "flee": FleeSimulation,
    "flee-calibrate": FleeCalibration,
    "convert": FleeConversion,
}
"""By command."""
EXTRA: dict[str, type[Result]] = {
    "check --calibration": Calibration,
    "check --mechanisms": MechanismReport,
}
"""Results that are part of a command's answer where they are requested."""
PAGE: tuple[type[Record], ...] = (
    ExplorerData, RankingByWeights, TraceAnswer, MedianAnswer, LiveAnswer, WhatIfGrid,
)  # fmt: skip
"""What the explorer's page and the report are sent."""
