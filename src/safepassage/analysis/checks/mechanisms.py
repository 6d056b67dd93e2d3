"""Each declared mechanism switched off: what moves, and whether it shows where the model says.

Two runs of mean flows at the prior medians are compared, the whole model and the model without
the mechanism. Yearly innovations are 1 at their medians, so that a mechanism that only sets them
to 1 is compared at innovations of one prior standard deviation.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from safepassage.analysis.cohorts import MEASURES, Cohorts
from safepassage.errors import Fault, InputError
from safepassage.inference.durations import remember
from safepassage.inference.fit import compile_study
from safepassage.inference.outputs import spans
from safepassage.model.ablation import without
from safepassage.results.checks.mechanisms import Change, MechanismEffect, MechanismReport

if TYPE_CHECKING:
    from safepassage.model.schema import Model
    from safepassage.study.loader import Study

LEAST_CHANGE = 1e-5
"""Share of a figure's largest value from which a mechanism shows in it."""
LISTED = 3
"""Figures listed for each mechanism, besides the declared one."""
MEDIANS, INNOVATIONS = 0, 1
"""Points that are run: prior medians, and innovations one prior standard deviation up."""
Progress = Callable[[str, float, float], None]
Figures = dict[str, tuple[tuple[str | None, ...], np.ndarray]]
"""By output or `way.measure`: its times, and (times, 2) values at both points."""


def switch_off_mechanisms(
    study: Study, progress: Progress = lambda stage, done, total: None
) -> MechanismReport:
    """Run a model without each of its mechanisms.

    Args:
        study: The model folder.
        progress: Called with (stage, done, total).

    Raises:
        InputError: A mechanism removes or neutralises what the model does not have.
    """
    model = study.model
    whole = _figures(study, model)
    effects: list[MechanismEffect] = []
    for done, (name, declared) in enumerate(model.mechanisms.items()):
        progress("mechanisms", done, len(model.mechanisms))
        try:
            cut = without(model, name)
        except ValueError as error:
            line = study.lines.of(f"mechanisms.{name}")
            message = f"{error}; correct what it removes or sets to 1"
            fault = Fault(study.lines.file, line, f"mechanisms.{name}", message)
            raise InputError([fault]) from error
        only_innovations = not declared.remove and set(declared.neutral) <= set(model.innovations)
        point = INNOVATIONS if only_innovations else MEDIANS
        after = _figures(study, cut)
        changes = {n: _change(n, whole[n], after[n], point) for n in whole}
        ranked = sorted(changes.values(), key=lambda one: -one.change)
        effects.append(
            MechanismEffect(
                id=name,
                title=declared.title,
                ways=tuple(declared.ways),
                removes=tuple(declared.remove),
                sets_to_1=tuple(declared.neutral),
                shows_in=changes[declared.shows_in],
                shows=changes[declared.shows_in].change > LEAST_CHANGE,
                moves_most=tuple(one for one in ranked[:LISTED] if one.change > LEAST_CHANGE),
            )
        )
    progress("mechanisms", len(effects), len(effects))
    return MechanismReport(model=model.model.id, mechanisms=tuple(effects))


def _figures(study: Study, model: Model) -> Figures:
    """Every output and every measure of a route, at both points."""
    from safepassage.engines.expected.solve import solve

    compiled = compile_study(dataclasses.replace(study, model=model))
    innovations = compiled.parameters.innovations
    z = np.stack([np.zeros(len(innovations)), 1.0 * innovations], axis=1)
    tables = compiled.program.tables(z)
    run = solve(compiled.network, tables)
    memories = remember(compiled, tables, run) if model.memories else {}
    figures: Figures = {}
    for name, output in model.outputs.items():
        series = list(spans(compiled, output, run.quantities, remembered=memories))
        times = tuple(time for time, _ in series)
        figures[name] = (times, np.array([values for _, values in series]).reshape(-1, 2))
    answers = Cohorts(compiled, z, run, model.model.as_of).answers()
    measures = {**{m: answers.measures[m] for m in MEASURES}}
    measures["attempts_per_year"] = answers.attempts_per_year
    for measure, values in measures.items():
        for way, row in zip(answers.ways, values, strict=True):
            figures[f"{way}.{measure}"] = ((None,), row[None])
    return figures


def _change(
    name: str,
    whole: tuple[tuple[str | None, ...], np.ndarray],
    cut: tuple[tuple[str | None, ...], np.ndarray],
    point: int,
) -> Change:
    """How far a figure moves, relative to the whole model's largest value."""
    times, before = whole[0], whole[1][:, point]
    after = cut[1][:, point]
    both = np.isfinite(before) & np.isfinite(after)
    largest = float(np.abs(before[both]).max()) if both.any() else 0.0
    if not both.any() or largest == 0.0:
        return Change(name=name, time=None, with_it=None, without_it=None, change=0.0)
    gap = np.where(both, np.abs(after - before), 0.0)
    at = int(gap.argmax())
    return Change(
        name=name,
        time=times[at],
        with_it=float(before[at]),
        without_it=float(after[at]),
        change=float(gap[at]) / largest,
    )
