"""The counts engine read aloud: slow, plain, one replicate; `counts` must draw the same people.

Chance is written out in whole numbers of any size (`philox`), and every quantile is found by
halving an interval, on tails from SciPy. What is drawn, in which order and under which key is read
off the contract of `network/arrays.py`: first how many leave a cell, then its exits one after the
other from those not yet taken; the last exit takes the rest.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from scipy.special import betainc, betaincc, gammainc, gammaincc
from tests.oracle.expected import Reading, feedback_factor

from safepassage.engines.ensemble import events_of
from safepassage.engines.rng.philox import stream_key
from safepassage.network.arrays import EDGE, HELD, INSTANT, STOCK, Network, Tables

Tail = Callable[[float], float]


def philox(counter: tuple[int, int, int, int], key: tuple[int, int]) -> tuple[int, ...]:
    """Ten rounds of Philox4x32: four words of 32 bits (Salmon, Moraes, Dror & Shaw 2011)."""
    a, b, c, d = counter
    first, second = key
    for _ in range(10):
        high_a, low_a = divmod(0xD2511F53 * a, 2**32)
        high_c, low_c = divmod(0xCD9E8D57 * c, 2**32)
        a, b, c, d = high_c ^ b ^ first, low_c, high_a ^ d ^ second, low_a
        first, second = (first + 0x9E3779B9) % 2**32, (second + 0xBB67AE85) % 2**32
    return a, b, c, d


def tails(key: int, event: int, replicate: int, step: int) -> tuple[float, float]:
    """The chance number u of an event and 1 - u, each with all its digits near 0.

    The counter is the event's hash in two halves, the replicate and the step; of the block's 128
    bits the lower 64 are used.
    """
    halves = event % 2**32, event >> 32
    low, high, *_ = philox((*halves, replicate, step), (key % 2**32, key >> 32))
    bits = low + (high << 32)
    return (float(bits) + 0.5) * 2.0**-64, (float(2**64 - 1 - bits) + 0.5) * 2.0**-64


def smallest(above: Tail, up_to: Tail, most: float, u: float, v: float) -> float:
    """The smallest whole k <= most with P(X > k) <= u, by halving.

    Args:
        above: P(X > k).
        up_to: P(X <= k).
        most: Where to stop.
        u: The chance number.
        v: 1 - u; whichever of the two is smaller decides, so that no digits are lost.
    """

    def enough(k: float) -> bool:
        return above(k) <= u if u <= v else up_to(k) >= v

    low, high = -1.0, most
    while high - low > 1.0:
        middle = math.floor((low + high) / 2)
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def binomial(number: float, chance: float, u: float, v: float) -> float:
    """How many of some people do what each does with a chance.

    Where most do, those who do not are drawn, from 1 - u.
    """
    if chance > 0.5:
        return number - binomial(number, 1.0 - chance, v, u)
    if number == 0.0 or chance == 0.0:
        return 0.0

    def above(k: float) -> float:
        return float(betainc(k + 1.0, number - k, chance)) if k < number else 0.0

    def up_to(k: float) -> float:
        return float(betaincc(k + 1.0, number - k, chance)) if k < number else 1.0

    return smallest(above, up_to, number, u, v)


def poisson(mean: float, u: float, v: float) -> float:
    """How many come when some come on average."""
    if mean == 0.0:
        return 0.0
    most = math.ceil(mean + 20.0 * math.sqrt(mean) + 60.0)
    return smallest(
        lambda k: more_come(k, mean), lambda k: float(gammaincc(k + 1.0, mean)), most, u, v
    )


def more_come(k: float, mean: float) -> float:
    """P(X > k) of a Poisson law.

    SciPy 1.17 stops too early far above large means (half of the tail is missing at 3e8 and 4.7
    standard deviations): there the terms are added up, from Stirling's formula for the first.
    """
    if mean < 1e5 or k < mean + 4.0 * math.sqrt(mean):
        return float(gammainc(k + 1.0, mean))
    first = k + 1.0
    excess = (first - mean) / mean
    deviance = mean * ((1.0 + excess) * math.log1p(excess) - excess)
    chance = math.exp(-deviance - 1.0 / (12.0 * first)) / math.sqrt(2.0 * math.pi * first)
    following = first + np.arange(1.0, 12.0 * math.sqrt(mean))
    return chance * (1.0 + float(np.cumprod(mean / following).sum()))


def draw_aloud(network: Network, tables: Tables, seed: int, draw: int, replicate: int) -> Reading:
    """Draw one replicate of one draw's tables; ValueError where people cannot pass a cell."""
    key, events = stream_key(seed, draw), events_of(network)
    steps, cells = network.steps, len(network.cells)
    edges, entries = len(network.edge_target), len(network.entry_target)
    feedbacks, quantities = len(network.feedback_kind), len(network.quantity_name)
    counts = np.zeros((steps + 1, cells))
    measured, factors = np.zeros((quantities, steps)), np.zeros((feedbacks, steps))
    edge_flows, entry_flows = np.zeros((steps, edges)), np.zeros((steps, entries))

    def chance_of(event: int, step: int) -> tuple[float, float]:
        return tails(key, int(event), replicate, step)

    for c in range(cells):
        persons = float(tables.initial[c])
        below = math.floor(persons)
        counts[0, c] = below + binomial(1.0, persons - below, *chance_of(events.initial[c], 0))

    def leave(c: int, present: float, t: int, month: int) -> float:
        exits = range(network.edge_start[c], network.edge_start[c + 1])
        rates: list[float] = []
        for e in exits:
            rate = float(tables.scale[e]) * float(tables.series[network.edge_series[e], month])
            k = network.edge_feedback[e]
            rates.append(rate * float(factors[k, t]) if k >= 0 else rate)
        total = sum(reversed(rates))  # added up from the last, as the engine does
        if network.kind[c] == HELD:
            leaving = -math.expm1(-total * network.step_years)
            moving = binomial(present, leaving, *chance_of(events.leave[c], t))
        elif present > 0.0 and not total > 0.0:
            raise ValueError(f"people cannot pass '{network.cells[c].state}' in step {t}")
        else:
            moving = present
        stays = present - moving
        for place, e in enumerate(exits):
            exiting = moving
            if place + 1 < len(exits):
                rest = sum(reversed(rates[place:]))
                share = rates[place] / rest if rest else 0.0
                exiting = binomial(moving, share, *chance_of(events.edge[e], t))
            moving -= exiting
            edge_flows[t, e] = exiting
            counts[t + 1, network.edge_target[e]] += exiting
        return stays

    for t, month in enumerate(network.month_of_step):
        people, after = counts[t], counts[t + 1]
        for k in range(feedbacks):
            factors[k, t] = feedback_factor(network, tables, k, people, month)
        for c in range(cells):
            present = float(people[c])
            after[c] += present if network.kind[c] == INSTANT else leave(c, present, t, month)
        for i in range(entries):
            k = network.entry_feedback[i]
            mean = float(tables.entries[i, month]) * network.step_years
            mean = mean * float(factors[k, t]) if k >= 0 else mean
            entry_flows[t, i] = poisson(mean, *chance_of(events.entry[i], t))
            after[network.entry_target[i]] += entry_flows[t, i]
        for c in network.instant_order:
            present, after[c] = float(after[c]), 0.0
            leave(c, present, t, month)

        for q in range(quantities):
            for tap in range(network.tap_start[q], network.tap_start[q + 1]):
                kind, index = network.tap_kind[tap], network.tap_index[tap]
                moved = edge_flows if kind == EDGE else entry_flows
                measured[q, t] += after[index] if kind == STOCK else moved[t, index]
    return Reading(counts, measured, factors, edge_flows, entry_flows)
