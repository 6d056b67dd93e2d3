"""`simulate`: one run of a model at its prior medians, as plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from safepassage.inference.fitting import compile_loaded
from safepassage.inference.outputs import output_series
from safepassage.model.faults import Fault, InputError
from safepassage.network.calendar import STEP_YEARS, month_name, month_number

if TYPE_CHECKING:
    from safepassage.evidence.folder import Loaded


def simulate_model(
    loaded: Loaded, *, engine: str = "expected", seed: int = 1, step: str = "month"
) -> dict[str, Any]:
    """Move people through a model with every parameter at its prior median.

    Args:
        loaded: the model folder.
        engine: name of the engine.
        seed: kept in the provenance; the expected engine draws nothing.
        step: month, week or day.

    Raises:
        InputError: an unknown engine or step.
    """
    from safepassage.engines.expected import people
    from safepassage.engines.simulate import ENGINES, simulate

    faults = []
    if engine not in ENGINES:
        known = ", ".join(sorted(ENGINES))
        faults.append(Fault("--engine", 0, "", f"{engine!r} is no engine; give one of {known}"))
    if step not in STEP_YEARS:
        known = ", ".join(STEP_YEARS)
        faults.append(Fault("--step", 0, "", f"{step!r} is no step; give one of {known}"))
    if faults:
        raise InputError(faults)
    compiled = compile_loaded(loaded, step=step)
    tables = compiled.program.tables(np.zeros((len(compiled.parameters), 1)))
    run = simulate(compiled.network, tables, engine)
    counted = people(compiled.network, tables, run)
    return {
        "model": loaded.model.model.id,
        "engine": engine,
        "step": step,
        "seed": seed,
        "outputs": output_series(compiled, run.quantities),
        "people": [
            {"time": time, "entered": entered, "inside": inside, "left": left}
            for time, entered, inside, left in zip(
                _times(compiled.network.month_of_step, loaded.model.model.start),
                *(values[:, 0].tolist() for values in counted),
                strict=True,
            )
        ],
    }


def _times(month_of_step: np.ndarray, start: str) -> list[str]:
    """`YYYY-MM` of each step; where a month has several, `YYYY-MM.k` with k from 1."""
    months = month_of_step + month_number(start)
    if len(set(months.tolist())) == len(months):
        return [month_name(int(m)) for m in months]
    first = np.searchsorted(months, months)
    return [
        f"{month_name(int(m))}.{i - f + 1}"
        for i, (m, f) in enumerate(zip(months, first, strict=True))
    ]
