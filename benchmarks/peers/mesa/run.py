"""Mesa: one light agent for each person.

- `daily`: each day `model.agents.do(...)` calls every agent, which draws one uniform number.
- `scheduled`: Mesa's discrete-event simulator; each agent has one event, the day it leaves.

Those who reach an absorbing state are counted and removed from the model, so they cost nothing.
"""

from __future__ import annotations

import math
import sys
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import mesa
from mesa.experimental.devs import DEVSimulator

sys.path.append(str(Path(__file__).resolve().parent.parent))
from common import Task, main


class Person(mesa.Agent):
    """A person in a state."""

    def __init__(self, model: Journey, state: int) -> None:
        super().__init__(model)
        self.state = state

    def live_day(self, draw: Callable[[], float], thresholds: list[list[float]]) -> None:
        """Draw, and leave the state or stay."""
        chance = draw()
        row = thresholds[self.state]
        if chance < row[-1]:
            self.enter(self.model.targets[self.state][bisect_right(row, chance)])

    def enter(self, state: int) -> None:
        """Go to a state; out of the model if it is absorbing."""
        self.state = state
        if state >= self.model.live:
            self.model.absorbed[state] += 1
            self.remove()


class Journey(mesa.Model):
    """People who leave states at constant hazards, day by day."""

    def __init__(self, task: Task) -> None:
        super().__init__(seed=task.seed)
        self.targets = task.ladder.targets
        self.live = task.ladder.live
        self.thresholds = task.ladder.thresholds()
        self.absorbed: Counter[int] = Counter()
        self.settle(task)

    def settle(self, task: Task) -> None:
        """Create the people."""
        Person.create_agents(self, task.people, task.ladder.start)

    def step(self) -> None:
        """One day. Nobody sees anybody, so the order needs no shuffle."""
        self.agents.do(Person.live_day, self.random.random, self.thresholds)

    def counts(self, states: int) -> list[int]:
        """People by state."""
        found = self.absorbed + Counter(agent.state for agent in self.agents)
        return [found[state] for state in range(states)]


class Traveller(Person):
    """A person who knows the day of the next move."""

    def plan(self) -> None:
        """Schedule the day of leaving: whole days, geometric in the chance of a day."""
        stay = -math.log(1.0 - self.model.random.random()) / self.model.hazard[self.state]
        simulator = self.model.simulator
        simulator.schedule_event_absolute(self.move, simulator.time + int(stay) + 1)

    def move(self) -> None:
        """Leave the state, and plan the next move."""
        model = self.model
        which = bisect_right(model.split[self.state], model.random.random())
        self.enter(model.targets[self.state][which])
        if self.state < model.live:
            self.plan()


class EventJourney(Journey):
    """The same, by events in place of days."""

    def settle(self, task: Task) -> None:
        """Create the people and their first events."""
        self.hazard = task.ladder.hazard
        self.split = [row for row in task.ladder.split() if row]
        self.simulator = DEVSimulator()
        self.simulator.setup(self)
        for person in Traveller.create_agents(self, task.people, task.ladder.start):
            person.plan()


def prepare(task: Task) -> Journey:
    """The model with its people."""
    # Mesa 3.3 keeps every model of a process alive as a key of this table: let the last one go.
    getattr(mesa.Agent, "_ids", {}).clear()
    return Journey(task) if task.style == "daily" else EventJourney(task)


def run(task: Task, model: Journey) -> list[int]:
    """Advance by days, or to the last day by events."""
    if isinstance(model, EventJourney):
        model.simulator.run_until(task.days)
    else:
        for _ in range(task.days):
            model.step()
    return model.counts(len(task.ladder.states))


if __name__ == "__main__":
    main("mesa", mesa.__version__, prepare, run, styles=("daily", "scheduled"))
