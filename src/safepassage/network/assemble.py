"""States, groups and phases to cells; transitions and branches to edges."""

from __future__ import annotations

import graphlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from safepassage.model.schema import Model
from safepassage.network.arrays import Cell
from safepassage.network.products import FeedbackRef, Resolver, Term, allowed


@dataclass(frozen=True)
class Edge:
    """One exit of one cell with the term of its hazard or weight."""

    name: str
    source: Cell
    target: Cell
    term: Term


def expand_cells(model: Model, delay_steps: Mapping[str, int]) -> list[Cell]:
    """Cells of all states and branches, for the groups that may be there."""
    cells: list[Cell] = []
    for name, state in model.states.items():
        phases = max(state.phases, delay_steps[name], 1)
        groups = [g for g in model.groups if allowed(model, state.groups, g)]
        cells += [Cell(name, g, p) for g in groups for p in range(phases)]
    for name, branch in model.branches.items():
        cells += [Cell(name, g, 0) for g in model.groups if allowed(model, branch.groups, g)]
    return cells


def loads_feedback(model: Model, feedback: FeedbackRef, cell: Cell) -> bool:
    """Whether the people of a cell load a feedback, as one group sees it."""
    declared = model.feedbacks[feedback.name]
    return (
        cell.state in declared.states
        and allowed(model, declared.groups, cell.group)
        and all(model.groups[cell.group].get(a) == v for a, v in feedback.matched)
    )


def collect_edges(
    model: Model, cells: Sequence[Cell], delay_steps: Mapping[str, int], resolver: Resolver
) -> list[Edge]:
    """Edges of transitions, of advances between phases, and of branches.

    An exit that is zero for a group, or whose target does not admit the group, is left out.
    """
    possible = set(cells)
    edges: list[Edge] = []
    for name, state in model.states.items():
        steps = delay_steps[name]
        for group in (g for g in model.groups if Cell(name, g, 0) in possible):
            edges += [
                Edge(f"{name}.{p}", Cell(name, group, p), Cell(name, group, p + 1), Term())
                for p in range(steps - 1)
            ]
        for exit_name, transition in model.transitions.items():
            if transition.source != name:
                continue
            for group in model.groups:
                target = Cell(transition.to, group, 0)
                if Cell(name, group, 0) not in possible or not allowed(
                    model, transition.groups, group
                ):
                    continue
                if transition.odds is not None:
                    term = resolver.term(transition.odds, group, odds=True)
                    last = max(steps, 1) - 1
                    edges.append(Edge(exit_name, Cell(name, group, last), target, term))
                    continue
                term = resolver.term(transition.hazard or (), group)
                edges += _phased(exit_name, name, group, target, term, state.phases,
                                 transition.completes)  # fmt: skip
    for name, branch in model.branches.items():
        for group in (g for g in model.groups if Cell(name, g, 0) in possible):
            for label, outcome in branch.outcomes.items():
                term = resolver.term(outcome.odds, group, odds=True)
                target = Cell(outcome.to, group, 0)
                edges.append(Edge(f"{name}.{label}", Cell(name, group, 0), target, term))
    return [e for e in edges if e.term.constant > -math.inf and e.target in possible]


def _phased(
    exit_name: str, state: str, group: str, target: Cell, term: Term, phases: int, completes: bool
) -> list[Edge]:
    """Edges of one transition in every phase; a completing one advances at phases x hazard."""
    if not completes or phases == 1:
        return [Edge(exit_name, Cell(state, group, p), target, term) for p in range(phases)]
    paced = replace(term, constant=term.constant + math.log(phases))
    advances = [
        Edge(f"{state}.{p}", Cell(state, group, p), Cell(state, group, p + 1), paced)
        for p in range(phases - 1)
    ]
    return [*advances, Edge(exit_name, Cell(state, group, phases - 1), target, paced)]


def prune(
    cells: Sequence[Cell], edges: Sequence[Edge], roots: Sequence[Cell]
) -> tuple[list[Cell], list[Edge]]:
    """Cells that anyone can come to, and the edges between them."""
    leads: dict[Cell, list[Cell]] = {}
    for edge in edges:
        leads.setdefault(edge.source, []).append(edge.target)
    reached, frontier = set(roots), list(roots)
    while frontier:
        for target in leads.get(frontier.pop(), []):
            if target not in reached:
                reached.add(target)
                frontier.append(target)
    return [c for c in cells if c in reached], [e for e in edges if e.source in reached]


def topological(cells: Sequence[Cell], edges: Sequence[Edge], model: Model) -> list[Cell]:
    """Branch cells so that each comes before those that it leads to."""
    instant = [c for c in cells if c.state in model.branches]
    sorter: graphlib.TopologicalSorter[Cell] = graphlib.TopologicalSorter({c: () for c in instant})
    for edge in edges:
        if edge.source.state in model.branches and edge.target.state in model.branches:
            sorter.add(edge.target, edge.source)
    return list(sorter.static_order())
