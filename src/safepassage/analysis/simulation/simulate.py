"""A model simulated at its prior medians, in any engine."""

from __future__ import annotations

import dataclasses
import math
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from safepassage.analysis.simulation.ensembles import (
    HISTORIES,
    Draw,
    Progress,
    compact_draw,
    draw_ensemble,
    family_draw,
    plain_draw,
    summaries,
)
from safepassage.engines.simulate import ENGINES, simulate
from safepassage.errors import Fault, InputError
from safepassage.inference.durations import Remembered, remember
from safepassage.inference.fit import compile_study
from safepassage.inference.outputs import output_series
from safepassage.inference.summary import estimate
from safepassage.network.arrays import Tables
from safepassage.network.calendar import STEP_YEARS, month_name, month_number
from safepassage.network.persons import OUTCOMES, persons_of
from safepassage.network.scaling import MOST_PEOPLE, people_at_least, quickest, scaled
from safepassage.parallel import LOCAL, Executor, TaskSpec
from safepassage.results.simulation import PeopleAt, PersonsByOutcome, Simulation
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
class SimulationSettings:
    """What to simulate."""

    engine: str = "expected"
    """`expected`, `counts` or `individuals`."""
    seed: int = 1
    """Seed of every random choice."""
    step: str = "month"
    """`month`, `week` or `day`."""
    replicates: int = 1
    """How many times whole people are drawn."""
    people_scale: float = 1.0
    """How many times the model's people there are."""
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
    settings: SimulationSettings = SimulationSettings(),
    *,
    out: Path | None = None,
    progress: Progress | None = None,
    executor: Executor = LOCAL,
) -> Simulation:
    """Move people through a model with every parameter at its prior median.

    Flows are by month, stocks at the end of each month, whatever the step. An engine that draws
    whole people gives the median and the central 90 % of its replicates, which are stored: an
    interrupted run resumes, and a later one with more replicates adds to them.

    Args:
        study: The model folder.
        settings: The engine, the step, the number of replicates, how many people.
        out: Folder for the replicates; the user's cache folder unless given.
        progress: Called with (stage, done, total).
        executor: Who draws the replicates; this process writes them.

    Raises:
        InputError: The settings cannot be carried out; says what to give instead.
    """
    _check(settings)
    compiled, tables = _numbers(study, settings)
    network = compiled.network
    _check_numbers(compiled, tables, settings)
    months = np.unique(network.month_of_step)
    folder = _folder(study, settings, out)
    if ENGINES[settings.engine].whole:
        report = progress or (lambda *_: None)
        store = _draw(study, compiled, tables, settings, folder, report, executor)
        quantities = partial(store.quantity, replicates=settings.replicates)
        people, ensemble = store.people(settings.replicates), str(store.path)
    else:
        run = simulate(network, tables, settings.engine, rows=network.month_of_step)
        quantities, people, ensemble = run.quantities, np.stack(run.people), None
    first = month_number(network.start)
    fields = dataclasses.asdict(settings)
    if settings.persons:
        fields["histories"] = str(folder.path / HISTORIES) if settings.histories else None
    return Simulation(
        model=study.model.model.id,
        **fields,
        outputs=output_series(compiled, quantities, months, _remembered(compiled, tables)),
        people=tuple(
            _people(month_name(first + int(month)), people[:, row])
            for row, month in enumerate(months)
        ),
        ensemble=ensemble,
        persons=_persons(folder, settings) if settings.persons else None,
    )


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
    settings: SimulationSettings,
    folder: RunFolder,
    progress: Progress,
    executor: Executor,
) -> EnsembleStore:
    from safepassage.store.histories import HistoryWriter

    network, writer = compiled.network, None
    if settings.histories:
        writer = HistoryWriter(folder.path / HISTORIES, network, end=compiled.model.model.end)
    return draw_ensemble(
        network, _draw_here(compiled, tables, settings, writer), folder,
        block=ENGINES[settings.engine].block, replicates=settings.replicates,
        attrs=dataclasses.asdict(settings), progress=progress,
        histories=writer if executor.elsewhere else None,
        spec=TaskSpec(make_draw, (study, settings)), executor=executor,
    )  # fmt: skip


def make_draw(study: Study, settings: SimulationSettings) -> Draw:
    """What draws replicates in another process: see `simulate_model`."""
    from safepassage.store.histories import HeldHistories

    compiled, tables = _numbers(study, settings)
    buffer = None
    if settings.histories:
        buffer = HeldHistories(compiled.network, end=compiled.model.model.end)
    return compact_draw(_draw_here(compiled, tables, settings, buffer), buffer)


def _numbers(study: Study, settings: SimulationSettings) -> tuple[Compiled, Tables]:
    """The model at the step of the settings, and its tables at the middle of the priors."""
    compiled = compile_study(study, step=settings.step)
    medians = compiled.program.tables(np.zeros(len(compiled.parameters)))
    return compiled, scaled(compiled.network, medians, settings.people_scale)


