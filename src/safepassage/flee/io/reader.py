"""A Flee scenario's folder into one declaration, with every fault and warning at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from safepassage.errors import InputError
from safepassage.flee.io.places import (
    note_major_routes,
    read_changes,
    read_closures,
    read_locations,
    read_routes,
)
from safepassage.flee.io.plausibility import look_over
from safepassage.flee.io.scenario import Scenario
from safepassage.flee.io.series import (
    corrected,
    read_conflicts,
    read_food,
    read_period,
    read_reported,
)
from safepassage.flee.io.settings import read_settings
from safepassage.flee.io.table import Faults

SETTINGS_NAMES = ("simsetting.yml", "simsettings.yml", "simsetting.yaml", "simulationsetting.yml")


def read_scenario(
    folder: Path | str, *, settings: Path | None = None, data: Path | None = None
) -> Scenario:
    """Read a scenario.

    Args:
        folder: The scenario: `input_csv/` and `source_data/` in it, or the CSV files themselves.
        settings: Flee's settings file; unless given, `simsetting.yml` in the folder, in its
            `input_csv/` or beside it, else Flee's defaults.
        data: Folder of the reported counts; `source_data/` of the scenario unless given.

    Returns:
        The scenario, with its warnings.

    Raises:
        InputError: Anything that is wrong, all of it at once.
    """
    folder = Path(folder)
    faults = Faults([], [])
    if not folder.is_dir():
        faults.add(str(folder), 0, "", "is no folder; name the scenario's folder")
        raise InputError(faults.errors)
    inputs = folder / "input_csv" if (folder / "input_csv").is_dir() else folder
    chosen = read_settings(settings or _settings_of(folder, inputs), faults)
    start, days = read_period(inputs / "sim_period.csv", faults)
    locations = read_locations(inputs / "locations.csv", faults)
    places = {place.name: place for place in locations}
    routes = read_routes(inputs / "routes.csv", places, faults)
    closures = read_closures(inputs / "closures.csv", places, days, faults)
    conflicts = read_conflicts(inputs / "conflicts.csv", places, days, faults)
    food = read_food(inputs / "region_attributes_IPC.csv", days, faults)
    changes = read_changes(inputs / "location_changes.csv", places, faults)
    camps = tuple(place.name for place in locations if place.is_camp)
    note_major_routes(inputs / "major_routes.csv", places, faults)
    counts = data or folder / "source_data"
    reported = read_reported(counts, start, camps, places, chosen.hasten, faults)
    if not faults.errors:
        reported = corrected(inputs / "registration_corrections.csv", start, reported, faults)
    if faults.errors or start is None:
        raise InputError(faults.errors)
    scenario = Scenario(
        folder=str(folder),
        start=start,
        days=days,
        locations=locations,
        routes=routes,
        closures=closures,
        conflicts=conflicts,
        reported=reported,
        settings=chosen,
        food_insecurity=food,
        changes=changes,
    )
    look_over(scenario, inputs, faults)
    if faults.errors:
        raise InputError(faults.errors)
    return replace(scenario, warnings=tuple(sorted(set(faults.warnings))))


def _settings_of(folder: Path, inputs: Path) -> Path | None:
    for where in (folder, inputs, folder.parent):
        for name in SETTINGS_NAMES:
            if (where / name).is_file():
                return where / name
    return None
