"""Chances of Flee's day: how open a place is, how routes weigh, who sets out, who appears."""

from __future__ import annotations

from typing import Any

import numpy as np

from safepassage.engines.jit.compile import inline
from safepassage.engines.rng.philox import word
from safepassage.engines.rng.quantiles import binomial, poisson
from safepassage.flee.engine.arrays import FIXED, RATIO, REPORTED

WALKS, APPEARS = 0x5DEECE66D1CE4E5B, 0x2545F4914F6CDD1D
"""Salts that set the random streams of walking and of appearing apart from that of leaving."""


@inline
def room(days: Any, rules: Any, day: int, place: int, occupancy: Any) -> float:
    """How open a place is to more people: 1 below the buffer, 0 where it is full."""
    capacity = days.capacity[day, place] * rules.scaling
    if capacity < 1.0:
        return 1.0
    people = occupancy[place]
    if people <= rules.buffer * capacity:
        return 1.0
    if people >= capacity:
        return 0.0
    return 1.0 - (people - rules.buffer * capacity) / (capacity * (1.0 - rules.buffer))


@inline
def weigh(ground: Any, days: Any, rules: Any, workspace: Any, day: int, place: int) -> None:
    """Write the share of each route of a place among those not yet taken."""
    first, last = ground.candidate_start[place], ground.candidate_start[place + 1]
    epoch = days.epoch[day]
    top, open_ = 0.0, 0
    for c in range(first, last):
        weight = -1.0
        if days.open_candidate[epoch, c]:
            end = ground.candidate_end[c]
            score = days.score[day, end] * ground.candidate_home[c]
            if rules.size_power != 0.0 and not days.camp[day, end]:
                score *= max(1.0, workspace.residents[end]) ** rules.size_power
            weight = (rules.softening + score) * ground.candidate_nearness[c]
            weight *= room(days, rules, day, end, workspace.occupancy)
            if rules.power != 1.0:
                weight = weight**rules.power
            top = max(top, weight)
            open_ += 1
        workspace.odds[c] = weight
    begin, end_ = ground.route_start[place], ground.route_start[place + 1]
    for k in range(begin, end_):
        workspace.heavy[k] = 0.0
    least = top / rules.pruning if rules.pruning >= 1.001 else 0.0
    for c in range(first, last):
        if workspace.odds[c] >= least and workspace.odds[c] >= 0.0:
            # where all weights are zero, all candidates are alike
            workspace.heavy[ground.candidate_route[c]] += workspace.odds[c] if top > 0.0 else 1.0
    rest = 0.0
    for k in range(end_ - 1, begin - 1, -1):
        rest += workspace.heavy[k]
        workspace.share[k] = workspace.heavy[k] / rest if rest > 0.0 else 0.0
        end = ground.route_end[k]
        shut = days.camp[day, end] and room(days, rules, day, end, workspace.occupancy) < 0.5
        workspace.shut[k] = 1 if shut else 0


@inline
def odds_to_move(days: Any, rules: Any, workspace: Any, day: int, place: int) -> float:
    """The chance to set out from a place."""
    chance = days.move[day, place]
    if rules.move_power != 0.0:
        size = max(workspace.residents[place], days.capacity[day, place])
        chance *= (size / rules.move_base) ** rules.move_power
    hunger = days.hunger[day, place]
    if hunger > 0.0:
        chance = hunger + (1.0 - hunger) * chance
    return min(chance, 1.0)


@inline
def newcomers(
    ground: Any, days: Any, rules: Any, workspace: Any, key: Any, replicate: Any, day: int
) -> float:
    """Draw who appears today into `workspace.here`; return how many, or -1 where nobody is left."""
    step, total, left, rest, last = np.uint64(day), 0.0, 0.0, 0.0, -1
    if rules.mode == REPORTED:
        left = days.newcomers[day]
        for p in range(ground.place_event.shape[0]):
            weight = days.weight[day, p] * workspace.residents[p]
            rest += weight
            last = p if weight > 0.0 else last
        if left > 0.0 and last < 0:
            return -1.0
    for p in range(ground.place_event.shape[0]):
        number, weight = 0.0, days.weight[day, p]
        stream = ground.place_event[p] ^ np.uint64(APPEARS)
        if rules.mode == REPORTED:
            weight *= workspace.residents[p]
            if left > 0.0 and weight > 0.0:
                number = left
                if p != last:
                    number = binomial(left, weight / rest, word(key, stream, replicate, step))
                left -= number
                rest -= weight
        elif rules.mode == FIXED:
            number = weight
        elif rules.mode == RATIO:
            number = np.floor(weight * workspace.residents[p])
        elif weight > 0.0:
            number = poisson(weight, word(key, stream, replicate, step))
        workspace.here[p] = number
        if rules.take:
            workspace.residents[p] = max(workspace.residents[p] - number, 0.0)
        total += number
    return total