def _draw_here(
    compiled: Compiled,
    tables: Tables,
    settings: SimulationSettings,
    histories: HistoryWriter | None,
) -> Draw:
    network = compiled.network
    if not settings.persons:
        return plain_draw(network, tables, settings.engine, settings.seed)
    persons = persons_of(compiled, np.zeros(len(compiled.parameters)))
    return family_draw(network, tables, persons, seed=settings.seed, histories=histories)


def _persons(folder: RunFolder, settings: SimulationSettings) -> dict[str, PersonsByOutcome]:
    """How people fare, by outcome at the end: setting out on any way, money, relatives punished."""
    summary = summaries(folder, ENGINES[settings.engine].block, settings.replicates)
    by_outcome: dict[str, PersonsByOutcome] = {}
    for o, outcome in enumerate(OUTCOMES):
        persons = np.maximum(summary.persons[o], 1.0)
        several = summary.attempts[o, 2:].sum(axis=0)
        by_outcome[outcome] = PersonsByOutcome(
            persons=estimate(summary.persons[o]),
            share_who_set_out_several_times=estimate(several / persons),
            paid_usd_per_person=estimate(summary.total_paid[o] / persons),
            paid_for_others_usd_per_person=estimate(summary.total_paid_by_relatives[o] / persons),
            owed_usd_per_person=estimate(summary.total_owed[o] / persons),
            relatives_punished_per_person=estimate(summary.total_relatives[o] / persons),
        )
    return by_outcome


def _people(time: str, counted: np.ndarray) -> PeopleAt:
    """Entered, inside and left (3, R): one number where there is one replicate."""
    entered, inside, left = (
        values[0].item() if len(values) == 1 else estimate(values) for values in counted
    )
    return PeopleAt(time=time, entered=entered, inside=inside, left=left)


def _folder(study: Study, settings: SimulationSettings, out: Path | None) -> RunFolder:
    """The folder of the run; more replicates of the same run go to the same folder."""
    alike = dataclasses.asdict(dataclasses.replace(settings, replicates=0))
    key = run_key(
        study.identity, study.evidence_hash, source_hash(), {"simulate": alike}, settings.seed
    )
    return RunFolder(run_root(out), key)


def _check(settings: SimulationSettings) -> None:
    """Faults that do not need the compiled model."""
    faults = []
    if settings.engine not in ENGINES:
        message = f"{settings.engine!r} is no engine; give one of {', '.join(sorted(ENGINES))}"
        faults.append(Fault("call", 0, "engine", message))
    elif settings.replicates != 1 and not ENGINES[settings.engine].whole:
        whole = " or ".join(name for name, engine in ENGINES.items() if engine.whole)
        message = f"the engine {settings.engine} gives means and has no replicates; give {whole}"
        faults.append(Fault("call", 0, "replicates", message))
    requested = [name for name in ("families", "histories") if getattr(settings, name)]
    if requested and settings.engine in ENGINES and settings.engine != PERSONS:
        message = f"the engine {settings.engine} does not tell people apart; give {PERSONS}"
        faults += [Fault("call", 0, name, message) for name in requested]
    if settings.step not in STEP_YEARS:
        message = f"{settings.step!r} is no step; give one of {', '.join(STEP_YEARS)}"
        faults.append(Fault("call", 0, "step", message))
    if not 1 <= settings.replicates < 2**32:
        message = f"{settings.replicates} replicates; give a whole number from 1 to 2**32 - 1"
        faults.append(Fault("call", 0, "replicates", message))
    if not (math.isfinite(settings.people_scale) and settings.people_scale > 0):
        message = f"{settings.people_scale} times the people; give a number above 0"
        faults.append(Fault("call", 0, "people_scale", message))
    if faults:
        raise InputError(faults)


def _check_numbers(compiled: Compiled, tables: Tables, settings: SimulationSettings) -> None:
    """Faults that show in the numbers: nobody, too many, or stays that the step cannot hold."""
    network, faults = compiled.network, []
    people = people_at_least(network, tables)
    if people == 0.0:
        message = "nobody is there and nobody enters; give an entry or an initial stock people"
        faults.append(Fault("model.yaml", 0, "entries", message))
    elif people > MOST_PEOPLE:
        most = MOST_PEOPLE / people * settings.people_scale
        message = (
            f"{people:.3g} people are more than whole numbers can be told apart for (2**53); "
            f"give at most {most:.3g}"
        )
        faults.append(Fault("call", 0, "people_scale", message))
    hazard, cell = quickest(network, tables)
    if hazard * network.step_years > TOO_QUICK:
        faults.append(_too_quick(network, hazard, cell, settings.step))
    if faults:
        raise InputError(faults)


def _too_quick(network: Network, hazard: float, cell: int, step: str) -> Fault:
    state = network.cells[cell].state
    stay = 1 / hazard
    enough = [name for name, years in STEP_YEARS.items() if hazard * years <= TOO_QUICK]
    remedy = (
        f"give the step {enough[0]}"
        if enough
        else "no step is short enough: make the state a branch, which takes no time"
    )
    times = hazard * STEP_YEARS[step]
    message = (
        f"people leave at {hazard:.4g} per year, after {stay * 365.25:.2g} days on average; a "
        f"step of a {step} would make that {times:.0f} times too long: {remedy}"
    )
    return Fault("model.yaml", 0, f"states.{state}", message)
