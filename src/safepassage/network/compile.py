"""Declarations to a `Network` and the `Program` that fills its tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from safepassage.model.declarations import Model, Product
from safepassage.network.arrays import (
    DELAY,
    HELD,
    INSTANT,
    PROPORTIONAL,
    SATURATING,
    Cell,
    Network,
)
from safepassage.network.assemble import Edge, collect_edges, expand_cells, prune, topological
from safepassage.network.calendar import STEP_YEARS, month_of_step, months_between
from safepassage.network.factors import FactorArrays, FactorForm, factor_form, stack_factors
from safepassage.network.measures import collect_taps
from safepassage.network.parameters import Parameters, attribute_values, collect_parameters
from safepassage.network.parameters import innovation_name as innovation_name
from safepassage.network.products import (
    PROBABILITY,
    FactorRef,
    FeedbackRef,
    Resolver,
    ScalarRef,
    Term,
    allowed,
)
from safepassage.network.tables import Program, Reach, TermArrays


@dataclass(frozen=True)
class Compiled:
    """A model ready to move people: structure, program and the vector of unknowns."""

    model: Model
    network: Network
    program: Program
    parameters: Parameters
    entry_names: tuple[tuple[str, str], ...]
    """Entry and group of each row of the entries table."""


def compile_model(
    model: Model,
    covariates: Mapping[str, Mapping[int, float]] | None = None,
    *,
    step: str = "month",
    grade_of: Callable[[Sequence[str]], str | None] = lambda ids: None,
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
    resolver = Resolver(model)
    steps_per_month = 1 / (12 * STEP_YEARS[step]) if step in STEP_YEARS else 1.0
    month_row = month_of_step(model.model.start, model.model.end, step)
    delay_steps = {
        name: round(state.delay_months * steps_per_month) for name, state in model.states.items()
    }
    cells = expand_cells(model, delay_steps)
    edges = collect_edges(model, cells, delay_steps, resolver)
    entries = [
        (name, group, Cell(entry.to, group, 0), resolver.term(entry.persons_per_year, group))
        for name, entry in model.entries.items()
        for group in model.groups
        if allowed(model, entry.groups, group) and Cell(entry.to, group, 0) in cells
    ]
    initial = [
        (Cell(item.state, group, 0), resolver.term(item.persons, group))
        for item in model.initial.values()
        for group in model.groups
        if allowed(model, item.groups, group) and Cell(item.state, group, 0) in cells
    ]
    cells, edges = prune(cells, edges, [e[2] for e in entries] + [i[0] for i in initial])
    index = {cell: i for i, cell in enumerate(cells)}
    edges.sort(key=lambda edge: index[edge.source])
    terms = [e.term for e in edges] + [e[3] for e in entries] + [i[1] for i in initial]
    feedbacks = list(dict.fromkeys(t.feedback for t in terms if t.feedback is not None))
    capacity = [
        resolver.term(model.feedbacks[f.name].capacity, next(iter(model.groups)))
        for f in feedbacks
    ]  # fmt: skip
    layout = _Layout.of(model, [*terms, *capacity], covariates or {}, grade_of)
    feedback_row = {f: k for k, f in enumerate(feedbacks)}
    edge_arrays = layout.arrays([e.term for e in edges])
    order = topological(cells, edges, model)
    taps = collect_taps(model, cells, edges, entries)
    start = np.searchsorted([index[e.source] for e in edges], np.arange(len(cells) + 1))
    loads = [_load_cells(model, f, cells) for f in feedbacks]
    network = Network(
        step_years=STEP_YEARS[step],
        steps_per_month=steps_per_month,
        start=model.model.start,
        month_of_step=month_row,
        cells=tuple(cells),
        kind=np.array([_kind(model, c, delay_steps) for c in cells], np.int8),
        absorbing=np.diff(start) == 0,
        instant_order=np.array([index[c] for c in order], np.int32),
        edge_start=start.astype(np.int32),
        edge_source=np.array([index[e.source] for e in edges], np.int32),
        edge_target=np.array([index[e.target] for e in edges], np.int32),
        edge_series=edge_arrays.series,
        edge_feedback=_rows([e.term for e in edges], feedback_row),
        edge_name=tuple(e.name for e in edges),
        entry_target=np.array([index[e[2]] for e in entries], np.int32),
        entry_feedback=_rows([e[3] for e in entries], feedback_row),
        entry_name=tuple(e[0] for e in entries),
        entry_group=tuple(e[1] for e in entries),
        feedback_kind=np.array(
            [
                PROPORTIONAL if model.feedbacks[f.name].kind == "proportional" else SATURATING
                for f in feedbacks
            ],
            np.int8,
        ),
        feedback_sharpness=np.array([model.feedbacks[f.name].sharpness for f in feedbacks]),
        feedback_start=np.cumsum([0, *map(len, loads)]).astype(np.int32),
        feedback_cell=np.array([index[c] for load in loads for c in load], np.int32),
        quantity_name=taps.names,
        tap_start=taps.start,
        tap_kind=taps.kind,
        tap_index=taps.index,
    )
    program = Program(
        location=layout.parameters.location,
        scale=layout.parameters.scale,
        probability=layout.probability,
        walks=layout.walks,
        factors=layout.factors,
        edges=edge_arrays,
        entries=layout.arrays([e[3] for e in entries]),
        initial=layout.arrays([i[1] for i in initial]),
        initial_cell=np.array([index[i[0]] for i in initial], np.int32),
        capacity=layout.arrays(capacity),
        series=layout.series_rows(),
        reaches=_reaches(model, network, cells, order, entries),
        cells=len(cells),
    )
    names = tuple((e[0], e[1]) for e in entries)
    return Compiled(model, network, program, layout.parameters, names)


def _kind(model: Model, cell: Cell, delay_steps: Mapping[str, int]) -> int:
    if cell.state in model.branches:
        return INSTANT
    return DELAY if delay_steps[cell.state] else HELD


def _rows(terms: Sequence[Term], rows: Mapping[FeedbackRef, int]) -> np.ndarray:
    return np.array([rows[t.feedback] if t.feedback else -1 for t in terms], np.int32)


def _load_cells(model: Model, feedback: FeedbackRef, cells: Sequence[Cell]) -> list[Cell]:
    declared = model.feedbacks[feedback.name]
    return [
        c
        for c in cells
        if c.state in declared.states
        and allowed(model, declared.groups, c.group)
        and all(model.groups[c.group].get(a) == v for a, v in feedback.matched)
    ]


class _Layout:
    """Slots of scalars, rows of factors and of series, shared by all terms of a model."""

    def __init__(self, parameters: Parameters, scalar_slot: dict[ScalarRef, int]):
        self.parameters = parameters
        self.scalar_slot = scalar_slot
        self.probability = np.zeros(0, np.int32)
        self.walks: tuple[tuple[int, int], ...] = ()
        self.factors = FactorArrays(np.zeros((1, 0)), np.zeros((1, 0, 1), np.int32),
                                    np.zeros((1, 0, 1)), ())  # fmt: skip
        self.factor_row: dict[FactorRef, int] = {}
        self.combos: dict[tuple[int, ...], int] = {(): 0}

    @classmethod
    def of(
        cls,
        model: Model,
        terms: Sequence[Term],
        covariates: Mapping[str, Mapping[int, float]],
        grade_of: Callable[[Sequence[str]], str | None],
    ) -> _Layout:
        parameters = collect_parameters(model, grade_of)
        layout = cls(parameters, {})
        layout._scalars(model)
        refs = list(dict.fromkeys(r for t in terms for r in t.factors))
        forms = {r: factor_form(r, model, covariates) for r in refs}
        for form in list(forms.values()):
            if form.response and form.response.driver not in forms:
                driver = form.response.driver
                forms[driver] = factor_form(driver, model, covariates)
        layout._factors(forms, months_between(model.model.start, model.model.end))
        return layout

    def _scalars(self, model: Model) -> None:
        names, kinds = self.parameters.names, self.parameters.kinds
        for i, name in enumerate(names):
            self.scalar_slot[ScalarRef(name, "log")] = 1 + i
        slot = 1 + len(names)
        chosen = [i for i, kind in enumerate(kinds) if kind == PROBABILITY]
        for i in chosen:
            self.scalar_slot[ScalarRef(names[i], PROBABILITY)] = slot
            slot += 1
        self.probability = np.array(chosen, np.int32)
        walks: list[tuple[int, int]] = []
        for name, innovation in model.innovations.items():
            if innovation.kind != "random_walk":
                continue
            for value in attribute_values(model, innovation.by):
                years = range(innovation.start, innovation.end + 1)
                first = names.index(innovation_name(name, value, innovation.start))
                walks.append((first, first + len(years)))
                for year in years:
                    ref = ScalarRef(innovation_name(name, value, year), "walk")
                    self.scalar_slot[ref] = slot
                    slot += 1
        self.walks = tuple(walks)

    def _factors(self, forms: dict[FactorRef, FactorForm], months: int) -> None:
        affine = [r for r, f in forms.items() if f.response is None]
        responses = [r for r, f in forms.items() if f.response is not None]
        self.factor_row = {r: i for i, r in enumerate([*affine, *responses], start=1)}
        stacked = stack_factors([forms[r] for r in affine], self.scalar_slot, months)
        rows: list[tuple[int, int, int, float]] = []
        for ref in responses:
            response = forms[ref].response
            assert response is not None
            rows.append(
                (
                    self.factor_row[response.driver],
                    self.parameters.index(response.elasticity),
                    response.sign,
                    response.log_reference,
                )
            )
        self.factors = FactorArrays(stacked.base, stacked.index, stacked.weight, tuple(rows))

    def arrays(self, terms: Sequence[Term]) -> TermArrays:
        """Stack the scalar parts of terms and register their series."""
        width = max((len(t.scalars) for t in terms), default=0)
        index = np.zeros((len(terms), max(width, 1)), np.int32)
        series = np.zeros(len(terms), np.int32)
        for i, term in enumerate(terms):
            for j, ref in enumerate(term.scalars):
                index[i, j] = self.scalar_slot[ref]
            combo = tuple(sorted(self.factor_row[r] for r in term.factors))
            series[i] = self.combos.setdefault(combo, len(self.combos))
        return TermArrays(np.array([t.constant for t in terms], float), index, series)

    def series_rows(self) -> np.ndarray:
        """(S, C) factor rows of every registered series."""
        width = max(map(len, self.combos), default=0)
        rows = np.zeros((len(self.combos), max(width, 1)), np.int32)
        for combo, row in self.combos.items():
            rows[row, : len(combo)] = combo
        return rows


def _reaches(
    model: Model,
    network: Network,
    cells: Sequence[Cell],
    order: Sequence[Cell],
    entries: Sequence[tuple[str, str, Cell, Term]],
) -> tuple[Reach, ...]:
    """For each entry counted where it ends: the branches it goes through, last first."""
    index = {cell: i for i, cell in enumerate(cells)}
    reaches: list[Reach] = []
    for row, (name, group, first, _) in enumerate(entries):
        goal = model.entries[name].counted_at
        if goal is None:
            continue
        branches = [c for c in reversed(order) if c.group == group and c.state != goal]
        branches = branches[: branches.index(first) + 1]
        slots = {c: i for i, c in enumerate(branches)}
        listed: list[tuple[tuple[int, int], ...]] = []
        for cell in branches:
            i = index[cell]
            exits: list[tuple[int, int]] = []
            for edge in range(int(network.edge_start[i]), int(network.edge_start[i + 1])):
                target = cells[int(network.edge_target[edge])]
                exits.append((edge, -1 if target.state == goal else slots.get(target, -2)))
            listed.append(tuple(exits))
        reaches.append(Reach(row, tuple(listed)))
    return tuple(reaches)


__all__ = ["Compiled", "Edge", "Product", "compile_model"]
