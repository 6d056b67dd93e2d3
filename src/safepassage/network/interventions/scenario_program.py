"""A scenario as tables: the baseline's numbers, changed month by month, under the same names.

Cells, exits and entries stay what they are, so random numbers that are keyed by name are shared.
A change is a ratio of new to old; where nothing differs the ratio is exactly one, and so are the
results.

People set out as in the baseline: an entry that is counted where it ends was divided by the chance
to get there, and a scenario that alters this chance alters who gets there, not who tries.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from safepassage.model.scenario_schema import FACTOR_SECTIONS, Change, Scenario
from safepassage.model.schema import Model
from safepassage.network.arrays import Floats, Ints, Network, Tables
from safepassage.network.calendar import month_name, month_number
from safepassage.network.compile import Compiled, Structure, gather
from safepassage.network.interventions.edits import EdgeChange, Edit, reborn_in
from safepassage.network.interventions.factor_values import Evaluator
from safepassage.network.products import Resolver, Term
from safepassage.network.program import Program


@dataclass(frozen=True)
class ScenarioProgram:
    """The program of a scenario: the numbers that the baseline's gives, edited."""

    baseline: Program
    edit: Edit

    @property
    def extra_names(self) -> tuple[tuple[str, str, str], ...]:
        """What each row of `extras` is."""
        return self.baseline.extra_names

    def tables(self, z: Floats) -> Tables:
        """Tables at z (P,) or (P, B)."""
        if z.ndim == 1:
            return Tables(*(a[..., 0] for a in self.tables(z[:, None])))
        base, edit = self.baseline.tables(z), self.edit
        months = range(base.series.shape[1])
        ratios = edit.ratios(z, months)
        series = np.concatenate([base.series, np.empty((len(edit.rows), *base.series.shape[1:]))])
        for row, term in edit.series_terms.items():
            series[row] = edit.scaled(base.series[row], term, ratios, z, months, constants=False)
        for k, (source, edge, changes) in enumerate(edit.rows):
            row = series[source].copy()
            for one in changes:
                holds = edit.months_of(one.change)
                row[holds] = self._own(row[holds], one, base.scale[edge], z)
            series[base.series.shape[0] + k] = row
        entries, capacity = base.entries.copy(), base.capacity.copy()
        for row, (term, own) in edit.entries.items():
            chance = self.baseline.arrival_chance(row, base)
            level = edit.apply(base.entries[row], term, own, ratios, z, months)
            if chance is not None:
                again = reborn_in(term, ratios, len(months))
                level[again] /= chance[again]
                level *= self._as_then(term, chance)
            entries[row] = level
        for row, (term, own) in edit.capacity.items():
            capacity[row] = edit.apply(base.capacity[row], term, own, ratios, z, months)
        return Tables(base.scale, series, entries, base.initial, capacity)

    def _own(self, row: Floats, one: EdgeChange, scale: Floats, z: Floats) -> Floats:
        if one.change.multiply is not None:
            return row * one.change.multiply
        value = self.edit.evaluator.product(one.change.value or (), z, odds=one.odds)
        return np.broadcast_to(value * one.phases / scale, row.shape)

    def extras(self, z: Floats, month: int) -> Floats:
        """(len(extra_names), B) money and relatives in one month, at z (P, B)."""
        values = self.baseline.extras(z, month)
        changed_rows = self.changed_extras(z, [month], lambda row: values[None, row])
        for row, changed_values in changed_rows.items():
            values[row] = changed_values[0]
        return values

    def changed_extras(
        self, z: Floats, months: Sequence[int], base: Callable[[int], Floats]
    ) -> dict[int, Floats]:
        """Rows of `extras` that the scenario changes, (months, B) each.

        Args:
            z: (P, B) draws.
            months: rows of months.
            base: gives the baseline's (months, B) of a row.
        """
        edit = self.edit
        if not edit.extras:
            return {}
        ratios = edit.ratios(z, months)
        return {
            row: edit.apply(base(row), term, own, ratios, z, months)
            for row, (term, own) in edit.extras.items()
        }

    def _as_then(self, term: Term, chance: Floats) -> Floats:
        """How a level of another date is to be read where an entry is counted on arrival.

        The level is of people who got there under that date's odds: so many set out as then. The
        odds of then are those of the twelve months up to the date, each month as its own.
        """
        taken = [
            change
            for ref in term.factors
            for change in self.edit.factors.get(ref.name, ())
            if change.as_in is not None
        ]
        ratio = np.ones_like(chance)
        for change in taken:
            date = self.edit.index(str(change.as_in))
            now = np.flatnonzero(self.edit.months_of(change))
            then = date - (date - now) % 12
            then = np.where(then < 0, then + 12, then)
            ratio[now] = chance[now] / chance[then]
        return ratio


@dataclass(frozen=True)
class Changed(Structure):
    """A compiled model under a scenario."""

    program: ScenarioProgram


