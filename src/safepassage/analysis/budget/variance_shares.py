"""How much of an answer's variance each parameter carries.

Over the posterior, whose parameters are dependent, from its own draws: Var(E[Y | x]) / Var(Y),
by SALib's RBD-FAST (Plischke 2010; Tissot, Prieur 2012). Where parameters are independent, at a
model's prior, the whole of Sobol's indices by Saltelli's design. And by gradients alone: the mean
square of an answer's slope times the parameter's variance, through the adjoint.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from safepassage.analysis.budget.horizon import Horizon, draws_at_most
from safepassage.analysis.headlines import of_draws, outputs_named
from safepassage.engines.rng.streams import Stream
from safepassage.errors import Fault, InputError
from safepassage.network.calendar import month_number
from safepassage.results.checks.sensitivity import (
    ParameterShare,
    SobolIndices,
    VarianceDecomposition,
    VarianceShares,
)

if TYPE_CHECKING:
    from safepassage.inference.posterior import Posterior
    from safepassage.model.schema import Output
    from safepassage.network.arrays import Floats
    from safepassage.network.compile import Compiled

HARMONICS = 6
LISTED = 8
"""Parameters listed for each answer."""
NOISE_COLUMNS = 60
"""Columns that show the shares that chance alone gives."""
DRAWS = 1000
SLOPE_DRAWS = 128
"""Draws over which gradients are averaged."""
FEW_PARAMETERS = 40
"""Parameters up to which Saltelli's design is cheap."""


def salib(module: str) -> Any:
    """A module of SALib.

    Raises:
        InputError: SALib is not installed.
    """
    import importlib

    try:
        return importlib.import_module(f"SALib.{module}")
    except ImportError as error:
        message = "needs SALib; install the extra: pip install 'safepassage[sensitivity]'"
        raise InputError([Fault("call", 0, "learn", message)]) from error


def decompose_variance(
    posterior: Posterior, horizon: Horizon, gain: Floats
) -> VarianceDecomposition:
    """Which parameters carry the variance of each headline answer, and of the plan's gain.

    Args:
        posterior: the posterior.
        horizon: the plan's draws.
        gain: (B,) net gain of the plan.
    """
    compiled, declared = posterior.compiled, posterior.study.model.parameters
    rows = {n: row for row, n in enumerate(compiled.parameters.names) if n in declared}
    drawn = posterior.spread_draws(draws_at_most(posterior, DRAWS))
    rng = Stream.VARIANCE_SHARES.generator(posterior.seed)
    answers = {
        answer: _largest([*rows], drawn[[*rows.values()]], values, rng)
        for answer, values in of_draws(posterior, drawn).items()
    }
    own = {n: row for row, n in enumerate(horizon.compiled.parameters.names) if n in declared}
    columns = np.concatenate([horizon.z[[*own.values()]], horizon.drawn.values])
    few = len(compiled.parameters.names) <= FEW_PARAMETERS
    sobol = {
        name: prior_sobol(compiled, answer, seed=posterior.seed)
        for name, answer in linear_answers(posterior).items()
        if few
    }
    return VarianceDecomposition(
        answers=answers,
        plan=_largest([*own, *horizon.drawn.names], columns, gain, rng),
        slopes=slope_shares(posterior),
        prior_sobol=sobol if few else None,
    )


