"""Flee's settings file: every known field typed and bounded, a misspelt one named with its line."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from safepassage.flee.io.table import Faults
from safepassage.model.yaml.tree import read_yaml
from safepassage.model.yaml.wording import quoted, suggestion

_SECTIONS = ("log_levels", "spawn_rules", "move_rules", "optimisations")


def _setting(
    section: str, low: float = -math.inf, high: float = math.inf, default: Any = None
) -> Any:
    """A field of a section (or of the file itself) and the numbers that it may hold."""
    return field(default=default, metadata={"section": section, "low": low, "high": high})


def _spawn(default: Any, low: float = -math.inf, high: float = math.inf) -> Any:
    return _setting("spawn_rules", low, high, default)


def _move(default: Any, low: float = -math.inf, high: float = math.inf) -> Any:
    return _setting("move_rules", low, high, default)


@dataclass(frozen=True)
class Settings:
    """What moves people, under Flee's own names and with its defaults; speeds in km a day."""

    default_conflict_intensity: float = _setting("", 0.0, default=1.0)
    hasten: int = _setting("optimisations", 1, default=1)
    """One person in so many is simulated."""

    take_from_population: bool = _spawn(False)
    insert_day0: bool = _spawn(True)
    empty_camps_on_day0: bool = _spawn(False)
    conflict_zone_spawning_only: bool = _spawn(True)
    sum_from_camps: bool = _spawn(True)
    starvation_driven_spawning: bool = _spawn(False)
    conflict_spawn_decay: tuple[float, ...] | None = _spawn(None, 0.0)
    conflict_spawn_decay_interval: int = _spawn(30, 1)
    spawn_mode: str = ""
    """`constant`, `pop_ratio` or `poisson`; empty where people appear as the reports rise."""
    displaced_per_conflict_day: float = 0.0

    max_move_speed: float = _move(360.0, 1.0)
    max_walk_speed: float = _move(35.0, 1.0)
    foreign_weight: float = _move(1.0, 0.0)
    camp_weight: float = _move(1.0, 0.0)
    conflict_weight: float = _move(1.0 / 3.16227766017, 0.0)
    conflict_movechance: float = _move(1.0, 0.0)
    camp_movechance: float = _move(0.001, 0.0)
    idpcamp_movechance: float = _move(0.1, 0.0)
    default_movechance: float = _move(0.3, 0.0)
    awareness_level: int = _move(1, -1, 6)
    capacity_buffer: float = _move(0.9, 0.0, 1.0)
    capacity_scaling: float = _move(1.0, 0.0)
    avoid_short_stints: bool = _move(False)
    start_on_foot: bool = _move(False)
    use_v1_rules: bool = _move(False)
    softening: float = _move(10.0, 0.0)
    weight_softening: float = _move(0.0, 0.0)
    weight_power: float = _move(1.0, 0.0)
    distance_power: float = _move(1.0)
    stay_close_to_home: bool = _move(False)
    home_distance_power: float = _move(0.5)
    use_pop_for_loc_weight: bool = _move(False)
    pop_power_for_loc_weight: float = _move(0.1)
    movechance_pop_base: float = _move(10000.0, 1e-9)
    movechance_pop_scale_factor: float = _move(0.0)
    pruning_threshold: float = _move(1.0)
    use_economic_pull: bool = _move(False)
    flee_when_starving: bool = _move(False)
    avoid_food_deprived_locations: bool = _move(False)


