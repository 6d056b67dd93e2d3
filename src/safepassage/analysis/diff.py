"""What differs between two fits: what they were made from, and which figures moved."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pydantic import ValidationError

from safepassage.errors import Fault, InputError
from safepassage.inference.inputs import FITTED
from safepassage.network.parameters import HALF_WIDTH_90
from safepassage.results.diff import (
    Diff,
    OutputShift,
    ParameterShift,
    PriorDifference,
    RowDifference,
    SettingDifference,
)
from safepassage.results.fit import FitInputs
from safepassage.results.parts import Convergence, Estimate, TimedEstimate
from safepassage.store import run_root

if TYPE_CHECKING:
    from safepassage.inference.posterior import Posterior

V = TypeVar("V")
R = TypeVar("R")


@dataclass(frozen=True)
class Run:
    """A fit, as far as it is compared."""

    name: str
    provenance: Mapping[str, str | int]
    fit: Convergence
    parameters: Mapping[str, Estimate]
    """Posteriors by name."""
    outputs: Mapping[str, Sequence[TimedEstimate]]
    inputs: FitInputs | None
    """None where the run does not record them."""


def diff(first: Posterior | str | Path, second: Posterior | str | Path) -> Diff:
    """Compare two fits.

    Args:
        first: A posterior, the folder of a run, or its key in the folder of runs.
        second: Likewise.

    Returns:
        What differs in provenance, priors, evidence rows and settings; parameters and outputs
        with their shifts, largest first.

    Raises:
        InputError: A run is not there or not finished.
    """
    one, two = _read(first), _read(second)
    a, b = one.inputs, two.inputs
    names = sorted({*one.provenance, *two.provenance})
    pairs = {name: (one.provenance.get(name), two.provenance.get(name)) for name in names}
    return Diff(
        runs=(one.name, two.name),
        provenance={name: pair for name, pair in pairs.items() if pair[0] != pair[1]},
        priors=_differences(PriorDifference, a and a.priors, b and b.priors),
        evidence_rows=_differences(RowDifference, a and a.rows, b and b.rows),
        settings=_differences(SettingDifference, a and a.settings, b and b.settings),
        fit=(one.fit, two.fit),
        parameters=_parameters(one, two),
        outputs=_outputs(one, two),
    )


def _read(run: Posterior | str | Path) -> Run:
    if not isinstance(run, (str, Path)):
        return Run(
            name=str(run.path),
            provenance=dict(run.provenance),
            fit=run.verdict,
            parameters={name: one.posterior for name, one in run.parameters.items()},
            outputs=run.outputs,
            inputs=run.inputs,
        )
    for path in (Path(run) / "fit.json", run_root() / str(run) / "fit.json", Path(run)):
        if path.is_file():
            try:
                return _stored(str(run), path)
            except (ValueError, TypeError, KeyError, AttributeError):
                break
    message = "no finished run here; give the folder of a run or its key, as `fit` prints it"
    raise InputError([Fault(str(run), 0, "", message)])


def _stored(name: str, path: Path) -> Run:
    """A run by its `fit.json`, which an older version may have written."""
    value = json.loads(path.read_text(encoding="utf-8"))
    return Run(
        name=name,
        provenance=value["provenance"],
        fit=Convergence.from_dict(value["fit"]),
        parameters={n: Estimate.from_dict(p["posterior"]) for n, p in value["parameters"].items()},
        outputs={
            n: [TimedEstimate.from_dict(at) for at in series]
            for n, series in value["outputs"].items()
        },
        inputs=_inputs(path.with_name(f"{FITTED}.json")),
    )


def _inputs(path: Path) -> FitInputs | None:
    try:
        return FitInputs.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def _differences(
    record: Callable[..., R], one: Mapping[str, V] | None, two: Mapping[str, V] | None
) -> tuple[R, ...] | None:
    """What differs by name, as records; None where a run does not record it."""
    if one is None or two is None:
        return None
    pairs = {name: (one.get(name), two.get(name)) for name in [*one, *two]}
    return tuple(record(name=n, first=a, second=b) for n, (a, b) in pairs.items() if a != b)


def _shift(before: Estimate | None, after: Estimate | None) -> float | None:
    if before is None or after is None or after.median is None:
        return None
    if before.median is None or before.low is None or before.high is None:
        return None
    spread = (before.high - before.low) / (2 * HALF_WIDTH_90)
    change = after.median - before.median
    if change == 0:
        return 0.0
    return float(change / spread) if spread > 0 else None


def _largest_first(one: ParameterShift | OutputShift) -> float:
    return -abs(one.shift) if one.shift is not None else -1e9


def _parameters(one: Run, two: Run) -> tuple[ParameterShift, ...]:
    shifts = [
        ParameterShift(name=name, first=a, second=b, shift=_shift(a, b))
        for name in dict.fromkeys([*one.parameters, *two.parameters])
        for a, b in [(one.parameters.get(name), two.parameters.get(name))]
    ]
    return tuple(sorted(shifts, key=_largest_first))


def _outputs(one: Run, two: Run) -> tuple[OutputShift, ...]:
    rows: list[OutputShift] = []
    for name in dict.fromkeys([*one.outputs, *two.outputs]):
        later = {at.time: at for at in two.outputs.get(name, ())}
        shifts = [(at.time, _shift(at, later.get(at.time))) for at in one.outputs.get(name, ())]
        finite = [(time, shift) for time, shift in shifts if shift is not None]
        time, shift = max(finite, key=lambda pair: abs(pair[1]), default=(None, None))
        rows.append(OutputShift(name=name, time=time, shift=shift))
    return tuple(sorted(rows, key=_largest_first))
