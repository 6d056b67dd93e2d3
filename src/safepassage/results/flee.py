"""What the commands for Flee scenarios give: simulated camps, learned parameters, conversions."""

from __future__ import annotations

from typing import ClassVar, Literal

from safepassage.results.base import OMITTED_IF_NONE, Diagnostic, Record, Result, Row
from safepassage.results.parts import Estimate, TimedEstimate
from safepassage.results.screen import counted


class BiasedEstimate(Estimate):
    """A figure with a known bias."""

    biased: str
    """Which way: `too low`."""


class CampDay(TimedEstimate):
    """People in a camp at the end of a day, over the replicates."""

    reported: float | None
    """People reported; None where no counts of the camp are published."""


class Camp(Record):
    """A camp of a scenario."""

    name: str
    """Name in the scenario."""
    longitude: float
    """Degrees east, rounded to half a degree."""
    latitude: float
    """Degrees north, rounded to half a degree."""
    people: tuple[CampDay, ...]
    """People by day."""


class CampChange(Estimate):
    """What a change of the scenario does to the people in a camp on the last day."""

    name: str
    """Name of the camp."""


class FleeWhatIf(Record):
    """What a change of the scenario does on the last day, with common random numbers."""

    camps: tuple[CampChange, ...]
    """Those of the scenario, then those that the change adds."""
    people_in_camps: Estimate
    """People in all camps, changed less unchanged."""


class FleeSimulation(Result):
    """A simulated Flee scenario beside its reported counts."""

    scenario: str
    """Folder of the scenario."""
    simulated: Literal[True] = True
    """All people are simulated."""
    replicates: int
    """Number of runs."""
    seed: int
    """Seed of every random choice."""
    scored_from: str
    """First day that is compared with the reports, `YYYY-MM-DD`."""
    cpu_seconds: float
    """CPU time of all runs, seconds."""
    ard: Estimate
    """Averaged relative difference: mean over days of |simulated - reported| / reported."""
    ardr: Estimate
    """The same with simulated totals made equal to the reported ones."""
    flee_printed_error: BiasedEstimate
    """The mean of what Flee prints as its total error."""
    people: Estimate
    """All people on the last day."""
    camps: tuple[Camp, ...]
    """In the order of the scenario."""
    warnings: tuple[str, ...]
    """What in the scenario is legal and probably not meant."""
    what_if: FleeWhatIf | None = OMITTED_IF_NONE
    """What a change does, where one was requested."""

    index: ClassVar = ("camp", "time")
    units: ClassVar = dict.fromkeys(("median", "low", "high", "reported"), "people")

    def headline(self) -> str:
        """Which scenario, how many runs, and how far from the reports."""
        ardr = "none" if self.ardr.median is None else f"{self.ardr.median:.3f}"
        return (
            f"Simulated people of {self.scenario.rstrip('/').rpartition('/')[2]} in "
            f"{counted(len(self.camps), 'camp')}, {counted(self.replicates, 'run')} "
            f"with seed {self.seed}, ARDr {ardr}."
        )

    def rows(self) -> list[Row]:
        """One row for each camp and day."""
        return [
            {
                "camp": camp.name, "time": at.time, "median": at.median, "low": at.low,
                "high": at.high, "reported": at.reported,
            }
            for camp in self.camps
            for at in camp.people
        ]  # fmt: skip


class MovementParameter(Estimate):
    """A movement parameter of Flee, learned."""

    prior_median: float
    """Median before the data, Flee's default."""
    contraction: float
    """1 - posterior variance / prior variance on the unconstrained scale, 0 to 1."""
    label: str
    """`data-driven`, `mixed` or `assumed`."""


class FleeConvergence(Record):
    """Whether learned parameters may be relied on."""

    converged: bool
    """R-hat below 1.05 and both effective sample sizes at least 100."""
    max_rhat: Diagnostic
    """Largest R-hat of a parameter."""
    min_bulk_ess: Diagnostic
    """Smallest effective sample size of the bulk, draws."""
    min_tail_ess: Diagnostic
    """Smallest effective sample size of the tails, draws."""
    divergences: int
    """Divergent transitions after warm-up."""
    acceptance: float
    """Mean acceptance rate, 0 to 1."""
    seconds: float
    """Time that sampling took, seconds."""
    draws: int
    """Draws of all chains."""


class HeldOutScore(Record):
    """How far a method is from the reports of the held-out days; 0 is best."""

    ardr: float
    """Averaged relative difference of the median over runs, with equal totals."""
    crps: float
    """Continuous ranked probability score over the people reported, summed over camps."""


class ScoredScenario(Record):
    """A scenario and its held-out days."""

    scenario: str
    """Folder of the scenario."""
    days: int
    """Length, days."""
    training_days: int
    """Days that were learned from."""
    dates: int
    """Dates with reports among them."""
    camps: tuple[str, ...]
    """Names of the camps with reports."""
    held_out: dict[str, HeldOutScore]
    """By method."""


class FleeCalibration(Result):
    """Flee's movement parameters learned from the first days, scored on the rest."""

    simulated: Literal[True] = True
    """All people are simulated."""
    seed: int
    """Seed of every random choice."""
    parameters: dict[str, MovementParameter]
    """By name of the setting."""
    noise: dict[str, Estimate]
    """By name: the spread of reports about what is expected."""
    fit: FleeConvergence
    """Whether they may be relied on."""
    scenarios: tuple[ScoredScenario, ...]
    """In the order requested."""

    index: ClassVar = ("parameter",)

    def headline(self) -> str:
        """Convergence, and from how much was learned."""
        state = "converged" if self.fit.converged else "NOT converged"
        return (
            f"{len(self.parameters)} movement parameters learned from {len(self.scenarios)} "
            f"scenarios, {state}."
        )

    def rows(self) -> list[Row]:
        """One row for each parameter."""
        return [
            {
                "parameter": name, "median": one.median, "low": one.low, "high": one.high,
                "prior_median": one.prior_median, "contraction": one.contraction,
                "label": one.label,
            }
            for name, one in self.parameters.items()
        ]  # fmt: skip


class FleeConversion(Result):
    """A Flee scenario written as a model folder."""

    format: Literal["flee"] = "flee"
    """What was read."""
    folder: str
    """The model folder that was written."""
    states: int
    """Number of states."""
    transitions: int
    """Number of transitions."""
    entries: int
    """Number of entries."""
    channels: int
    """Number of channels of reported counts."""
    evidence_rows: int
    """Number of evidence rows."""

    index: ClassVar = ("section",)

    def headline(self) -> str:
        """Where the model folder is."""
        return f"Model folder {self.folder}, written from a Flee scenario."

    def rows(self) -> list[Row]:
        """One row for each section of the model folder."""
        return [{"section": name, "count": getattr(self, name)} for name in SECTIONS]


SECTIONS = ("states", "transitions", "entries", "channels", "evidence_rows")
"""What is counted of a model folder."""
