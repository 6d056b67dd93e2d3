"""safepassage: the ways out of a closed country as a multi-state model that can be questioned.

The public verbs and the types of their results; each is loaded when it is first used, so that
importing the package costs nothing.

    import safepassage as sp
    posterior = sp.fit("a-model-folder")
    print(sp.rank(posterior))
"""

from __future__ import annotations

import importlib
import warnings
from typing import TYPE_CHECKING, Any

from safepassage.version import __version__ as __version__

if TYPE_CHECKING:
    from safepassage.api import check as check
    from safepassage.api import cluster as cluster
    from safepassage.api import compare as compare
    from safepassage.api import diff as diff
    from safepassage.api import export as export
    from safepassage.api import figures as figures
    from safepassage.api import fit as fit
    from safepassage.api import forecast as forecast
    from safepassage.api import load as load
    from safepassage.api import plan as plan
    from safepassage.api import rank as rank
    from safepassage.api import report as report
    from safepassage.api import report_pdf as report_pdf
    from safepassage.api import runs as runs
    from safepassage.api import simulate as simulate
    from safepassage.api import trace as trace
    from safepassage.errors import Fault as Fault
    from safepassage.errors import InputError as InputError
    from safepassage.errors import Refused as Refused
    from safepassage.inference.posterior import Posterior as Posterior
    from safepassage.results.comparison import Comparison as Comparison
    from safepassage.results.diff import Diff as Diff
    from safepassage.results.export import Export as Export
    from safepassage.results.forecast import Forecast as Forecast
    from safepassage.results.plan import BudgetPlan as BudgetPlan
    from safepassage.results.ranking import Ranking as Ranking
    from safepassage.results.trace import Trace as Trace
    from safepassage.study.loader import Study as Study

_HOMES = {
    "load": "safepassage.api",
    "check": "safepassage.api",
    "simulate": "safepassage.api",
    "fit": "safepassage.api",
    "rank": "safepassage.api",
    "forecast": "safepassage.api",
    "compare": "safepassage.api",
    "plan": "safepassage.api",
    "trace": "safepassage.api",
    "report": "safepassage.api",
    "report_pdf": "safepassage.api",
    "figures": "safepassage.api",
    "export": "safepassage.api",
    "diff": "safepassage.api",
    "runs": "safepassage.api",
    "cluster": "safepassage.api",
    "Study": "safepassage.study.loader",
    "Posterior": "safepassage.inference.posterior",
    "Ranking": "safepassage.results.ranking",
    "Forecast": "safepassage.results.forecast",
    "Comparison": "safepassage.results.comparison",
    "BudgetPlan": "safepassage.results.plan",
    "Trace": "safepassage.results.trace",
    "Export": "safepassage.results.export",
    "Diff": "safepassage.results.diff",
    "Fault": "safepassage.errors",
    "InputError": "safepassage.errors",
    "Refused": "safepassage.errors",
}
_RENAMED = {"Loaded": "Study", "Fitted": "Posterior", "Planned": "BudgetPlan"}
"""Names of 0.1, which are served for one more release."""

__all__ = [  # noqa: RUF022 - verbs in the order of work, then types
    "load",
    "check",
    "simulate",
    "fit",
    "rank",
    "forecast",
    "compare",
    "plan",
    "trace",
    "report",
    "report_pdf",
    "figures",
    "export",
    "diff",
    "runs",
    "cluster",
    "Study",
    "Posterior",
    "Ranking",
    "Forecast",
    "Comparison",
    "BudgetPlan",
    "Trace",
    "Export",
    "Diff",
    "Fault",
    "InputError",
    "Refused",
    "__version__",
]


def __getattr__(name: str) -> Any:
    if name in _RENAMED:
        message = f"safepassage.{name} is deprecated: its name is {_RENAMED[name]}"
        warnings.warn(message, DeprecationWarning, stacklevel=2)
        return __getattr__(_RENAMED[name])
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
