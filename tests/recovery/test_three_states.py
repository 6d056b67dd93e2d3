"""Parameters that made the figures are found again, as often as the intervals promise."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from scipy import stats
from tests.teaching import small_settings

from safepassage.engines.counts.draw import draw
from safepassage.evidence.observations import Observation
from safepassage.inference.compile_likelihood import compile_likelihood
from safepassage.inference.fit import compile_study, fit

FIGURES = (
    *(("arrivals_counted", "arrivals", year) for year in range(2001, 2009)),
    *(("arrivals_counted", "crossings", year) for year in range(2001, 2009)),
    *(("women_among_arrivals", "women_share", year) for year in range(2002, 2009)),
)
"""Channel, quantity and year of the figures that are made up."""


def published(study, figures):
    """The model with these figures in place of its own."""
    rows: dict[str, tuple[Observation, ...]] = {}
    for (channel, quantity, year), value in zip(FIGURES, figures, strict=True):
        row = Observation(
            channel, ("T10",), quantity, f"{year}-01", f"{year}-12", value, None, None, "f.csv", 2
        )
        rows[channel] = (*rows.get(channel, ()), row)
    return dataclasses.replace(study, observations=rows)


def simulated_figures(study, seed):
    """Figures of whole people under parameters drawn from their priors, and those parameters' z."""
    compiled = compile_study(study)
    rng = np.random.default_rng(seed)
    z = rng.standard_normal((len(compiled.parameters), 1))
    likelihood = compile_likelihood(published(study, [1.0] * len(FIGURES)), compiled)
    assert [(d.channel, d.quantity) for d in likelihood.data] == [w[:2] for w in FIGURES]
    people = draw(compiled.network, compiled.program.tables(z), seed=seed)
    figures = likelihood.publish(compiled.program.logarithms(z), people.quantities, rng)
    return published(study, figures[:, 0]), z[:, 0]


def ranks(study, seed, out, settings):
    """Share of each parameter's draws that lie below the truth, and the fit."""
    figures, truth = simulated_figures(study, seed)
    posterior = fit(figures, seed=seed, out=out / str(seed), settings=settings)
    flat = posterior.draws.z.reshape(-1, len(truth))
    return (flat < truth).mean(axis=0), posterior


def test_the_truth_lies_in_most_intervals(three_states, tmp_path):
    below, posterior = ranks(three_states, 5, tmp_path, small_settings())
    inside = (below > 0.05) & (below < 0.95)
    assert inside.mean() > 0.75
    learned = dict(zip(posterior.compiled.parameters.names, posterior.contractions, strict=True))
    assert learned["departures"] > 0.5, "the figures say how many set out"
    assert learned["release_share"] < 0.5, "and hardly how many are released"


@pytest.mark.slow
def test_the_intervals_hold_the_truth_as_often_as_they_say(three_states, tmp_path):
    settings = small_settings(chains=8, draws=120)
    seeds = range(100, 116)
    below = np.array([ranks(three_states, s, tmp_path, settings)[0] for s in seeds])
    inside = (below > 0.05) & (below < 0.95)
    assert inside.mean() == pytest.approx(0.9, abs=0.05)
    assert ((below > 0.25) & (below < 0.75)).mean() == pytest.approx(0.5, abs=0.08)
    informed = below[:, : len(three_states.model.parameters)].ravel()
    assert stats.kstest(informed, "uniform").pvalue > 0.001
