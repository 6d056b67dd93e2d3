"""The compiled mean field of Flee's day: expected people instead of drawn ones, with slopes.

As `engine/kernel.py`, with people and draws replaced by their means. Two things differ: what
people moved is resolved in bins (`Grain.bin`; between two bins they are split
so that the mean is kept), and a camp may come to count as full by degrees (`Grain.soft`).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from safepassage.engines.jit.compile import borrowing_kernel, inline
from safepassage.engines.jit.simd import (
    add_to,
    at_least,
    at_most,
    lane_of,
    read,
    spread,
    with_lane,
    write,
)
from safepassage.flee.engine.arrays import (
    ACTIVE,
    FIXED,
    GATE,
    NOW,
    PASS,
    RATIO,
    REPORTED,
    REST,
    ROAD,
)
from safepassage.flee.engine.kernel import DONE, MORE_ROWS, MORE_TARGETS, NOBODY_LEFT
from safepassage.flee.engine.rows import (
    FULL,
    NO_BUCKET,
    destination,
    enlist,
    option_index,
    row_of,
    way_to,
)
from safepassage.flee.mean_field.arrays import BUFFER, POWER, SCALING, SOFTENING

_LOWEST = 5


@inline
def times(a: Any, b: Any) -> Any:
    """Product of two duals."""
    x, y = lane_of(a, 0), lane_of(b, 0)
    return with_lane(a * y + b * x, 0, x * y)


@inline
def over(a: Any, b: Any) -> Any:
    """Quotient of two duals."""
    y = lane_of(b, 0)
    q = lane_of(a, 0) / y
    return with_lane((a - b * q) / y, 0, q)


@inline
def to_power(a: Any, n: Any) -> Any:
    """A dual to the power of a dual; 0 with no slope where its base is not above 0."""
    x, m = lane_of(a, 0), lane_of(n, 0)
    if x <= 0.0:
        return spread(0.0 if m != 0.0 else 1.0)
    value = x**m
    return with_lane(a * (value * m / x) + n * (value * np.log(x)), 0, value)


@inline
def plain(x: float) -> Any:
    """A dual without slopes."""
    return with_lane(spread(0.0), 0, x)


@inline
def limited(a: Any, limit: float) -> Any:
    """A dual whose slopes lie within a limit."""
    return with_lane(at_most(at_least(a, -limit), limit), 0, lane_of(a, 0))


@inline
def room(days: Any, duals: Any, grain: Any, day: int, place: int, workspace: Any) -> Any:
    """How open a place is to more people: 1 below the buffer, 0 where it is full."""
    scaling, buffer = read(duals.rules, (SCALING, 0)), read(duals.rules, (BUFFER, 0))
    capacity = scaling * days.capacity[day, place]
    size, people = lane_of(capacity, 0), read(workspace.occupancy, (place, 0))
    if size < 1.0:
        return plain(1.0)
    if lane_of(people, 0) <= lane_of(buffer, 0) * size:
        return plain(1.0)
    if lane_of(people, 0) >= size:
        return spread(0.0)
    beyond = people - times(buffer, capacity)
    return limited(plain(1.0) - over(beyond, times(capacity, plain(1.0) - buffer)), grain.limit)


@inline
def let_in(days: Any, duals: Any, grain: Any, day: int, place: int, workspace: Any) -> Any:
    """The share of those bound for a place who set out: nobody for a camp that counts as full."""
    if not days.camp[day, place]:
        return plain(1.0)
    free = room(days, duals, grain, day, place, workspace)
    value = lane_of(free, 0)
    if value >= 0.5 + grain.soft:
        return plain(1.0)
    if value < 0.5:
        return spread(0.0)
    # from a half upwards, so that a camp ends as full as in Flee
    return limited((free - plain(0.5)) * (1.0 / grain.soft), grain.limit)


@inline
def weigh(
    ground: Any, days: Any, rules: Any, duals: Any, grain: Any, workspace: Any, day: int, place: int
) -> None:
    """Write the share of each route of a place that gets away."""
    first, last = ground.candidate_start[place], ground.candidate_start[place + 1]
    epoch, top = days.epoch[day], 0.0
    power, softening = read(duals.rules, (POWER, 0)), read(duals.rules, (SOFTENING, 0))
    for c in range(first, last):
        weight = spread(-1.0)
        if days.open_candidate[epoch, c]:
            end = ground.candidate_end[c]
            score = read(duals.score, (day, end, 0)) * ground.candidate_home[c]
            if rules.size_power != 0.0 and not days.camp[day, end]:
                score = score * max(1.0, workspace.residents[end]) ** rules.size_power
            weight = times(softening + score, read(duals.nearness, (c, 0)))
            weight = times(weight, room(days, duals, grain, day, end, workspace))
            weight = to_power(weight, power)
            top = max(top, lane_of(weight, 0))
        write(workspace.odds, (c, 0), weight)
    begin, end_ = ground.route_start[place], ground.route_start[place + 1]
    for k in range(begin, end_):
        write(workspace.share, (k, 0), spread(0.0))
    least = top / rules.pruning if rules.pruning >= 1.001 else 0.0
    whole = spread(0.0)
    for c in range(first, last):
        weight = read(workspace.odds, (c, 0))
        if lane_of(weight, 0) >= least and lane_of(weight, 0) >= 0.0:
            if top <= 0.0:  # where all weights are zero, all candidates are alike
                weight = plain(1.0)
            add_to(workspace.share, (ground.candidate_route[c], 0), weight)
            whole = whole + weight
    departing = spread(0.0)
    for k in range(begin, end_):
        share = read(workspace.share, (k, 0))
        if lane_of(share, 0) > 0.0:
            share = over(share, whole)
            share = times(share, let_in(days, duals, grain, day, ground.route_end[k], workspace))
            write(workspace.share, (k, 0), share)
            departing = departing + share
    write(workspace.departing, (place, 0), departing)


@inline
def odds_to_move(days: Any, rules: Any, duals: Any, workspace: Any, day: int, place: int) -> Any:
    """The chance to set out from a place."""
    chance = read(duals.move, (day, place, 0))
    if rules.move_power != 0.0:
        size = max(workspace.residents[place], days.capacity[day, place])
        chance = chance * (size / rules.move_base) ** rules.move_power
    hunger = days.hunger[day, place]
    if hunger > 0.0:
        chance = plain(hunger) + chance * (1.0 - hunger)
    if lane_of(chance, 0) >= 1.0:
        return plain(1.0)
    return chance


@inline
def enlist_bins(workspace: Any, side: int, row: int, low: int, high: int) -> None:
    """Note that a row has people between two bins."""
    if workspace.listed[side, row] == 0:
        bucket = enlist(workspace, side, row)
        if bucket != NO_BUCKET:
            workspace.size[_LOWEST] = min(workspace.size[_LOWEST], bucket)
        workspace.low[side, row] = low
        workspace.high[side, row] = high
    else:
        workspace.low[side, row] = min(workspace.low[side, row], low)
        workspace.high[side, row] = max(workspace.high[side, row], high)


@inline
def enlist_target(rules: Any, grain: Any, workspace: Any, at: int, low: int, high: int) -> None:
    """Note that the bins from `low` to `high` of some row go to a target."""
    now, row = workspace.size[NOW], workspace.pool_row[at]
    if workspace.pool_distance[at] < 0:
        enlist_bins(workspace, now, row, low, high)
        if workspace.pool_part[at] > 0.0:
            enlist_bins(workspace, now, workspace.pool_next[at], low, high)
    elif rules.tired:
        distance = workspace.pool_distance[at] / grain.bin
        enlist_bins(
            workspace,
            1 - now,
            row,
            int((low + distance) * 0.5),
            int((high - 1 + distance) * 0.5) + 2,
        )
    else:
        enlist_bins(workspace, 1 - now, row, 0, 1)


@inline
def deliver(rules: Any, grain: Any, workspace: Any, at: int, value: Any, x: int) -> None:
    """Bring people of bin x to a target: within the day, or at its end."""
    now, row, distance = workspace.size[NOW], workspace.pool_row[at], workspace.pool_distance[at]
    if distance < 0:
        part = workspace.pool_part[at]
        if part > 0.0:
            add_to(workspace.count, (now, workspace.pool_next[at], x, 0), value * part)
            value = value * (1.0 - part)
        add_to(workspace.count, (now, row, x, 0), value)
    elif not rules.tired:
        add_to(workspace.count, (1 - now, row, 0, 0), value)
    else:
        late = (x + distance / grain.bin) * 0.5
        below = int(late)
        part = late - below
        if grain.bin == 1.0:
            part = 0.0  # Flee's number, cut to whole units, is all that is compared
        if part > 0.0:
            add_to(workspace.count, (1 - now, row, below + 1, 0), value * part)
            value = value * (1.0 - part)
        add_to(workspace.count, (1 - now, row, below, 0), value)


@inline
def target(
    ground: Any, rules: Any, grain: Any, workspace: Any, row: int, option: int, kind: int
) -> int:
    """Index in the pool of where an option of a row leads; below 0 where there is no room."""
    at = option_index(ground, workspace, row, option, kind)
    if at == FULL:
        return -MORE_TARGETS
    if workspace.pool_row[at] >= 0:
        return at
    today = round(workspace.length[row] * grain.bin) if kind >= PASS else 0
    kind_, spot, length, first, lost, rest, distance = destination(
        ground, rules, workspace, row, option, kind, today
    )
    part = 0.0
    if distance < 0:
        bins = int(length / grain.bin)
        part = length / grain.bin - bins
        length = bins
    new = row_of(ground, workspace, kind_, spot, length, first, lost, rest)
    if new == FULL:
        return -MORE_ROWS
    beyond = new
    if part > 0.0:
        beyond = row_of(ground, workspace, kind_, spot, length + 1, first, lost, rest)
        if beyond == FULL:
            return -MORE_ROWS
    workspace.pool_row[at], workspace.pool_next[at], workspace.pool_part[at] = new, beyond, part
    workspace.pool_distance[at] = distance
    return at


@inline
def pass_on(
    ground: Any, rules: Any, grain: Any, workspace: Any, row: int, option: int, kind: int,
    share: Any, low: int, high: int,
) -> int:  # fmt: skip
    """Bring a share (a dual) of the people in `scratch` to a target; DONE, or what is needed."""
    at = target(ground, rules, grain, workspace, row, option, kind)
    if at < 0:
        return -at
    value, slopes = lane_of(share, 0), with_lane(share, 0, 0.0)
    enlist_target(rules, grain, workspace, at, low, high)
    for x in range(low, high):
        people = read(workspace.scratch, (x, 0))
        deliver(rules, grain, workspace, at, people * value + slopes * lane_of(people, 0), x)
    return DONE


@inline
def take_up(workspace: Any, row: int, low: int, high: int) -> float:
    """Move a row's people to `scratch`; return how many."""
    now, total = workspace.size[NOW], 0.0
    for x in range(low, high):
        people = read(workspace.count, (now, row, x, 0))
        total += lane_of(people, 0)
        write(workspace.scratch, (x, 0), people)
        write(workspace.count, (now, row, x, 0), spread(0.0))
    workspace.low[now, row], workspace.high[now, row] = workspace.count.shape[2], 0
    return total


