"""Questions are about protection: one that requests more captures is refused, or named as such."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from safepassage.errors import Refused
from safepassage.network.arrays import SATURATING, Floats

if TYPE_CHECKING:
    from safepassage.model.scenario_schema import Scenario
    from safepassage.network.interventions.scenario_program import Changed
    from safepassage.study.scenarios import NamedScenario

MORE = 1e-6
"""A capture counts as raised where its hazard or odds grow by more than this share."""


def raised_captures(
    changed: Changed, scenario: Scenario, z: Floats, captures: frozenset[str]
) -> dict[str, float]:
    """Captures that a scenario raises, and by how much at most (median over draws).

    An exit that a scenario opens counts as a capture, by its hazard, if it leads where a capture
    leads.
    """
    program, network = changed.program, changed.network
    baseline = program.baseline
    before, after = baseline.tables(z), program.tables(z)
    ends = [network.cells[int(c)].state for c in network.edge_target]
    bad = {end for end, name in zip(ends, network.edge_name, strict=True) if name in captures}
    raised: dict[str, float] = {}
    for e, name in enumerate(network.edge_name):
        now = after.scale[e] * after.series[network.edge_series[e]]
        if name in scenario.opens:
            if ends[e] in bad and now.max() > 0:
                most = float(np.median(now, axis=1).max())
                raised[name] = max(raised.get(name, 0.0), most)
        elif name in captures:
            then = after.scale[e] * before.series[baseline.edge_series[e]]
            k = int(network.edge_feedback[e])
            if k >= 0 and network.feedback_kind[k] == SATURATING:
                # a larger capacity lets more of a capture through, at any load
                now, then = now * after.capacity[k], then * before.capacity[k]
            with np.errstate(divide="ignore", invalid="ignore"):
                ratio = np.where(now == then, 1.0, now / then)
            most = float(np.median(ratio, axis=1).max())
            if most > 1 + MORE:
                raised[name] = max(raised.get(name, 0.0), most)
    return raised


def refuse_harm(requested: Sequence[tuple[NamedScenario, dict[str, float]]]) -> None:
    """Refuse a question that requests more captures, or ranks them.

    Args:
        requested: scenarios with the captures that they raise.

    Raises:
        Refused: a scenario raises captures and does not say that it compares harm, or two of them
            raise the same captures by different amounts.
    """
    for one, raised in requested:
        if raised and not one.scenario.comparison_of_harm:
            raise Refused(
                f"{one.name} would have more people caught, handed back or killed "
                f"({', '.join(sorted(raised)[:3])}); this program answers questions of "
                "protection. If the harm itself is what you ask about, say "
                "`comparison_of_harm: true`, and it is answered as that and as no plan"
            )
    for (one, first), (other, second) in combinations(requested, 2):
        shared = sorted(first.keys() & second.keys())
        if any(abs(np.log(first[n] / second[n])) > MORE for n in shared if first[n] != second[n]):
            raise Refused(
                f"{one.name} and {other.name} raise the same captures ({shared[0]}) by different "
                "amounts; no answer here sets more interception against less. Ask for one of them"
            )
