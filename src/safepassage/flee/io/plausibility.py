"""What is well formed and cannot be run, or can be run and is probably not meant."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from safepassage.flee.io.scenario import Scenario
from safepassage.flee.io.series import by_name, reported_on
from safepassage.flee.io.table import Faults


def look_over(scenario: Scenario, inputs: Path, faults: Faults) -> None:
    """Note what the files say together: faults that stop a run, warnings that do not."""
    _reachable(scenario, inputs, faults)
    _sources(scenario, inputs, faults)
    _capacities(scenario, inputs, faults)
    _food(scenario, inputs, faults)
    _types(scenario, inputs, faults)
    _lengths(scenario, inputs, faults)


def _reachable(scenario: Scenario, inputs: Path, faults: Faults) -> None:
    neighbours: dict[str, set[str]] = defaultdict(set)
    for route in scenario.routes:
        neighbours[route.start].add(route.end)
        neighbours[route.end].add(route.start)
    reached = {place.name for place in scenario.locations if _may_send(scenario, place.name)}
    todo = list(reached)
    while todo:
        for name in neighbours[todo.pop()] - reached:
            reached.add(name)
            todo.append(name)
    file = str(inputs / "locations.csv")
    for place in scenario.locations:
        if not neighbours[place.name]:
            message = f"no route leads to or from {place.name}; add one, or drop the place"
            faults.warn(file, place.line, "", message)
        elif place.name not in reached:
            message = f"no way leads from any conflict to {place.name}; nobody will come"
            faults.warn(file, place.line, "", message)


def _may_send(scenario: Scenario, name: str) -> bool:
    place = next(place for place in scenario.locations if place.name == name)
    from_the_start = "conflict" in place.kind.lower() and place.conflict_day <= 0
    return from_the_start or any(scenario.conflicts.get(name, ()))


def _sources(scenario: Scenario, inputs: Path, faults: Faults) -> None:
    settings = scenario.settings
    file = str(inputs / "conflicts.csv")
    if not any(_may_send(scenario, place.name) for place in scenario.locations):
        message = "no location is ever in conflict, so nobody can set out; give one an intensity"
        faults.add(file, 0, "", message)
        return
    with_people = [
        place.name
        for place in scenario.locations
        if _may_send(scenario, place.name) and place.people // settings.hasten > 0
    ]
    if not with_people and not settings.spawn_mode:
        message = "no location in conflict has people; give one a population"
        faults.add(str(inputs / "locations.csv"), 0, "population", message)
    kinds = {place.name: place for place in scenario.locations}
    for name, series in scenario.conflicts.items():
        if any(series) and kinds[name].is_camp:
            message = (
                f"the camp {name} comes under conflict: Flee keeps it a camp, and after the "
                "conflict lets people leave it as they leave a town"
            )
            faults.warn(file, 0, name, message)


def _capacities(scenario: Scenario, inputs: Path, faults: Faults) -> None:
    file, settings = str(inputs / "locations.csv"), scenario.settings
    counts = by_name(scenario.reported)
    for place in scenario.locations:
        if not place.is_camp or place.name not in counts:
            continue
        room = place.people * settings.capacity_scaling / settings.hasten
        most = max(reported_on(counts[place.name], day) for day in range(scenario.days))
        if 1 <= room < most:
            message = (
                f"{place.name} has room for {room:,.0f} (capacity times capacity_scaling), and "
                f"{most:,} people are reported there at most"
            )
            faults.warn(file, place.line, "population", message)
        first = reported_on(counts[place.name], 0)
        if settings.insert_day0 and 0 < place.people <= first:
            message = (
                f"{place.name} starts with {first:,} people and a capacity of {place.people:,}: "
                "Flee takes the first from the second, and what is left below 1 means no limit"
            )
            faults.warn(file, place.line, "population", message)


def _food(scenario: Scenario, inputs: Path, faults: Faults) -> None:
    settings = scenario.settings
    used = [
        name
        for name in (
            "starvation_driven_spawning", "flee_when_starving", "avoid_food_deprived_locations",
        )
        if getattr(settings, name)
    ]  # fmt: skip
    file = str(inputs / "region_attributes_IPC.csv")
    for place in scenario.locations if used else ():
        if place.region not in scenario.food_insecurity:
            message = f"gives no level for the region of {place.name}; {used[0]} needs one"
            faults.add(file, 0, place.region, f"{message}: add a column")


def _types(scenario: Scenario, inputs: Path, faults: Faults) -> None:
    settings = scenario.settings
    if settings.awareness_level == 0:
        message = (
            "is 0: Flee then draws a number in place of a route and nobody ever moves; write 1 "
            "or more"
        )
        faults.add(scenario.folder, 0, "move_rules.awareness_level", message)
    if settings.use_economic_pull:
        home = scenario.locations[0].country
        for place in scenario.locations:
            for name in ("trade_volume", "hdi"):
                if place.country != home and not place.attributes.get(name):
                    message = f"is missing; use_economic_pull needs it at {place.name}"
                    faults.add(str(inputs / "locations.csv"), place.line, name, message)
    if (
        settings.take_from_population
        and not settings.spawn_mode
        and not settings.starvation_driven_spawning
    ):
        counts = by_name(scenario.reported)
        rise = sum(
            max(reported_on(s, scenario.days - 1) - reported_on(s, 0), 0)
            for name, s in counts.items()
            if name != "total"
        )
        people = sum(
            p.people // settings.hasten for p in scenario.locations if _may_send(scenario, p.name)
        )
        if rise > people:
            message = (
                f"{rise:,} people are reported to come and the places in conflict have {people:,}"
            )
            faults.warn(str(inputs / "locations.csv"), 0, "population", message)


def _lengths(scenario: Scenario, inputs: Path, faults: Faults) -> None:
    parts = 10 if scenario.settings.avoid_short_stints else 1000
    for route in scenario.routes:
        if abs(route.km * parts - round(route.km * parts)) > 1e-6:
            message = f"is {route.km:g} km, taken as {round(route.km * parts) / parts:g}"
            faults.warn(str(inputs / "routes.csv"), route.line, "column 3 (distance)", message)