KNOWN = {
    section: {f.name: f for f in fields(Settings) if f.metadata.get("section") == section}
    for section in ("", *_SECTIONS)
}
WITHOUT_EFFECT = {
    "number_of_steps": "run.py never looks at it; the length is in sim_period.csv",
    "conflict_input_file": "conflicts.csv of the folder is read",
    "max_crossing_speed": "Flee reads it and uses it nowhere",
    "average_social_connectivity": "it moves nobody unless System 2 runs, which it cannot",
    "avg_religion_fraction": "it acts through match_camp_religion alone",
}
"""Read by Flee, and nobody moves differently for it."""
REFUSED = {
    "two_system_decision_making": (
        "Flee stores it as a number and then asks whether it is True, so System 2 never runs"
    ),
    "harvest_months": (
        "Flee then freezes every person, farmer or not, and counts them at home; nobody moves"
    ),
    "camps_are_sinks": "Flee reads this under the misspelt name camps_are_sicks only",
    "camps_are_sicks": "Flee compares the text of deactivation_probability with a number and stops",
    "read_from_agents_csv_file": "persons with attributes of their own are not read here",
    "flood_driven_spawn_mode": "floods are not read here",
    "flood_zone_spawning_only": "floods are not read here",
    "flood_level_input_file": "floods are not read here",
    "flood_rules": "floods are not read here",
    "fixed_routes": (
        "Flee applies the score of a destination twice there, so a camp_weight of 3 acts as 9, and "
        "leaves its capacity out; it takes the routes of major_routes.csv at a quarter of their "
        "length"
    ),
    **dict.fromkeys(
        (
            "WomenAvoidHazards", "ChildrenAvoidHazards", "ElderlyAvoidHazards", "BoysTakeRisk",
            "MatchCampReligion", "MatchCampEthnicity", "MatchTownEthnicity",
            "MatchConflictEthnicity",
        ),
        "people are not told apart by age, sex, religion or ethnicity here",
    ),
}  # fmt: skip
"""Switched on, these are refused with what Flee really does; switched off, they are fine."""
_LOGS = ("agent", "link", "camp", "conflict", "init", "idp_totals", "granularity")
_ELSEWHERE = {
    "": ("number_of_steps", "conflict_input_file", "flood_level_input_file"),
    "log_levels": _LOGS,
    "spawn_rules": (
        "camps_are_sinks", "camps_are_sicks", "read_from_agents_csv_file",
        "flood_driven_spawn_mode", "flood_zone_spawning_only", "average_social_connectivity",
        "conflict_driven_spawning",
    ),
    "move_rules": (
        "two_system_decision_making", "harvest_months", "flood_rules", "fixed_routes",
        "max_crossing_speed", "avg_religion_fraction", "WomenAvoidHazards",
        "ChildrenAvoidHazards", "ElderlyAvoidHazards", "BoysTakeRisk", "MatchCampReligion",
        "MatchCampEthnicity", "MatchTownEthnicity", "MatchConflictEthnicity",
    ),
    "optimisations": (),
}  # fmt: skip
_YES, _NO = ("yes", "on"), ("no", "off")
"""Booleans of YAML 1.1, which Flee's reader knows and ours does not."""


def read_settings(path: Path | None, faults: Faults) -> Settings:
    """Read a settings file; Flee's defaults where there is none.

    Args:
        path: The file, or None.
        faults: Gets what is wrong: unknown fields with the nearest known one, wrong types, numbers
            out of bounds, and what is refused.
    """
    if path is None:
        return Settings()
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        faults.add(str(path), 0, "", "is missing; name the right file with --settings")
        return Settings()
    except (OSError, UnicodeDecodeError):
        faults.add(str(path), 0, "", "cannot be read as UTF-8 text; check the file")
        return Settings()
    tree = read_yaml(text, str(path))
    faults.errors += tree.faults
    if tree.value is None and not tree.faults:
        return Settings()
    if not isinstance(tree.value, Mapping):
        if not tree.faults:
            faults.add(str(path), 1, "", "holds no fields; write 'move_rules:' and what is below")
        return Settings()
    reader = _Reader(str(path), tree.lines.of, faults)
    values = reader.section("", tree.value)
    for section in _SECTIONS:
        below = tree.value.get(section)
        if isinstance(below, Mapping):
            values |= reader.section(section, below)
        elif below is not None:
            reader.fault(section, f"is {quoted(below)} but must hold fields; indent them below it")
    return _with_first_rules(Settings(**values))


def _with_first_rules(settings: Settings) -> Settings:
    """Flee 1's rules in place of what the file says, where it asks for them."""
    if not settings.use_v1_rules:
        return settings
    return replace(
        settings, max_move_speed=200.0, start_on_foot=False, avoid_short_stints=False,
        camp_weight=2.0, conflict_weight=0.25,
    )  # fmt: skip


