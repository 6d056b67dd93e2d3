"""A what-if from a request: what is wrong with it at once, and the work that it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from safepassage.errors import Fault
from safepassage.server.job_queue import Emit, Job
from safepassage.server.schemas import CompareQuery

if TYPE_CHECKING:
    from safepassage.analysis.compare.interactive import LiveWhatIf


def query_faults(query: CompareQuery, model: Mapping[str, Any]) -> tuple[int, list[Fault]] | None:
    """Status and faults of a request that cannot be asked of this model; None where it can."""
    if (query.scenario is None) == (query.sliders is None):
        message = "give either `scenario` or `sliders`"
        return 422, [Fault("request", 0, "body", message)]
    known = [one["id"] for one in model["scenarios"]]
    if query.scenario is not None:
        if query.scenario in known:
            return None
        message = f"there is no such scenario; there are {', '.join(known) or 'none'}"
        return 404, [Fault("request", 0, "scenario", message)]
    sliders = {one["id"]: one for one in model["sliders"]}
    faults: list[Fault] = []
    for name, value in (query.sliders or {}).items():
        if name not in sliders:
            message = f"there is no such slider; there are {', '.join(sliders) or 'none'}"
            return 404, [Fault("request", 0, f"sliders.{name}", message)]
        least, most = sliders[name]["least"], sliders[name]["most"]
        if not least <= value <= most:
            message = f"{value:g} is not within {least:g} to {most:g}; move it inside"
            faults.append(Fault("request", 0, f"sliders.{name}", message))
    if not faults and all(value == 1 for value in (query.sliders or {}).values()):
        message = "every slider stands at 1, where nothing changes; move one"
        faults.append(Fault("request", 0, "sliders", message))
    return (400, faults) if faults else None


def what_if_job(query: CompareQuery) -> Job:
    """The work: at the posterior's median first, then with intervals."""

    def job(live: LiveWhatIf, emit: Emit) -> None:
        from safepassage.analysis.compare.interactive import own_scenario
        from safepassage.reports.data.explorer_data import rounded

        listed = live.listed
        one = (
            listed.scenarios[query.scenario]
            if query.scenario is not None
            else own_scenario(query.sliders or {}, listed.sliders)
        )
        emit("middle", rounded(live.middle(one).to_dict()))
        if query.intervals:

            def progress(stage: str, done: float, total: float) -> None:
                emit("progress", {"done": done, "total": total})

            emit("answer", rounded(live.with_intervals(one, progress).to_dict()))

    return job
