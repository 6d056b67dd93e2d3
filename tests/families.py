"""A small model in which families set out, are caught and arrive, and relatives abroad pay."""

from __future__ import annotations

from typing import Any

from tests.teaching import small_model

from safepassage.model.schema import Model

SIZES = {1: 0.5, 2: 0.3, 4: 0.2}
MEAN = sum(n * share for n, share in SIZES.items())
INFLATION = sum(n * n * share for n, share in SIZES.items()) / MEAN
"""Variance against mean of what whole parties do: E[S^2] / E[S]."""


def families_model(*, ties: bool = True, apart: tuple[str, ...] = (), **sections: Any) -> Model:
    """People hide, are detained and try again, or arrive; some are brought out by relatives."""
    made: dict[str, Any] = {
        "states": {
            "out": {"title": "Hidden", "outcome": "limbo"},
            "held": {"title": "Detained", "outcome": "returned", "delay_months": 2},
            "home": {"title": "Arrived", "outcome": "safe"},
            "lost": {"title": "Dead", "outcome": "dead"},
        },
        "branches": {
            "river": {"title": "A river", "outcomes": {
                "across": {"to": "out", "odds": 4}, "drowned": {"to": "lost", "odds": 1}}},
        },
        "transitions": {
            "leaves": {"from": "out", "to": "home", "hazard": 0.9},
            "caught": {"from": "out", "to": "held", "hazard": 0.6},
            "tries_again": {"from": "held", "to": "river", "odds": 1},
        },
        "entries": {
            "alone_or_not": {"title": "Set out", "to": "river", "persons_per_year": 30},
            "brought": {"title": "Brought out", "to": "river",
                        "persons_per_year": [0.8, "relatives"]},
        },
        "initial": {"there": {"state": "home", "persons": 12}},
        "feedbacks": {"relatives": {"title": "Relatives abroad", "kind": "proportional",
                                    "states": ["home"], "same": ["sex"]}},
        "payments": {
            "guide": {"title": "Guide", "when": ["river.across"], "usd": 1000},
            "broker": {"title": "Broker", "when": ["leaves"], "usd": 300, "on_credit": True},
            "boat": {"title": "Boat", "when": ["brought", "alone_or_not"], "usd": 50,
                     "on_credit": True},
        },
        "ways": {"over": {"title": "Over", "article_position": 1, "denominator": "per person",
                          "entered_by": ["alone_or_not", "brought", "tries_again"],
                          "relatives_punished": 0.25}},
        "parties": {"families": {"title": "Families", "entered_by": ["alone_or_not", "brought"],
                                 "sizes": SIZES, "apart": list(apart), "assumed": "made up"}},
    }  # fmt: skip
    if ties:
        made["ties"] = {"abroad": {"title": "Sponsors", "feedback": "relatives", "pays": ["guide"]}}
    return small_model(**(made | sections))
