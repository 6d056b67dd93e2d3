"""A Flee scenario as a model folder of ours: monthly, with coordinates rounded to half a degree.

What is kept: places, ways with their lengths (as evidence rows, and in the stay before each), who
sets out by month, closures, conflicts and camp openings as dated factors, people in camps at the
start, and the reported counts as channels. What is lost: the days, capacities, and what people
moved of late. It is a reading for fits and forecasts, not for Flee's own figures.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from ruamel.yaml import YAML

from safepassage.errors import Fault, InputError
from safepassage.flee.compile.arrays import Plan, plan
from safepassage.flee.io.scenario import Scenario
from safepassage.network.arrays import Floats
from safepassage.results.flee import SECTIONS, FleeConversion
from safepassage.store.atomic import atomic_write_text

DAYS_A_YEAR = 365.25
SUREST = 0.95
"""A chance of 1 a day is no hazard; it is taken as this."""
SHORTEST_STAY = 1.25
"""Days: a step of a month would stretch shorter stays thirtyfold, and our engines refuse that."""
_COLUMNS = (
    "id", "quantity", "value", "low", "high", "unit", "year_from", "year_to", "grade",
    "source_title",
)  # fmt: skip


def convert_scenario(scenario: Scenario, folder: Path) -> FleeConversion:
    """Write the scenario as a model folder.

    Args:
        scenario: What `read_scenario` gave.
        folder: Where; must be empty or new.

    Returns:
        The folder, and how many of what it holds.

    Raises:
        InputError: The folder holds files already.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        message = "holds files already; name a folder that is empty or new"
        raise InputError([Fault(str(folder), 0, "", message)])
    writer = _Writer(scenario, plan(scenario))
    model = writer.model()
    texts = {"evidence.csv": _csv(_COLUMNS, writer.evidence)} | writer.observations
    stream = io.StringIO()
    yaml = YAML()
    yaml.width = 4096
    yaml.dump(model, stream)
    texts["model.yaml"] = stream.getvalue()
    texts["README.md"] = (
        f"# {model['model']['title']}\n\n{(__doc__ or '').strip()}\n\nConverted from a Flee "
        "scenario folder. The licence of the counts is that of their source.\n"
    )
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        atomic_write_text(folder / name, text)
    return FleeConversion(
        folder=str(folder),
        states=len(model["states"]),
        transitions=len(model["transitions"]),
        entries=len(model["entries"]),
        channels=len(model.get("channels", {})),
        evidence_rows=len(writer.evidence),
    )