@inline
def leave_place(
    ground: Any, days: Any, rules: Any, duals: Any, grain: Any, workspace: Any, day: int, row: int
) -> int:
    """Part those of a row at a place; DONE, or what there is more need of."""
    place, kind, rest, now = (
        workspace.spot[row],
        workspace.kind[row],
        workspace.rest[row],
        workspace.size[NOW],
    )
    low, high = workspace.low[now, row], workspace.high[now, row]
    total = take_up(workspace, row, low, high)
    if kind == PASS and total <= grain.least:
        return pass_on(ground, rules, grain, workspace, row, 0, kind, plain(1.0), low, high)
    if rest != 0:
        way, last = way_to(ground, place, ground.rest_next[rest]), ground.rest_end[rest]
        going = spread(0.0)
        if way >= 0 and days.open_way[days.epoch[day], way]:
            going = let_in(days, duals, grain, day, last, workspace)
            ended = pass_on(ground, rules, grain, workspace, row, 1, kind, going, low, high)
            if ended != DONE:
                return ended
        return pass_on(ground, rules, grain, workspace, row, 0, kind, plain(1.0) - going, low, high)
    chance = odds_to_move(days, rules, duals, workspace, day, place)
    departing = read(workspace.departing, (place, 0))
    driven = rules.tired and kind == PASS and days.town[day, place]
    stays_at = target(ground, rules, grain, workspace, row, 0, kind)
    if stays_at < 0:
        return -stays_at
    enlist_target(rules, grain, workspace, stays_at, low, high)
    stayed = spread(0.0)
    for x in range(low, high):
        people, odds = read(workspace.scratch, (x, 0)), chance
        if driven:  # whoever moved less than a day's length of late continues
            short = (rules.speed - 0.5) / grain.bin - x - workspace.length[row] + 0.5
            short = min(max(short, 0.0), 1.0)
            odds = chance * (1.0 - short) + plain(short)
        moving = times(people, odds)
        stays = people - times(moving, departing)
        stayed = stayed + stays
        deliver(rules, grain, workspace, stays_at, stays, x)
        write(workspace.scratch, (x, 0), moving)
    if kind == REST:
        add_to(workspace.here, (place, 0), stayed)
    begin = ground.route_start[place]
    for k in range(begin, ground.route_start[place + 1]):
        share = read(workspace.share, (k, 0))
        if lane_of(share, 0) > 0.0:
            ended = pass_on(
                ground, rules, grain, workspace, row, 2 + k - begin, kind, share, low, high
            )
            if ended != DONE:
                return ended
    return DONE


