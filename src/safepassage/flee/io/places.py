"""Reading `locations.csv`, `routes.csv`, `closures.csv` and `location_changes.csv`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from safepassage.errors import Fault
from safepassage.flee.io.scenario import (
    CLOSURE_TYPES,
    LOCATION_TYPES,
    Closure,
    Location,
    Route,
    TypeChange,
)
from safepassage.flee.io.table import Faults, Row, Table, number, read_table, whole_number
from safepassage.model.yaml.wording import listed, quoted, suggestion

LOCATION_COLUMNS = (
    "name", "region", "country", "latitude", "longitude", "location_type", "conflict_date",
    "population",
)  # fmt: skip
_SAME = {
    "gps_x": "latitude", "lat": "latitude", "gps_y": "longitude", "lon": "longitude",
    "long": "longitude", "pop/cap": "population", "pop": "population", "capacity": "population",
    "population/capacity": "population", "type": "location_type",
}  # fmt: skip
"""Headers of other years, by position the same columns."""
ROUTE_COLUMNS = ("name1", "name2", "distance", "forced_redirection")
CLOSURE_COLUMNS = ("closure_type", "name1", "name2", "closure_start", "closure_end")
_KINDS = ("camp", "conflict", "forward", "marker", "flood_zone", "default", "town")
"""What Flee looks for inside a location type, in this order."""


def read_locations(path: Path, faults: Faults) -> tuple[Location, ...]:
    """Read the places; duplicates, unknown types and broken numbers are faults."""
    table = read_table(path, LOCATION_COLUMNS, faults, short=8)
    if table is None:
        return ()
    _check_header(table, LOCATION_COLUMNS, faults)
    places: dict[str, Location] = {}
    for row in table.rows:
        place = _location(row, faults)
        if place is None:
            continue
        if place.name in places:
            first = places[place.name].line
            message = (
                f"{quoted(place.name)} stands twice, first in line {first}; rename or drop one"
            )
            faults.add(row.file, row.line, row.field(0), message)
            continue
        places[place.name] = place
    if not table.rows:
        faults.add(table.file, 0, "", "holds no location; add one row for each place")
    return tuple(places.values())


def _check_header(table: Table, columns: tuple[str, ...], faults: Faults) -> None:
    """Flee reads by position: a header that names another order is a misunderstanding."""
    for place, name in enumerate(table.header[: len(columns)]):
        meant = _SAME.get(name.lower(), name.lower())
        if meant != columns[place] and meant in columns:
            message = (
                f"is headed {quoted(name)}, but Flee reads {columns[place]} at this position; put "
                "the columns in the order " + ", ".join(columns)
            )
            faults.add(table.file, table.header_line, f"column {place + 1}", message)


def _location(row: Row, faults: Faults) -> Location | None:
    before = len(faults.errors)
    name, kind = row.cell(0), row.cell(5)
    if not name:
        faults.add(row.file, row.line, row.field(0), "is empty; name the location")
    if not any(part in kind.lower() for part in _KINDS):
        message = f"is {quoted(kind)}, which Flee does not know; write one of "
        faults.add(row.file, row.line, row.field(5), message + listed(LOCATION_TYPES))
    if "flood" in kind.lower():
        faults.add(row.file, row.line, row.field(5), "is a flood zone; floods are not read here")
    latitude = number(row, 3, faults, empty=0.0)
    longitude = number(row, 4, faults, empty=0.0)
    for column, value, most in ((3, latitude, 90.0), (4, longitude, 180.0)):
        if value is not None and abs(value) > most:
            message = f"is {value:g}, beyond {most:g} degrees; correct it (degrees, not metres)"
            faults.add(row.file, row.line, row.field(column), message)
    day = whole_number(row, 6, faults, empty=None if "conflict" in kind.lower() else 0)
    people = whole_number(row, 7, faults, empty=0)
    if people is not None and people < 0 and "camp" not in kind.lower():
        message = f"is {people}; people cannot be fewer than 0, so correct it"
        faults.add(row.file, row.line, row.field(7), message)
    extra = dict(zip(row.columns[8:], row.cells[8:], strict=False))
    if extra.get("farmer_fraction"):
        message = "has no effect: Flee draws farmers and then treats them like all others"
        faults.warn(row.file, row.line, "farmer_fraction", message)
    _check_numbers(row, extra, ("capacity_per_day", "initial_idps", "conflict_intensity"), faults)
    if len(faults.errors) > before or day is None or people is None:
        return None
    return Location(
        name, row.cell(1) or "unknown", row.cell(2) or "unknown", latitude or 0.0,
        longitude or 0.0, kind, day, people, extra, row.line,
    )  # fmt: skip


def _check_numbers(
    row: Row, attributes: Mapping[str, str], names: Collection[str], faults: Faults
) -> None:
    for name in names:
        text = attributes.get(name, "0")
        try:
            if not 0.0 <= float(text) < float("inf"):
                raise ValueError
        except ValueError:
            message = f"is {quoted(text)} but must be a number of at least 0; correct it"
            faults.add(row.file, row.line, name, message)


def read_routes(path: Path, places: Collection[str], faults: Faults) -> tuple[Route, ...]:
    """Read the ways between places."""
    table = read_table(path, ROUTE_COLUMNS, faults, short=3)
    if table is None:
        return ()
    routes: list[Route] = []
    line_of: dict[frozenset[str], int] = {}
    for row in table.rows:
        route = _route(row, places, faults)
        if route is None:
            continue
        pair = frozenset((route.start, route.end))
        if pair in line_of:
            message = (
                f"joins {route.start} and {route.end} again, as line {line_of[pair]} does: the "
                "pair then draws twice the people; drop one of the two if that is not meant"
            )
            faults.warn(row.file, row.line, "", message)
        line_of.setdefault(pair, row.line)
        if route.forced_redirection:
            message = "has no effect: Flee redirects nobody; the route is one like the others"
            faults.warn(row.file, row.line, row.field(3), message)
        routes.append(route)
    if not table.rows:
        faults.add(table.file, 0, "", "holds no route; add one row for each way between places")
    return tuple(routes)


def _route(row: Row, places: Collection[str], faults: Faults) -> Route | None:
    before = len(faults.errors)
    for column in (0, 1):
        _check_name(row, column, places, "location", faults)
    if row.cell(0) == row.cell(1):
        message = "leads from a place to itself; name two places, or drop the row"
        faults.add(row.file, row.line, row.field(1), message)
    km = number(row, 2, faults)
    if km is not None and not 0.0 < km <= 50_000.0:
        message = f"is {km:g} km but must be above 0 and at most 50,000; correct it"
        faults.add(row.file, row.line, row.field(2), message)
    forced = whole_number(row, 3, faults, empty=0)
    if forced is not None and forced not in (0, 1, 2):
        faults.add(row.file, row.line, row.field(3), f"is {forced} but must be 0, 1 or 2")
    extra = dict(zip(row.columns[4:], row.cells[4:], strict=False))
    for name, low, high in (("max_move_speed", 1e-9, 1e5), ("walk_probability", 0.0, 1.0)):
        text = extra.get(name)
        if text is not None:
            try:
                if not low <= float(text) <= high:
                    raise ValueError
            except ValueError:
                message = f"is {quoted(text)} but must be a number from {low:g} to {high:g}"
                faults.add(row.file, row.line, name, f"{message}; Flee stops on an empty cell")
    if len(faults.errors) > before or km is None or forced is None:
        return None
    return Route(row.cell(0), row.cell(1), km, forced, extra, row.line)


def _check_name(row: Row, column: int, names: Collection[str], what: str, faults: Faults) -> None:
    name = row.cell(column)
    if name not in names and names:
        message = f"is {quoted(name)}, no {what} of locations.csv; {suggestion(name, names)}"
        faults.add(row.file, row.line, row.field(column), message)


def read_closures(
    path: Path, places: Mapping[str, Location], days: int, faults: Faults
) -> tuple[Closure, ...]:
    """Read what closes and reopens, and warn of what never fires."""
    table = read_table(path, CLOSURE_COLUMNS, faults, short=5)
    if table is None:
        return ()
    countries = {place.country for place in places.values()}
    closures: list[Closure] = []
    for row in table.rows:
        before = len(faults.errors)
        kind = row.cell(0)
        if kind not in CLOSURE_TYPES:
            message = f"is {quoted(kind)}, which closes nothing in Flee; "
            hint = suggestion(kind, CLOSURE_TYPES)
            faults.add(row.file, row.line, row.field(0), message + hint)
        elif kind == "country":
            for column in (1, 2):
                _check_name(row, column, countries, "country", faults)
        else:
            both = kind in ("link", "remove_forced_redirection")
            for column in (1, 2) if both else (1,):
                _check_name(row, column, places, "location", faults)
        start, end = whole_number(row, 3, faults), whole_number(row, 4, faults)
        if start is not None and end is not None and 0 < end < start:
            message = f"is {end}, before the closure starts on day {start}; swap or correct them"
            faults.add(row.file, row.line, row.field(4), f"{message} (-1: for good)")
        if len(faults.errors) > before or start is None or end is None:
            continue
        closures.append(Closure(kind, row.cell(1), row.cell(2), start, end, row.line))
        faults.warnings.extend(_idle(row, closures[-1], places, days))
    return tuple(closures)


def _idle(row: Row, closure: Closure, places: Mapping[str, Location], days: int) -> Iterator[Fault]:
    def warning(message: str) -> Fault:
        return Fault(row.file, row.line, "", message)

    place = places.get(closure.first)
    if closure.kind == "remove_forced_redirection":
        yield warning("has no effect: Flee redirects nobody")
    elif not 0 <= closure.start < days:
        yield warning(
            f"never closes: day {closure.start} lies outside the {days} days that are simulated"
        )
    elif closure.end <= 0 < closure.start:
        yield warning(f"ends on day {closure.end}, before it starts: it is closed for good")
    elif closure.kind in ("camp", "idpcamp") and not (place and place.is_camp):
        yield warning(f"closes {closure.first}, which is no camp; it becomes a town")


def read_changes(path: Path, places: Collection[str], faults: Faults) -> tuple[TypeChange, ...]:
    """Read which places change their type, and when."""
    table = read_table(path, ("location", "location_type", "day"), faults, needed=False, short=3)
    changes: list[TypeChange] = []
    for row in table.rows if table else ():
        before = len(faults.errors)
        _check_name(row, 0, places, "location", faults)
        if not any(part in row.cell(1).lower() for part in _KINDS):
            message = f"is {quoted(row.cell(1))}, which Flee does not know; write one of "
            faults.add(row.file, row.line, row.field(1), message + listed(LOCATION_TYPES))
        day = whole_number(row, 2, faults)
        if len(faults.errors) == before and day is not None:
            changes.append(TypeChange(row.cell(0), row.cell(1), day))
    return tuple(changes)


def note_major_routes(path: Path, places: Collection[str], faults: Faults) -> None:
    """Read Flee's macro graph, which moves nobody where fixed_routes is off, and say so."""
    table = read_table(path, ("name1", "name2"), faults, needed=False)
    if table is None:
        return
    message = (
        "gives long routes that Flee adds, at a quarter of their length, where fixed_routes is on, "
        "which is not simulated; with it off Flee reads the file and moves nobody by it"
    )
    faults.warn(table.file, 0, "", message)
    for row in table.rows:
        for column, name in enumerate(row.cells):
            if name and name not in places:
                message = f"is {quoted(name)}, no location; {suggestion(name, places)}"
                faults.warn(row.file, row.line, row.field(column), message)
