"""The compiled day of a Flee scenario: one replicate, rows of people, eight neighbours at once.

Phase 1: who is at a place sets out, from counts at the end of the day before. Phase 2: who is on a
way moves on, and who comes to a place early continues, from counts after phase 1. Within a phase
all draws depend on frozen counts only, so that people in one row are exchangeable.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from safepassage.engines.jit.compile import borrowing_kernel, inline
from safepassage.engines.jit.simd import (
    SIMD_WIDTH,
    add_to,
    any_differs,
    lane_of,
    mask_less,
    read,
    spread,
    where_less,
    with_lane,
    write,
)
from safepassage.engines.rng.philox import ALONG, words_at
from safepassage.engines.rng.quantiles import binomials
from safepassage.flee.engine.arrays import ACTIVE, GATE, NOW, PASS, REST, ROAD
from safepassage.flee.engine.probabilities import WALKS, newcomers, odds_to_move, room, weigh
from safepassage.flee.engine.rows import (
    FULL,
    alike,
    destination,
    enlist,
    option_index,
    row_of,
    way_to,
)

DONE, MORE_ROWS, MORE_TARGETS, NOBODY_LEFT = range(4)
"""How a run ended."""


@inline
def copy_to(array: Any, source: Any) -> None:
    """Write an array into another."""
    for i in range(source.shape[0]):
        array[i] = source[i]


@inline
def add_up(value: Any) -> float:
    """The sum of all lanes."""
    total = 0.0
    for i in range(SIMD_WIDTH):
        total += lane_of(value, i)
    return total


@inline
def append(workspace: Any, side: int, row: int, people: Any, late: Any) -> int:
    """Bring lanes of people, by what they moved of late, to a row; DONE, or MORE_ROWS."""
    chunk = workspace.chunks[side]
    if chunk >= workspace.chunk_next.shape[1]:
        return MORE_ROWS
    workspace.chunks[side] = chunk + 1
    write(workspace.chunk_people, (side, chunk, 0), people)
    write(workspace.chunk_late, (side, chunk, 0), late)
    workspace.chunk_next[side, chunk] = workspace.head[side, row]
    workspace.head[side, row] = chunk
    enlist(workspace, side, row)
    return DONE


@inline
def deliver(rules: Any, workspace: Any, target_: int, people: Any, late: Any) -> int:
    """Bring lanes of people to a target, within the day or at its end; DONE, or MORE_ROWS."""
    now, row = workspace.size[NOW], workspace.pool_row[target_]
    if rules.tired:
        late = late + float(workspace.pool_distance[target_])
    return append(workspace, now if workspace.kind[row] >= PASS else 1 - now, row, people, late)


@inline
def take_up(workspace: Any, row: int, day: int) -> int:
    """Move the people of a row into `cell`, in order; return in how many cells they are.

    What people moved of late is halved as their day begins, not as it ends: neighbours stay
    neighbours until then, and are added up as such.
    """
    now, halved = workspace.size[NOW], workspace.kind[row] < PASS
    low, high, many = workspace.dense.shape[0], 0, 0
    chunk = workspace.head[now, row]
    while chunk >= 0:  # lanes are in order of what they moved
        first = int(workspace.chunk_late[now, chunk, 0])
        last = int(workspace.chunk_late[now, chunk, SIMD_WIDTH - 1])
        low, high = min(low, first), max(high, last)
        late = read(workspace.chunk_late, (now, chunk, 0))
        if not any_differs(late - float(first), read(workspace.cell, (2, 0))):  # neighbours
            add_to(workspace.dense, (first,), read(workspace.chunk_people, (now, chunk, 0)))
        else:
            for i in range(SIMD_WIDTH):
                # unsigned: no look at whether it counts from the end
                late_i = np.uint64(workspace.chunk_late[now, chunk, i])
                workspace.dense[late_i] += workspace.chunk_people[now, chunk, i]
        chunk = workspace.chunk_next[now, chunk]
    workspace.head[now, row] = -1
    last = 0
    if halved:
        for x in range(low // 2, high // 2 + 1):
            people = workspace.dense[2 * x] + workspace.dense[2 * x + 1]
            workspace.dense[2 * x], workspace.dense[2 * x + 1] = 0.0, 0.0
            workspace.cell[0, many] = people
            workspace.cell[1, many] = float(x)
            many += people > 0.0
        high = -1
    for x in range(low, high + 1, SIMD_WIDTH):
        people = read(workspace.dense, (x,))
        some = mask_less(0.0, people)
        if some == 0:
            continue
        write(workspace.dense, (x,), spread(0.0))
        if some == (1 << SIMD_WIDTH) - 1:
            write(workspace.cell, (0, many), people)
            write(workspace.cell, (1, many), read(workspace.cell, (2, 0)) + float(x))
            many += SIMD_WIDTH
        else:
            for i in range(SIMD_WIDTH):  # a test of each would be guessed wrong half of the time
                workspace.cell[0, many] = lane_of(people, i)
                workspace.cell[1, many] = float(x + i)
                many += (some >> i) & 1
    if many > 0:
        last = int(workspace.cell[1, many - 1])
    for i in range(many, many + SIMD_WIDTH):  # whole lanes, the rest of them nobody
        workspace.cell[0, i], workspace.cell[1, i] = 0.0, float(last)
    for i in range(many):
        workspace.cell_step[i] = np.uint64(day) + np.uint64(ALONG) * np.uint64(workspace.cell[1, i])
    return many


@inline
def target(ground: Any, rules: Any, workspace: Any, row: int, option: int, kind: int) -> int:
    """Index in the pool of where an option of a row leads; below 0 where there is no room."""
    at = option_index(ground, workspace, row, option, kind)
    if at == FULL:
        return -MORE_TARGETS
    if workspace.pool_row[at] >= 0:
        return at
    today = workspace.length[row] if kind >= PASS else 0
    kind_, spot, length, first, lost, rest, distance = destination(
        ground, rules, workspace, row, option, kind, today
    )
    if kind_ >= PASS:
        place = spot if kind_ == PASS else ground.way_from[spot]
        length, distance = alike(ground, workspace, place, length), length
    new = row_of(ground, workspace, kind_, spot, length, first, lost, rest)
    if new == FULL:
        return -MORE_ROWS
    workspace.pool_row[at] = new
    workspace.pool_distance[at] = distance - today
    return at


@inline
def place_people(ground: Any, rules: Any, workspace: Any, people: Any) -> int:
    """Put people into places, as those who have not yet set out."""
    for p in range(people.shape[0]):
        if people[p] > 0.0:
            row = row_of(ground, workspace, REST, p, 0, 1 if rules.on_foot else 0, 0, 0)
            if row == FULL:
                return MORE_ROWS
            alone = with_lane(spread(0.0), 0, people[p])
            if append(workspace, workspace.size[NOW], row, alone, spread(0.0)) != DONE:
                return MORE_ROWS
    return DONE


@inline
def close_ways(ground: Any, days: Any, workspace: Any, day: int) -> int:
    """Turn round everybody who is on a way that closes today."""
    now = workspace.size[NOW]
    for j in range(days.close_start[day], days.close_start[day + 1]):
        for i in range(workspace.size[ACTIVE]):
            row = workspace.active[now, i]
            on_way = workspace.kind[row] == ROAD and workspace.spot[row] == days.close_way[j]
            if not on_way or workspace.lost[row] == 1 or workspace.head[now, row] < 0:
                continue
            length, first, rest = workspace.length[row], workspace.first[row], workspace.rest[row]
            twin = row_of(ground, workspace, ROAD, workspace.spot[row], length, first, 1, rest)
            if twin == FULL:
                return MORE_ROWS
            last = workspace.head[now, row]
            while workspace.chunk_next[now, last] >= 0:
                last = workspace.chunk_next[now, last]
            workspace.chunk_next[now, last] = workspace.head[now, twin]
            workspace.head[now, twin] = workspace.head[now, row]
            workspace.head[now, row] = -1
            enlist(workspace, now, twin)
    return DONE


@inline
def leave_place(
    ground: Any, days: Any, rules: Any, workspace: Any, key: Any, replicate: Any, day: int, row: int
) -> int:
    """Draw who of a row at a place sets out and whither; DONE, or what there is more need of."""
    place, kind, rest = workspace.spot[row], workspace.kind[row], workspace.rest[row]
    steps, event, epoch = workspace.cell_step, workspace.event[row], days.epoch[day]
    stays_at = target(ground, rules, workspace, row, 0, kind)
    if stays_at < 0:
        return -stays_at
    begin, end = ground.route_start[place], ground.route_start[place + 1]
    odds, driven = 1.0, -1.0
    if rest == 0:
        odds = odds_to_move(days, rules, workspace, day, place)
        if rules.tired and kind == PASS and days.town[day, place]:
            driven = float(rules.speed)
    else:
        way, last = way_to(ground, place, ground.rest_next[rest]), ground.rest_end[rest]
        full = days.camp[day, last] and room(days, rules, day, last, workspace.occupancy) < 0.5
        begin = end
        if way < 0 or not days.open_way[epoch, way] or full:
            odds = 0.0
    for at in range(0, take_up(workspace, row, day), SIMD_WIDTH):
        people, late = read(workspace.cell, (0, at)), read(workspace.cell, (1, at))
        moving = people
        chance = spread(odds)
        if driven > 0.0:  # whoever moved less than that, of late and today, continues
            chance = where_less(late, driven, 1.0, chance)
        if any_differs(chance, 1.0):
            moving = binomials(people, chance, words_at(key, event, replicate, steps, (at,)))
        stays = people - moving
        if rest != 0 and any_differs(moving, 0.0):
            at_target = target(ground, rules, workspace, row, 1, kind)
            if at_target < 0:
                return -at_target
            if deliver(rules, workspace, at_target, moving, late) != DONE:
                return MORE_ROWS
            moving = spread(0.0)
        for k in range(begin, end):
            share = workspace.share[k]
            if share > 0.0 and any_differs(moving, 0.0):
                choosers = moving
                if share < 1.0:
                    stream = event ^ ground.route_event[k]
                    words = words_at(key, stream, replicate, steps, (at,))
                    choosers = binomials(moving, spread(share), words)
                moving = moving - choosers
                if workspace.shut[k]:
                    stays = stays + choosers
                elif any_differs(choosers, 0.0):
                    at_target = target(ground, rules, workspace, row, 2 + k - begin, kind)
                    if at_target < 0:
                        return -at_target
                    if deliver(rules, workspace, at_target, choosers, late) != DONE:
                        return MORE_ROWS
        stays = stays + moving  # whom no route is open to
        if any_differs(stays, 0.0):
            if kind == REST:
                workspace.here[place] += add_up(stays)
            if deliver(rules, workspace, stays_at, stays, late) != DONE:
                return MORE_ROWS
    return DONE


@inline
def move_on(
    ground: Any, days: Any, rules: Any, workspace: Any, key: Any, replicate: Any, day: int, row: int
) -> int:
    """Move a row on a way by a day; DONE, or what there is more need of."""
    way, kind = workspace.spot[row], workspace.kind[row]
    on_foot = rules.on_foot and workspace.first[row] == 1
    walks = 0.0 if on_foot else ground.way_walk[way]
    stream, steps = workspace.event[row] ^ np.uint64(WALKS), workspace.cell_step
    for at in range(0, take_up(workspace, row, day), SIMD_WIDTH):
        people, late = read(workspace.cell, (0, at)), read(workspace.cell, (1, at))
        if walks > 0.0:
            walking = binomials(
                people, spread(walks), words_at(key, stream, replicate, steps, (at,))
            )
            if any_differs(walking, 0.0):
                at_target = target(ground, rules, workspace, row, 1, kind)
                if at_target < 0:
                    return -at_target
                if deliver(rules, workspace, at_target, walking, late) != DONE:
                    return MORE_ROWS
            people = people - walking
        if any_differs(people, 0.0):
            at_target = target(ground, rules, workspace, row, 0, kind)
            if at_target < 0:
                return -at_target
            if deliver(rules, workspace, at_target, people, late) != DONE:
                return MORE_ROWS
    return DONE


@inline
def close_day(workspace: Any) -> float:
    """Clear what was, make what comes what is, and count who is where; return all people."""
    now = workspace.size[NOW]
    for i in range(workspace.size[ACTIVE]):
        row = workspace.active[now, i]
        workspace.listed[now, row] = 0
    workspace.chunks[now] = 0
    now = 1 - now
    workspace.size[NOW] = now
    workspace.size[ACTIVE] = workspace.size[ACTIVE + 1]
    workspace.size[ACTIVE + 1] = 0
    workspace.here[:] = 0.0
    total = 0.0
    for i in range(workspace.size[ACTIVE]):
        row = workspace.active[now, i]
        people, chunk = spread(0.0), workspace.head[now, row]
        while chunk >= 0:
            people = people + read(workspace.chunk_people, (now, chunk, 0))
            chunk = workspace.chunk_next[now, chunk]
        number = add_up(people)
        total += number
        if workspace.kind[row] == REST:
            workspace.here[workspace.spot[row]] += number
    return total


@inline
def redistribute(ground: Any, start: Any, workspace: Any, at: int, people: float) -> int:
    """Redistribute everybody over places by given shares; DONE, or MORE_ROWS."""
    now, shares = workspace.size[NOW], 0.0
    for i in range(workspace.size[ACTIVE]):
        workspace.head[now, workspace.active[now, i]] = -1
    for p in range(workspace.here.shape[0]):
        shares += start.reset_share[at, p]
    before, so_far = 0.0, 0.0
    for p in range(workspace.here.shape[0]):
        so_far += start.reset_share[at, p]
        until = np.floor(people * (so_far / shares) + 0.5)
        workspace.here[p], before = until - before, until
        if workspace.here[p] > 0.0:
            row = row_of(ground, workspace, REST, p, 0, 0, 0, 0)
            alone = with_lane(spread(0.0), 0, workspace.here[p])
            if row == FULL or append(workspace, now, row, alone, spread(0.0)) != DONE:
                return MORE_ROWS
    return DONE


@inline
def clear(workspace: Any) -> None:
    """Take everybody out, whatever came to pass."""
    workspace.head[:] = -1
    workspace.listed[:] = 0
    workspace.dense[:] = 0.0
    workspace.chunks[:] = 0
    for i in range(SIMD_WIDTH):
        workspace.cell[2, i] = float(i)
    workspace.bucket[:] = -1
    workspace.size[NOW], workspace.size[ACTIVE], workspace.size[ACTIVE + 1] = 0, 0, 0


@borrowing_kernel
def run_days(
    ground: Any, days: Any, rules: Any, start: Any, workspace: Any, key: Any, replicate: Any,
    watched: Any, here: Any, total: Any,
) -> tuple[int, int]:  # fmt: skip
    """Run every day of one replicate.

    Args:
        ground: Where one can go.
        days: What changes from day to day.
        rules: Constants of the run.
        start: Day 0, and days at whose end everybody is redistributed.
        workspace: Room to work in; rows found stay there for the next replicate.
        key: uint64 of seed and draw.
        replicate: uint64.
        watched: (R,) places whose people are written down.
        here: (T, R) written: people at those places at the end of each day.
        total: (T,) written: all people.

    Returns:
        How it ended, and on which day.
    """
    clear(workspace)
    workspace.occupancy[:] = 0.0
    copy_to(workspace.residents, start.residents)
    workspace.weighed[:] = -1
    resets = 0
    if place_people(ground, rules, workspace, start.people) != DONE:
        return MORE_ROWS, 0
    for day in range(days.epoch.shape[0]):
        if newcomers(ground, days, rules, workspace, key, replicate, day) < 0.0:
            return NOBODY_LEFT, day
        ended = place_people(ground, rules, workspace, workspace.here)
        if ended == DONE:
            ended = close_ways(ground, days, workspace, day)
        workspace.here[:] = 0.0
        # phase 1 from the bottom of stage 0, phase 2 from stage 1 on; stages 2 and more are buckets
        stage, at = 0, 0
        now, many = workspace.size[NOW], workspace.size[ACTIVE]
        stages = 2 + workspace.bucket.shape[0]
        while ended == DONE:
            row = -1
            if stage < 2:
                if at < many:
                    row = workspace.active[now, at]
                    at += 1
                    if (workspace.kind[row] == ROAD) != (stage == 1):
                        continue
            else:
                row = workspace.bucket[stage - 2]
                if row >= 0:
                    workspace.bucket[stage - 2] = workspace.after[row]
                    workspace.listed[now, row] = 0
            if row < 0:
                stage, at = stage + 1, 0
                if stage == 1:
                    copy_to(workspace.occupancy, workspace.here)
                if stage == stages:
                    break
                continue
            if workspace.kind[row] == ROAD or workspace.kind[row] == GATE:
                ended = move_on(ground, days, rules, workspace, key, replicate, day, row)
            else:
                place, stamp = workspace.spot[row], 2 * day + (stage > 0)
                if workspace.weighed[place] != stamp and workspace.rest[row] == 0:
                    weigh(ground, days, rules, workspace, day, place)
                    workspace.weighed[place] = stamp
                ended = leave_place(ground, days, rules, workspace, key, replicate, day, row)
        if ended != DONE:
            return ended, day
        total[day] = close_day(workspace)
        for r in range(watched.shape[0]):
            here[day, r] = workspace.here[watched[r]]
        if resets < start.reset_day.shape[0] and start.reset_day[resets] == day:
            if redistribute(ground, start, workspace, resets, total[day]) != DONE:
                return MORE_ROWS, day
            resets += 1
        copy_to(workspace.occupancy, workspace.here)
    return DONE, 0
