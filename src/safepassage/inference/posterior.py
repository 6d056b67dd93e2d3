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
from safepassage.inference.likelihood import Likelihood
from safepassage.inference.outputs import output_series
from safepassage.inference.pooling import pooled
from safepassage.inference.sampler.warmup import Draws
from safepassage.inference.summary import contraction, estimate, label
from safepassage.network.compile import Compiled

if TYPE_CHECKING:
    from safepassage.engines.ensemble import Ensemble
    from safepassage.engines.expected.solve import Trajectory
    from safepassage.inference.durations import Remembered
    from safepassage.model.schema import Channel
    from safepassage.study.loader import Study

T = TypeVar("T")
MAX_RHAT, MIN_ESS = 1.01, 400.0
ANSWER_DRAWS = 480
"""Posterior draws, spread evenly over chains and iterations, that answers are made of."""


@dataclass(frozen=True)
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
    _computed: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False)

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
    def verdict(self) -> dict[str, Any]:
        """Convergence: `converged` only with R-hat < 1.01, ESS >= 400 and no divergence."""
        d = self.diagnostics
        divergences = int(self.draws.divergent.sum())
        rhat, bulk, tail = d.rhat.max(), d.bulk_ess.min(), d.tail_ess.min()
        good = rhat < MAX_RHAT and min(bulk, tail) >= MIN_ESS and divergences == 0
        return {
            "converged": bool(good),
            "max_rhat": round(float(rhat), 5),
            "min_bulk_ess": round(float(bulk), 1),
            "min_tail_ess": round(float(tail), 1),
            "divergences": divergences,
            "seconds": round(self.draws.seconds, 2),
            "chains": int(self.draws.z.shape[0]),
            "draws": int(self.draws.z.shape[1]),
        }

    @property
    def provenance(self) -> dict[str, Any]:
        """What the result depends on."""
        from importlib.metadata import version

        return {
            "model_hash": self.study.model_hash,
            "evidence_hash": self.study.evidence_hash,
            "source_hash": self.sources,
            "version": version("safepassage"),
            "seed": self.seed,
            "run": self.path.name,
        }

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
        """Whole people drawn for every answering draw, once: chance as well as doubt."""
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

    def parameters(self) -> dict[str, Any]:
        """Prior, posterior, contraction, label and evidence of every declared parameter."""
        return self._parameters

    @cached_property
    def _parameters(self) -> dict[str, Any]:
        parameters = self.compiled.parameters
        ends = np.array([-1.6448536269514722, 0.0, 1.6448536269514722])
        priors = parameters.constrained(ends[:, None] * np.ones(len(parameters)))
        flat = parameters.constrained(self.draws.z.reshape(-1, len(parameters)))
        answer: dict[str, Any] = {}
        ess = np.maximum(self.diagnostics.tail_ess, 1.0)
        for i, name in enumerate(parameters.names):
            declared = self.study.model.parameters.get(name)
            if declared is None:
                continue
            answer[name] = {
                "title": declared.title,
                "unit": declared.unit,
                "prior": dict(zip(("low", "median", "high"), priors[:, i].tolist(), strict=True)),
                "posterior": estimate(flat[:, i]),
                "contraction": float(self.contractions[i]),
                "label": label(
                    self.contractions[i],
                    assumed=declared.assumed is not None,
                    error=(1 - self.contractions[i]) * float(np.sqrt(2 / ess[i])),
                ),
                "evidence": list(declared.evidence),
                "assumed": declared.assumed,
                "rhat": float(self.diagnostics.rhat[i]),
                "bulk_ess": float(self.diagnostics.bulk_ess[i]),
                "tail_ess": float(self.diagnostics.tail_ess[i]),
            }
        return answer

    @cached_property
    def labels(self) -> dict[str, str]:
        """By declared parameter, how far the data moved it."""
        return {name: entry["label"] for name, entry in self.parameters().items()}

    def predictions(self) -> tuple[np.ndarray, np.ndarray]:
        """Expected figures (D, B), and figures as they might have been published (D, B).

        The latter are of whole people, so that small numbers carry their chance.
        """
        return self._predictions

    @cached_property
    def _predictions(self) -> tuple[np.ndarray, np.ndarray]:
        logs = self.compiled.program.logarithms(self.z)
        mean = self.likelihood.predict(logs, self.trajectory.quantities)
        rng = Stream.PUBLISHED_FIGURES.generator(self.seed)
        return mean, self.likelihood.publish(logs, self.people.quantities, rng)

    def channels(self) -> dict[str, Any]:
        """Observed figures against their posterior predictive distributions.

        `tension` of a row is how many predictive standard deviations (on the square-root scale
        for counts, the log scale for estimates) the figure lies from the predictive median; of
        a channel, the root mean square of its rows'. About 1 is what chance gives.
        """
        return self._channels

    @cached_property
    def _channels(self) -> dict[str, Any]:
        _, drawn = self.predictions()
        answer: dict[str, Any] = {}
        for name, declared in self.study.model.channels.items():
            rows = [d for d, datum in enumerate(self.likelihood.data) if datum.channel == name]
            data = self.likelihood.data
            answer[name] = {
                "title": declared.title,
                "kind": declared.reporting.kind,
                "rows": [
                    self._figure(declared, spell, drawn[spell].sum(axis=0))
                    for spell in pooled(data, rows, declared.pooled_years)
                ],
            }
        for entry in answer.values():
            squares = [row["tension"] ** 2 for row in entry["rows"]]
            entry["tension"] = float(np.sqrt(np.mean(squares))) if squares else 0.0
        return answer

    def _figure(self, declared: Channel, spell: list[int], drawn: np.ndarray) -> dict[str, Any]:
        """One figure, or several summed, against what was predicted (B,)."""
        data = [self.likelihood.data[d] for d in spell]
        alone = data[0] if len(data) == 1 else None
        observed, predicted = sum(d.value for d in data), estimate(drawn)
        bound = declared.reporting.kind == "lower_bound"
        return {
            "quantity": data[0].quantity,
            "from": data[0].start,
            "to": data[-1].end,
            "evidence": [i for d in data for i in d.evidence],
            "observed": observed,
            "low": alone.low if alone else None,
            "high": alone.high if alone else None,
            "predicted": predicted,
            "inside": _inside(observed, predicted, one_sided=bound),
            "tension": _tension(observed, drawn, one_sided=bound),
        }

    def outputs(self) -> dict[str, Any]:
        """Every declared output as a list of `{time, median, low, high}`.

        Of whole people, but for memories, which are of mean flows.
        """
        return self._outputs

    @cached_property
    def _outputs(self) -> dict[str, Any]:
        return output_series(self.compiled, self.people.quantities, remembered=self.remembered)

    def to_json(self) -> dict[str, Any]:
        """The object of `fit --json`."""
        return {
            "fit": self.verdict,
            "parameters": self.parameters(),
            "channels": self.channels(),
            "outputs": self.outputs(),
            "provenance": self.provenance,
        }


def _tension(value: float, drawn: np.ndarray, *, one_sided: bool) -> float:
    """Distance from the predictive median in its own standard deviations (from its ranks)."""
    below = (np.sum(drawn < value) + 0.5 * np.sum(drawn == value) + 0.5) / (len(drawn) + 1)
    root = np.sqrt(np.maximum(drawn, 0.0))
    spread = max(float(root.std()), 1e-9)
    gap = (np.sqrt(max(value, 0.0)) - float(np.median(root))) / spread
    if one_sided:
        return max(0.0, float(gap)) if below > 0.5 else 0.0
    return abs(float(gap))


def _inside(value: float, predicted: dict[str, float | None], *, one_sided: bool) -> bool:
    """Whether a figure lies in its predictive interval; a lower bound only from below."""
    low, high = predicted["low"], predicted["high"]
    if low is None or high is None:
        return False
    return value <= high and (one_sided or low <= value)
