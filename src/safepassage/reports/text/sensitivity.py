"""What moves a headline answer, in plain words for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from safepassage.reports.numbers import Format, decimal, figure, interval, percent
from safepassage.results.fit import HeadlineSensitivity, Shift
from safepassage.results.parts import Estimate

LITTLE, FAR = 0.25, 1.0
"""Standard deviations that an answer moves: below the first it hardly does, from the second far."""
NOBODY = 0.005
"""A share whose interval ends below it, before and after, is of hardly anybody: let it move."""


def ends(one: Estimate, form: Format = figure) -> str:
    """Both ends of an estimate's interval in words."""
    return interval({"median": one.median, "low": one.low, "high": one.high}, form)


@dataclass(frozen=True)
class Answer:
    """One headline answer as its reader sees it."""

    name: str
    title: str
    form: Format
    figures: HeadlineSensitivity
    titles: Mapping[str, str]
    """Of channels and parameters."""

    @property
    def moves(self) -> list[tuple[float, str]]:
        """How far each change moves it, and that in one sentence; most first."""
        own = self.figures
        kinds = ("without", own.without_channel), ("wider", own.with_wider_prior)
        return sorted(
            (
                (_size(one), self._sentence(one, verb))
                for verb, shifts in kinds
                for one in shifts.most
                if self.form is not percent or max(one.high or 0.0, own.high or 0.0) > NOBODY
            ),
            key=lambda pair: -pair[0],
        )

    @property
    def untold(self) -> int:
        """Number of changes whose effect is unknown."""
        return len(self.figures.without_channel.untold) + len(self.figures.with_wider_prior.untold)

    @property
    def words(self) -> str:
        """Median and interval."""
        return f"{self.form(self.figures.median)} ({ends(self.figures, self.form)})"

    def _sentence(self, one: Shift, verb: str) -> str:
        sizes = [f"{self.form(one.median)} ({ends(one, self.form)})"]
        if one.width_ratio >= 1.15 or one.width_ratio <= 0.87:
            sizes.append(f"interval {decimal(one.width_ratio)} times as wide")
        again = " (sampled again)" if one.refitted else ""
        title = self.titles.get(one.name, one.name)
        return f"{verb} \u201c{title}\u201d: {', '.join(sizes)}{again}"


def _size(one: Shift) -> float:
    """How far it moves, in standard deviations; a wider interval counts as half as wide again."""
    return max(abs(one.shift), abs(one.width_ratio - 1))


def answers_of(
    answers: Mapping[str, HeadlineSensitivity], titles: Mapping[str, str], units: Mapping[str, str]
) -> Sequence[Answer]:
    """The headline answers, those that some change moves most first.

    Args:
        answers: Of the checks of a fit.
        titles: Of ways, outputs, channels and parameters.
        units: Of outputs.
    """
    every: list[Answer] = []
    for name, figures in answers.items():
        head, _, outcome = name.partition(".")
        share = bool(outcome) or units.get(name) == "share"
        title = titles.get(head, head.replace("_", " "))
        full = f"{title}: {outcome}" if outcome else title
        every.append(Answer(name, full, percent if share else figure, figures, titles))
    return sorted(every, key=lambda answer: -(answer.moves[0][0] if answer.moves else 0.0))
