"""The teaching model with more to ask of it, a small fit of it, and small models made in memory."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import numpy as np
from tests.planting import change, copy_of_three_states

from safepassage.model.schema import Model
from safepassage.network.compile import Compiled

MORE_WAYS = """
  once_arrested:
    title: After an arrest
    article_position: 2
    entered_by: arrest
    denominator: per person arrested
    relatives_punished: 1.5
    path: [refuge]
  let_go:
    title: After a release
    article_position: 3
    entered_by: release
    denominator: per person released
    horizon_months: 24
    path: [refuge]
  second_try:
    title: A second try
    article_position: 4
    entered_by: second_try
    denominator: per person who tries again
    relatives_punished: 0.4
    path: [border, refuge]

harms:
  relatives: {title: Relatives punished, measure: relatives_punished, scale: 2}
  money: {title: Money paid, measure: cost_usd, scale: 5000}
"""
MORE_OUTPUTS = """
outputs:
  hidden_by_month: {title: People in hiding, quantity: hidden_stock, unit: persons, per: month}
  arrivals_by_quarter: {title: Arrivals, quantity: arrivals, unit: persons, per: quarter}
  arrivals_pooled: {title: Arrivals, quantity: arrivals, unit: persons, per: year, pooled_years: 3}
  women_by_year: {title: Women's share, quantity: women_share, unit: share, per: year,
                  until: 2006-12}
"""


def teaching_folder(folder: Path) -> Path:
    """A copy of the teaching model with four ways, four harms and outputs of every kind."""
    made = copy_of_three_states(folder)
    change(made, "model.yaml", "\nharms:\n", MORE_WAYS)
    change(made, "model.yaml", "\noutputs:\n", MORE_OUTPUTS)
    return made


def small_settings(**changed: Any) -> Any:
    """Sampler settings of a few seconds."""
    from safepassage.inference.sampler.settings import Settings
    from safepassage.inference.sampler.warmup import Stage

    small = {
        "chains": 8,
        "draws": 60,
        "block": 20,
        "stages": (Stage(20, 1.0, True), Stage(30, 1.5, True, 1), Stage(15, 1.5, False)),
    }
    return Settings(**{**small, **changed})


_SMALL: dict[str, Any] = {
    "model": {
        "id": "small", "title": "Small", "start": "2000-01", "end": "2003-12", "as_of": "2003-12",
    },
    "grades": {"A": 0.05, "B": 0.2, "C": 0.35, "D": 0.7},
    "groups": {"women": {"sex": "women"}, "men": {"sex": "men"}},
    "states": {
        "out": {"title": "Out", "outcome": "limbo"},
        "home": {"title": "Home", "outcome": "safe"},
    },
    "transitions": {"leaves": {"from": "out", "to": "home", "hazard": 1}},
    "initial": {"there": {"state": "out", "persons": 100}},
}  # fmt: skip


def small_model(**sections: Any) -> Model:
    """People leave one state for another; sections given are merged into, or replace, its own."""
    raw = copy.deepcopy(_SMALL)
    for name, content in sections.items():
        raw[name] = {**raw.get(name, {}), **content}
    return Model.model_validate(raw)


def parameter(kind: str = "lognormal", low: float = 0.5, high: float = 2.0, **more: Any) -> dict:
    """The declaration of a parameter."""
    prior = {"kind": kind, "low": low, "high": high}
    return {"title": "A number", "unit": "1", "prior": prior, "assumed": "made up", **more}


def at(compiled: Compiled, **values: float) -> np.ndarray:
    """z (P,) at which the named parameters are so many prior standard deviations out."""
    z = np.zeros(len(compiled.parameters))
    for name, value in values.items():
        z[compiled.parameters.index(name)] = value
    return z


def natural(compiled: Compiled, z: np.ndarray, name: str) -> float:
    """A parameter's natural value at z."""
    return float(compiled.parameters.constrained(z)[compiled.parameters.index(name)])


def rate(compiled: Compiled, edge: str, group: str, z: np.ndarray) -> np.ndarray:
    """(M,) hazard or weight of an edge by month, feedback aside."""
    tables, network = compiled.program.tables(z), compiled.network
    (e,) = [
        e
        for e, name in enumerate(network.edge_name)
        if name == edge and network.cells[network.edge_source[e]].group == group
    ]
    return tables.scale[e] * tables.series[network.edge_series[e]]


def set_out(compiled: Compiled, entry: str, group: str, z: np.ndarray) -> np.ndarray:
    """(M,) persons per year of an entry by month, feedback aside."""
    return compiled.program.tables(z).entries[compiled.entry_names.index((entry, group))]