@inline
def move_on(ground: Any, rules: Any, grain: Any, workspace: Any, row: int) -> int:
    """Move a row on a way by a day; DONE, or what there is more need of."""
    now, way, kind = workspace.size[NOW], workspace.spot[row], workspace.kind[row]
    low, high = workspace.low[now, row], workspace.high[now, row]
    take_up(workspace, row, low, high)
    on_foot = rules.on_foot and workspace.first[row] == 1
    walks = 0.0 if on_foot else ground.way_walk[way]
    if walks > 0.0:
        ended = pass_on(ground, rules, grain, workspace, row, 1, kind, plain(walks), low, high)
        if ended != DONE:
            return ended
    return pass_on(ground, rules, grain, workspace, row, 0, kind, plain(1.0 - walks), low, high)


@inline
def place_people(ground: Any, rules: Any, workspace: Any, place: int, people: float) -> int:
    """Put people into a place, as those who have not yet set out."""
    if people > 0.0:
        row = row_of(ground, workspace, REST, place, 0, 1 if rules.on_foot else 0, 0, 0)
        if row == FULL:
            return MORE_ROWS
        now = workspace.size[NOW]
        add_to(workspace.count, (now, row, 0, 0), plain(people))
        enlist_bins(workspace, now, row, 0, 1)
    return DONE