def _csv(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue()


class _Writer:
    def __init__(self, scenario: Scenario, worked_out: Plan):
        self.scenario, self.plan = scenario, worked_out
        self.names = _slugs([place.name for place in scenario.locations])
        dates = [scenario.start + timedelta(days=day) for day in range(scenario.days)]
        self.months = [f"{date.year}-{date.month:02d}" for date in dates]
        self.calendar = list(dict.fromkeys(self.months))
        self.evidence: list[list[Any]] = []
        self.observations: dict[str, str] = {}
        self.policies: dict[str, Any] = {}

    def model(self) -> dict[str, Any]:
        """The declarations, section by section."""
        title = Path(self.scenario.folder).resolve().name
        entries = self._entries()
        transitions = self._transitions()
        channels, quantities, outputs = self._camps()
        spread = {
            "title": "Spread of the camp counts",
            "unit": "relative standard deviation",
            "prior": {"kind": "lognormal", "low": 0.05, "high": 0.5},
            "assumed": "A wide guess.",
        }
        pace = {
            "title": "How fast people move, against the scenario's settings",
            "unit": "ratio",
            "prior": {"kind": "lognormal", "low": 0.5, "high": 2.0},
            "assumed": "The settings of the scenario, within a factor of two.",
        }
        model: dict[str, Any] = {
            "model": {
                "id": _slugs([title])[0],
                "title": title,
                "start": self.calendar[0],
                "end": self.calendar[-1],
                "as_of": self.calendar[-1],
            },
            "grades": {"A": 0.0, "B": 0.1, "C": 0.2, "D": 0.4},
            "places": self._places(),
            "groups": {"everyone": {"position": "civilian"}},
            "states": self._states(),
            "transitions": transitions,
            "entries": entries,
            "parameters": {"pace": pace} | ({"count_spread": spread} if channels else {}),
            "quantities": quantities,
            "outputs": outputs,
        }
        initial = self._initial()
        return (
            model
            | ({"initial": initial} if initial else {})
            | ({"policies": self.policies} if self.policies else {})
            | ({"channels": channels} if channels else {})
        )

    def _places(self) -> dict[str, Any]:
        return {
            name: {
                "title": place.name.replace("_", " "),
                "kind": "province",
                "longitude": round(place.longitude * 2) / 2,
                "latitude": round(place.latitude * 2) / 2,
            }
            for name, place in zip(self.names, self.scenario.locations, strict=True)
        }

    def _states(self) -> dict[str, Any]:
        return {
            f"at_{name}": {
                "title": f"At {place.name.replace('_', ' ')}",
                "place": name,
                "outcome": "safe" if place.is_camp else "limbo",
            }
            for name, place in zip(self.names, self.scenario.locations, strict=True)
        }

    def _cite(self, quantity: str, value: float, unit: str, year: int, grade: str) -> str:
        key = f"F{len(self.evidence) + 1:05d}"
        source = f"Flee scenario {Path(self.scenario.folder).resolve().name}"
        self.evidence.append([key, quantity, value, "", "", unit, year, year, grade, source])
        return key

    def _by_month(self, values: Floats) -> Floats:
        """Mean of the days of each month."""
        total: dict[str, list[float]] = defaultdict(list)
        for month, value in zip(self.months, values, strict=True):
            total[month].append(float(value))
        return np.array([np.mean(total[month]) for month in self.calendar], np.float64)

    def _product(self, name: str, title: str, monthly: Floats, *, more: Sequence[str] = ()) -> Any:
        """A number and, where months differ, a policy with an era for each stretch of them."""
        base = float(monthly.max(initial=0.0))
        parts: list[Any] = [_figure(base), *more]
        factors = [_figure(value / base) if base > 0.0 else 0.0 for value in monthly]
        if len(set(factors)) > 1:
            eras: dict[str, Any] = {}
            first = 0
            for i in range(1, len(factors) + 1):
                if i == len(factors) or factors[i] != factors[first]:
                    eras[f"from_{self.calendar[first].replace('-', '_')}"] = {
                        "from": self.calendar[first],
                        "to": self.calendar[i - 1],
                        "factor": factors[first],
                    }
                    first = i
            self.policies[name] = {"title": title, "eras": eras}
            parts.append(name)
        return parts

    def _transitions(self) -> dict[str, Any]:
        ground, days, rules = (
            self.plan.journeys.ground, self.plan.journeys.days, self.plan.journeys.rules,
        )  # fmt: skip
        unit = rules.speed / self.scenario.settings.max_move_speed
        found: dict[str, Any] = {}
        shares = _shares_of_ways(self.plan)
        for way in range(len(ground.way_from)):
            a, b = int(ground.way_from[way]), int(ground.way_to[way])
            km = float(ground.way_length[way]) / unit
            travel = float(ground.way_length[way]) / float(ground.way_speed[way])
            chance = np.clip(days.move[:, a], 0.0, SUREST)
            waiting = 1.0 / np.maximum(-np.log1p(-chance), 1e-9)
            stay = np.maximum(waiting + travel, SHORTEST_STAY)
            hazard = DAYS_A_YEAR / stay * shares[:, way]
            monthly = self._by_month(hazard)
            if not monthly.any():
                continue
            name = f"{self.names[a]}_to_{self.names[b]}"
            title = f"{self._title(a)} to {self._title(b)}, {km:g} km"
            if a < b or not shares[:, way].any():
                self._cite(
                    f"distance from {self._title(a)} to {self._title(b)}", km, "km",
                    self.scenario.start.year, "C",
                )  # fmt: skip
            found[name] = {
                "from": f"at_{self.names[a]}",
                "to": f"at_{self.names[b]}",
                "title": title,
                "hazard": self._product(f"by_month_{name}", title, monthly, more=["pace"]),
            }
        return found

    def _title(self, place: int) -> str:
        return self.scenario.locations[place].name.replace("_", " ")

    def _entries(self) -> dict[str, Any]:
        days, residents = self.plan.journeys.days, self.plan.journeys.start.residents
        weight = days.weight * residents
        if self.scenario.settings.spawn_mode:
            come = days.weight * (
                residents if self.scenario.settings.spawn_mode == "pop_ratio" else 1.0
            )
        else:
            total = weight.sum(axis=1, keepdims=True)
            come = weight / np.where(total > 0.0, total, 1.0) * days.newcomers[:, None]
        found: dict[str, Any] = {}
        for i, name in enumerate(self.names):
            month = dict.fromkeys(self.calendar, 0.0)
            for when, number in zip(self.months, come[:, i], strict=True):
                month[when] += float(number)
            a_year = np.array(list(month.values())) * 12.0
            if a_year.any():
                title = f"People set out from {self._title(i)}"
                found[f"from_{name}"] = {
                    "title": title,
                    "to": f"at_{name}",
                    "persons_per_year": self._product(f"leaving_{name}", title, a_year),
                }
        return found

    def _initial(self) -> dict[str, Any]:
        return {
            f"there_{name}": {"state": f"at_{name}", "persons": int(number)}
            for name, number in zip(self.names, self.plan.journeys.start.people, strict=True)
            if number > 0.0
        }

    def _camps(self) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
        channels: dict[str, Any] = {}
        quantities: dict[str, Any] = {}
        outputs: dict[str, Any] = {}
        for column, place in enumerate(self.plan.camps):
            name, title = self.names[place], f"People in {self._title(place)}"
            quantities[f"in_{name}"] = {"title": title, "stock": f"at_{name}"}
            outputs[f"people_in_{name}"] = {
                "title": title, "quantity": f"in_{name}", "unit": "persons", "per": "year",
            }  # fmt: skip
            rows = self._counts(column, name)
            if rows:
                file = f"observations/{name}.csv"
                head = ("evidence", "quantity", "from", "to", "value")
                self.observations[file] = _csv(head, rows)
                channels[f"counted_in_{name}"] = {
                    "title": title,
                    "file": file,
                    "reporting": {"kind": "count", "spread": "count_spread"},
                }
        return channels, quantities, outputs

    def _counts(self, column: int, name: str) -> list[list[Any]]:
        """The last report of each month."""
        series = {s.name: s for s in self.scenario.reported}.get(
            self.scenario.locations[self.plan.camps[column]].name
        )
        last: dict[str, float] = {}
        for day, people in zip(series.days, series.people, strict=True) if series else ():
            if 0 <= day < self.scenario.days and people >= 1.0:
                last[self.months[day]] = people
        return [
            [
                self._cite(f"people in {name}", round(people), "persons", int(month[:4]), "B"),
                f"in_{name}", month, month, round(people),
            ]
            for month, people in sorted(last.items())
        ]  # fmt: skip


def _shares_of_ways(worked_out: Plan) -> Floats:
    """(T, Q) share of those who leave a place that take each way, camps taken as never full."""
    ground, days, rules = (
        worked_out.journeys.ground, worked_out.journeys.days, worked_out.journeys.rules,
    )  # fmt: skip
    open_ = days.open_candidate[days.epoch].astype(float)
    score = days.score[:, ground.candidate_end] * ground.candidate_home
    weight = open_ * ((rules.softening + score) * ground.candidate_nearness) ** rules.power
    shares = np.zeros((len(days.epoch), len(ground.way_from)))
    np.add.at(shares.T, ground.route_way[ground.candidate_route], weight.T)
    total = np.zeros((len(days.epoch), len(ground.place_event)))
    np.add.at(total.T, ground.way_from, shares.T)
    rest = total[:, ground.way_from]
    return shares / np.where(rest > 0.0, rest, 1.0)


def _figure(value: float) -> float:
    """Six significant digits."""
    number = float(value)
    return 0.0 if number == 0.0 else round(number, 5 - math.floor(math.log10(abs(number))))


def _slugs(names: Sequence[str]) -> list[str]:
    """Names as the model language wants them, each once."""
    found: dict[str, None] = {}
    for name in names:
        slug = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:40] or "place"
        slug = slug if slug[0].isalpha() else f"p_{slug}"
        number, chosen = 2, slug
        while chosen in found:
            chosen, number = f"{slug}_{number}", number + 1
        found[chosen] = None
    return list(found)


def conversion_text(written: FleeConversion) -> str:
    """What was written, and what to do next."""
    parts = ", ".join(f"{getattr(written, name):,} {name.replace('_', ' ')}" for name in SECTIONS)
    return f"{written.folder}: {parts}\nNext: safepassage check {written.folder}"
