"""The compiled form of a model: flat arrays that every engine reads.

A *cell* is a state, a group and a phase. An *edge* is one exit of a cell. Cells come in three
kinds (`HELD`, `DELAY`, `INSTANT`):

- `HELD`: people stay; edges carry hazards per year. With total hazard H over a step of length
  h years, 1 - exp(-H h) of the people leave, split in proportion to the hazards.
- `DELAY`: everyone leaves after exactly one step, split in proportion to the edges' weights.
- `INSTANT`: a branch. People pass in the same step, split in proportion to the weights.

One step, from counts x frozen at its start:

1. feedback factors from x;
2. hazards and weights: `scale[e] * series[edge_series[e], month] * feedback`;
3. flows out of HELD and DELAY cells, and `entries * step_years` into their targets;
4. flows through INSTANT cells in the order `instant_order`;
5. x for the next step: those who stayed plus the flows that ended in HELD or DELAY cells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

HELD, DELAY, INSTANT = 0, 1, 2
SATURATING, PROPORTIONAL = 0, 1
STOCK, EDGE, ENTRY = 0, 1, 2

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


class Cell(NamedTuple):
    """One state, group and phase."""

    state: str
    group: str
    phase: int


@dataclass(frozen=True)
class Network:
    """Structure without numbers: which cell leads where, and what is measured.

    Edges are sorted by source cell: those of cell c are `edge_start[c]:edge_start[c + 1]`.
    N cells, E edges, I entries, K feedbacks, S series, Q quantities, T steps, M months.
    """

    step_years: float
    steps_per_month: float
    start: str
    """First month, `YYYY-MM`."""
    month_of_step: Ints
    """(T,) row of the month tables that holds in each step."""
    cells: tuple[Cell, ...]
    kind: NDArray[np.int8]
    """(N,) HELD, DELAY or INSTANT."""
    absorbing: NDArray[np.bool_]
    """(N,) cells without exits."""
    instant_order: Ints
    """INSTANT cells so that each comes before those that it leads to."""
    edge_start: Ints
    """(N + 1,)"""
    edge_source: Ints
    edge_target: Ints
    edge_series: Ints
    """(E,) row of `Tables.series`."""
    edge_feedback: Ints
    """(E,) feedback that multiplies the edge, or -1."""
    edge_name: tuple[str, ...]
    """Transition, `branch.outcome`, or `state.phase` for an advance between phases."""
    entry_target: Ints
    entry_feedback: Ints
    entry_name: tuple[str, ...]
    entry_group: tuple[str, ...]
    feedback_kind: NDArray[np.int8]
    feedback_sharpness: Floats
    feedback_start: Ints
    """(K + 1,) into `feedback_cell`."""
    feedback_cell: Ints
    """Cells whose counts add up to the load."""
    quantity_name: tuple[str, ...]
    tap_start: Ints
    """(Q + 1,) into the taps: quantity q sums taps `tap_start[q]:tap_start[q + 1]`."""
    tap_kind: NDArray[np.int8]
    """STOCK (count at the end of the step), EDGE or ENTRY (persons moved in the step)."""
    tap_index: Ints
    """Cell, edge or entry."""

    @property
    def steps(self) -> int:
        """Number of steps T."""
        return len(self.month_of_step)


class Tables(NamedTuple):
    """Numbers of a network. Every array may carry one trailing batch axis B.

    Arrays are NumPy or JAX arrays.
    """

    scale: Any
    """(E,) time-constant part: hazard per year, or weight."""
    series: Any
    """(S, M) time-varying part by month."""
    entries: Any
    """(I, M) persons per year (before feedback)."""
    initial: Any
    """(N,) persons at the start."""
    capacity: Any
    """(K, M) capacity of saturating feedbacks; 1 for proportional ones."""
