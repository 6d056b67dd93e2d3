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

if TYPE_CHECKING:
    from safepassage.inference.posterior import Posterior

FAR = 1.64
"""Tension, and distance of two sources in standard deviations, from which a row is listed."""


def checks(posterior: Posterior) -> dict[str, Any]:
    """The object `checks` of `fit --json`."""
    return {
        "tension": tension(posterior),
        "contradictions": contradictions(posterior),
        "answers": sensitivity(posterior),
    }


def tension(posterior: Posterior) -> list[dict[str, Any]]:
    """Figures that the model cannot reconcile, the worst first."""
    rows = [
        {"channel": name, **row}
        for name, channel in posterior.channels().items()
        for row in channel["rows"]
        if not row["inside"] or row["tension"] > FAR
    ]
    return sorted(rows, key=lambda row: -row["tension"])


def contradictions(posterior: Posterior) -> list[dict[str, Any]]:
    """Pairs of figures of one quantity and overlapping time that cannot both hold, worst first.

    Each is judged by its own reporting model at the posterior's middle: its spread, its grade and
    interval, what share of the truth it reports, and (for counts) chance.
    """
    likelihood = posterior.likelihood
    logs = posterior.compiled.program.logarithms(np.median(posterior.z, axis=1, keepdims=True))
    log_value, sd = likelihood.log_truth(logs)
    found = []
    for a, b in combinations(range(len(likelihood.data)), 2):
        one, other = likelihood.data[a], likelihood.data[b]
        same = one.quantity == other.quantity and one.evidence != other.evidence
        if not same or max(one.start, other.start) > min(one.end, other.end):
            continue
        if {*likelihood.kind[[a, b]].tolist()} & {*RATIOS} or _nested(one, other):
            continue
        gap = abs(log_value[a] - log_value[b]) / np.hypot(sd[a], sd[b])
        if gap > FAR:
            found.append(
                {
                    "quantity": one.quantity,
                    "distance": float(gap),
                    "figures": [
                        {
                            "channel": d.channel, "from": d.start, "to": d.end, "value": d.value,
                            "low": d.low, "high": d.high, "evidence": list(d.evidence),
                        }
                        for d in (one, other)
                    ],
                }
            )  # fmt: skip
    return sorted(found, key=lambda pair: -pair["distance"])


def _nested(one: Any, other: Any) -> bool:
    """Whether the spans differ in length, so that flows over them are not the same number."""
    lengths = [month_number(d.end) - month_number(d.start) for d in (one, other)]
    return lengths[0] != lengths[1]
