"""Small Flee scenarios of our own making, written as folders."""

from __future__ import annotations

from pathlib import Path

LOCATIONS = """#name,region,country,latitude,longitude,location_type,conflict_date,population
Alpha,West,Homeland,10.0,1.0,conflict_zone,0,50000
Beta,West,Homeland,10.5,1.5,town,,20000
Gamma,East,Homeland,11.0,2.0,forwarding_hub,,
Delta,East,Homeland,11.5,2.5,conflict_zone,3,30000
Haven,North,Neighbour,12.0,3.0,camp,,1100
Refuge,North,Neighbour,12.5,3.5,camp,,-1
"""
ROUTES = """#name1,name2,distance,forced_redirection
Alpha,Beta,90,
Beta,Gamma,60,
Gamma,Haven,250,
Beta,Refuge,410,
Delta,Gamma,75,0
Delta,Haven,30,
"""
CLOSURES = """#closure_type,name1,name2,closure_start,closure_end
country,Homeland,Neighbour,4,9
camp,Refuge,,2,6
"""
PERIOD = "StartDate,2020-01-01\nLength,{days}\n"
LAYOUT = "total,refugees.csv\nHaven,haven.csv\nRefuge,refuge.csv\n"
SERIES = {
    "refugees.csv": "2020-01-01,200\n2020-01-11,1900\n2020-01-31,3000\n",
    "haven.csv": "#Date,people\n2020-01-01,120\n2020-01-11,700\n2020-01-31,1100\n",
    "refuge.csv": "2020-01-01,80\n2020-01-11,1200\n2020-01-21,1100\n2020-01-31,1900\n",
}
CORRECTIONS = "Haven,2020-01-11,normalize\n"
SETTINGS = """spawn_rules:
  conflict_spawn_decay: [1.0, 0.5]
  conflict_spawn_decay_interval: 10
move_rules:
  max_move_speed: 200.0
  camp_weight: 2.0
  default_movechance: 0.5
  start_on_foot: True
  avoid_short_stints: True
"""


def conflicts(days: int = 30) -> str:
    rows = ["#Day,Alpha,Beta,Delta"]
    rows += [f"{d},{int(d < 20)},{int(10 <= d < 12)},{int(d >= 3)}" for d in range(days)]
    return "\n".join(rows) + "\n"


def write_folder(root: Path, days: int = 30, **changed: str | None) -> Path:
    """Write the scenario; a name in `changed` (dots as `__`) replaces a file, None drops it."""
    files = {
        "input_csv/locations.csv": LOCATIONS,
        "input_csv/routes.csv": ROUTES,
        "input_csv/closures.csv": CLOSURES,
        "input_csv/conflicts.csv": conflicts(days),
        "input_csv/sim_period.csv": PERIOD.format(days=days),
        "input_csv/registration_corrections.csv": CORRECTIONS,
        "source_data/data_layout.csv": LAYOUT,
        **{f"source_data/{name}": text for name, text in SERIES.items()},
        "simsetting.yml": SETTINGS,
    }
    paths = {Path(name).name.replace(".", "__"): name for name in files}
    for name, text in changed.items():
        files[paths.get(name, "input_csv/" + name.replace("__", "."))] = text
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if text is not None:
            path.write_text(text, encoding="utf-8")
    return root


TIGHT = LOCATIONS.replace(",1100", ",300").replace("camp,,-1", "camp,,400")
AWARE = """spawn_rules:
  conflict_spawn_decay: [1.0, 0.5]
  conflict_spawn_decay_interval: 10
move_rules:
  awareness_level: 3
  start_on_foot: True
"""
TIES = ROUTES.replace(",250", ",400").replace(",60", ",70")
"""Two and two days' travel to the kilometre, driving and on foot: one arrives a day later."""
BESIDE_FLEE = {
    "stints": {"routes__csv": TIES},
    "aware": {
        "simsetting__yml": AWARE,
        "locations__csv": LOCATIONS.replace("forwarding_hub", "marker"),
        "closures__csv": CLOSURES + "location,Gamma,,12,15\n",
    },
    "tight": {"locations__csv": TIGHT},
}
"""Scenarios of 20 days that Flee itself was run on: `tests/data/flee_runs.npz`."""
