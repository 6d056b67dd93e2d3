"""What is settled at the start of a step from the counts as they are then."""

from __future__ import annotations

from typing import Any

import numpy as np

from safepassage.engines.expected.kernel import Structure
from safepassage.engines.individuals.records import Ties
from safepassage.engines.individuals.sojourns import Clocks
from safepassage.engines.jit.compile import inline
from safepassage.engines.rng.philox import word
from safepassage.engines.rng.quantiles import poisson
from safepassage.network.arrays import HELD, PROPORTIONAL, SATURATING, Tables

MOST = 2.0e9
"""Entrants in one step who are counted at all; more do not fit any memory."""


@inline
def open_step(
    net: Structure, tables: Tables, clocks: Clocks, month: Any, span: Any, fresh: bool,
    present: Any, factor: Any, share: Any, accept: Any,
) -> None:  # fmt: skip
    """Factors of a step, and the exits on which they act."""
    for k in range(factor.shape[0]):
        load = 0.0
        for j in range(net.feedback_start[k], net.feedback_start[k + 1]):
            load += np.float64(present[net.feedback_cell[j]])
        factor[k] = load
        if net.feedback_kind[k] == SATURATING:
            ratio = (load / tables.capacity[k, month]) ** net.feedback_sharpness[k]
            factor[k] = 1.0 / (1.0 + ratio) if load > 0.0 else 1.0
    if fresh:
        for e in range(share.shape[1]):
            share[0, e] = clocks.share[span, e]
    for c in range(clocks.fed.shape[0]):
        if not clocks.fed[c]:
            continue
        start, stop = net.edge_start[c], net.edge_start[c + 1]
        total, bounded = 0.0, True
        for e in range(start, stop):
            rate = tables.scale[e] * tables.series[net.edge_series[e], month]
            k = net.edge_feedback[e]
            if k >= 0:
                rate *= factor[k]
                bounded = bounded and net.feedback_kind[k] != PROPORTIONAL
            total += rate
            share[0, e] = total
        for e in range(start, stop):
            share[0, e] = share[0, e] / total if total > 0.0 else 2.0
        share[0, stop - 1] = 2.0
        if net.kind[c] == HELD:
            leaving = -np.expm1(-total * net.step_years)
            bound = -np.expm1(-clocks.hazard[c, span]) if bounded else 1.0
            accept[c] = leaving / bound if bound > 0.0 else 0.0
        else:
            accept[c] = 1.0 if total > 0.0 else -1.0


@inline
def entrants(
    net: Structure, tables: Tables, ties: Ties, month: Any, step: Any, key: Any, replicate: Any,
    event: Any, factor: Any, units: Any,
) -> Any:  # fmt: skip
    """Draw how many parties come by each entry; return how many in all."""
    total = 0.0
    for i in range(units.shape[0]):
        mean = tables.entries[i, month] * net.step_years
        if net.entry_feedback[i] >= 0:
            mean *= factor[net.entry_feedback[i]]
        law = ties.party_of_entry[i]
        if law >= 0:
            mean /= ties.party_mean[law]
        number = poisson(mean, word(key, event[i], replicate, np.uint64(step))) if mean > 0 else 0.0
        units[i] = np.int64(min(number, MOST))
        total += number
    return total
