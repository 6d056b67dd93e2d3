"""A posterior and what follows from it: parameters, channels, outputs, convergence."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from safepassage.engines.rng.streams import Stream
from safepassage.inference.diagnostics import Diagnostics
from safepassage.inference.inputs import fit_inputs
from safepassage.inference.likelihood import Likelihood
from safepassage.inference.outputs import output_series
from safepassage.inference.pooling import pooled
from safepassage.inference.sampler.warmup import Draws
from safepassage.inference.summary import contraction, estimate, label
from safepassage.inference.variables import by_name
from safepassage.network.compile import Compiled
from safepassage.network.parameters import HALF_WIDTH_90
from safepassage.results.base import ByName, to_pandas
from safepassage.results.fit import (
    Channel,
    ChannelRow,
    FitChecks,
    FitInputs,
    FitSummary,
    Parameter,
    PublishedComparison,
    channel_rows,
    parameter_row,
)
from safepassage.results.parts import (
    Convergence,
    Estimate,
    Provenance,
    TimedEstimate,
    series_rows,
)
from safepassage.results.screen import html_screen, text_screen
from safepassage.version import __version__

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import xarray as xr

    from safepassage.engines.ensemble import Ensemble
    from safepassage.engines.expected.solve import Trajectory
    from safepassage.inference.durations import Remembered
    from safepassage.inference.sampler.settings import Settings
    from safepassage.model.schema import Channel as ChannelDeclaration
    from safepassage.study.loader import Study

T = TypeVar("T")
MAX_RHAT, MIN_ESS = 1.01, 400.0
ANSWER_DRAWS = 480
"""Posterior draws, spread evenly over chains and iterations, that answers are made of."""


@dataclass(frozen=True, repr=False)
class Posterior:
    """A fitted model."""

    study: Study
    compiled: Compiled
    likelihood: Likelihood
    draws: Draws
    diagnostics: Diagnostics
    seed: int
    sources: str
    """Hash of the package's sources that made the fit."""
    path: Path
    """Folder of the run."""
    settings: Settings | None = None
    """How it was sampled; None where it was read or made otherwise."""
    _computed: dict[Hashable, Any] = field(init=False, default_factory=dict, compare=False)
    """Of this posterior only: `dataclasses.replace` begins anew."""

    def once(self, key: Hashable, compute: Callable[[], T]) -> T:
        """What `compute` gives, computed once for this posterior and a key."""
        if key not in self._computed:
            self._computed[key] = compute()
        return self._computed[key]

    def draw_numbers(self, count: int) -> np.ndarray:
        """(count,) numbers of posterior draws, spread evenly over chains and iterations."""
        chains, draws = self.draws.z.shape[:2]
        return np.linspace(0, chains * draws - 1, count).round().astype(int)

    def draws_at(self, numbers: np.ndarray) -> np.ndarray:
        """(P, B) posterior draws by number; chains take turns."""
        size = self.draws.z.shape[2]
        flat = self.draws.z.transpose(1, 0, 2).reshape(-1, size)
        return np.ascontiguousarray(flat[numbers].T)

    def spread_draws(self, count: int) -> np.ndarray:
        """(P, count) posterior draws, spread evenly over chains and iterations."""
        return self.draws_at(self.draw_numbers(count))

    @property
    def verdict(self) -> Convergence:
        """Convergence: `converged` only with R-hat < 1.01, ESS >= 400 and no divergence."""
        d = self.diagnostics
        divergences = int(self.draws.divergent.sum())
        rhat, bulk, tail = d.rhat.max(), d.bulk_ess.min(), d.tail_ess.min()
        good = rhat < MAX_RHAT and min(bulk, tail) >= MIN_ESS and divergences == 0
        return Convergence(
            converged=bool(good),
            max_rhat=round(float(rhat), 5),
            min_bulk_ess=round(float(bulk), 1),
            min_tail_ess=round(float(tail), 1),
            divergences=divergences,
            seconds=round(self.draws.seconds, 2),
            chains=int(self.draws.z.shape[0]),
            draws=int(self.draws.z.shape[1]),
        )

    @property
    def provenance(self) -> Provenance:
        """What the result depends on."""
        return Provenance(
            model_hash=self.study.model_hash,
            evidence_hash=self.study.evidence_hash,
            source_hash=self.sources,
            version=__version__,
            seed=self.seed,
            run=self.path.name,
        )

    @property
    def inputs(self) -> FitInputs | None:
        """What it was made from; None where its settings are not recorded."""
        return None if self.settings is None else fit_inputs(self.study, self.settings)

    @property
    def answer_numbers(self) -> np.ndarray:
        """(B,) numbers of the draws that answers are made of."""
        chains, draws = self.draws.z.shape[:2]
        return self.draw_numbers(min(ANSWER_DRAWS, chains * draws))

    @cached_property
    def z(self) -> np.ndarray:
        """(P, B) the draws that answers are made of."""
        return self.draws_at(self.answer_numbers)

    @cached_property
    def trajectory(self) -> Trajectory:
        """The expected engine's run of every answering draw."""
        from safepassage.engines.expected.solve import solve

        return solve(self.compiled.network, self.compiled.program.tables(self.z))

    @cached_property
    def people(self) -> Ensemble:
        """Whole people drawn for every answering draw, once: chance as well as uncertainty."""
        from safepassage.engines.counts.draw import draw

        tables = self.compiled.program.tables(self.z)
        return draw(self.compiled.network, tables, seed=self.seed)

    @cached_property
    def remembered(self) -> Remembered:
        """The model's memories of every answering draw."""
        from safepassage.inference.durations import remember

        return remember(self.compiled, self.compiled.program.tables(self.z), self.trajectory)

    @cached_property
    def contractions(self) -> np.ndarray:
        """(P,) contraction of each parameter on its unconstrained scale."""
        flat = self.draws.z.reshape(-1, self.draws.z.shape[2])
        return np.array([contraction(1.0, float(v)) for v in flat.var(axis=0)])

    @cached_property
    def parameters(self) -> ByName[Parameter]:
        """Prior, posterior, contraction, label and evidence of every declared parameter."""
        parameters = self.compiled.parameters
        ends = np.array([-HALF_WIDTH_90, 0.0, HALF_WIDTH_90])
        priors = parameters.constrained(ends[:, None] * np.ones(len(parameters)))
        flat = parameters.constrained(self.draws.z.reshape(-1, len(parameters)))
        ess = np.maximum(self.diagnostics.tail_ess, 1.0)
        answer: dict[str, Parameter] = {}
        for i, name in enumerate(parameters.names):
            declared = self.study.model.parameters.get(name)
            if declared is None:
                continue
            low, median, high = priors[:, i].tolist()
            answer[name] = Parameter(
                title=declared.title,
                unit=declared.unit,
                prior=Estimate(median=median, low=low, high=high),
                posterior=estimate(flat[:, i]),
                contraction=float(self.contractions[i]),
                label=label(
                    self.contractions[i],
                    assumed=declared.assumed is not None,
                    error=(1 - self.contractions[i]) * float(np.sqrt(2 / ess[i])),
                ),
                evidence=tuple(declared.evidence),
                assumed=declared.assumed,
                rhat=float(self.diagnostics.rhat[i]),
                bulk_ess=float(self.diagnostics.bulk_ess[i]),
                tail_ess=float(self.diagnostics.tail_ess[i]),
            )
        return ByName(answer, parameter_row)

    @cached_property
    def labels(self) -> dict[str, str]:
        """By declared parameter, how far the data moved it."""
        return {name: entry.label for name, entry in self.parameters.items()}

    @cached_property
    def predictions(self) -> tuple[np.ndarray, np.ndarray]:
        """Expected figures (D, B), and figures as they might have been published (D, B).

        The latter are of whole people, so that small numbers carry their chance.
        """
        logs = self.compiled.program.logarithms(self.z)
        mean = self.likelihood.predict(logs, self.trajectory.quantities)
        rng = Stream.PUBLISHED_FIGURES.generator(self.seed)
        return mean, self.likelihood.publish(logs, self.people.quantities, rng)

    @cached_property
    def channels(self) -> ByName[Channel]:
        """Observed figures against their posterior predictive distributions.

        `tension` of a row is how many predictive standard deviations (on the square-root scale
        for counts, the log scale for estimates) the figure lies from the predictive median; of
        a channel, the root mean square of its rows'. About 1 is what chance gives.
        """
        _, drawn = self.predictions
        data = self.likelihood.data
        answer: dict[str, Channel] = {}
        for name, declared in self.study.model.channels.items():
            own = [d for d, datum in enumerate(data) if datum.channel == name]
            rows = tuple(
                self._figure(declared, spell, drawn[spell].sum(axis=0))
                for spell in pooled(data, own, declared.pooled_years)
            )
            squares = [row.tension**2 for row in rows]
            answer[name] = Channel(
                title=declared.title,
                kind=declared.reporting.kind,
                rows=rows,
                tension=float(np.sqrt(np.mean(squares))) if squares else 0.0,
            )
        return ByName(answer, channel_rows)

    def _figure(
        self, declared: ChannelDeclaration, spell: list[int], drawn: np.ndarray
    ) -> ChannelRow:
        """One figure, or several summed, against what was predicted (B,)."""
        data = [self.likelihood.data[d] for d in spell]
        alone = data[0] if len(data) == 1 else None
        observed, predicted = sum(d.value for d in data), estimate(drawn)
        bound = declared.reporting.kind == "lower_bound"
        return ChannelRow(
            quantity=data[0].quantity,
            start=data[0].start,
            end=data[-1].end,
            evidence=tuple(i for d in data for i in d.evidence),
            observed=observed,
            low=alone.low if alone else None,
            high=alone.high if alone else None,
            predicted=predicted,
            inside=_inside(observed, predicted, one_sided=bound),
            tension=_tension(observed, drawn, one_sided=bound),
        )

    @cached_property
    def outputs(self) -> ByName[tuple[TimedEstimate, ...]]:
        """Every declared output as a series.

        Of whole people, but for memories, which are of mean flows.
        """
        series = output_series(self.compiled, self.people.quantities, remembered=self.remembered)
        return ByName(series, series_rows)

    def summary(
        self,
        *,
        checks: FitChecks | None = None,
        compared: tuple[PublishedComparison, ...] | None = None,
    ) -> FitSummary:
        """All of it in figures.

        Args:
            checks: What `analysis.checks.tension.checks` gave, to be part of it.
            compared: What `compare_published` gave, to be part of it.
        """
        return FitSummary(
            fit=self.verdict,
            parameters=dict(self.parameters),
            channels=dict(self.channels),
            outputs=dict(self.outputs),
            provenance=self.provenance,
            checks=checks,
            compared=compared,
        )

    def to_dict(self) -> dict[str, Any]:
        """The object of `fit --json`."""
        return self.summary().to_dict()

    def to_frame(self) -> pl.DataFrame:
        """Every parameter as a row of a polars table."""
        return self.parameters.to_frame()

    def to_pandas(self) -> pd.DataFrame:
        """The same as a pandas table."""
        return to_pandas(self.to_frame())

    def to_xarray(self) -> xr.Dataset:
        """The draws of every parameter, with dimensions `chain` and `draw`."""
        import xarray as xr

        variables = by_name(self.compiled, self.draws.z)
        dataset = xr.Dataset(
            {name: (("chain", "draw"), array) for name, array in variables.items()}
        )
        for name, declared in self.study.model.parameters.items():
            if name in dataset:
                dataset[name].attrs |= {"title": declared.title, "units": declared.unit}
        return dataset

    def __repr__(self) -> str:
        return text_screen(self._headline(), self.parameters.to_frame())

    def _repr_html_(self) -> str:
        return html_screen(self._headline(), self.parameters.to_frame())

    def _headline(self) -> str:
        model, verdict = self.study.model.model, self.verdict
        state = "converged" if verdict.converged else "NOT converged"
        return (
            f"Posterior of {model.title} ({model.id}), {state}: {verdict.chains} chains of "
            f"{verdict.draws} draws, {len(self.parameters)} parameters; run {self.path.name}."
        )


def _tension(value: float, drawn: np.ndarray, *, one_sided: bool) -> float:
    """Distance from the predictive median in its own standard deviations (from its ranks)."""
    below = (np.sum(drawn < value) + 0.5 * np.sum(drawn == value) + 0.5) / (len(drawn) + 1)
    root = np.sqrt(np.maximum(drawn, 0.0))
    spread = max(float(root.std()), 1e-9)
    gap = (np.sqrt(max(value, 0.0)) - float(np.median(root))) / spread
    if one_sided:
        return max(0.0, float(gap)) if below > 0.5 else 0.0
    return abs(float(gap))


def _inside(value: float, predicted: Estimate, *, one_sided: bool) -> bool:
    """Whether a figure lies in its predictive interval; a lower bound only from below."""
    low, high = predicted.low, predicted.high
    if low is None or high is None:
        return False
    return value <= high and (one_sided or low <= value)
