"""What a scenario does to factors and products: ratios of new to old, month by month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from safepassage.model.scenario_schema import Change
from safepassage.model.schema import Model
from safepassage.network.arrays import Floats
from safepassage.network.calendar import month_name, month_number, months_between
from safepassage.network.factors import factor_form
from safepassage.network.interventions.factor_values import Evaluator
from safepassage.network.products import FactorRef, Resolver, Term

Bools = NDArray[np.bool_]


class Ratio(NamedTuple):
    """How a factor of a scenario compares with the baseline's. M months, B draws."""

    ratio: Floats
    """(M, B) new / old; 1 where both are nothing or nothing was there before."""
    new: Floats | None
    """(M, B) the new value, where it had to be worked out."""
    reborn: Bools
    """(M,) months in which something comes of nothing: the ratio does not say how much."""


class EdgeChange(NamedTuple):
    """One exit's own change."""

    change: Change
    odds: bool
    phases: int
    """A completing transition is so many times as quick in each phase."""


@dataclass(frozen=True)
class Edit:
    """What a scenario changes, by where it acts in a network."""

    model: Model
    evaluator: Evaluator
    factors: Mapping[str, tuple[Change, ...]]
    """Changed seasons, policies, trends and covariates."""
    responses: Mapping[str, str]
    """Responses to a changed driver."""
    series_terms: Mapping[int, Term]
    """Series that hold a changed factor."""
    rows: tuple[tuple[int, int, tuple[EdgeChange, ...]], ...]
    """New series: the one that it comes from, an exit that has it, its changes."""
    entries: Mapping[int, tuple[Term, tuple[Change, ...]]]
    capacity: Mapping[int, tuple[Term, tuple[Change, ...]]]
    extras: Mapping[int, tuple[Term, tuple[Change, ...]]]

    def months_of(self, change: Change) -> Bools:
        """(M,) the months in which a change holds."""
        return months_within(self.model, change.start, change.end)

    def index(self, month: str) -> int:
        """Row of a month."""
        return month_number(month) - month_number(self.model.model.start)

    def ratios(self, z: Floats, months: Sequence[int]) -> dict[str, Ratio]:
        """The ratio of every changed factor, in some months, at z (P, B)."""
        ratios = {
            name: self._ratio(name, changes, z, months) for name, changes in self.factors.items()
        }
        for name, driver in self.responses.items():
            form = self.evaluator.form(FactorRef(name, "")).response
            assert form is not None  # `responses` holds responses alone
            power = form.sign * self.evaluator.natural(form.elasticity, z)
            ratio = ratios[driver].ratio ** power
            ratios[name] = Ratio(ratio, None, np.zeros(len(months), bool))
        return ratios

    def _ratio(
        self, name: str, changes: Sequence[Change], z: Floats, months: Sequence[int]
    ) -> Ratio:
        ratio = np.ones((len(months), z.shape[1]))
        if all(c.multiply is not None for c in changes):
            for change in changes:
                ratio[self.months_of(change)[list(months)]] *= change.multiply or 0.0
            return Ratio(ratio, None, np.zeros(len(months), bool))
        old = self.evaluator.factor(FactorRef(name, ""), z, months)
        new = old.copy()
        for change in changes:
            holds = self.months_of(change)[list(months)]
            if not holds.any():
                continue
            if change.multiply is not None:
                new[holds] *= change.multiply
            elif change.months is not None:
                form = self._season_form(name, change)
                rows = [form[m] for m, within in zip(months, holds, strict=True) if within]
                new[holds] = self.evaluator.affine(rows, z)
            else:
                new[holds] = self._level(name, change, z)
        same = new == old
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(same | (old == 0), 1.0, new / old)
        return Ratio(ratio, new, ((old == 0) & (new > 0)).any(axis=1))

    def _level(self, name: str, change: Change, z: Floats) -> Floats:
        """(B,) the level that a factor is set to."""
        if change.as_in is not None:
            return self.evaluator.factor(FactorRef(name, ""), z, [self.index(change.as_in)])[0]
        return self.evaluator.product(change.value or (), z)

    def _season_form(self, name: str, change: Change) -> Sequence[Any]:
        """The forms of a season one of whose windows falls in other months."""
        season = self.model.seasons[name]
        windows = dict(season.windows or {})
        window = str(change.window)
        windows[window] = windows[window].model_copy(update={"months": change.months})
        seasons = {**self.model.seasons, name: season.model_copy(update={"windows": windows})}
        changed = self.model.model_copy(update={"seasons": seasons})
        return factor_form(FactorRef(name, ""), Resolver(changed), {}).months

    def apply(
        self,
        values: Floats,
        term: Term,
        own: Sequence[Change],
        ratios: Mapping[str, Ratio],
        z: Floats,
        months: Sequence[int],
    ) -> Floats:
        """(M, B) values of a product, with the ratios of its factors and its own changes."""
        new = self.scaled(values, term, ratios, z, months)
        for change in own:
            holds = self.months_of(change)[list(months)]
            if change.multiply is not None:
                new[holds] = new[holds] * change.multiply
            elif change.value is not None:
                new[holds] = self.evaluator.product(change.value, z)
        return new

    def scaled(
        self,
        values: Floats,
        term: Term,
        ratios: Mapping[str, Ratio],
        z: Floats,
        months: Sequence[int],
        *,
        constants: bool = True,
    ) -> Floats:
        """(M, B) values of a product whose factors have changed."""
        new = values.copy()
        for ratio in (ratios[ref.name] for ref in term.factors if ref.name in ratios):
            new *= ratio.ratio
        reborn: list[int] = np.flatnonzero(reborn_in(term, ratios, len(months))).tolist()
        if len(reborn):
            rows = [months[row] for row in reborn]
            value = self.evaluator.constants(term, z) if constants else np.ones(z.shape[1])
            whole = np.broadcast_to(value, (len(rows), z.shape[1])).copy()
            for ref in term.factors:
                one = ratios.get(ref.name)
                if one is not None and one.new is not None:
                    whole *= one.new[reborn]
                else:
                    whole *= self.evaluator.factor(ref, z, rows)
                    whole *= one.ratio[reborn] if one is not None else 1.0
            new[reborn] = whole
        return new


def reborn_in(term: Term, ratios: Mapping[str, Ratio], months: int) -> Bools:
    """(M,) months in which a product comes of nothing."""
    reborn = np.zeros(months, bool)
    for ref in term.factors:
        if ref.name in ratios:
            reborn |= ratios[ref.name].reborn
    return reborn


def months_within(model: Model, start: str, end: str | None) -> Bools:
    """(M,) the months of a model's calendar from one to another, both included."""
    first = month_number(model.model.start)
    count = months_between(model.model.start, model.model.end)
    months = [month_name(first + m) for m in range(count)]
    return np.array([start <= m and (end is None or m <= end) for m in months], bool)
