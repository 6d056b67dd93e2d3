"""Flee itself as the oracle: two samples of the same scenario, ours and its own.

`tests/data/flee_runs.npz` holds 240 runs of each scenario of `BESIDE_FLEE` by Flee (commit
02cd2cbd, its parallel version on one rank): (run, day, place) people at the end of the day, made by
`benchmarks/peers/flee/beside.py`. Each place and day gets a two-sample Kolmogorov-Smirnov test; the
smallest p-value is corrected for their number by Bonferroni.
"""

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import ks_2samp
from tests.flee_folders import BESIDE_FLEE, SETTINGS, write_folder

from safepassage.flee import read_scenario
from safepassage.flee.compile.arrays import plan
from safepassage.flee.engine.simulate import draw

RUNS = Path(__file__).parents[1] / "data" / "flee_runs.npz"
LEVEL = 1e-3


def ours(folder, replicates=1000):
    scenario = read_scenario(folder)
    journeys = plan(scenario).journeys
    drawn = draw(journeys, np.arange(len(scenario.locations)), seed=1, replicates=replicates)
    return drawn, [place.name for place in scenario.locations]


def smallest_p(theirs, mine):
    """The smallest p-value over places and days, times their number."""
    days, places = theirs.shape[1:]
    tests = [(day, place) for day in range(days) for place in range(places)]
    values = [
        ks_2samp(theirs[:, d, p], mine[:, d, p], method="asymp").pvalue
        for d, p in tests
        if np.ptp(theirs[:, d, p]) > 0 or np.ptp(mine[:, d, p]) > 0
    ]
    assert len(values) > 80
    return min(values) * len(values)


@pytest.mark.parametrize("name", BESIDE_FLEE)
def test_every_place_and_day_has_flees_distribution(name, tmp_path):
    runs = np.load(RUNS)
    drawn, names = ours(write_folder(tmp_path, days=20, **BESIDE_FLEE[name]))
    assert names == list(runs[f"{name}_names"])
    np.testing.assert_array_equal(drawn.total[0], runs[f"{name}_total"])
    assert smallest_p(runs[name], drawn.here) > LEVEL
    # and together: mean z-scores of the means over places and days are those of chance
    theirs, mine = runs[name].astype(float), drawn.here
    error = np.sqrt(theirs.var(0) / len(theirs) + mine.var(0) / len(mine))
    z = ((theirs.mean(0) - mine.mean(0)) / np.where(error > 0.0, error, np.inf))[error > 0.0]
    assert abs(z).max() < 4.5 and np.sqrt((z**2).mean()) < 1.5


@pytest.mark.parametrize(
    "wrong",
    {
        "a camp that draws a little more": SETTINGS.replace("camp_weight: 2.0", "camp_weight: 2.2"),
        "no memory of what was moved": SETTINGS.replace("stints: True", "stints: False"),
        "nobody walks at first": SETTINGS.replace("foot: True", "foot: False"),
        "a little less often": SETTINGS.replace("chance: 0.5", "chance: 0.48"),
    }.items(),
    ids=lambda case: case[0],
)
def test_the_comparison_sees_a_small_difference(wrong, tmp_path):
    changed = BESIDE_FLEE["stints"] | {"simsetting__yml": wrong[1]}
    drawn, _ = ours(write_folder(tmp_path, days=20, **changed))
    assert smallest_p(np.load(RUNS)["stints"], drawn.here) < LEVEL
