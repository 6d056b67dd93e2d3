"""Declarations to a `Network` and the `Program` that fills its tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from safepassage.model.schema import Grade, Model
from safepassage.network.arrays import (
    DELAY,
    HELD,
    INSTANT,
    PROPORTIONAL,
    SATURATING,
    Cell,
    Ints,
    Network,
)
from safepassage.network.assemble import (
    Edge,
    collect_edges,
    expand_cells,
    loads_feedback,
    prune,
    topological,
)
from safepassage.network.calendar import STEP_YEARS, month_of_step
from safepassage.network.layout import Layout, lay_out
from safepassage.network.parameters import Parameters
from safepassage.network.products import FeedbackRef, Resolver, Term, allowed
from safepassage.network.program import Program, Reach
from safepassage.network.quantities import collect_taps
from safepassage.network.scenario_quantities import tap_arrays


@dataclass(frozen=True)
class Structure:
    """A model as a network, and the vector of its unknowns."""

    model: Model
    network: Network
    parameters: Parameters

    @property
    def entry_names(self) -> tuple[tuple[str, str], ...]:
        """Entry and group of each row of the entries table."""
        return tuple(zip(self.network.entry_name, self.network.entry_group, strict=True))


@dataclass(frozen=True)
class Compiled(Structure):
    """A model ready to move people: structure, and the program of its numbers."""

    program: Program


def compile_model(
    model: Model,
    covariates: Mapping[str, Mapping[int, float]] | None = None,
    *,
    step: str = "month",
    grade_of: Callable[[Sequence[str]], Grade | None] = lambda ids: None,
) -> Compiled:
    """Compile a model.

    Args:
        model: valid declarations.
        covariates: yearly figures of each covariate.
        step: month, week or day.
        grade_of: grade of the best evidence row among ids (it widens priors).

    Raises:
        ValueError: for an unknown step.
    """
    month_row = month_of_step(model.model.start, model.model.end, step)
    resolver = Resolver(model)
    parts = gather(model, resolver, step)
    families = [
        [e.term for e in parts.edges],
        [e[3] for e in parts.entries],
        [term for _, term in parts.initial],
        [
            resolver.term(model.feedbacks[f.name].capacity, next(iter(model.groups)))
            for f in parts.feedbacks
        ],
        [term for _, term in parts.extras],
    ]
    layout = lay_out(resolver, families, covariates or {}, grade_of)
    network = _structure(model, parts, layout, step, month_row)
    program = _numbers(model, parts, layout, network)
    return Compiled(model, network, layout.parameters, program)


@dataclass(frozen=True)
class Parts:
    """What a model consists of, before arrays."""

    delay_steps: Mapping[str, int]
    cells: list[Cell]
    edges: list[Edge]
    """Sorted by source cell."""
    entries: list[tuple[str, str, Cell, Term]]
    """Entry, group, first cell, persons per year."""
    initial: list[tuple[Cell, Term]]
    feedbacks: list[FeedbackRef]
    extras: list[tuple[tuple[str, str, str], Term]]
    order: list[Cell]
    """Instant cells so that each comes before those that it leads to."""

    @property
    def index(self) -> dict[Cell, int]:
        """Position of each cell."""
        return {cell: i for i, cell in enumerate(self.cells)}


def _steps_per_month(step: str) -> float:
    return 1 / (12 * STEP_YEARS[step])


def gather(model: Model, resolver: Resolver, step: str) -> Parts:
    """Cells that anyone can come to, their edges, and what enters, waits and feeds back."""
    delay_steps = {
        name: round(state.delay_months * _steps_per_month(step))
        for name, state in model.states.items()
    }
    cells = expand_cells(model, delay_steps)
    possible = set(cells)
    edges = collect_edges(model, cells, delay_steps, resolver)
    entries = [
        (name, group, Cell(entry.to, group, 0), resolver.term(entry.persons_per_year, group))
        for name, entry in model.entries.items()
        for group in model.groups
        if allowed(model, entry.groups, group) and Cell(entry.to, group, 0) in possible
    ]
    initial = [
        (Cell(item.state, group, 0), resolver.term(item.persons, group))
        for item in model.initial.values()
        for group in model.groups
        if allowed(model, item.groups, group) and Cell(item.state, group, 0) in possible
    ]
    cells, edges = prune(cells, edges, [e[2] for e in entries] + [i[0] for i in initial])
    index = {cell: i for i, cell in enumerate(cells)}
    edges.sort(key=lambda edge: index[edge.source])
    terms = [e.term for e in edges] + [e[3] for e in entries] + [i[1] for i in initial]
    return Parts(
        delay_steps=delay_steps,
        cells=cells,
        edges=edges,
        entries=entries,
        initial=initial,
        feedbacks=list(dict.fromkeys(t.feedback for t in terms if t.feedback is not None)),
        extras=_extras(model, resolver),
        order=topological(cells, edges, model),
    )


def _structure(model: Model, parts: Parts, layout: Layout, step: str, month_row: Ints) -> Network:
    """The network: structure without numbers."""
    index, edges, entries = parts.index, parts.edges, parts.entries
    feedback_row = {f: k for k, f in enumerate(parts.feedbacks)}
    declared = [model.feedbacks[f.name] for f in parts.feedbacks]
    kinds = [PROPORTIONAL if f.kind == "proportional" else SATURATING for f in declared]
    loads = [[c for c in parts.cells if loads_feedback(model, f, c)] for f in parts.feedbacks]
    start = np.searchsorted([index[e.source] for e in edges], np.arange(len(parts.cells) + 1))
    return Network(
        step_years=STEP_YEARS[step],
        steps_per_month=_steps_per_month(step),
        start=model.model.start,
        month_of_step=month_row,
        cells=tuple(parts.cells),
        kind=np.array([_kind(model, c, parts.delay_steps) for c in parts.cells], np.int8),
        absorbing=np.diff(start) == 0,
        instant_order=np.array([index[c] for c in parts.order], np.int32),
        edge_start=start.astype(np.int32),
        edge_source=np.array([index[e.source] for e in edges], np.int32),
        edge_target=np.array([index[e.target] for e in edges], np.int32),
        edge_series=layout.series_of[0],
        edge_feedback=_rows([e.term for e in edges], feedback_row),
        edge_name=tuple(e.name for e in edges),
        entry_target=np.array([index[e[2]] for e in entries], np.int32),
        entry_feedback=_rows([e[3] for e in entries], feedback_row),
        entry_name=tuple(e[0] for e in entries),
        entry_group=tuple(e[1] for e in entries),
        feedback_kind=np.array(kinds, np.int8),
        feedback_sharpness=np.array([f.sharpness for f in declared]),
        feedback_start=np.cumsum([0, *map(len, loads)]).astype(np.int32),
        feedback_cell=np.array([index[c] for load in loads for c in load], np.int32),
        **tap_arrays(collect_taps(model, parts.cells, edges, entries)),
    )


def _numbers(model: Model, parts: Parts, layout: Layout, network: Network) -> Program:
    """The program that fills the network's tables."""
    index, slots = parts.index, layout.slots
    return Program(
        location=layout.parameters.location,
        scale=layout.parameters.scale,
        probability=slots.probability,
        walks=slots.walks,
        products=slots.products,
        constant=layout.constant,
        matrix=layout.matrix,
        transposed=layout.matrix.T.tocsr(),
        rows=layout.rows,
        series_index=layout.series_index,
        edge_series=layout.series_of[0],
        entry_series=layout.series_of[1],
        initial_series=layout.series_of[2],
        initial_cell=np.array([index[cell] for cell, _ in parts.initial], np.int32),
        capacity_series=layout.series_of[3],
        extra_names=tuple(key for key, _ in parts.extras),
        extra_series=layout.series_of[4],
        reaches=_reaches(
            model, network, layout.series_index, parts.cells, parts.order, parts.entries
        ),
        cells=len(parts.cells),
    )


