"""What is requested of a comparison, and the faults that show before anything is fitted."""

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
"""Engines whose random numbers can be shared."""


@dataclass(frozen=True)
class CompareRequest:
    """What is requested beside the scenarios."""

    engine: str = "expected"
    draws: int = 1000
    first_year: int | None = None
    last_year: int | None = None


def validate(
    study: Study, names: Sequence[str], request: CompareRequest, file: Path | None = None
) -> tuple[Catalogue, list[NamedScenario]]:
    """The catalogue and the requested scenarios, checked before anything is fitted.

    Raises:
        InputError: with every fault.
    """
    listed = catalogue(study, file)
    requested = listed.chosen(names)
    faults = list(_year_faults(study.model, request, requested))
    if request.engine not in ENGINES:
        message = f"{request.engine!r} cannot be paired; give one of {', '.join(ENGINES)}"
        faults.append(Fault("call", 0, "engine", message))
    if request.draws < 2:
        message = f"{request.draws} draws; give a number of at least 2"
        faults.append(Fault("call", 0, "draws", message))
    if faults:
        raise InputError(faults)
    return listed, requested


def _year_faults(
    model: Model, request: CompareRequest, requested: Sequence[NamedScenario]
) -> Iterator[Fault]:
    """Years within reach, in order, and not before anything changes."""
    start, end = int(model.model.start[:4]), int(model.model.end[:4])
    first, last = request.first_year, request.last_year
    for name, year in (("first_year", first), ("last_year", last)):
        if year is not None and not start <= year <= end + MOST_YEARS_ON:
            message = f"{year} is outside {start} to {end + MOST_YEARS_ON}; give a year within"
            yield Fault("call", 0, name, message)
    if last is not None and first is not None and last < first:
        yield Fault("call", 0, "last_year", f"{last} is before the first year {first}; swap them")
    elif first is not None and first > (last or end):
        yield Fault("call", 0, "first_year", f"{first} is after {end}; give a last year as well")
    for one in requested:
        begins = int(one.scenario.first_month[:4])
        if begins > (last or end):
            message = f"changes nothing before {one.scenario.first_month}; give a last year"
            yield one.fault("", f"{message} of {begins} or later")
