"""mesa-frames: the people are one Polars frame, changed by whole columns.

- `daily`: each day one uniform number for every person; those who leave are written in place.
- `scheduled`: a column holds the day each person leaves next; each day only those due are drawn.
"""

from __future__ import annotations

import sys
from pathlib import Path

import mesa_frames
import numpy as np
import polars as pl
from mesa_frames import AgentSetPolars, ModelDF

sys.path.append(str(Path(__file__).resolve().parent.parent))
from common import Task, main

NEVER = np.iinfo(np.int32).max


class People(AgentSetPolars):
    """Everybody: `state`, and `due`, the day of the next move, where days are scheduled."""

    def __init__(self, model: Journey, task: Task) -> None:
        super().__init__(model)
        ladder = task.ladder
        self.leave = pl.Series(ladder.leave_chance)
        self.hazard = np.array(ladder.hazard)
        # By state, (S, exits); the rows of absorbing states are never read.
        width = max(len(row) for row in ladder.targets)
        self.split = np.array([row + [1.0] * (width - len(row)) for row in ladder.split()])
        self.targets = np.array(
            [[*row, *[0] * (width - len(row))] for row in ladder.targets], dtype=np.int8
        )
        people = {
            "unique_id": np.arange(task.people),
            "state": np.full(task.people, ladder.start, np.int8),
        }
        if task.style == "scheduled":
            people["due"] = self.next_move(people["state"], 0)
        self.add(pl.DataFrame(people))

    def next_move(self, states: np.ndarray, day: int) -> np.ndarray:
        """Days of the next move of people who entered `states` on a day; geometric sojourns."""
        hazard = self.hazard[states]
        with np.errstate(divide="ignore"):
            stay = self.random.standard_exponential(len(states)) / hazard
        return np.where(hazard > 0, np.minimum(stay, NEVER - day - 1) + day + 1, NEVER).astype(
            np.int32
        )

    def targets_of(self, states: np.ndarray) -> np.ndarray:
        """States that people who leave `states` go to."""
        draw = self.random.random(len(states))
        which = (draw[:, None] >= self.split[states]).sum(axis=1)
        return self.targets[states, which]

    def step(self) -> None:
        """One day: one uniform number for everybody."""
        state = self.agents["state"]
        draw = pl.Series(self.random.random(len(self)))
        movers = (draw < self.leave.gather(state)).arg_true()
        arrived = self.targets_of(state.gather(movers).to_numpy())
        self.agents = self.agents.with_columns(state.scatter(movers, arrived))


class ScheduledPeople(People):
    """Everybody, with the day of the next move in a column."""

    def step(self) -> None:
        """One day: move those whose day has come, and schedule their next move."""
        day = self.model.day
        state, due = self.agents["state"], self.agents["due"]
        movers = (due == day).arg_true()
        arrived = self.targets_of(state.gather(movers).to_numpy())
        self.agents = self.agents.with_columns(
            state.scatter(movers, arrived), due.scatter(movers, self.next_move(arrived, day))
        )


class Journey(ModelDF):
    """People who leave states at constant hazards, day by day."""

    def __init__(self, task: Task) -> None:
        super().__init__(seed=task.seed)
        self.day = 0
        self.people = (People if task.style == "daily" else ScheduledPeople)(self, task)
        self.agents += self.people

    def step(self) -> None:
        """One day."""
        self.day += 1
        super().step()


def run(task: Task, model: Journey) -> list[int]:
    """Advance by days and count."""
    for _ in range(task.days):
        model.step()
    state = model.agents.agents[model.people]["state"].to_numpy()
    return np.bincount(state, minlength=len(task.ladder.states)).tolist()


if __name__ == "__main__":
    version = f"{mesa_frames.__version__} (polars {pl.__version__})"
    main("mesa_frames", version, Journey, run, styles=("daily", "scheduled"))
