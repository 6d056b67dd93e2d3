"""When a person leaves a cell, found at once instead of step by step.

A *span* is a run of steps with the same month's tables. Within it a cell's hazard is constant, so
a cell has one *clock*: its hazard per step in each span, and the hazard added up before it. A stay
drawn as an exponential number ends in the step in which the cell's hazard, added up since arrival,
passes that number: at once while the hazard is the same, and where it changes by a guide table
(Chen & Asau 1974, On generating random variates from an empirical distribution).

Where a feedback acts on an exit, the clock runs at a bound: hazards at factor 1 for a saturating
feedback, a candidate in every step for a proportional one. The kernel thins the candidates.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from safepassage.engines.expected.kernel import Structure
from safepassage.engines.jit.compile import inline, kernel, read_only
from safepassage.network.arrays import HELD, INSTANT, PROPORTIONAL, Network, Tables

STRANDED = -1
"""What `leave_step` returns for a cell that people cannot pass."""


class Clocks(NamedTuple):
    """Clocks of N cells over M spans of T steps."""

    steps: int
    span_of: Any
    """(T,) span of each step."""
    span_start: Any
    """(M + 1,) first step of each span."""
    fed: Any
    """(N,) whether a feedback acts on an exit of the cell."""
    advance: Any
    """(N,) steps between coming to a cell and the first chance to leave: 0 for INSTANT, else 1."""
    hazard: Any
    """(N, M) bound of the hazard per step, or total weight."""
    pace: Any
    """(N, M) steps per unit of hazard; 0 where people leave at once, NaN where they cannot pass."""
    until: Any
    """(N, M) first step after a span in which the cell's hazard differs from the span's, or T."""
    before: Any
    """(N, M + 1) hazard added up before each span."""
    guide: Any
    """(N, M + 1) the span in which each M-th part of a cell's whole hazard is passed."""
    share: Any
    """(M, E) shares of a cell's exits, added up within the cell; the last is 2."""
    month: Any
    """(M,) row of the tables."""


def clocks_of(network: Network, net: Structure, tables: Tables) -> Clocks:
    """Set the clocks of a network at one draw's tables."""
    months = np.asarray(network.month_of_step, np.int64)
    starts = np.flatnonzero(np.diff(months, prepend=-1)).astype(np.int32)
    spans, cells = len(starts), len(net.kind)
    span_start = np.append(starts, len(months)).astype(np.int32)
    span_of = np.repeat(np.arange(spans, dtype=np.int32), np.diff(span_start))
    fed = np.zeros(cells, np.bool_)
    fed[np.asarray(network.edge_source)[np.asarray(network.edge_feedback) >= 0]] = True
    hazard, pace = np.zeros((cells, spans)), np.zeros((cells, spans))
    before, share = np.zeros((cells, spans + 1)), np.zeros((spans, len(net.edge_target)))
    guide = np.zeros((cells, spans + 1), np.int32)
    until = np.zeros((cells, spans), np.int32)
    month = months[starts].astype(np.int32)
    _set(net, read_only(tables.scale), read_only(tables.series), month, span_start, fed, hazard,
         pace, until, before, guide, share)  # fmt: skip
    advance = np.where(np.asarray(net.kind) == INSTANT, 0, 1).astype(np.int32)
    arrays = (span_of, span_start, fed, advance, hazard, pace, until, before, guide, share, month)
    return Clocks(len(months), *map(read_only, arrays))


@kernel
def _set(
    net: Structure, scale: Any, series: Any, month: Any, span_start: Any, fed: Any,
    hazard: Any, pace: Any, until: Any, before: Any, guide: Any, share: Any,
) -> None:  # fmt: skip
    cells, spans = hazard.shape
    for c in range(cells):
        start, stop = net.edge_start[c], net.edge_start[c + 1]
        at_once = net.kind[c] != HELD
        for e in range(start, stop):
            k = net.edge_feedback[e]
            if k >= 0 and net.feedback_kind[k] == PROPORTIONAL:
                at_once = True
        for m in range(spans):
            total = 0.0
            for e in range(start, stop):
                total += scale[e] * series[net.edge_series[e], month[m]]
                share[m, e] = total
            for e in range(start, stop):
                share[m, e] = share[m, e] / total if total > 0.0 else 2.0
            if stop > start:
                share[m, stop - 1] = 2.0
            here = total * net.step_years if net.kind[c] == HELD else total
            hazard[c, m] = here
            if at_once and stop > start:
                shut = net.kind[c] != HELD and total == 0.0 and not fed[c]
                pace[c, m] = np.nan if shut else 0.0
            else:
                pace[c, m] = 1.0 / here if here > 0.0 else np.inf
            length = span_start[m + 1] - span_start[m]
            before[c, m + 1] = before[c, m] + (0.0 if at_once else here * length)
        until[c, spans - 1] = span_start[spans]
        for m in range(spans - 2, -1, -1):
            same = hazard[c, m] == hazard[c, m + 1]
            until[c, m] = until[c, m + 1] if same else span_start[m + 1]
        m = 0
        for part in range(spans + 1):
            level = before[c, spans] * (part / spans)
            while m + 1 < spans and before[c, m + 1] <= level:
                m += 1
            guide[c, part] = m


@inline
def leave_step(clocks: Clocks, cell: Any, first: Any, stay: Any) -> Any:
    """The step in which a stay ends that may end in step `first` at the earliest.

    Args:
        clocks: The clocks.
        cell: Where the person is.
        first: First step in which they may leave.
        stay: Exponential number with mean 1.

    Returns:
        The step; `clocks.steps` if the calendar ends before, `STRANDED` if nobody can leave.
    """
    # One way out of this function: with several, Numba keeps count of who uses each of the clocks'
    # arrays, and a draw takes ten times as long. Unsigned indices: the others may be negative, and
    # Numba would look.
    step = np.int64(clocks.steps)
    if first < clocks.steps:
        c, m = np.uint64(cell), np.uint64(clocks.span_of[np.uint64(first)])
        steps = stay * clocks.pace[c, m]
        if steps < np.float64(clocks.until[c, m] - first):
            step = first + np.int64(steps)
        elif np.isnan(steps):
            step = np.int64(STRANDED)
        else:
            spans = clocks.month.shape[0]
            whole = clocks.before[c, spans]
            lived = np.float64(first - clocks.span_start[m]) * clocks.hazard[c, m]
            target = clocks.before[c, m] + lived + stay
            if target < whole:
                part = np.int64(target / whole * spans)
                n = max(np.int64(m), np.int64(clocks.guide[c, max(part - 1, 0)]))
                last = np.int64(clocks.guide[c, min(part + 2, spans)])
                while n < last:
                    middle = (n + last) >> 1
                    later = clocks.before[c, middle + 1] <= target
                    n = middle + 1 if later else n
                    last = last if later else middle
                begin, end = clocks.span_start[n], clocks.span_start[n + 1]
                inside = np.int64((target - clocks.before[c, n]) * clocks.pace[c, n])
                inside = max(np.int64(0), min(inside, np.int64(end - begin - 1)))
                step = max(np.int64(first), begin + inside)
    return step


@inline
def exit_of(share: Any, row: Any, start: Any, stop: Any, chance: Any) -> Any:
    """The exit on which a number in [0, 1) falls, among cumulative shares `share[row, start:stop]`.

    Counting has no branch to guess wrong.
    """
    e = np.int64(start)
    for j in range(np.int64(start), np.int64(stop) - 1):
        e += np.int64(share[np.uint64(row), np.uint64(j)] <= chance)
    return e
