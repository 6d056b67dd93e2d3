"""From persons moved to counts and quantities, and what became of those who were followed."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from safepassage.engines.expected.kernel import Structure
from safepassage.engines.jit.compile import kernel
from safepassage.network.arrays import EDGE, STOCK, Floats
from safepassage.network.persons import OUTCOMES, Persons

MOST_COUNTED = 16
"""Attempts and relatives are counted one by one up to this number, which stands for all above."""
MONEY = np.concatenate([[0.0], np.geomspace(100.0, 1e6, 17)])
"""USD: lower edges of the classes of money above nothing (four to a factor of ten)."""


class Summary(NamedTuple):
    """How people fare, by outcome (`OUTCOMES`, O of them) at the end, in each of R replicates."""

    persons: Floats
    """(O, R)"""
    attempts: Floats
    """(O, MOST_COUNTED + 1, R) persons by number of attempts."""
    relatives: Floats
    """(O, MOST_COUNTED + 1, R) persons by number of relatives punished."""
    paid: Floats
    """(O, money classes, R) persons by what they paid themselves; the first class paid nothing,
    class k at least `MONEY[k - 1]`."""
    owed_at_arrival: Floats
    """(money classes, R) persons by what they owed when they first reached safety."""
    total_paid: Floats
    """(O, R) USD"""
    total_paid_by_relatives: Floats
    """(O, R) USD that people paid for those whom they sponsored, by the sponsor's outcome."""
    total_owed: Floats
    """(O, R) USD still owed at the end."""
    total_relatives: Floats
    """(O, R) relatives punished."""


def new_summary(replicates: int) -> Summary:
    """Room for the summaries of so many replicates."""
    outcomes, numbers, classes = len(OUTCOMES), MOST_COUNTED + 1, len(MONEY) + 1
    one = (outcomes, replicates)
    shapes = (
        one, (outcomes, numbers, replicates), (outcomes, numbers, replicates),
        (outcomes, classes, replicates), (classes, replicates), one, one, one, one,
    )  # fmt: skip
    return Summary(*(np.zeros(shape) for shape in shapes))


def summarise(story: NDArray[np.void], persons: Persons, summary: Summary, r: int) -> None:
    """Write the summary of one replicate from its people's stories."""
    outcome = persons.outcome[story["cell"]].astype(np.int64)

    def spread(values: NDArray[Any], classes: int, among: Any = slice(None)) -> NDArray[Any]:
        flat = outcome[among] * classes + values[among]
        return np.bincount(flat, minlength=len(OUTCOMES) * classes).reshape(-1, classes)

    def total(field: str) -> NDArray[Any]:
        return np.bincount(outcome, story[field].astype(float), len(OUTCOMES))

    classes = len(MONEY) + 1
    summary.persons[:, r] = np.bincount(outcome, minlength=len(OUTCOMES))
    for name in ("attempts", "relatives"):
        counted = np.minimum(story[name], MOST_COUNTED).astype(np.int64)
        getattr(summary, name)[:, :, r] = spread(counted, MOST_COUNTED + 1)
    summary.paid[:, :, r] = spread(_money_class(story["paid"]), classes)
    arrived = ~np.isnan(story["owed_at_arrival"])
    owed = _money_class(story["owed_at_arrival"][arrived])
    summary.owed_at_arrival[:, r] = np.bincount(owed, minlength=classes)
    summary.total_paid[:, r] = total("paid")
    summary.total_paid_by_relatives[:, r] = total("paid_for_others")
    summary.total_owed[:, r] = total("owed")
    summary.total_relatives[:, r] = total("relatives")


def _money_class(usd: NDArray[np.float32]) -> NDArray[np.int64]:
    return np.where(usd > 0, np.searchsorted(MONEY, usd, side="right"), 0)


@kernel
def measure(
    net: Structure,
    absorbing: Any,
    start: Any,
    flow: Any,
    entered: Any,
    rows: Any,
    quantities: Any,
    people: Any,
    counts: Any,
) -> None:
    """Add up persons moved to counts, and counts to what is measured.

    Args:
        net: The network's structure.
        absorbing: (N,) cells without exits.
        start: (N,) persons at the start.
        flow: (T, E) persons moved.
        entered: (T, I) persons entered.
        rows: (T,) row of the result that each step belongs to, in increasing order.
        quantities: (Q, rows), flows added up in a row, stocks at its end, written.
        people: (3, rows) entered, inside, left at the end of each row, written.
        counts: (T + 1, N), written, or (0, N).
    """
    cells = start.shape[0]
    present = start.copy()
    came = 0.0
    for c in range(cells):
        came += start[c]
    if counts.shape[0] > 0:
        counts[0] = present
    quantities[:] = 0.0
    stocks = np.zeros(quantities.shape[0])
    for t in range(flow.shape[0]):
        row = rows[t]
        fresh = t == 0 or row != rows[t - 1]
        for c in range(cells):
            for e in range(net.edge_start[c], net.edge_start[c + 1]):
                movers = flow[t, e]
                if movers != 0:
                    present[c] -= movers
                    present[net.edge_target[e]] += movers
        for i in range(entered.shape[1]):
            present[net.entry_target[i]] += entered[t, i]
            came += entered[t, i]
        inside, left = 0.0, 0.0
        for c in range(cells):
            if absorbing[c]:
                left += present[c]
            else:
                inside += present[c]
        people[0, row], people[1, row], people[2, row] = came, inside, left
        for q in range(quantities.shape[0]):
            total, stock = 0.0, 0.0
            for j in range(net.tap_start[q], net.tap_start[q + 1]):
                index = net.tap_index[j]
                if net.tap_kind[j] == STOCK:
                    stock += present[index]
                elif net.tap_kind[j] == EDGE:
                    total += flow[t, index]
                else:
                    total += entered[t, index]
            if not fresh:
                total -= stocks[q]
            stocks[q] = stock
            quantities[q, row] += total + stock
        if counts.shape[0] > 0:
            counts[t + 1] = present
