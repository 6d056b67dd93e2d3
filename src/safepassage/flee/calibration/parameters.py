"""Movement parameters of a planned scenario: set to other values, with slopes, without a new plan.

Differentiable are the settings of `LEVERS`. Others act by steps: speeds and lengths (a way takes a
whole number of days, `avoid_short_stints` compares whole lengths), `awareness_level` (which routes
there are), `start_on_foot`, `pruning_threshold`; a mean over people has jumps along these.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from safepassage.errors import Fault, InputError
from safepassage.flee.compile.arrays import Plan
from safepassage.flee.compile.days import MOVECHANCES, WEIGHTS
from safepassage.flee.engine.simulate import Journeys, first_days
from safepassage.flee.io.scenario import Scenario
from safepassage.flee.mean_field.arrays import BUFFER, POWER, SCALING
from safepassage.flee.mean_field.expect import Slopes
from safepassage.model.yaml.wording import suggestion
from safepassage.network.arrays import Floats


@dataclass(frozen=True)
class Lever:
    """A movement parameter and its prior: normal on the scale of its transform."""

    default: float
    """Flee's own, the prior's median."""
    spread: float
    """Prior standard deviation of the logarithm, or of the log odds of a chance."""
    chance: bool = False

    def value(self, z: float) -> float:
        """From the standard normal coordinate."""
        if self.chance:
            odds = self.default / (1.0 - self.default) * np.exp(self.spread * z)
            return float(odds / (1.0 + odds))
        return float(self.default * np.exp(self.spread * z))

    def slope(self, z: float) -> float:
        """Derivative of `value`."""
        value = self.value(z)
        return self.spread * value * ((1.0 - value) if self.chance else 1.0)


LEVERS: Mapping[str, Lever] = {
    "conflict_movechance": Lever(0.99, 1.5, chance=True),  # Flee's is 1, which has no odds
    "camp_movechance": Lever(0.001, 1.5, chance=True),
    "idpcamp_movechance": Lever(0.1, 1.0, chance=True),
    "default_movechance": Lever(0.3, 1.0, chance=True),
    "foreign_weight": Lever(1.0, 1.0),
    "camp_weight": Lever(1.0, 1.0),
    "conflict_weight": Lever(1.0 / 3.16227766017, 1.0),
    "softening": Lever(10.0, 1.0),
    "weight_power": Lever(1.0, 0.5),
    "distance_power": Lever(1.0, 0.5),
    "capacity_scaling": Lever(1.0, 0.5),
    "capacity_buffer": Lever(0.9, 1.0, chance=True),
}
"""What can be learned, under Flee's names."""
STEPS = (
    "max_move_speed", "max_walk_speed", "awareness_level", "start_on_foot", "avoid_short_stints",
    "pruning_threshold", "hasten",
)  # fmt: skip
_RULES = {
    "weight_power": (POWER, "power"),
    "capacity_scaling": (SCALING, "scaling"),
    "capacity_buffer": (BUFFER, "buffer"),
}


def check_levers(names: Sequence[str], where: str) -> tuple[str, ...]:
    """The names, if each can be learned.

    Raises:
        InputError: One cannot, or stands twice, or there are none.
    """
    faults: list[Fault] = []
    for name in names:
        if name in STEPS:
            message = f"names {name}, which acts by steps and has no slope; leave it out"
            faults.append(Fault(where, 0, "", message))
        elif name not in LEVERS:
            message = f"names '{name}', no parameter that can be learned; "
            faults.append(Fault(where, 0, "", message + suggestion(name, LEVERS)))
        elif list(names).count(name) > 1:
            faults.append(Fault(where, 0, "", f"names {name} twice; drop one"))
    if not names:
        faults.append(Fault(where, 0, "", f"names no parameter; choose of {', '.join(LEVERS)}"))
    if faults:
        raise InputError(list(dict.fromkeys(faults)))
    return tuple(names)


class Levers:
    """A planned scenario whose movement parameters can be turned."""

    def __init__(
        self, scenario: Scenario, plan: Plan, names: Sequence[str], days: int | None = None
    ):
        """Prepare.

        Args:
            scenario: What was read; parameters not named keep its settings.
            plan: Its plan.
            names: Which parameters to turn.
            days: The first days alone; all unless given.
        """
        self.names = check_levers(names, scenario.folder)
        self.settings = scenario.settings
        days = scenario.days if days is None else days
        self._base = first_days(plan.journeys, days)
        self._size, self._km = plan.size[:days], plan.candidate_km
        self._move_by, self._powers = plan.around.move_by[:days], plan.around.powers[:days]

    def settings_at(self, values: Floats) -> dict[str, float]:
        """The settings that these values stand for."""
        return dict(zip(self.names, map(float, values), strict=True))

    def journeys(self, values: Floats) -> Journeys:
        """The scenario at these values (D,), in the order of `names`."""
        chosen, settings = self.settings_at(values), self.settings
        days, ground, rules = self._base.days, self._base.ground, self._base.rules
        move = days.move.copy()
        for kind, name in enumerate(MOVECHANCES):
            if name in chosen:
                move = np.where(self._move_by == kind, chosen[name] * self._size, move)
        score = days.score
        for column, name in enumerate(WEIGHTS):
            if name in chosen:
                ratio = chosen[name] / getattr(settings, name)
                score = score * ratio ** self._powers[..., column]
        if "softening" in chosen or "distance_power" in chosen:
            softening = chosen.get("softening", settings.softening)
            power = chosen.get("distance_power", settings.distance_power)
            with np.errstate(over="ignore"):  # so far beyond reach that nobody goes there
                nearness = 1.0 / (self._km + softening) ** power
            ground = ground._replace(candidate_nearness=nearness)
        turned = {field: chosen[name] for name, (_, field) in _RULES.items() if name in chosen}
        return replace(
            self._base,
            ground=ground,
            days=days._replace(move=move, score=score),
            rules=rules._replace(**turned),
        )

    def slopes(self, values: Floats, journeys: Journeys) -> Slopes:
        """How what people act on changes with each parameter, at these values."""
        chosen, settings = self.settings_at(values), self.settings
        days, ground = journeys.days, journeys.ground
        many = len(chosen)
        move, score = (np.zeros((*days.move.shape, many)) for _ in range(2))
        nearness, rules = np.zeros((len(ground.candidate_nearness), many)), np.zeros((4, many))
        softening = chosen.get("softening", settings.softening)
        power = chosen.get("distance_power", settings.distance_power)
        reach = self._km + softening
        for d, (name, value) in enumerate(chosen.items()):
            if name in MOVECHANCES:
                at = self._move_by == MOVECHANCES.index(name)
                move[..., d] = np.where(at, self._size, 0.0)
            elif name in WEIGHTS:
                score[..., d] = days.score * self._powers[..., WEIGHTS.index(name)] / value
            elif name == "softening":
                nearness[:, d] = -power * ground.candidate_nearness / reach
            elif name == "distance_power":
                nearness[:, d] = -ground.candidate_nearness * np.log(reach)
            else:
                rules[_RULES[name][0], d] = 1.0
        return Slopes(move, score, nearness, rules)
