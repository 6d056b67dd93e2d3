"""safepassage: the ways out of a closed country as a multi-state model that can be questioned.

The public verbs and the types of their results; each is loaded when it is first used, so that
importing the package costs nothing.

    import safepassage as sp
    fitted = sp.fit("a-model-folder")
    print(sp.rank(fitted).to_json())
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from safepassage.evidence.folder import Loaded as Loaded
    from safepassage.inference import Fitted as Fitted
    from safepassage.model.faults import Fault as Fault
    from safepassage.model.faults import InputError as InputError
    from safepassage.model.faults import Refused as Refused
    from safepassage.questions import Comparison as Comparison
    from safepassage.questions import Forecast as Forecast
    from safepassage.questions import Planned as Planned
    from safepassage.questions import Ranking as Ranking
    from safepassage.questions import Trace as Trace
    from safepassage.questions import compare as compare
    from safepassage.questions import diff as diff
    from safepassage.questions import forecast as forecast
    from safepassage.questions import plan as plan
    from safepassage.questions import rank as rank
    from safepassage.questions import trace as trace
    from safepassage.tasks import cluster as cluster
    from safepassage.verbs import check as check
    from safepassage.verbs import export as export
    from safepassage.verbs import figures as figures
    from safepassage.verbs import fit as fit
    from safepassage.verbs import load as load
    from safepassage.verbs import report as report
    from safepassage.verbs import report_pdf as report_pdf
    from safepassage.verbs import simulate as simulate

_HOMES = {
    "load": "safepassage.verbs",
    "check": "safepassage.verbs",
    "simulate": "safepassage.verbs",
    "fit": "safepassage.verbs",
    "report": "safepassage.verbs",
    "report_pdf": "safepassage.verbs",
    "figures": "safepassage.verbs",
    "export": "safepassage.verbs",
    "rank": "safepassage.questions",
    "trace": "safepassage.questions",
    "diff": "safepassage.questions",
    "forecast": "safepassage.questions",
    "compare": "safepassage.questions",
    "plan": "safepassage.questions",
    "cluster": "safepassage.tasks",
    "Loaded": "safepassage.evidence.folder",
    "Fitted": "safepassage.inference",
    "Ranking": "safepassage.questions",
    "Forecast": "safepassage.questions",
    "Comparison": "safepassage.questions",
    "Planned": "safepassage.questions",
    "Trace": "safepassage.questions",
    "Fault": "safepassage.model.faults",
    "InputError": "safepassage.model.faults",
    "Refused": "safepassage.model.faults",
}

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
    "cluster",
    "Loaded",
    "Fitted",
    "Ranking",
    "Forecast",
    "Comparison",
    "Planned",
    "Trace",
    "Fault",
    "InputError",
    "Refused",
    "__version__",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