def first_order(columns: Floats, values: Floats, seed: int = 1) -> Floats:
    """(C,) Var(E[Y | x]) / Var(Y) of each column (C, B), from draws as they are."""
    analyze = salib("analyze.rbd_fast").analyze
    problem = {
        "num_vars": len(columns),
        "names": [str(c) for c in range(len(columns))],
        "bounds": [[0.0, 1.0]] * len(columns),
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        indices = analyze(
            problem, np.ascontiguousarray(columns.T), values, M=HARMONICS, num_resamples=0,
            seed=seed,
        )  # fmt: skip
    return np.clip(np.asarray(indices["S1"], float), 0.0, 1.0)


def _largest(
    names: list[str], columns: Floats, values: Floats, rng: np.random.Generator
) -> VarianceShares:
    """The largest shares, and what 95 of 100 parameters show by chance."""
    finite = np.isfinite(values)
    if finite.sum() < 100 or np.ptp(values[finite]) == 0:
        return VarianceShares(noise=None, parameters=())
    columns, values = columns[:, finite], values[finite]
    ranks = values.argsort().argsort().astype(float)
    shares = first_order(columns, ranks)
    some = columns[: min(len(columns), NOISE_COLUMNS)]
    noise = float(np.quantile(first_order(some, rng.permutation(ranks)), 0.95))
    listed = tuple(one for one in _ordered(names, shares) if one.share > noise)
    return VarianceShares(noise=noise, parameters=listed)


def _ordered(names: Sequence[str], shares: Floats) -> tuple[ParameterShare, ...]:
    """The largest shares, largest first."""
    order = shares.argsort()[::-1][:LISTED]
    return tuple(ParameterShare(id=names[int(i)], share=float(shares[i])) for i in order)


Answer = Callable[["Compiled", "Floats"], tuple["Floats", "Floats"]]
"""Of a model and quantities (Q, T, B): values (B,) and their slope in the quantities."""


def linear_answers(posterior: Posterior) -> dict[str, Answer]:
    """The report's outputs whose last value follows from quantities: slopes are exact."""
    model = posterior.study.model
    return {
        name: last_year(model.outputs[name])
        for name in outputs_named(posterior)
        if model.outputs[name].quantity in model.quantities
    }


def last_year(output: Output) -> Answer:
    """The last twelve months of an output: a sum, or a share of two."""

    def answer(compiled: Compiled, quantities: Floats) -> tuple[Floats, Floats]:
        names, until = compiled.network.quantity_name, output.until or compiled.model.model.end
        end = month_number(until) - month_number(compiled.model.model.start) + 1
        months, slope = slice(max(end - 12, 0), end), np.zeros_like(quantities)
        declared = compiled.model.quantities[output.quantity]
        if declared.of is None:
            row = names.index(output.quantity)
            slope[row, months] = 1.0
            return quantities[row, months].sum(axis=0), slope
        part, whole = names.index(declared.of), names.index(str(declared.over))
        over = quantities[whole, months].sum(axis=0)
        value = quantities[part, months].sum(axis=0) / over
        slope[part, months] += 1 / over
        slope[whole, months] -= value / over
        return value, slope

    return answer


def slope_shares(posterior: Posterior) -> dict[str, tuple[ParameterShare, ...]]:
    """By output, the parameters of the largest squared slopes times variance."""
    z = posterior.spread_draws(draws_at_most(posterior, SLOPE_DRAWS))
    variance = posterior.draws.z.reshape(-1, len(z)).var(axis=0)
    shares: dict[str, tuple[ParameterShare, ...]] = {}
    for name, answer in linear_answers(posterior).items():
        score = slope_scores(posterior.compiled, answer, z, variance)
        total = max(float(score.sum()), 1e-300)
        shares[name] = _ordered(posterior.compiled.parameters.names, score / total)
    return shares


def slope_scores(compiled: Compiled, answer: Answer, z: Floats, variance: Floats) -> Floats:
    """(P,) mean squared slope of an answer in each parameter, times the parameter's variance.

    Args:
        compiled: the model.
        answer: the answer.
        z: (P, B) draws.
        variance: (P,) of each parameter.
    """
    from safepassage.engines.expected.solve import solve, solve_adjoint

    tables = compiled.program.tables(z)
    run = solve(compiled.network, tables)
    _, slope = answer(compiled, run.quantities)
    gradient = solve_adjoint(compiled.network, tables, run, slope)
    return (compiled.program.pull(z, tables, gradient) ** 2).mean(axis=1) * variance


def prior_sobol(
    compiled: Compiled, answer: Answer, *, count: int = 128, seed: int = 1
) -> tuple[SobolIndices, ...]:
    """Sobol's indices of an answer at the prior, where parameters are independent.

    Args:
        compiled: a model of few parameters.
        answer: the answer.
        count: size of the design, a power of 2; the model is run (parameters + 2) times as often.
        seed: of the design.
    """
    from safepassage.engines.expected.solve import solve

    names = list(compiled.parameters.names)
    problem = {
        "num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names),
        "dists": ["norm"] * len(names),
    }  # fmt: skip
    design = salib("sample.sobol").sample(problem, count, calc_second_order=False, seed=seed)
    values: list[Floats] = []
    for first in range(0, len(design), DRAWS):
        z = np.ascontiguousarray(design[first : first + DRAWS].T)
        run = solve(compiled.network, compiled.program.tables(z))
        values.append(answer(compiled, run.quantities)[0])
    indices = salib("analyze.sobol").analyze(
        problem, np.concatenate(values), calc_second_order=False, num_resamples=20, seed=seed
    )
    rows = [
        SobolIndices(id=name, first=float(first), total=float(total))
        for name, first, total in zip(names, indices["S1"], indices["ST"], strict=True)
    ]
    return tuple(sorted(rows, key=attrgetter("total"), reverse=True))
