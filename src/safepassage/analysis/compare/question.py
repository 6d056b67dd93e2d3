"""What is asked of a comparison, and what can be told wrong before anything is fitted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from safepassage.errors import Fault, InputError
from safepassage.model.validation.scenarios import MOST_YEARS_ON
from safepassage.study.scenarios import Asked, Catalogue, catalogue

if TYPE_CHECKING:
    from safepassage.model.schema import Model
    from safepassage.study.loader import Loaded

ENGINES = ("expected", "counts")
"""Engines whose luck can be shared."""


@dataclass(frozen=True)
class Question:
    """What is asked beside the scenarios."""

    engine: str = "expected"
    draws: int = 1000
    first_year: int | None = None
    last_year: int | None = None


def ask(
    loaded: Loaded, names: Sequence[str], question: Question, file: Path | None = None
) -> tuple[Catalogue, list[Asked]]:
    """The scenarios of a question, with whatever can be told wrong before anything is fitted.

    Raises:
        InputError: with every fault found.
    """
    listed = catalogue(loaded, file)
    asked = listed.chosen(names)
    faults = list(_year_faults(loaded.model, question, asked))
    if question.engine not in ENGINES:
        message = f"{question.engine!r} cannot be paired; give one of {', '.join(ENGINES)}"
        faults.append(Fault("--engine", 0, "", message))
    if question.draws < 2:
        message = f"{question.draws} draws; give a number of at least 2"
        faults.append(Fault("--draws", 0, "", message))
    if faults:
        raise InputError(faults)
    return listed, asked


def _year_faults(model: Model, question: Question, asked: Sequence[Asked]) -> Iterator[Fault]:
    """Years within reach, in order, and not before anything changes."""
    start, end = int(model.model.start[:4]), int(model.model.end[:4])
    first, last = question.first_year, question.last_year
    for name, year in (("--from", first), ("--to", last)):
        if year is not None and not start <= year <= end + MOST_YEARS_ON:
            message = f"{year} is outside {start} to {end + MOST_YEARS_ON}; give a year within"
            yield Fault(name, 0, "", message)
    if last is not None and first is not None and last < first:
        yield Fault("--to", 0, "", f"{last} is before --from {first}; swap them")
    elif first is not None and first > (last or end):
        yield Fault("--from", 0, "", f"{first} is after {end}; give --to as well")
    for one in asked:
        begins = int(one.scenario.first_month[:4])
        if begins > (last or end):
            message = f"changes nothing before {one.scenario.first_month}; give --to {begins}"
            yield one.fault("", f"{message} or later")
