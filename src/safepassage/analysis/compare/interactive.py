"""What-ifs while somebody waits: at the posterior's median at once, then with intervals.

The baseline is run once, so that a question costs its own run alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from safepassage.analysis.compare.compare import answers_to
from safepassage.analysis.compare.differences import Window
from safepassage.analysis.compare.paired_runs import Runs
from safepassage.analysis.compare.request import CompareRequest
from safepassage.analysis.compare.safeguards import raised_captures, refuse_harm
from safepassage.analysis.compare.totals import MEASURES
from safepassage.errors import Fault, InputError
from safepassage.model.scenario_schema import Scenario, Slider
from safepassage.results.comparison import (
    LiveAnswer,
    MedianAnswer,
    MedianDifference,
    MedianDifferences,
    TimedMedian,
)
from safepassage.study.scenarios import Catalogue, NamedScenario, catalogue

if TYPE_CHECKING:
    from safepassage.inference.posterior import Posterior

LIVE_DRAWS = 200
OWN = "own"
"""Name of a what-if from a reader's sliders."""
Progress = Callable[[str, float, float], None]


class LiveWhatIf:
    """A fitted model that answers what-ifs; not to be called from two threads at once."""

    def __init__(self, posterior: Posterior):
        """Take a fit; its baseline is run when it is first needed."""
        self.posterior = posterior

    @cached_property
    def listed(self) -> Catalogue:
        """The model's scenarios and sliders."""
        return catalogue(self.posterior.study)

    @cached_property
    def _runs(self) -> Runs:
        """Paired runs over the draws that intervals are computed from."""
        chains, draws = self.posterior.draws.z.shape[:2]
        return Runs(self.posterior, CompareRequest(draws=min(LIVE_DRAWS, chains * draws)))

    @cached_property
    def _middle(self) -> Runs:
        """Paired runs at one point: the median of every parameter."""
        middle = np.ascontiguousarray(np.median(self.posterior.z, axis=1)[:, None])
        return Runs(self.posterior, CompareRequest(draws=2), middle)

    def middle(self, requested: NamedScenario) -> MedianAnswer:
        """Differences at the posterior's median, of mean flows, without intervals.

        Raises:
            Refused: the scenario requests more captures.
        """
        runs = self._middle
        scenario_model = runs.scenario(requested)
        raised = raised_captures(
            scenario_model.compiled, requested.scenario, runs.z, self.listed.captures
        )
        refuse_harm([(requested, raised)])
        base, changed = runs.pair(requested, scenario_model)
        header = self.posterior.study.model.model
        window = Window(
            int(header.start[:4]), int(requested.scenario.first_month[:4]), int(header.end[:4])
        )
        change = changed.measures - base.measures
        by_measure = {
            measure: MedianDifference(
                median=float(window.total(measure, yearly)[0]),
                by_year=tuple(
                    TimedMedian(time=str(year), median=float(row[0]))
                    for year, row in zip(window.years, yearly[window.rows], strict=True)
                ),
            )
            for measure, yearly in zip(MEASURES, change, strict=True)
        }
        return MedianAnswer(
            start=window.first, end=window.last, differences=MedianDifferences(**by_measure)
        )

    def with_intervals(
        self, requested: NamedScenario, progress: Progress = lambda stage, done, total: None
    ) -> LiveAnswer:
        """The answer of `compare` over fewer draws.

        Raises:
            Refused: far outside what was fitted, or a question that requests more captures.
        """
        (answer,) = answers_to(self._runs, [requested], self.listed, progress)
        return LiveAnswer(**dict(answer), draws=self._runs.z.shape[1], engine="expected")

    def warm(self) -> None:
        """Compile and run the baseline, so that the first question is as quick as the next."""
        one = next(iter(self.listed.sliders.items()), None)
        requested = (
            own_scenario({one[0]: one[1].least}, self.listed.sliders)
            if one
            else next(iter(self.listed.scenarios.values()), None)
        )
        if requested is not None:
            self.middle(requested)
            self.with_intervals(requested)


def own_scenario(values: Mapping[str, float], sliders: Mapping[str, Slider]) -> NamedScenario:
    """The what-if of a reader's sliders; those at 1 change nothing and are left out.

    Raises:
        InputError: an unknown slider, a value outside its ends, or nothing that changes.
    """
    faults: list[Fault] = []
    for name, value in values.items():
        slider = sliders.get(name)
        if slider is None:
            names = ", ".join(sliders) or "none; this model declares no sliders"
            message = f"there is no such slider; give one of {names}"
            faults.append(Fault("request", 0, f"sliders.{name[:60]}", message))
        elif not slider.least <= value <= slider.most:
            message = f"{value:g} is not within {slider.least:g} to {slider.most:g}"
            faults.append(Fault("request", 0, f"sliders.{name}", f"{message}; move it inside"))
    if not faults and all(value == 1 for value in values.values()):
        message = "every slider stands at 1, where nothing changes; move one"
        faults.append(Fault("request", 0, "sliders", message))
    if faults:
        raise InputError(faults)
    changes = tuple(sliders[name].at(value) for name, value in values.items() if value != 1)
    return NamedScenario(OWN, Scenario(title="", reason="", changes=changes), "request", 0)