@inline
def newcomers(ground: Any, days: Any, rules: Any, workspace: Any, day: int) -> int:
    """Put today's newcomers into their places; DONE, or what there is more need of."""
    whole = 0.0
    if rules.mode == REPORTED and days.newcomers[day] > 0.0:
        for p in range(ground.place_event.shape[0]):
            whole += days.weight[day, p] * workspace.residents[p]
        if whole <= 0.0:
            return NOBODY_LEFT
    for p in range(ground.place_event.shape[0]):
        number = days.weight[day, p]
        if rules.mode == REPORTED:
            if whole > 0.0:
                number *= days.newcomers[day] * workspace.residents[p] / whole
            else:
                number = 0.0
        elif rules.mode == RATIO:
            number = np.floor(number * workspace.residents[p])
        elif rules.mode == FIXED:
            number = np.floor(number)
        if rules.take:
            workspace.residents[p] = max(workspace.residents[p] - number, 0.0)
        if place_people(ground, rules, workspace, p, number) != DONE:
            return MORE_ROWS
    return DONE


@inline
def close_ways(ground: Any, days: Any, workspace: Any, day: int) -> int:
    """Turn round everybody who is on a way that closes today."""
    now = workspace.size[NOW]
    for j in range(days.close_start[day], days.close_start[day + 1]):
        for i in range(workspace.size[ACTIVE]):
            row = workspace.active[now, i]
            low, high = workspace.low[now, row], workspace.high[now, row]
            on_way = workspace.kind[row] == ROAD and workspace.spot[row] == days.close_way[j]
            if not on_way or workspace.lost[row] == 1 or low >= high:
                continue
            length, first, rest = workspace.length[row], workspace.first[row], workspace.rest[row]
            twin = row_of(ground, workspace, ROAD, workspace.spot[row], length, first, 1, rest)
            if twin == FULL:
                return MORE_ROWS
            take_up(workspace, row, low, high)
            for x in range(low, high):
                add_to(workspace.count, (now, twin, x, 0), read(workspace.scratch, (x, 0)))
            enlist_bins(workspace, now, twin, low, high)
    return DONE


