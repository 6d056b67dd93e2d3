"""What is asked of a comparison, and what can be told wrong before anything is fitted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from safepassage.errors import Fault, InputError
from safepassage.model.validation.scenarios import MOST_YEARS_ON
from safepassage.study.scenarios import Catalogue, NamedScenario, catalogue

if TYPE_CHECKING:
    from safepassage.model.schema import Model
    from safepassage.study.loader import Study

ENGINES = ("expected", "counts")
"""Engines whose luck can be shared."""


@dataclass(frozen=True)
class CompareRequest:
    """What is asked beside the scenarios."""

    engine: str = "expected"
    draws: int = 1000
    first_year: int | None = None
    last_year: int | None = None


def validate(
    study: Study, names: Sequence[str], request: CompareRequest, file: Path | None = None
) -> tuple[Catalogue, list[NamedScenario]]:
    """The scenarios of a question, with whatever can be told wrong before anything is fitted.

    Raises:
        InputError: with every fault found.
    """
    listed = catalogue(study, file)
    requested = listed.chosen(names)
    faults = list(_year_faults(study.model, request, requested))
    if request.engine not in ENGINES:
        message = f"{request.engine!r} cannot be paired; give one of {', '.join(ENGINES)}"
        faults.append(Fault("--engine", 0, "", message))
    if request.draws < 2:
        message = f"{request.draws} draws; give a number of at least 2"
        faults.append(Fault("--draws", 0, "", message))
    if faults:
        raise InputError(faults)
    return listed, requested


def _year_faults(
    model: Model, request: CompareRequest, requested: Sequence[NamedScenario]
) -> Iterator[Fault]:
    """Years within reach, in order, and not before anything changes."""
    start, end = int(model.model.start[:4]), int(model.model.end[:4])
    first, last = request.first_year, request.last_year
    for name, year in (("--from", first), ("--to", last)):
        if year is not None and not start <= year <= end + MOST_YEARS_ON:
            message = f"{year} is outside {start} to {end + MOST_YEARS_ON}; give a year within"
            yield Fault(name, 0, "", message)
    if last is not None and first is not None and last < first:
        yield Fault("--to", 0, "", f"{last} is before --from {first}; swap them")
    elif first is not None and first > (last or end):
        yield Fault("--from", 0, "", f"{first} is after {end}; give --to as well")
    for one in requested:
        begins = int(one.scenario.first_month[:4])
        if begins > (last or end):
            message = f"changes nothing before {one.scenario.first_month}; give --to {begins}"
            yield one.fault("", f"{message} or later")
