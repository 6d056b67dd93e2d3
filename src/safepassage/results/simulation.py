"""What a simulation gives: outputs, people by month, and how persons fared."""

from __future__ import annotations

from typing import ClassVar, Literal

from safepassage.results.base import OMITTED_IF_NONE, Record, Result, Row
from safepassage.results.parts import Estimate, TimedEstimate, series_rows
from safepassage.results.screen import counted

Number = float | Estimate
"""A number of people where there is one replicate, else their median and interval."""


class PeopleAt(Record):
    """People at the end of a month; those inside and those who left add up to those entered."""

    time: str
    """Month, `YYYY-MM`."""
    entered: Number
    """People who entered by then, with those who were there at the start."""
    inside: Number
    """People in states that can be left."""
    left: Number
    """People in states that cannot be left."""


class PersonsByOutcome(Record):
    """How the people of one outcome at the end fared, over the replicates."""

    persons: Estimate
    """People."""
    share_who_set_out_several_times: Estimate
    """Share of them who set out more than once, 0 to 1."""
    paid_usd_per_person: Estimate
    """Paid by each of them, USD."""
    paid_for_others_usd_per_person: Estimate
    """Paid by relatives for others, USD for each of them."""
    owed_usd_per_person: Estimate
    """Owed by each of them at the end, USD."""
    relatives_punished_per_person: Estimate
    """Relatives punished for each of them."""


class Simulation(Result):
    """People moved through a model with every parameter at its prior median."""

    model: str
    """Id of the model."""
    engine: str
    """`expected`, `counts` or `individuals`."""
    seed: int
    """Seed of every random choice."""
    step: str
    """`month`, `week` or `day`."""
    replicates: int
    """How many times whole people were drawn."""
    people_scale: float
    """How many times the model's people there are."""
    families: bool
    """Whether people travel in parties, with sponsors, money and debts."""
    histories: str | Literal[False] | None
    """Folder with every move of every person, as Parquet; None or False where none was written."""
    outputs: dict[str, tuple[TimedEstimate, ...]]
    """Series by name, over the replicates; the three figures are equal where there is one."""
    people: tuple[PeopleAt, ...]
    """Where people are at the end of every month."""
    ensemble: str | None
    """Zarr store of all replicates; None for means."""
    persons: dict[str, PersonsByOutcome] | None = OMITTED_IF_NONE
    """By outcome at the end, where persons were told apart."""

    index: ClassVar = ("output", "time")

    def headline(self) -> str:
        """Which model, and how it was simulated."""
        many = "mean flows" if self.ensemble is None else f"{self.replicates:,} replicates"
        return (
            f"{self.model}, engine {self.engine}, step {self.step}, {many}, seed {self.seed}: "
            f"{counted(len(self.outputs), 'output')}."
        )

    def rows(self) -> list[Row]:
        """One row for each output and time."""
        return [row for name, series in self.outputs.items() for row in series_rows(name, series)]
