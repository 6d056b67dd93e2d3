"""When policies change together: the dates at which they did, and such dates to come.

A break is a month in which one or more policies pass into another era. In a forecast breaks come at
their past rate, and at a break the policies of one past break, drawn at random, change together.
Policies that never changed may change too, and once in as many years as were observed all of them
may: otherwise a forecast made before a first tightening could not hold it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from safepassage.model.fields import iter_products
from safepassage.model.schema import Model, Policy
from safepassage.network.calendar import month_name, month_number
from safepassage.network.products import PROBABILITY, Resolver, ScalarRef
from safepassage.results.forecast import PolicyBreak, PolicyBreaks
from safepassage.results.parts import Estimate

if TYPE_CHECKING:
    from safepassage.inference.posterior import Posterior

Label = str | None
"""An era's name; None outside all eras."""
Values = Mapping[str, Mapping[Label, np.ndarray]]
"""By policy and era: (B,) log factor in every draw."""
HALF = 0.5
"""What Jeffreys' prior adds to the number of breaks: with none in the past, they stay possible."""
A_FACTOR_OF_TWO = float(np.log(2.0))
"""The size that counts as one more past change, so that sizes exist where none was observed."""
SHUT = -12.0
"""Stands in for the logarithm of an era that shuts something altogether."""
_NEW = "a new value"


@dataclass(frozen=True)
class Past:
    """What the fitted calendar says of how policies change."""

    eras: Mapping[str, tuple[Label, ...]]
    """By policy that acts on anything: its era in every month of the fitted calendar."""
    first: int
    """Number of the calendar's first month."""

    @cached_property
    def breaks(self) -> tuple[PolicyBreak, ...]:
        """All breaks, in the order of time."""
        changed: dict[int, list[str]] = {}
        for name, eras in self.eras.items():
            for month in range(1, len(eras)):
                if eras[month] != eras[month - 1]:
                    changed.setdefault(month, []).append(name)
        return tuple(
            PolicyBreak(time=month_name(self.first + month), policies=tuple(names))
            for month, names in sorted(changed.items())
        )

    @property
    def years(self) -> float:
        """Length of the fitted calendar."""
        return max((len(eras) for eras in self.eras.values()), default=0) / 12

    @cached_property
    def never(self) -> tuple[str, ...]:
        """Policies that did not change in the fitted calendar."""
        return tuple(name for name, eras in self.eras.items() if len(set(eras)) == 1)

    def rates(self, draws: int, rng: np.random.Generator) -> np.ndarray:
        """(draws,) breaks a year, from what n breaks in so many years leave open."""
        return rng.gamma(len(self.breaks) + HALF, 1 / self.years, draws)

    def joint_eras(self, policies: Sequence[str]) -> tuple[tuple[Label, ...], ...]:
        """Every combination of eras that these policies were in at one time."""
        return tuple(dict.fromkeys(zip(*(self.eras[name] for name in policies), strict=True)))


def past_of(model: Model) -> Past:
    """How the policies of a model changed in its calendar; those that act on nothing are out."""
    named = {item for place in iter_products(model) for item in place.product}
    first, last = month_number(model.model.start), month_number(model.model.end)
    months = [month_name(number) for number in range(first, last + 1)]
    return Past(
        {
            name: tuple(era_in(policy, month) for month in months)
            for name, policy in model.policies.items()
            if name in named
        },
        first,
    )


def era_in(policy: Policy, month: str) -> Label:
    """The era that holds in a month; None outside all of them."""
    current: Label = None
    for name, era in policy.eras.items():
        if era.start <= month:
            current = name if era.end is None or month <= era.end else None
    return current


def era_values(posterior: Posterior, names: Sequence[str]) -> dict[str, dict[Label, np.ndarray]]:
    """(B,) log factor of every era of these policies in the fitted draws, and outside all eras."""
    model, parameters = posterior.study.model, posterior.compiled.parameters
    resolver, group = Resolver(model), next(iter(model.groups))
    draws = posterior.z.shape[1]

    def logarithm(scalar: ScalarRef) -> np.ndarray:
        row = parameters.index(scalar.parameter)
        u = parameters.location[row] + parameters.scale[row] * posterior.z[row]
        return -np.logaddexp(0.0, -u) if scalar.mode == PROBABILITY else u

    values: dict[str, dict[Label, np.ndarray]] = {}
    for name in names:
        values[name] = {None: np.zeros(draws)}
        for era, declared in model.policies[name].eras.items():
            term = resolver.term(declared.factor, group)
            value = term.constant + sum(logarithm(scalar) for scalar in term.scalars)
            values[name][era] = np.maximum(value, SHUT) * np.ones(draws)
    return values


def sizes_of(past: Past, values: Values, draws: int) -> np.ndarray:
    """(changes + 1, draws) how far, on the log scale, each past change of a policy went.

    Changes into or out of an era that shuts something have no size; a factor of two counts as one
    more change.
    """
    sizes = [np.full(draws, A_FACTOR_OF_TWO)]
    for one in past.breaks:
        month = month_number(one.time) - past.first
        for name in one.policies:
            before, after = (values[name][past.eras[name][m]] for m in (month - 1, month))
            if min(before.max(), after.max()) > SHUT:
                sizes.append(np.abs(after - before))
    return np.stack(sizes)


