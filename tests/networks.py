"""Networks built by hand, and hypothesis strategies for generated ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from safepassage.network.arrays import (
    DELAY,
    EDGE,
    ENTRY,
    HELD,
    INSTANT,
    PROPORTIONAL,
    SATURATING,
    STOCK,
    Cell,
    Network,
    Tables,
)

KINDS = {"held": HELD, "delay": DELAY, "instant": INSTANT}
TAPS = {"stock": STOCK, "edge": EDGE, "entry": ENTRY}


@dataclass
class Sketch:
    """A network in the making: cells by name, then what happens to them.

    Edges are named `source>target`, entries `>target`. Rates are per year; a rate may be a
    number, or one number per month.
    """

    steps: int
    step_years: float = 1 / 12
    steps_per_month: int = 1
    cells: dict[str, str] = field(default_factory=dict)
    edges: list[tuple[str, str, object, str | None]] = field(default_factory=list)
    entries: list[tuple[str, object, str | None]] = field(default_factory=list)
    start: dict[str, float] = field(default_factory=dict)
    feedbacks: dict[str, tuple[str, tuple[str, ...], object, float]] = field(default_factory=dict)
    quantities: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def cell(self, name: str, kind: str = "held", persons: float = 0.0) -> Sketch:
        self.cells[name] = kind
        self.start[name] = persons
        return self

    def edge(self, source: str, target: str, rate: object, feedback: str | None = None) -> Sketch:
        self.edges.append((source, target, rate, feedback))
        return self

    def entry(self, target: str, rate: object, feedback: str | None = None) -> Sketch:
        self.entries.append((target, rate, feedback))
        return self

    def feedback(
        self,
        name: str,
        kind: str,
        cells: Sequence[str],
        capacity: object = 1.0,
        sharpness: float = 1.0,
    ) -> Sketch:
        self.feedbacks[name] = (kind, tuple(cells), capacity, sharpness)
        return self

    def quantity(self, name: str, *taps: tuple[str, str]) -> Sketch:
        self.quantities[name] = list(taps)
        return self

    @property
    def months(self) -> int:
        return -(-self.steps // self.steps_per_month)

    def row(self, rate: object) -> np.ndarray:
        return np.broadcast_to(np.asarray(rate, float), (self.months,)).copy()

    def build(self) -> tuple[Network, Tables]:
        names = list(self.cells)
        index = {name: n for n, name in enumerate(names)}
        feedback_index = {name: k for k, name in enumerate(self.feedbacks)} | {None: -1}
        edges = sorted(self.edges, key=lambda edge: index[edge[0]])
        sources = np.array([index[e[0]] for e in edges], np.int32)
        targets = np.array([index[e[1]] for e in edges], np.int32)
        edge_names = [f"{e[0]}>{e[1]}" for e in edges]
        entry_names = [f">{e[0]}" for e in self.entries]
        kind = np.array([KINDS[k] for k in self.cells.values()], np.int8)
        tap_index = {
            "stock": index,
            "edge": {name: e for e, name in enumerate(edge_names)},
            "entry": {name: i for i, name in enumerate(entry_names)},
        }
        taps = [tap for q in self.quantities.values() for tap in q]
        members = [c for _, cells, _, _ in self.feedbacks.values() for c in cells]
        rows, series_of = np.unique(
            np.array([self.row(e[2]) for e in edges]).reshape(len(edges), self.months),
            axis=0, return_inverse=True,
        )  # fmt: skip
        peak = np.abs(rows).max(axis=1, initial=0.0)
        peak[peak == 0] = 1.0
        network = Network(
            step_years=self.step_years,
            steps_per_month=self.steps_per_month,
            start="2000-01",
            month_of_step=(np.arange(self.steps) // self.steps_per_month).astype(np.int32),
            cells=tuple(Cell(name, "all", 0) for name in names),
            kind=kind,
            absorbing=~np.isin(np.arange(len(names)), sources),
            instant_order=_instant_order(kind, sources, targets),
            edge_start=np.searchsorted(sources, np.arange(len(names) + 1)).astype(np.int32),
            edge_source=sources,
            edge_target=targets,
            edge_series=series_of.reshape(-1).astype(np.int32),
            edge_feedback=np.array([feedback_index[e[3]] for e in edges], np.int32),
            edge_name=tuple(edge_names),
            entry_target=np.array([index[e[0]] for e in self.entries], np.int32),
            entry_feedback=np.array([feedback_index[e[2]] for e in self.entries], np.int32),
            entry_name=tuple(entry_names),
            entry_group=("all",) * len(self.entries),
            feedback_kind=np.array(
                [
                    SATURATING if f[0] == "saturating" else PROPORTIONAL
                    for f in self.feedbacks.values()
                ],
                np.int8,
            ),
            feedback_sharpness=np.array([f[3] for f in self.feedbacks.values()], float),
            feedback_start=_offsets(len(f[1]) for f in self.feedbacks.values()),
            feedback_cell=np.array([index[c] for c in members], np.int32),
            quantity_name=tuple(self.quantities),
            tap_start=_offsets(len(q) for q in self.quantities.values()),
            tap_kind=np.array([TAPS[kind] for kind, _ in taps], np.int8),
            tap_index=np.array([tap_index[kind][name] for kind, name in taps], np.int32),
        )
        tables = Tables(
            scale=peak[series_of.reshape(-1)],
            series=rows / peak[:, None],
            entries=np.array([self.row(e[1]) for e in self.entries]).reshape(-1, self.months),
            initial=np.array([self.start[name] for name in names], float),
            capacity=np.array([self.row(f[2]) for f in self.feedbacks.values()]).reshape(
                -1, self.months
            ),
        )
        return network, tables


def _offsets(sizes) -> np.ndarray:
    return np.concatenate([[0], np.cumsum(list(sizes))]).astype(np.int32)


def _instant_order(kind: np.ndarray, sources: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Instant cells, each before those that it leads to."""
    waiting = [c for c in range(len(kind)) if kind[c] == INSTANT]
    order: list[int] = []
    while waiting:
        free = [
            c for c in waiting
            if not any(t == c and s in waiting for s, t in zip(sources, targets, strict=True))
        ]  # fmt: skip
        if not free:
            raise ValueError("a cycle of instant cells")
        order += free
        waiting = [c for c in waiting if c not in free]
    return np.array(order, np.int32)


