"""starsim: a module with one array of states, advanced by the simulation's own loop.

- `daily`: each day `ss.random` draws a number for every agent.
- `scheduled`: as starsim's own diseases do it (`ti_recovered`): an array holds the day each agent
  leaves next, and each day only those due are drawn.

What costs time and is not needed is switched off: results by people, messages, and the common
random numbers (`--crn` keeps them, as is starsim's default).
"""

from __future__ import annotations

import argparse
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import starsim as ss

sys.path.append(str(Path(__file__).resolve().parent.parent))
from common import Task, main

FIRST_DAY = date(2001, 1, 1)
NEVER = 1e9


class Ladder(ss.Module):
    """People leave states at constant hazards."""

    def __init__(self, task: Task) -> None:
        super().__init__(name="ladder")
        ladder = task.ladder
        self.define_states(ss.IntArr("state", default=ladder.start))
        self.draw = ss.random()
        self.which = ss.random()
        self.leave = np.array(ladder.leave_chance, dtype=ss.dtypes.float)
        width = max(len(row) for row in ladder.targets)
        split = [[*row, *[1.0] * (width - len(row))] for row in ladder.split()]
        targets = [[*row, *[0] * (width - len(row))] for row in ladder.targets]
        self.split, self.targets = np.array(split), np.array(targets, dtype=ss.dtypes.int)

    def move(self, uids: Any) -> np.ndarray:
        """Send people on; gives the states they reach."""
        states = self.state[uids]
        which = (self.which(uids)[:, None] >= self.split[states]).sum(axis=1)
        arrived = self.targets[states, which]
        self.state[uids] = arrived
        return arrived

    def step(self) -> None:
        """One day: one number for everybody."""
        people = self.sim.people.auids
        movers = people[self.draw(people) < self.leave[self.state.values]]
        if len(movers):
            self.move(movers)


class ScheduledLadder(Ladder):
    """The same, with the day of the next move in an array."""

    def __init__(self, task: Task) -> None:
        super().__init__(task)
        self.define_states(ss.FloatArr("ti_move"))
        self.stay = ss.expon(scale=1.0)
        self.hazard = np.array(task.ladder.hazard)

    def init_post(self) -> None:
        """Schedule the first moves."""
        super().init_post()
        people = self.sim.people.auids
        self.schedule(people, self.state[people], -1)

    def schedule(self, uids: Any, states: np.ndarray, day: int) -> None:
        """Set the days of the next move after a day; sojourns are geometric."""
        hazard = self.hazard[states]
        with np.errstate(divide="ignore"):
            stay = np.minimum(self.stay(uids) / hazard, NEVER)
        self.ti_move[uids] = np.floor(stay) + day + 1

    def step(self) -> None:
        """One day: move those whose day has come."""
        movers = (self.ti_move <= self.ti).uids
        if len(movers):
            self.schedule(movers, self.move(movers), self.ti)


def prepare(task: Task) -> ss.Sim:
    """The simulation with its people, initialised."""
    module = (Ladder if task.style == "daily" else ScheduledLadder)(task)
    sim = ss.Sim(
        n_agents=task.people,
        modules=module,
        start=ss.date(FIRST_DAY),
        stop=ss.date(FIRST_DAY + timedelta(days=task.days - 1)),  # both ends are steps
        dt=ss.days(1),
        rand_seed=task.seed,
        people_results=False,
        copy_inputs=False,
        verbose=0,
    )
    sim.init()
    assert sim.t.npts == task.days, f"{sim.t.npts} steps for {task.days} days"
    return sim


def run(task: Task, sim: ss.Sim) -> list[int]:
    """Run starsim's loop and count."""
    sim.run()
    state = next(iter(sim.modules)).state.values
    return np.bincount(state, minlength=len(task.ladder.states)).tolist()


def arguments(parser: argparse.ArgumentParser) -> None:
    """starsim's own switch."""
    parser.add_argument("--crn", action="store_true", help="keep common random numbers")


if __name__ == "__main__":
    ss.options(crn="--crn" in sys.argv)
    main("starsim", ss.__version__, prepare, run, styles=("daily", "scheduled"), extra=arguments)