@inline
def close_day(workspace: Any) -> float:
    """Make what comes what is, and count who is where; return all people."""
    now = workspace.size[NOW]
    for i in range(workspace.size[ACTIVE]):
        workspace.listed[now, workspace.active[now, i]] = 0
    now = 1 - now
    workspace.size[NOW], workspace.size[ACTIVE] = now, workspace.size[ACTIVE + 1]
    workspace.size[ACTIVE + 1] = 0
    workspace.here[:] = 0.0
    total = 0.0
    for i in range(workspace.size[ACTIVE]):
        row = workspace.active[now, i]
        people = spread(0.0)
        for x in range(workspace.low[now, row], workspace.high[now, row]):
            people = people + read(workspace.count, (now, row, x, 0))
        total += lane_of(people, 0)
        if workspace.kind[row] == REST:
            add_to(workspace.here, (workspace.spot[row], 0), people)
    return total


@inline
def redistribute(ground: Any, start: Any, workspace: Any, at: int, people: float) -> int:
    """Redistribute everybody over places by given shares; DONE, or MORE_ROWS."""
    now, shares = workspace.size[NOW], 0.0
    for i in range(workspace.size[ACTIVE]):
        row = workspace.active[now, i]
        take_up(workspace, row, workspace.low[now, row], workspace.high[now, row])
    for p in range(workspace.residents.shape[0]):
        shares += start.reset_share[at, p]
    for p in range(workspace.residents.shape[0]):
        part = plain(people * start.reset_share[at, p] / shares)
        write(workspace.here, (p, 0), part)
        if lane_of(part, 0) > 0.0:
            row = row_of(ground, workspace, REST, p, 0, 0, 0, 0)
            if row == FULL:
                return MORE_ROWS
            add_to(workspace.count, (now, row, 0, 0), part)
            enlist_bins(workspace, now, row, 0, 1)
    return DONE


@inline
def clear(workspace: Any) -> None:
    """Take everybody out, whatever came to pass."""
    for side in range(2):
        for row in range(workspace.size[0]):
            if workspace.listed[side, row] or workspace.low[side, row] < workspace.high[side, row]:
                for x in range(workspace.count.shape[2]):
                    write(workspace.count, (side, row, x, 0), spread(0.0))
            workspace.listed[side, row] = 0
    workspace.bucket[:] = -1
    workspace.size[NOW], workspace.size[ACTIVE], workspace.size[ACTIVE + 1] = 0, 0, 0


