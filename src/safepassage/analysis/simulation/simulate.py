"""`simulate`: a model at its prior medians in any engine, as plain values."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from safepassage.analysis.simulation.ensembles import (
    HISTORIES,
    Draw,
    Progress,
    alike,
    draw_ensemble,
    packed,
    summaries,
    tied,
)
from safepassage.engines.simulate import ENGINES, simulate
from safepassage.errors import Fault, InputError
from safepassage.inference.durations import Remembered, remember
from safepassage.inference.fit import compile_study
from safepassage.inference.outputs import output_series
from safepassage.inference.summary import interval
from safepassage.network.arrays import Tables
from safepassage.network.calendar import STEP_YEARS, month_name, month_number
from safepassage.network.persons import OUTCOMES, persons_of
from safepassage.network.scaling import MOST_PEOPLE, people_at_least, quickest, scaled
from safepassage.parallel import LOCAL, Executor, TaskSpec
from safepassage.store import RunFolder, run_key, run_root, source_hash

if TYPE_CHECKING:
    from safepassage.network.arrays import Network
    from safepassage.network.compile import Compiled
    from safepassage.store.ensembles import EnsembleStore
    from safepassage.store.histories import HistoryWriter
    from safepassage.study.loader import Study

PERSONS = "individuals"
"""The engine that tells people apart."""
TOO_QUICK = 30.0
"""Stays so many times shorter than the step are refused: the step would stretch them to itself."""


@dataclasses.dataclass(frozen=True)
class Plan:
    """What to simulate."""

    engine: str = "expected"
    seed: int = 1
    step: str = "month"
    replicates: int = 1
    people_scale: float = 1.0
    families: bool = False
    """People travel in the parties that the model declares, with sponsors, money and debts."""
    histories: bool = False
    """Write every move of every person, as Parquet."""

    @property
    def persons(self) -> bool:
        """Whether people are told apart."""
        return self.families or self.histories


def simulate_model(
    study: Study,
    plan: Plan = Plan(),
    *,
    out: Path | None = None,
    progress: Progress | None = None,
    executor: Executor = LOCAL,
) -> dict[str, Any]:
    """Move people through a model with every parameter at its prior median.

    Flows are by month, stocks at the end of each month, whatever the step. An engine that draws
    whole people gives the median and the central 90 % of its replicates, which are kept: a killed
    run goes on where it was, and a later one with more replicates adds to them.

    Args:
        study: the model folder.
        plan: the engine, the step, the number of replicates, how many people.
        out: folder for the replicates; the user's cache folder unless given.
        progress: called with (stage, done, total).
        executor: who draws the replicates; this process writes them.

    Raises:
        InputError: the plan cannot be carried out; says what to give instead.
    """
    _check(plan)
    compiled, tables = _numbers(study, plan)
    network = compiled.network
    _check_numbers(compiled, tables, plan)
    months = np.unique(network.month_of_step)
    folder = _folder(study, plan, out)
    if ENGINES[plan.engine].whole:
        told = progress or (lambda *_: None)
        store = _draw(study, compiled, tables, plan, folder, told, executor)
        outputs = output_series(
            compiled,
            lambda name: store.quantity(name, plan.replicates),
            months,
            _remembered(compiled, tables),
        )
        people, kept = store.people(plan.replicates), str(store.path)
    else:
        run = simulate(network, tables, plan.engine, rows=network.month_of_step)
        outputs = output_series(compiled, run.quantities, months, _remembered(compiled, tables))
        people, kept = np.stack(run.people), None
    first = month_number(network.start)
    return {
        "model": study.model.model.id,
        **dataclasses.asdict(plan),
        "outputs": outputs,
        "people": [
            {"time": month_name(first + int(month)), **_people(people[:, row])}
            for row, month in enumerate(months)
        ],
        "ensemble": kept,
        **(_persons(folder, plan) if plan.persons else {}),
    }


def _remembered(compiled: Compiled, tables: Tables) -> Remembered:
    """The model's memories, of mean flows."""
    from safepassage.engines.expected.solve import solve

    if not compiled.model.memories:
        return {}
    batch = Tables(*(table[..., None] for table in tables))
    return remember(compiled, batch, solve(compiled.network, batch))


def _draw(
    study: Study,
    compiled: Compiled,
    tables: Tables,
    plan: Plan,
    folder: RunFolder,
    progress: Progress,
    executor: Executor,
) -> EnsembleStore:
    from safepassage.store.histories import HistoryWriter

    network, writer = compiled.network, None
    if plan.histories:
        writer = HistoryWriter(folder.path / HISTORIES, network, end=compiled.model.model.end)
    return draw_ensemble(
        network, _drawing(compiled, tables, plan, writer), folder,
        block=ENGINES[plan.engine].block, replicates=plan.replicates,
        attrs=dataclasses.asdict(plan), progress=progress,
        histories=writer if executor.elsewhere else None,
        spec=TaskSpec(drawing, (study, plan)), executor=executor,
    )  # fmt: skip


def drawing(study: Study, plan: Plan) -> Draw:
    """What draws replicates of a plan in another process: see `simulate_model`."""
    from safepassage.store.histories import HeldHistories

    compiled, tables = _numbers(study, plan)
    held = None
    if plan.histories:
        held = HeldHistories(compiled.network, end=compiled.model.model.end)
    return packed(_drawing(compiled, tables, plan, held), held)


