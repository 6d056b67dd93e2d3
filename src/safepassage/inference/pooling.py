"""Figures of rare events, summed over years before they are shown."""

from __future__ import annotations

from collections.abc import Sequence

from safepassage.inference.likelihood import Datum
from safepassage.network.calendar import months_between


def pooled(data: Sequence[Datum], rows: Sequence[int], years: int) -> list[list[int]]:
    """Gather figures of one quantity until each spell covers so many years of figures.

    Args:
        data: all figures.
        rows: the indices of one channel's figures.
        years: least number of years of a spell; 1 leaves every figure alone.

    Returns:
        Spells of indices in order of time; a rest that is too short joins the spell before it.
    """
    if years <= 1:
        return [[d] for d in rows]
    spells: list[list[int]] = []
    for quantity in dict.fromkeys(data[d].quantity for d in rows):
        own = sorted((d for d in rows if data[d].quantity == quantity), key=lambda d: data[d].start)
        groups: list[list[int]] = [[]]
        for d in own:
            if groups[-1] and _years(data, groups[-1]) >= years:
                groups.append([])
            groups[-1].append(d)
        if len(groups) > 1 and _years(data, groups[-1]) < years:
            rest = groups.pop()
            groups[-1] += rest
        spells += groups
    return spells


def _years(data: Sequence[Datum], spell: Sequence[int]) -> float:
    """Years from the first figure of a spell to the last."""
    return months_between(data[spell[0]].start, data[spell[-1]].end) / 12
