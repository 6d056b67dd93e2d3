"""How do I know that the fit is good? What it cannot reconcile, and what its answers rest on.

- Tension: figures that the model puts outside, or far from the middle of, what it would publish.
- Contradictions: two published figures of one quantity and overlapping time that differ by more
  than both their reporting models allow.
- Contraction and sensitivity of the headline answers: see `sensitivity.py`.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from safepassage.analysis.checks.sensitivity import sensitivity
from safepassage.inference.observation_models import RATIOS
from safepassage.network.calendar import month_number
from safepassage.results.fit import (
    ContradictingFigure,
    Contradiction,
    FitChecks,
    Tension,
)

if TYPE_CHECKING:
    from safepassage.inference.posterior import Posterior

FAR = 1.64
"""Tension, and distance of two sources in standard deviations, from which a row is listed."""


def checks(posterior: Posterior) -> FitChecks:
    """What the fit cannot reconcile, and what its answers depend on."""
    return FitChecks(
        tension=tension(posterior),
        contradictions=contradictions(posterior),
        answers=sensitivity(posterior),
    )


def tension(posterior: Posterior) -> tuple[Tension, ...]:
    """Figures that the model cannot reconcile, the worst first."""
    rows = [
        Tension(channel=name, **dict(row))
        for name, channel in posterior.channels.items()
        for row in channel.rows
        if not row.inside or row.tension > FAR
    ]
    return tuple(sorted(rows, key=lambda row: -row.tension))


def contradictions(posterior: Posterior) -> tuple[Contradiction, ...]:
    """Pairs of figures of one quantity and overlapping time that cannot both hold, worst first.

    Each is judged by its own reporting model at the posterior's middle: its spread, its grade and
    interval, what share of the truth it reports, and (for counts) chance.
    """
    likelihood = posterior.likelihood
    logs = posterior.compiled.program.logarithms(np.median(posterior.z, axis=1, keepdims=True))
    log_value, sd = likelihood.log_truth(logs)
    pairs: list[Contradiction] = []
    for a, b in combinations(range(len(likelihood.data)), 2):
        one, other = likelihood.data[a], likelihood.data[b]
        same = one.quantity == other.quantity and one.evidence != other.evidence
        if not same or max(one.start, other.start) > min(one.end, other.end):
            continue
        if {*likelihood.kind[[a, b]].tolist()} & {*RATIOS} or _nested(one, other):
            continue
        gap = abs(log_value[a] - log_value[b]) / np.hypot(sd[a], sd[b])
        if gap > FAR:
            figures = tuple(
                ContradictingFigure(
                    channel=d.channel, start=d.start, end=d.end, value=d.value, low=d.low,
                    high=d.high, evidence=tuple(d.evidence),
                )
                for d in (one, other)
            )  # fmt: skip
            pairs.append(Contradiction(quantity=one.quantity, distance=float(gap), figures=figures))
    return tuple(sorted(pairs, key=lambda pair: -pair.distance))


def _nested(one: Any, other: Any) -> bool:
    """Whether the spans differ in length, so that flows over them are not the same number."""
    lengths = [month_number(d.end) - month_number(d.start) for d in (one, other)]
    return lengths[0] != lengths[1]
