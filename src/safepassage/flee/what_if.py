"""Changes of a scenario to study: a new camp, a closed border, a faster flight."""

from __future__ import annotations

from dataclasses import replace

from safepassage.errors import Fault, InputError
from safepassage.flee.io.scenario import Closure, Location, Route, Scenario
from safepassage.model.yaml.wording import quoted, suggestion


def with_camp(scenario: Scenario, new_camp: str) -> Scenario:
    """Add a camp.

    Args:
        scenario: What it is added to.
        new_camp: `NAME,BESIDE,KM,CAPACITY`: the place that a route joins it to, and how far it is.

    Raises:
        InputError: The text is none of these, or the place is unknown.
    """
    parts = [part.strip() for part in new_camp.split(",")]
    places = {place.name: place for place in scenario.locations}
    try:
        name, beside, km, capacity = parts[0], parts[1], float(parts[2]), int(parts[3])
    except (IndexError, ValueError):
        raise _fault(
            "new_camp",
            f"is {quoted(new_camp)}; write NAME,BESIDE,KM,CAPACITY, such as Hope,A,40,5000",
        ) from None
    if beside not in places:
        hint = suggestion(beside, places)
        raise _fault("new_camp", f"lies beside {quoted(beside)}, no place of the scenario; {hint}")
    if name in places or not name:
        raise _fault("new_camp", f"is named {quoted(name)}; give a name that no place has")
    if not 0.0 < km <= 50_000.0:
        raise _fault("new_camp", f"lies {km:g} km away; give more than 0")
    near = places[beside]
    camp = Location(name, near.region, near.country, near.latitude, near.longitude, "camp", 0,
                    capacity, near.attributes)  # fmt: skip
    return replace(
        scenario,
        locations=(*scenario.locations, camp),
        routes=(*scenario.routes, Route(beside, name, km)),
    )


def with_closed_border(scenario: Scenario, close_border: str) -> Scenario:
    """Close a border.

    Args:
        scenario: Where.
        close_border: `COUNTRY,COUNTRY` or `COUNTRY,COUNTRY,FIRST DAY,LAST DAY`.

    Raises:
        InputError: The text is none of these, or a country is unknown.
    """
    parts = [part.strip() for part in close_border.split(",")]
    countries = {place.country for place in scenario.locations}
    try:
        first, second = parts[0], parts[1]
        start, end = (int(parts[2]), int(parts[3])) if len(parts) > 2 else (0, -1)
    except (IndexError, ValueError):
        raise _fault(
            "close_border", f"is {quoted(close_border)}; write COUNTRY,COUNTRY or add two days"
        ) from None
    for country in (first, second):
        if country not in countries:
            hint = suggestion(country, countries)
            raise _fault("close_border", f"names {quoted(country)}, no country of it; {hint}")
    closure = Closure("country", first, second, start, end)
    others = tuple(  # what the files say of this border would open it again
        other
        for other in scenario.closures
        if other.kind != "country" or {other.first, other.second} != {first, second}
    )
    return replace(scenario, closures=(*others, closure))


def with_speed(scenario: Scenario, speed: float) -> Scenario:
    """Let people travel so many times as fast, driving and on foot.

    Raises:
        InputError: It is not positive.
    """
    settings = scenario.settings
    if not speed > 0.0:
        raise _fault("speed", f"is {speed:g}; give a factor above 0, such as 1.5")
    faster = replace(
        settings,
        max_move_speed=round(settings.max_move_speed * speed, 3),
        max_walk_speed=round(settings.max_walk_speed * speed, 3),
    )
    return replace(scenario, settings=faster)


def _fault(argument: str, message: str) -> InputError:
    return InputError([Fault("call", 0, argument, message)])