def _numbers(study: Study, plan: Plan) -> tuple[Compiled, Tables]:
    """The model at the plan's step, and its tables at the middle of the priors."""
    compiled = compile_study(study, step=plan.step)
    medians = compiled.program.tables(np.zeros(len(compiled.parameters)))
    return compiled, scaled(compiled.network, medians, plan.people_scale)


def _drawing(
    compiled: Compiled, tables: Tables, plan: Plan, histories: HistoryWriter | None
) -> Draw:
    network = compiled.network
    if not plan.persons:
        return alike(network, tables, plan.engine, plan.seed)
    persons = persons_of(compiled, np.zeros(len(compiled.parameters)))
    return tied(network, tables, persons, seed=plan.seed, histories=histories)


def _persons(folder: RunFolder, plan: Plan) -> dict[str, Any]:
    """How people fare, by outcome at the end: setting out on any way, money, relatives punished."""
    told = summaries(folder, ENGINES[plan.engine].block, plan.replicates)
    found: dict[str, Any] = {}
    for o, outcome in enumerate(OUTCOMES):
        persons = np.maximum(told.persons[o], 1.0)
        several = told.attempts[o, 2:].sum(axis=0)
        found[outcome] = {
            "persons": interval(told.persons[o]),
            "share_who_set_out_several_times": interval(several / persons),
            "paid_usd_per_person": interval(told.total_paid[o] / persons),
            "paid_for_others_usd_per_person": interval(told.total_paid_by_relatives[o] / persons),
            "owed_usd_per_person": interval(told.total_owed[o] / persons),
            "relatives_punished_per_person": interval(told.total_relatives[o] / persons),
        }
    histories = str(folder.path / HISTORIES) if plan.histories else None
    return {"persons": found, "histories": histories}


def _people(counted: np.ndarray) -> dict[str, Any]:
    """Entered, inside and left (3, R): one number where there is one replicate."""
    names = ("entered", "inside", "left")
    if counted.shape[-1] == 1:
        return dict(zip(names, counted[:, 0].tolist(), strict=True))
    return {name: interval(values) for name, values in zip(names, counted, strict=True)}


def _folder(study: Study, plan: Plan, out: Path | None) -> RunFolder:
    """The folder of a plan; more replicates of the same plan go to the same folder."""
    settings = dataclasses.asdict(dataclasses.replace(plan, replicates=0))
    key = run_key(
        study.identity, study.evidence_hash, source_hash(), {"simulate": settings}, plan.seed
    )
    return RunFolder(run_root(out), key)


def _check(plan: Plan) -> None:
    """Faults that can be told before anything is compiled."""
    faults = []
    if plan.engine not in ENGINES:
        known = ", ".join(sorted(ENGINES))
        message = f"{plan.engine!r} is no engine; give one of {known}"
        faults.append(Fault("--engine", 0, "", message))
    elif plan.replicates != 1 and not ENGINES[plan.engine].whole:
        whole = " or ".join(name for name, engine in ENGINES.items() if engine.whole)
        message = f"the engine {plan.engine} gives means and has no replicates; give {whole}"
        faults.append(Fault("--replicates", 0, "", message))
    requested = [name for name in ("families", "histories") if getattr(plan, name)]
    if requested and plan.engine in ENGINES and plan.engine != PERSONS:
        message = f"the engine {plan.engine} does not tell people apart; give --engine {PERSONS}"
        faults += [Fault(f"--{name}", 0, "", message) for name in requested]
    if plan.step not in STEP_YEARS:
        known = ", ".join(STEP_YEARS)
        faults.append(Fault("--step", 0, "", f"{plan.step!r} is no step; give one of {known}"))
    if not 1 <= plan.replicates < 2**32:
        message = f"{plan.replicates} replicates; give a whole number from 1 to 2**32 - 1"
        faults.append(Fault("--replicates", 0, "", message))
    if not (math.isfinite(plan.people_scale) and plan.people_scale > 0):
        message = f"{plan.people_scale} times the people; give a number above 0"
        faults.append(Fault("--people-scale", 0, "", message))
    if faults:
        raise InputError(faults)


def _check_numbers(compiled: Compiled, tables: Tables, plan: Plan) -> None:
    """Faults that show in the numbers: nobody, too many, or stays that the step cannot hold."""
    network, faults = compiled.network, []
    people = people_at_least(network, tables)
    if people == 0.0:
        message = "nobody is there and nobody enters; give an entry or an initial stock people"
        faults.append(Fault("model.yaml", 0, "entries", message))
    elif people > MOST_PEOPLE:
        most = MOST_PEOPLE / people * plan.people_scale
        message = (
            f"{people:.3g} people are more than whole numbers can be told apart for (2**53); "
            f"give at most {most:.3g}"
        )
        faults.append(Fault("--people-scale", 0, "", message))
    hazard, cell = quickest(network, tables)
    if hazard * network.step_years > TOO_QUICK:
        faults.append(_too_quick(network, hazard, cell, plan.step))
    if faults:
        raise InputError(faults)


def _too_quick(network: Network, hazard: float, cell: int, step: str) -> Fault:
    state = network.cells[cell].state
    stay = 1 / hazard
    enough = [name for name, years in STEP_YEARS.items() if hazard * years <= TOO_QUICK]
    remedy = (
        f"give --step {enough[0]}"
        if enough
        else "no step is short enough: make the state a branch, which takes no time"
    )
    times = hazard * STEP_YEARS[step]
    message = (
        f"people leave at {hazard:.4g} per year, after {stay * 365.25:.2g} days on average; a "
        f"step of a {step} would make that {times:.0f} times too long: {remedy}"
    )
    return Fault("model.yaml", 0, f"states.{state}", message)
