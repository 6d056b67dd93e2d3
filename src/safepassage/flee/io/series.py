"""Reading what changes by day: conflicts, food insecurity, the period, the reported counts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from safepassage.flee.io.scenario import Reported
from safepassage.flee.io.table import Faults, Row, day_of, number, read_table, whole_number
from safepassage.model.yaml.wording import quoted, suggestion


def read_period(path: Path, faults: Faults) -> tuple[date | None, int]:
    """Read the first day and the number of days."""
    table = read_table(path, (), faults, short=2)
    if table is None:
        return None, 0
    start, days, keys = None, 0, set[str]()
    for row in table.rows:
        key = row.cell(0).lower()
        keys.add(key)
        if key == "startdate":
            day_of(row, 1, None, faults)
            start = _date(row.cell(1))
        elif key == "length":
            days = whole_number(row, 1, faults) or 0
            if days < 1 and row.cell(1).lstrip("+-").isdigit():
                message = f"is {days} days; give at least 1"
                faults.add(row.file, row.line, row.field(1), message)
        else:
            hint = suggestion(row.cell(0), ("StartDate", "Length"))
            faults.add(row.file, row.line, row.field(0), f"is {quoted(row.cell(0))}; {hint}")
    for name in ("StartDate", "Length"):
        if name.lower() not in keys:
            faults.add(table.file, 0, name, f"is missing; add a row '{name},...'")
    return start, days


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def read_conflicts(
    path: Path, places: Collection[str], days: int, faults: Faults
) -> dict[str, tuple[float, ...]]:
    """Read the intensity of conflict by place and day, from 0 to 1."""
    table = read_table(path, ("Day",), faults, short=2)
    if table is None:
        return {}
    names = table.header[1:]
    if not table.header:
        faults.add(table.file, 1, "", "has no header; write '#Day,' and a location per column")
        return {}
    for place, name in enumerate(names, start=2):
        if name and places and name not in places:
            message = (
                f"heads {quoted(name)}, no location of locations.csv; {suggestion(name, places)}"
            )
            faults.add(table.file, table.header_line, f"column {place}", message)
        elif name and name in names[: place - 2]:
            message = f"heads {quoted(name)} a second time; drop or rename the column"
            faults.add(table.file, table.header_line, f"column {place}", message)
    values: dict[str, list[float]] = {name: [] for name in names if name}
    for expected, row in enumerate(table.rows):
        day = whole_number(row, 0, faults)
        if day is not None and day != expected:
            message = f"is day {day} where day {expected} follows; give every day once, in order"
            faults.add(row.file, row.line, row.field(0), message)
            return {}
        for column, name in enumerate(names, start=1):
            if name:
                value = number(row, column, faults)
                values[name].append(0.0 if value is None else value)
                if value is not None and not 0.0 <= value <= 1.0:
                    message = f"is {value:g} but must lie from 0 (peace) to 1; correct it"
                    faults.add(row.file, row.line, row.field(column), message)
    if len(table.rows) < days:
        message = f"has {len(table.rows)} days, sim_period.csv asks for {days}; add rows"
        faults.add(table.file, 0, "", f"{message} or shorten the period")
        return {}
    return {name: tuple(series[:days]) for name, series in values.items()}


def read_food(path: Path, days: int, faults: Faults) -> dict[str, tuple[float, ...]]:
    """Read the IPC level (%) of each region, interpolated between the days given."""
    table = read_table(path, ("Day",), faults, needed=False, short=2)
    if table is None or not table.header:
        return {}
    at: list[int] = []
    levels: list[list[float]] = []
    for row in table.rows:
        day = whole_number(row, 0, faults)
        at.append(day or 0)
        levels.append([number(row, c, faults) or 0.0 for c in range(1, len(table.header))])
    if at != sorted(set(at)) or not at or at[0] > 0 or at[-1] < days - 1:
        message = f"must give levels in order of days, from day 0 to day {days - 1} or later"
        faults.add(table.file, 0, "", f"{message}; Flee stops where a day is outside")
        return {}
    result: dict[str, tuple[float, ...]] = {}
    for column, name in enumerate(table.header[1:]):
        series = [row[column] for row in levels]
        result[name] = tuple(_between(at, series, day) for day in range(days))
    return result


def _between(at: list[int], values: list[float], day: int) -> float:
    for i in range(len(at) - 1):
        if at[i] <= day <= at[i + 1]:
            return values[i] + (values[i + 1] - values[i]) * (day - at[i]) / (at[i + 1] - at[i])
    return values[0]


def read_reported(
    folder: Path, start: date | None, camps: Collection[str], places: Collection[str],
    hasten: int, faults: Faults,
) -> tuple[Reported, ...]:  # fmt: skip
    """Read `data_layout.csv` and the counts of every camp that it names."""
    table = read_table(folder / "data_layout.csv", ("name", "file"), faults, short=2)
    if table is None:
        return ()
    reported: list[Reported] = []
    for row in table.rows:
        name = row.cell(0)
        if name in {series.name for series in reported}:
            faults.add(row.file, row.line, row.field(0), f"{quoted(name)} stands twice; drop one")
            continue
        if not reported and name != "total":
            message = f"is {quoted(name)}, but Flee takes the first row as the total of all; "
            faults.add(row.file, row.line, row.field(0), message + "put the row 'total' first")
        if reported and name not in places:
            message = (
                f"names {quoted(name)}, no location: its reported counts make people appear, and "
                f"nobody can arrive there; {suggestion(name, camps)}"
            )
            faults.warn(row.file, row.line, row.field(0), message)
        parts = [_counts(folder / file, start, hasten, faults) for file in row.cells[1:] if file]
        if parts and all(part is not None for part in parts):
            total = parts[0] or ((), ())
            for part in parts[1:]:
                total = _added(total, part or ((), ()))
            reported.append(Reported(name, *total))
    for name in camps:
        if name not in {row.cell(0) for row in table.rows}:
            message = f"has no row for the camp {quoted(name)} (Flee stops there): it is simulated"
            faults.warn(table.file, 0, "", f"{message} and left out of the errors")
    return tuple(reported)


Counts = tuple[tuple[int, ...], tuple[float, ...]]


def _counts(path: Path, start: date | None, hasten: int, faults: Faults) -> Counts | None:
    """Days and people of one file; in order of time."""
    before = len(faults.errors)
    table = read_table(path, ("Date", "people"), faults)
    if table is None:
        return None
    days: list[int] = []
    people: list[float] = []
    for row in table.rows:
        if len(row.cells) < 2 or not row.cell(1):
            continue
        day, count = day_of(row, 0, start, faults), whole_number(row, 1, faults)
        if count is not None and count < 0:
            message = f"is {count}; people cannot be fewer than 0, so correct it"
            faults.add(row.file, row.line, row.field(1), message)
        if day is None or count is None:
            continue
        if days and day <= days[-1]:
            message = (
                f"is {row.cell(0)}, not after the row above; Flee draws its lines in the order of "
                "the rows, and so do we: check the date"
            )
            faults.warn(row.file, row.line, row.field(0), message)
        days.append(day)
        people.append(count / hasten)
    if len(days) > 1 and days[-1] <= days[0]:
        message = "runs backwards in time; put the earliest date first"
        faults.add(table.file, table.rows[0].line, "column 1 (Date)", message)
    if not days and len(faults.errors) == before and start is not None:
        faults.add(table.file, 0, "", "holds no count; add rows such as 2012-02-29,1000")
    return (tuple(days), tuple(people)) if len(faults.errors) == before and days else None


def _added(first: Counts, second: Counts) -> Counts:
    """Two files of one camp: Flee's sum, which holds the last value of the second between days."""
    days: list[int] = []
    people: list[float] = []
    offset, last = 0, 0.0
    for day, count in zip(*second, strict=True):
        while day > first[0][offset]:
            days.append(first[0][offset])
            people.append(last + first[1][offset])
            if offset == len(first[0]) - 1:
                break
            offset += 1
        if day <= first[0][offset]:
            days.append(day)
            people.append(count + first[1][offset])
            if day == first[0][offset] and offset < len(first[0]) - 1:
                offset += 1
            last = count
    return tuple(days), tuple(people)