@inline
def count_occupancy(workspace: Any) -> None:
    """Let capacities see who is counted now."""
    for p in range(workspace.occupancy.shape[0]):
        write(workspace.occupancy, (p, 0), read(workspace.here, (p, 0)))


@inline
def one_day(
    ground: Any, days: Any, rules: Any, duals: Any, grain: Any, workspace: Any, day: int
) -> int:
    """Both phases of a day; DONE, or what there is more need of."""
    workspace.here[:] = 0.0
    stage, at, ended = 0, 0, DONE
    now, many = workspace.size[NOW], workspace.size[ACTIVE]
    stages = 2 + workspace.bucket.shape[0]
    lowest, waiting = stages, -1
    while ended == DONE:
        row = -1
        if stage < 2:
            if at < many:
                row = workspace.active[now, at]
                at += 1
                if (workspace.kind[row] == ROAD) != (stage == 1):
                    continue
        else:  # a bucket in rounds: people gather in a row before it is looked at again
            if waiting < 0:
                # a way shorter than a bin leads back to the same bin
                stage, lowest = min(stage, lowest), stages
                waiting = workspace.bucket[stage - 2]
                workspace.bucket[stage - 2] = -1
            row = waiting
            if row >= 0:
                waiting = workspace.after[row]
                workspace.listed[now, row] = 0
        if row < 0:
            stage, at = stage + 1, 0
            if stage == 1:
                count_occupancy(workspace)
            if stage == stages:
                break
            continue
        workspace.size[_LOWEST] = stages
        if workspace.kind[row] == ROAD or workspace.kind[row] == GATE:
            ended = move_on(ground, rules, grain, workspace, row)
        else:
            place, stamp = workspace.spot[row], 2 * day + (stage > 0)
            if workspace.weighed[place] != stamp and workspace.rest[row] == 0:
                weigh(ground, days, rules, duals, grain, workspace, day, place)
                workspace.weighed[place] = stamp
            ended = leave_place(ground, days, rules, duals, grain, workspace, day, row)
        if stage >= 2:
            lowest = min(lowest, 2 + workspace.size[_LOWEST])
    return ended


@borrowing_kernel
def run_means(
    ground: Any, days: Any, rules: Any, start: Any, duals: Any, grain: Any, workspace: Any,
    watched: Any, here: Any, total: Any,
) -> tuple[int, int]:  # fmt: skip
    """Run every day.

    Args:
        ground: Where one can go.
        days: What changes from day to day; its chances and scores are those of `duals`.
        rules: Constants of the run; those with slopes are in `duals`.
        start: Day 0, and days at whose end everybody is redistributed.
        duals: What the parameters act on.
        grain: How finely people are resolved.
        workspace: Room to work in.
        watched: (W,) places whose people are written down.
        here: (T, W, SIMD_WIDTH) written: people there at the end of each day, with slopes.
        total: (T,) written: all people.

    Returns:
        How it ended, and on which day.
    """
    clear(workspace)
    workspace.occupancy[:] = 0.0
    workspace.weighed[:] = -1
    resets = 0
    for p in range(start.residents.shape[0]):
        workspace.residents[p] = start.residents[p]
        if place_people(ground, rules, workspace, p, start.people[p]) != DONE:
            return MORE_ROWS, 0
    for day in range(days.epoch.shape[0]):
        ended = newcomers(ground, days, rules, workspace, day)
        if ended == DONE:
            ended = close_ways(ground, days, workspace, day)
        if ended == DONE:
            ended = one_day(ground, days, rules, duals, grain, workspace, day)
        if ended != DONE:
            return ended, day
        total[day] = close_day(workspace)
        for w in range(watched.shape[0]):
            write(here, (day, w, 0), read(workspace.here, (watched[w], 0)))
        if resets < start.reset_day.shape[0] and start.reset_day[resets] == day:
            if redistribute(ground, start, workspace, resets, total[day]) != DONE:
                return MORE_ROWS, day
            resets += 1
        count_occupancy(workspace)
    return DONE, 0