def lanes(tables: Tables, count: int, seed: int = 0, spread: float = 0.3) -> Tables:
    """The same tables in several lanes, each number multiplied by a factor of its own."""
    rng = np.random.default_rng(seed)
    return Tables(
        *(t[..., None] * np.exp(spread * rng.standard_normal((*t.shape, count))) for t in tables)
    )


def lane(tables: Tables, b: int) -> Tables:
    """One lane of batched tables."""
    return Tables(*(t[..., b] for t in tables))


def random_network(
    seed: int,
    *,
    cells: int = 12,
    edges_per_cell: float = 3.0,
    steps: int = 24,
    steps_per_month: int = 1,
    series: int = 6,
    entries: int = 4,
    feedbacks: int = 2,
    quantities: int = 4,
    shares: Mapping[str, float] | None = None,
    zero: float = 0.1,
    constant: float = 0.3,
) -> tuple[Network, Tables]:
    """A random network with branches, delays, feedbacks and zero hazards.

    The last cells are absorbing; an instant cell leads only to later cells, so there is no cycle.
    `zero` is the share of edges with hazard zero, `constant` that of series that never change.
    """
    rng = np.random.default_rng(seed)
    share = {"delay": 0.12, "instant": 0.2} | dict(shares or {})
    absorbing = max(1, cells // 8)
    kind = rng.choice(
        [HELD, DELAY, INSTANT],
        size=cells,
        p=[1 - share["delay"] - share["instant"], share["delay"], share["instant"]],
    ).astype(np.int8)
    kind[-absorbing:] = HELD
    pairs: list[tuple[int, int]] = []
    for c in range(cells - absorbing):
        low = c + 1 if kind[c] == INSTANT else 0
        others = [n for n in range(low, cells) if n != c]
        degree = min(len(others), max(1, rng.poisson(edges_per_cell)))
        pairs += [(c, int(n)) for n in sorted(rng.choice(others, degree, replace=False))]
    sources = np.array([p[0] for p in pairs], np.int32)
    targets = np.array([p[1] for p in pairs], np.int32)
    months = -(-steps // steps_per_month)
    scale = np.exp(rng.normal(-0.5, 1.5, len(pairs)))
    scale[rng.random(len(pairs)) < zero] = 0.0
    scale[rng.random(len(pairs)) < 0.02] = 1e3
    first = np.searchsorted(sources, np.arange(cells))
    for c in range(cells - absorbing):
        if kind[c] != HELD:  # the first exit of a cell that people must pass is never shut
            scale[first[c]] = max(scale[first[c]], 0.2)
    values = np.exp(0.4 * rng.standard_normal((series, months)))
    values[rng.random(series) < constant] = 1.0
    edge_feedback = np.full(len(pairs), -1, np.int32)
    entry_feedback = np.full(entries, -1, np.int32)
    if feedbacks:
        chosen = rng.random(len(pairs)) < 0.1
        edge_feedback[chosen] = rng.integers(0, feedbacks, int(chosen.sum()))
        chosen = rng.random(entries) < 0.3
        entry_feedback[chosen] = rng.integers(0, feedbacks, int(chosen.sum()))
    members = [
        sorted(rng.choice(cells, int(rng.integers(1, min(5, cells))), replace=False))
        for _ in range(feedbacks)
    ]
    feedback_kind = rng.choice([SATURATING, PROPORTIONAL], feedbacks).astype(np.int8)
    # a proportional factor is a head count: keep those rates small, or counts explode
    proportional = np.isin(edge_feedback, np.flatnonzero(feedback_kind == PROPORTIONAL))
    held_edge = kind[sources] == HELD
    scale[proportional & held_edge] *= 1e-4
    edge_feedback[proportional & ~held_edge] = -1
    entry_rate = np.exp(rng.normal(5, 1, entries))
    grows = np.isin(entry_feedback, np.flatnonzero(feedback_kind == PROPORTIONAL))
    entry_rate[grows] = 0.01
    taps_per_quantity = [int(rng.integers(1, 8)) for _ in range(quantities)]
    tap_kind = rng.choice(
        [STOCK, EDGE, ENTRY] if entries else [STOCK, EDGE], sum(taps_per_quantity)
    ).astype(np.int8)
    sizes = {STOCK: cells, EDGE: len(pairs), ENTRY: entries}
    network = Network(
        step_years=1 / (12 * steps_per_month),
        steps_per_month=steps_per_month,
        start="2000-01",
        month_of_step=(np.arange(steps) // steps_per_month).astype(np.int32),
        cells=tuple(Cell(f"state_{c}", "all", 0) for c in range(cells)),
        kind=kind,
        absorbing=~np.isin(np.arange(cells), sources),
        instant_order=_instant_order(kind, sources, targets),
        edge_start=np.searchsorted(sources, np.arange(cells + 1)).astype(np.int32),
        edge_source=sources,
        edge_target=targets,
        edge_series=rng.integers(0, series, len(pairs)).astype(np.int32),
        edge_feedback=edge_feedback,
        edge_name=tuple(f"state_{a}>state_{b}" for a, b in pairs),
        entry_target=rng.integers(0, cells, entries).astype(np.int32),
        entry_feedback=entry_feedback,
        entry_name=tuple(f"entry_{i}" for i in range(entries)),
        entry_group=("all",) * entries,
        feedback_kind=feedback_kind,
        feedback_sharpness=rng.choice([1.0, 2.0, 3.5], feedbacks),
        feedback_start=_offsets(len(m) for m in members),
        feedback_cell=np.array([c for m in members for c in m], np.int32),
        quantity_name=tuple(f"quantity_{q}" for q in range(quantities)),
        tap_start=_offsets(taps_per_quantity),
        tap_kind=tap_kind,
        tap_index=np.array([rng.integers(0, sizes[int(k)]) for k in tap_kind], np.int32),
    )
    tables = Tables(
        scale=scale,
        series=values,
        entries=entry_rate[:, None] * np.exp(0.3 * rng.standard_normal((entries, months))),
        initial=np.where(rng.random(cells) < 0.5, np.exp(rng.normal(4, 2, cells)), 0.0),
        capacity=np.exp(rng.normal(4, 0.5, (feedbacks, 1))) * np.ones((feedbacks, months)),
    )
    return network, tables