def corrected(
    path: Path, start: date | None, reported: tuple[Reported, ...], faults: Faults
) -> tuple[Reported, ...]:
    """Apply `registration_corrections.csv`: scale what came before to the first sound count."""
    table = read_table(path, ("name", "date"), faults, needed=False, short=2)
    by_camp: dict[str, Reported] = {series.name: series for series in reported}
    for row in table.rows if table else ():
        before = len(faults.errors)
        name, day = row.cell(0), day_of(row, 1, start, faults)
        if name not in by_camp and by_camp:
            message = f"is {quoted(name)}, no row of data_layout.csv; {suggestion(name, by_camp)}"
            faults.add(row.file, row.line, row.field(0), message)
        if day is None or day < 0 or len(faults.errors) > before or name not in by_camp:
            continue
        by_camp[name] = _scaled(row, by_camp[name], day, faults)
    return tuple(by_camp[series.name] for series in reported)


def _scaled(row: Row, series: Reported, day: int, faults: Faults) -> Reported:
    if day not in series.days:
        message = f"is {row.cell(1)}, a day without a count of {series.name}; give one of its dates"
        faults.add(row.file, row.line, row.field(1), message)
        return series
    people = list(series.people)
    for place in (i for i, at in enumerate(series.days) if at == day and i > 0):
        if people[place - 1] < 1.0:
            message = f"cannot scale what came before: the count before it is {people[place - 1]:g}"
            faults.add(row.file, row.line, row.field(1), f"{message}; drop the correction")
            return series
        ratio = people[place] / people[place - 1]
        people[:place] = [count * ratio for count in people[:place]]
    return Reported(series.name, series.days, tuple(people))


def until(series: Reported, days: int) -> Reported:
    """The reports before a day; the last of them holds on. Before the first nobody is reported."""
    many = sum(day < days for day in series.days)
    if not many:
        return replace(series, days=(0,), people=(0,))
    return replace(series, days=series.days[:many], people=series.people[:many])


def reported_on(series: Reported, day: int) -> int:
    """The count of a day: between two reports on the straight line, cut to a whole number."""
    days, people = series.days, series.people
    if day <= days[0]:
        return int(people[0])
    for i in range(1, len(days)):
        if day < days[i]:
            fraction = float(day - days[i - 1]) / float(days[i] - days[i - 1])
            return int(people[i - 1] + fraction * float(people[i] - people[i - 1]))
    return int(people[-1])


def by_name(reported: tuple[Reported, ...]) -> Mapping[str, Reported]:
    """The series by the name of their camp."""
    return {series.name: series for series in reported}