def changed(
    compiled: Compiled, scenario: Scenario, covariates: Mapping[str, Mapping[int, float]]
) -> Changed:
    """A compiled model under a scenario.

    Args:
        compiled: the model, with the scenario's openings among its transitions (`with_openings`).
        scenario: what changes.
        covariates: yearly figures of each covariate.
    """
    network, model = compiled.network, compiled.model
    resolver = Resolver(model)
    parts = gather(model, resolver, "month")
    factors: dict[str, tuple[Change, ...]] = {}
    for change in every_change(scenario):
        for kind, name in change.targets:
            if kind in FACTOR_SECTIONS:
                factors[name] = (*factors.get(name, ()), change)
    responses = {n: r.driver for n, r in model.responses.items() if r.driver in factors}
    touched = {*factors, *responses}
    own = _edge_changes(model, network, scenario)
    series_of, rows = _new_rows(network, own, len(compiled.program.series_index))
    series_terms = {
        int(series): edge.term
        for edge, series in zip(parts.edges, network.edge_series, strict=True)
        if touched & {ref.name for ref in edge.term.factors}
    }
    entries = _affected(
        [(name, term) for name, _, _, term in parts.entries], touched, scenario, "entry"
    )
    first = next(iter(model.groups))
    capacity = _affected(
        [
            (f.name, resolver.term(model.feedbacks[f.name].capacity, first))
            for f in parts.feedbacks
        ],
        touched, scenario, "capacity",
    )  # fmt: skip
    extras: dict[int, tuple[Term, tuple[Change, ...]]] = {}
    for kind in ("payment", "relatives"):
        named = [(k[1] if k[0] == kind else "", term) for k, term in parts.extras]
        for row, content in _affected(named, touched, scenario, kind).items():
            if parts.extras[row][0][0] == kind:
                extras[row] = content
    edit = Edit(
        model,
        Evaluator(resolver, compiled.parameters, compiled.program.walks, covariates),
        factors, responses, series_terms, rows, entries, capacity, extras,
    )  # fmt: skip
    return Changed(
        model,
        dataclasses.replace(network, edge_series=series_of),
        compiled.parameters,
        ScenarioProgram(compiled.program, edit),
    )


def every_change(scenario: Scenario) -> tuple[Change, ...]:
    """A scenario's changes, and for each opening what keeps it shut outside its time."""
    shut: list[Change] = []
    for name, opening in scenario.opens.items():
        before = month_name(month_number(opening.start) - 1)
        shut.append(Change.model_validate(_shut(name, "0000-01", before)))
        if opening.end is not None:
            after = month_name(month_number(opening.end) + 1)
            shut.append(Change.model_validate(_shut(name, after, None)))
    return (*scenario.changes, *shut)


def _shut(name: str, start: str, end: str | None) -> dict[str, Any]:
    return {"hazard": name, "from": start, "to": end, "multiply": 0}


def _affected(
    named: Iterable[tuple[str, Term]], touched: set[str], scenario: Scenario, kind: str
) -> dict[int, tuple[Term, tuple[Change, ...]]]:
    """Rows that hold a changed factor or are changed by name."""
    affected: dict[int, tuple[Term, tuple[Change, ...]]] = {}
    for row, (name, term) in enumerate(named):
        own = tuple(c for c in scenario.changes if name and name in getattr(c, kind))
        if own or touched & {ref.name for ref in term.factors}:
            affected[row] = (term, own)
    return affected


def _edge_changes(
    model: Model, network: Network, scenario: Scenario
) -> dict[int, tuple[EdgeChange, ...]]:
    """The changes of each exit by its name; those of a sojourn's phases with its end."""
    edges: dict[int, tuple[EdgeChange, ...]] = {}
    for change in every_change(scenario):
        for name in (*change.hazard, *change.odds):
            one = EdgeChange(change, bool(change.odds), phases_ended_by(model, name))
            for e in edges_named(model, network, name):
                edges[e] = (*edges.get(e, ()), one)
    return edges


def phases_ended_by(model: Model, name: str) -> int:
    """Phases of the sojourn that a completing transition ends; 1 for every other exit."""
    transition = model.transitions.get(name)
    completes = transition is not None and transition.completes
    return model.states[transition.source].phases if transition and completes else 1


def edges_named(model: Model, network: Network, name: str) -> list[int]:
    """Edges of a transition or of a `branch.outcome`; those of a sojourn's phases with its end."""
    named = [e for e, edge in enumerate(network.edge_name) if edge == name]
    phases = phases_ended_by(model, name)
    if phases == 1:
        return named
    source = model.transitions[name].source
    advances = {f"{source}.{p}" for p in range(phases - 1)}
    groups = {network.cells[int(network.edge_source[e])].group for e in named}
    return [
        e
        for e, edge in enumerate(network.edge_name)
        if edge == name
        or (edge in advances and network.cells[int(network.edge_source[e])].group in groups)
    ]


def _new_rows(
    network: Network, own: Mapping[int, tuple[EdgeChange, ...]], count: int
) -> tuple[Ints, tuple[tuple[int, int, tuple[EdgeChange, ...]], ...]]:
    """Series of every exit, and the new ones behind the `count` that are there; some share one."""
    series_of = network.edge_series.copy()
    rows: list[tuple[int, int, tuple[EdgeChange, ...]]] = []
    new: dict[tuple[Any, ...], int] = {}
    for edge, changes in own.items():
        source = int(network.edge_series[edge])
        alike = all(one.change.multiply is not None for one in changes)
        key = (source, tuple(map(id, changes)) if alike else edge)
        if key not in new:
            new[key] = len(rows)
            rows.append((source, edge, changes))
        series_of[edge] = count + new[key]
    return series_of, tuple(rows)
