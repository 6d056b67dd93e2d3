"""Networks on which every engine is tried, made so that the truth about them can be worked out."""

from __future__ import annotations

import dataclasses

import numpy as np
from tests.networks import Sketch, random_network

from safepassage.network.arrays import EDGE, ENTRY, PROPORTIONAL, STOCK, Network, Tables

World = tuple[Network, Tables]


def measured(network: Network) -> Network:
    """The network with one quantity for every cell, then every edge, then every entry."""
    sizes = {
        STOCK: len(network.cells), EDGE: len(network.edge_target), ENTRY: len(network.entry_target)
    }  # fmt: skip
    kinds = np.concatenate([np.full(size, kind) for kind, size in sizes.items()])
    return dataclasses.replace(
        network,
        quantity_name=tuple(f"q{n}" for n in range(len(kinds))),
        tap_start=np.arange(len(kinds) + 1, dtype=np.int32),
        tap_kind=kinds.astype(np.int8),
        tap_index=np.concatenate([np.arange(n) for n in sizes.values()]).astype(np.int32),
    )


def scaled(network: Network, tables: Tables, factor: float) -> Tables:
    """The tables of so many times as many people, whose feedbacks act as before."""
    grows = np.append(network.feedback_kind == PROPORTIONAL, False)  # -1: no feedback
    calls = grows[network.entry_feedback] if len(network.entry_feedback) else np.zeros(0, bool)
    return tables._replace(
        scale=np.where(grows[network.edge_feedback], tables.scale / factor, tables.scale),
        entries=np.where(calls[:, None], tables.entries, tables.entries * factor),
        initial=tables.initial * factor,
        capacity=np.where(grows[:-1, None], tables.capacity, tables.capacity * factor),
    )


def independent(seed: int) -> World:
    """People who do not act on each other: branches, delays, entries, a fixed start."""
    network, tables = random_network(
        seed, cells=11, steps=10, steps_per_month=1 + seed % 2 * 2, entries=3, feedbacks=0
    )
    tables = tables._replace(
        initial=np.round(np.minimum(tables.initial, 50.0)),
        scale=np.minimum(tables.scale, 50.0),
        entries=tables.entries / 3.0,
    )
    return measured(network), tables


def crowded(seed: int) -> World:
    """People who act on each other in every way at once, with broken numbers at the start."""
    network, tables = random_network(seed, cells=13, steps=12, steps_per_month=1 + seed % 3)
    return measured(network), tables


def family() -> World:
    """Four people, a crowded camp and sponsors: small enough to enumerate."""
    drawn = Sketch(steps=4, step_years=0.5).cell("home", persons=3).cell("camp", persons=1)
    drawn.cell("shore", "instant").cell("abroad")
    drawn.feedback("crowd", "saturating", ["camp"], 0.8, 2.0)
    drawn.feedback("relatives", "proportional", ["abroad", "camp"])
    drawn.edge("home", "shore", 0.9, "relatives").edge("home", "camp", 0.3)
    drawn.edge("shore", "abroad", 2.0, "crowd").edge("shore", "camp", 1.0)
    drawn.edge("camp", "home", 0.7).edge("camp", "abroad", 1.1, "crowd")
    return _measured(drawn)


def convoy() -> World:
    """Four people, a delay of two steps, weights that depend on who is there, seasons."""
    drawn = Sketch(steps=5, step_years=0.4).cell("road", persons=3).cell("truck", "delay", 1)
    drawn.cell("halt", "delay").cell("town").cell("lost")
    drawn.feedback("queue", "saturating", ["town", "halt"], 1.5, 1.0)
    drawn.edge("road", "truck", [1.2, 0.4, 2.0, 1.0, 0.6]).edge("truck", "halt", 1.0)
    drawn.edge("halt", "town", 2.0, "queue").edge("halt", "lost", 0.3).edge("halt", "road", 0.5)
    return _measured(drawn.edge("town", "road", 0.5, "queue"))


def newcomers() -> World:
    """Few enter, more the more are there already; some pass a branch as they come."""
    drawn = Sketch(steps=3, step_years=0.5).cell("gate", "instant").cell("in", persons=1)
    drawn.cell("out")
    drawn.feedback("relatives", "proportional", ["in"])
    drawn.entry("gate", 0.5).entry("in", [0.4, 0.2, 0.6], "relatives")
    drawn.edge("gate", "in", 3.0).edge("gate", "out", 1.0).edge("in", "out", 0.8)
    return _measured(drawn)


ENUMERATED = {
    "family": (family, (2, 4)),
    "convoy": (convoy, (3, 5)),
    "newcomers": (newcomers, (3,)),
}
"""Small networks, and the times at which all counts are looked at together."""


def border() -> World:
    """A queue, a chain of relatives, a branch, a delay and a season, for thousands or millions."""
    season = 1.0 + 0.6 * np.cos(2 * np.pi * np.arange(24) / 12)
    drawn = Sketch(steps=24).cell("home", persons=600).cell("hidden", persons=150)
    drawn.cell("crossing", "instant").cell("held", "delay").cell("wait", persons=80).cell(
        "abroad", persons=50
    )
    drawn.feedback("queue", "saturating", ["wait"], 60.0, 1.5)
    drawn.feedback("relatives", "proportional", ["abroad"])
    drawn.edge("home", "crossing", 0.4 * season).edge("home", "abroad", 0.004, "relatives")
    drawn.edge("crossing", "hidden", 3.0).edge("crossing", "held", 1.0)
    drawn.edge("held", "home", 4.0).edge("held", "wait", 1.0, "queue")
    drawn.edge("hidden", "wait", 1.5, "queue").edge("hidden", "held", 0.5)
    drawn.edge("wait", "abroad", 4.0, "queue")
    drawn.entry("home", 120.0).entry("wait", 1.0, "relatives")
    return _measured(drawn)


def asylum(steps: int = 400) -> World:
    """Five hundred people who end in one of two places, at constant hazards."""
    drawn = Sketch(steps=steps, step_years=0.25).cell("hidden", persons=500).cell("caught")
    drawn.cell("transit").cell("fork", "instant").cell("safe").cell("dead")
    drawn.edge("hidden", "caught", 0.9).edge("hidden", "transit", 0.4)
    drawn.edge("caught", "hidden", 1.5).edge("caught", "dead", 0.2)
    drawn.edge("transit", "fork", 2.5).edge("transit", "caught", 0.6)
    return _measured(drawn.edge("fork", "safe", 9.0).edge("fork", "dead", 1.0))


def route(*, longer: bool = False, closed: float = 1.0) -> World:
    """Two places that nothing joins; `longer` puts a state and an exit into the second.

    `closed` multiplies one hazard of the first, as a policy would.
    """
    drawn = Sketch(steps=18)
    if longer:
        drawn.cell("detour")
    drawn.cell("home", persons=400).cell("way").cell("fork", "instant").cell("safe")
    drawn.cell("island", persons=50).cell("mainland")
    if longer:
        drawn.edge("island", "detour", 0.7).edge("detour", "mainland", 2.0)
    drawn.edge("home", "way", 0.8).edge("home", "safe", 0.1).edge("way", "fork", 3.0)
    drawn.edge("way", "home", 1.0 * closed).edge("fork", "safe", 2.0).edge("fork", "home", 1.0)
    drawn.edge("island", "mainland", 0.5).entry("home", 90.0).entry("island", 20.0)
    return _measured(drawn)


def _measured(drawn: Sketch) -> World:
    network, tables = drawn.build()
    return measured(network), tables
