"""The scenarios that a model may be run under: its own, and those in a user's file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from safepassage.errors import Fault, InputError
from safepassage.evidence.do_no_harm_model import text_faults
from safepassage.model.reader import SCENARIO_FILE, read_scenarios
from safepassage.model.scenario_schema import Scenario, Slider, Support
from safepassage.study.selection import select_names

if TYPE_CHECKING:
    from safepassage.model.schema import Model
    from safepassage.study.loader import Study


@dataclass(frozen=True)
class NamedScenario:
    """One scenario, by the name that it goes by on the command line."""

    name: str
    scenario: Scenario
    file: str
    line: int

    def fault(self, field: str, message: str) -> Fault:
        """A fault of the scenario as a whole."""
        return Fault(
            self.file, self.line, f"scenarios.{self.name.replace('-', '_')}{field}", message
        )


@dataclass(frozen=True)
class Catalogue:
    """All scenarios of a model, and what holds for every question."""

    scenarios: dict[str, NamedScenario]
    captures: frozenset[str]
    support: Support
    sliders: dict[str, Slider] = field(default_factory=dict[str, Slider])

    def chosen(self, names: Sequence[str]) -> list[NamedScenario]:
        """Scenarios by name, with `-` or `_`; all of them where none is named.

        Raises:
            InputError: a name is unknown or stands twice, or there are no scenarios.
        """
        chosen = select_names(names, self.scenarios, "scenarios", SCENARIO_FILE)
        return [self.scenarios[name] for name in chosen]


def catalogue(study: Study, file: Path | None = None) -> Catalogue:
    """Read the scenarios of a model folder, and a user's own beside them.

    Raises:
        InputError: with every fault of both files.
    """
    own = study.path / SCENARIO_FILE
    paths = [(own, True)] if own.is_file() else []
    paths += [(file, False)] if file is not None else []
    faults: list[Fault] = []
    scenarios: dict[str, NamedScenario] = {}
    captures, support = frozenset(default_captures(study.model)), Support()
    sliders: dict[str, Slider] = {}
    for path, is_own in paths:
        try:
            read = read_scenarios(path, study.model, own=is_own)
        except InputError as error:
            faults += error.faults
            continue
        faults += text_faults(read.declared, read.lines)
        if is_own:
            captures = frozenset(read.declared.captures) or captures
            support, sliders = read.declared.support, read.declared.sliders
        for name, scenario in read.declared.scenarios.items():
            line = read.lines.of(f"scenarios.{name}")
            requested = NamedScenario(name.replace("_", "-"), scenario, read.lines.file, line)
            if requested.name in scenarios:
                message = "the name is taken by a scenario of the model; rename yours"
                faults.append(requested.fault("", message))
            scenarios[requested.name] = requested
    if faults:
        raise InputError(faults)
    return Catalogue(scenarios, captures, support, sliders)


def default_captures(model: Model) -> list[str]:
    """What is taken for a capture where a model does not say.

    Outcomes of branches that lead straight to an outcome `returned` or `dead`, and transitions to
    it from where people were in between.
    """
    ends = {name for name, state in model.states.items() if state.outcome in ("returned", "dead")}
    outcomes = [
        f"{b}.{o}"
        for b, branch in model.branches.items()
        for o, outcome in branch.outcomes.items()
        if outcome.to in ends
    ]
    exits = [
        name
        for name, t in model.transitions.items()
        if t.to in ends and model.states[t.source].outcome == "limbo"
    ]
    return [*outcomes, *exits]
