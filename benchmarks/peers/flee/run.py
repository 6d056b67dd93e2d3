"""Flee's own speed on a grid of towns. It is another dynamics, so no counts are compared.

Agents start in one corner of a 4 x 3 grid of towns 100 km apart, without camps and without
limits of capacity; other settings are Flee's defaults (awareness of one link).

- `flee's move chance`: 0.3 a day, its default for towns.
- `model's move chance`: the mean chance to leave of the simple model, about 0.016 a day.

`--flee` is a folder with Flee's sources (commit 02cd2cbd of May 2026 was measured); without it,
an installed `flee` is taken.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import random
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

sys.path.append(str(Path(__file__).resolve().parent.parent))
from common import Task, main

COLUMNS, ROWS, KM = 4, 3, 100.0
MOVE_CHANCE = {"flee's move chance": 0.3, "model's move chance": None}


def settings(move_chance: float) -> None:
    """Load Flee's defaults, with the move chance of towns."""
    from flee.SimulationSettings import SimulationSettings

    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stderr(io.StringIO()):
        file = Path(folder) / "simsetting.yml"
        file.write_text(f"move_rules:\n  default_movechance: {move_chance}\n")
        SimulationSettings.ReadFromYML(str(file))


def prepare(task: Task) -> Any:
    """The grid with its agents."""
    from flee import flee

    random.seed(task.seed)
    np.random.seed(task.seed)  # noqa: NPY002 - the generator that Flee draws from
    chances = task.ladder.leave_chance[: task.ladder.live]
    settings(MOVE_CHANCE[task.style] or sum(chances) / len(chances))
    with contextlib.redirect_stderr(io.StringIO()):  # Flee says everything it builds
        return grid(flee.Ecosystem(), task.people)


def grid(ecosystem: Any, people: int) -> Any:
    """Towns, links and agents."""
    towns: dict[tuple[int, int], Any] = {}
    for x in range(COLUMNS):
        for y in range(ROWS):
            towns[x, y] = ecosystem.addLocation(
                name=f"town {x} {y}", x=KM * x, y=KM * y, location_type="town"
            )
    for x, y in towns:
        for other in ((x + 1, y), (x, y + 1)):
            if other in towns:
                ecosystem.linkUp(towns[x, y].name, towns[other].name, KM)
    ecosystem.insertAgents(location=towns[0, 0], number=people)
    return ecosystem


def run(task: Task, ecosystem: Any) -> list[int]:
    """Advance by days; gives agents by town, and on the way."""
    for _ in range(task.days):
        ecosystem.evolve()
    in_towns = [location.numAgents for location in ecosystem.locations]
    return [*in_towns, task.people - sum(in_towns)]


def version() -> str:
    """The commit of the sources, or the version of the installed package."""
    from flee import __version__
    from flee._version import get_versions

    commit = get_versions().get("full-revisionid")
    return f"commit {commit[:8]}" if commit else __version__


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where Flee's sources are."""
    parser.add_argument("--flee", type=Path, help="folder with Flee's sources")


if __name__ == "__main__":
    known = argparse.ArgumentParser(add_help=False)
    arguments(known)
    folder = known.parse_known_args()[0].flee
    if folder:
        sys.path.insert(0, str(folder.resolve()))
    main(
        "flee",
        version(),
        prepare,
        run,
        styles=tuple(MOVE_CHANCE),
        same_model=False,
        extra=arguments,
    )