@dataclass(frozen=True)
class _Reader:
    file: str
    line_of: Callable[[str], int]
    faults: Faults

    def fault(self, path: str, message: str) -> None:
        self.faults.add(self.file, self.line_of(path), path, message)

    def section(self, section: str, declared: Mapping[str, Any]) -> dict[str, Any]:
        """The values of one section, faults noted."""
        values: dict[str, Any] = {}
        names = {*KNOWN[section], *_ELSEWHERE[section], *(() if section else _SECTIONS)}
        for key, written in declared.items():
            path = f"{section}.{key}" if section else key
            value = _boolean(written)
            if key in KNOWN[section]:
                if value is not None:
                    values |= self._one(path, key, value, KNOWN[section][key])
            elif key == "conflict_driven_spawning" and isinstance(value, Mapping):
                values |= self._conflict_driven(path, value)
            elif key in REFUSED and key in names:
                if value not in (None, False, [], {}):
                    self.fault(path, f"is not simulated: {REFUSED[key]}; remove the field")
            elif key in WITHOUT_EFFECT and key in names:
                message = f"has no effect: {WITHOUT_EFFECT[key]}"
                self.faults.warn(self.file, self.line_of(path), path, message)
            elif key not in names:
                hint = self._hint(section, key, names)
                self.fault(path, f"is no setting of Flee, which would pass over it; {hint}")
        return values

    def _hint(self, section: str, key: str, names: set[str]) -> str:
        for other in _SECTIONS:
            if other != section and key in {*KNOWN[other], *_ELSEWHERE[other]}:
                return f"it belongs under {other}"
        return suggestion(key, names)

    def _one(self, path: str, key: str, value: Any, spec: Any) -> dict[str, Any]:
        low, high = spec.metadata["low"], spec.metadata["high"]
        if spec.type == "bool":
            if isinstance(value, bool):
                return {key: value}
            self.fault(path, f"is {quoted(value)} but must be True or False; write one of them")
            return {}
        if spec.type.startswith("tuple"):
            listed = value if isinstance(value, list) else [value]
            numbers = [self._number(path, item, False, low, high) for item in listed]
            if not listed:
                return {}
            return {} if None in numbers else {key: tuple(numbers)}
        number = self._number(path, value, spec.type == "int", low, high)
        return {} if number is None else {key: number}

    def _number(self, path: str, value: Any, whole: bool, low: float, high: float) -> Any:
        right = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not right or not math.isfinite(value) or (whole and value != int(value)):
            what = "a whole number" if whole else "a number"
            self.fault(path, f"is {quoted(value)} but must be {what}; write one")
            return None
        if not low <= value <= high:
            bound = f"at least {low:g}" if value < low else f"at most {high:g}"
            self.fault(path, f"is {quoted(value)} but must be {bound}; correct it")
            return None
        return int(value) if whole else float(value)

    def _conflict_driven(self, path: str, declared: Mapping[str, Any]) -> dict[str, Any]:
        mode = str(declared.get("spawn_mode", "constant")).lower()
        if mode not in ("constant", "pop_ratio", "poisson"):
            message = f"is {quoted(declared.get('spawn_mode'))} but must be constant, pop_ratio or"
            self.fault(f"{path}.spawn_mode", f"{message} poisson; write one of them")
            return {}
        per_day = declared.get("displaced_per_conflict_day", 0.01 if mode == "pop_ratio" else 500)
        where = f"{path}.displaced_per_conflict_day"
        number = self._number(where, per_day, mode != "pop_ratio", 0.0, math.inf)
        for key in sorted(set(declared) - {"spawn_mode", "displaced_per_conflict_day"}):
            hint = suggestion(key, {"spawn_mode", "displaced_per_conflict_day"})
            self.fault(f"{path}.{key}", f"is no setting of Flee; {hint}")
        return {"spawn_mode": mode, "displaced_per_conflict_day": float(number or 0.0)}


def _boolean(value: Any) -> Any:
    if isinstance(value, str) and value.lower() in _YES + _NO:
        return value.lower() in _YES
    return value