def _extras(model: Model, resolver: Resolver) -> list[tuple[tuple[str, str, str], Term]]:
    """What rides on the journey without moving people: money paid, relatives punished."""
    extras: list[tuple[tuple[str, str, str], Term]] = []
    for group in model.groups:
        for name, payment in model.payments.items():
            extras.append((("payment", name, group), resolver.term(payment.usd, group)))
        for name, way in model.ways.items():
            if way.relatives_punished:
                term = resolver.term(way.relatives_punished, group)
                extras.append((("relatives", name, group), term))
    return extras


def _kind(model: Model, cell: Cell, delay_steps: Mapping[str, int]) -> int:
    if cell.state in model.branches:
        return INSTANT
    return DELAY if delay_steps[cell.state] else HELD


def _rows(terms: Sequence[Term], rows: Mapping[FeedbackRef, int]) -> np.ndarray:
    return np.array([rows[t.feedback] if t.feedback else -1 for t in terms], np.int32)


def _reaches(
    model: Model,
    network: Network,
    series_index: Ints,
    cells: Sequence[Cell],
    order: Sequence[Cell],
    entries: Sequence[tuple[str, str, Cell, Term]],
) -> tuple[Reach, ...]:
    """For each entry counted where it ends: the branches it goes through, last first."""
    index = {cell: i for i, cell in enumerate(cells)}
    reaches: list[Reach] = []
    for row, (name, _, first, _) in enumerate(entries):
        goal = model.entries[name].counted_at
        if goal is None:
            continue
        passed = _passed(network, cells, index[first], goal)
        branches = [c for c in reversed(order) if index[c] in passed]
        slots = {c: i for i, c in enumerate(branches)}
        listed: list[tuple[tuple[int, int], ...]] = []
        for cell in branches:
            i = index[cell]
            exits: list[tuple[int, int]] = []
            for edge in range(int(network.edge_start[i]), int(network.edge_start[i + 1])):
                target = cells[int(network.edge_target[edge])]
                exits.append((edge, -1 if target.state == goal else slots.get(target, -2)))
            listed.append(tuple(exits))
        used = sorted({int(network.edge_series[e]) for exits in listed for e, _ in exits})
        _, months, month_class = np.unique(
            series_index[used], axis=1, return_index=True, return_inverse=True
        )
        reaches.append(
            Reach(row, tuple(listed), months.astype(np.int32), month_class.ravel().astype(np.int32))
        )
    return tuple(reaches)


def _passed(network: Network, cells: Sequence[Cell], first: int, goal: str) -> set[int]:
    """The instant cells that people go through from `first` until they reach `goal`."""
    passed, frontier = {first}, [first]
    while frontier:
        cell = frontier.pop()
        for edge in range(int(network.edge_start[cell]), int(network.edge_start[cell + 1])):
            target = int(network.edge_target[edge])
            instant = int(network.kind[target]) == INSTANT and cells[target].state != goal
            if instant and target not in passed:
                passed.add(target)
                frontier.append(target)
    return passed