def levels_ahead(
    past: Past,
    values: Values,
    declared: Mapping[str, Sequence[Label]],
    rng: np.random.Generator,
) -> dict[str, np.ndarray]:
    """Policies in the months of a forecast.

    Args:
        past: How they changed.
        values: What their eras mean, B draws.
        declared: By policy, the era that the model itself declares for each of M months ahead.
        rng: Random numbers of the breaks.

    Returns:
        By policy, (M, B) log factors.
    """
    draws = next((len(v) for eras in values.values() for v in eras.values()), 0)
    months = max((len(eras) for eras in declared.values()), default=0)
    levels = {name: np.zeros((months, draws)) for name in past.eras}
    if not past.eras:
        return levels
    rates, sizes = past.rates(draws, rng), sizes_of(past, values, draws)
    for b in range(draws):
        world = _World(past, values, sizes[:, b], b)
        count = rng.poisson(rates[b] / 12, months)
        for month in range(months):
            world.declare({name: eras[month] for name, eras in declared.items()})
            for _ in range(count[month]):
                world.break_(rng)
            for name, level in world.level.items():
                levels[name][month, b] = level
    return levels


class _World:
    """The policies of one draw as they go from break to break."""

    def __init__(self, past: Past, values: Values, sizes: np.ndarray, draw: int):
        self._past, self._values, self._sizes, self._draw = past, values, sizes, draw
        self._declared: dict[str, Label] = {name: eras[-1] for name, eras in past.eras.items()}
        self._label: dict[str, Label] = dict(self._declared)
        self.level = {name: self._value(name, era) for name, era in self._label.items()}

    def declare(self, eras: Mapping[str, Label]) -> None:
        """Take over what the model declares where that changes."""
        for name, era in eras.items():
            if era != self._declared[name]:
                self._set(name, era)
                self._declared[name] = era

    def break_(self, rng: np.random.Generator) -> None:
        """Let policies change together: as at one of the past dates, or as at none of them."""
        past = self._past
        date = rng.integers(len(past.breaks) + 1)
        if date == len(past.breaks):
            self._renew(tuple(past.eras), rng)
            return
        names = past.breaks[date].policies
        if rng.random() < len(past.never) / len(past.eras):
            chosen = rng.permutation(len(past.never))[: len(names)]
            self._renew([past.never[i] for i in chosen], rng)
            return
        now = tuple(self._label[name] for name in names)
        others = [eras for eras in past.joint_eras(names) if eras != now]
        choice = rng.integers(len(others) + 1)
        if choice == len(others):
            self._renew(names, rng)
        else:
            for name, era in zip(names, others[choice], strict=True):
                self._set(name, era)

    def _renew(self, names: Sequence[str], rng: np.random.Generator) -> None:
        """Values that these policies never had, as far from the present as a past change went."""
        for name in names:
            size = self._sizes[rng.integers(len(self._sizes))] * (1 if rng.random() < 0.5 else -1)
            level = self.level[name]
            self.level[name] = (level if level > SHUT else 0.0) + size
            self._label[name] = _NEW

    def _set(self, name: str, era: Label) -> None:
        self._label[name], self.level[name] = era, self._value(name, era)

    def _value(self, name: str, era: Label) -> float:
        return float(self._values[name][era][self._draw])


def break_sentences(past: Past, titles: Mapping[str, str]) -> tuple[str, ...]:
    """The assumptions about breaks in plain sentences; none where no policy acts."""
    if not past.eras:
        return ()
    count = len(past.breaks)
    sentences = [
        f"In {past.years:.0f} fitted years policies changed at {count} "
        f"{'date' if count == 1 else 'dates'}; in the forecast such dates come at that rate, "
        "which is itself uncertain (Jeffreys' prior: half a date more)."
    ]
    if count:
        sentences.append(
            "At such a date the policies that changed at one of those dates, drawn at random, "
            "change together: to values that they held together at another time or, as likely as "
            "any one of those, to new ones."
        )
    if count and past.never:
        some = ", ".join(titles[name] for name in past.never[:3])
        more = f" and {len(past.never) - 3} more" if len(past.never) > 3 else ""
        sentences.append(
            "Policies that never changed in those years take their turn by their number "
            f"({len(past.never)} of {len(past.eras)}: {some}{more}), as many at a time as at a "
            "past date, to new values."
        )
    sentences.append(
        "As likely as any one past date is a date like none of them: every policy changes, each "
        "to a new value."
        if count
        else "At such a date every policy changes, each to a new value."
    )
    sentences.append(
        "A new value is as far from the present one as a past change of some policy went, up or "
        "down alike; a change by a factor of two counts as one more past change."
    )
    return tuple(sentences)


def summarise(past: Past) -> PolicyBreaks:
    """The breaks of the fitted calendar, and the rate of those to come."""
    from scipy import stats

    rate = stats.gamma(len(past.breaks) + HALF, scale=1 / past.years) if past.eras else None
    median, low, high = (float(rate.ppf(p)) if rate else 0.0 for p in (0.5, 0.05, 0.95))
    return PolicyBreaks(
        dates=past.breaks,
        years=past.years,
        per_year=Estimate(median=median, low=low, high=high),
        never_changed=past.never,
    )
