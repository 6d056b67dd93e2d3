"""How much of an answer's variance each parameter carries.

Over the posterior, whose parameters hang together, from its own draws: Var(E[Y | x]) / Var(Y),
by SALib's RBD-FAST (Plischke 2010; Tissot, Prieur 2012). Where parameters are independent, at a
model's prior, the whole of Sobol's indices by Saltelli's design. And by gradients alone: the mean
square of an answer's slope times the parameter's variance, through the adjoint.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from safepassage.analysis.headlines import of_draws, outputs_named
from safepassage.engines.rng.streams import Stream
from safepassage.errors import Fault, InputError
from safepassage.network.calendar import month_number

if TYPE_CHECKING:
    from safepassage.analysis.budget.horizon import Horizon
    from safepassage.inference.posterior import Posterior
    from safepassage.model.schema import Output
    from safepassage.network.arrays import Floats
    from safepassage.network.compile import Compiled

HARMONICS = 6
LISTED = 8
"""Parameters listed for each answer."""
NULLS = 60
"""Columns that say what chance alone shows."""
DRAWS = 1000
SCREENED = 128
"""Draws over which gradients are averaged."""
FEW_PARAMETERS = 40
"""Up to so many unknowns Saltelli's design is cheap."""


def salib(module: str) -> Any:
    """A module of SALib.

    Raises:
        InputError: it is not installed.
    """
    import importlib

    try:
        return importlib.import_module(f"SALib.{module}")
    except ImportError as error:
        message = "needs SALib; install the extra: pip install 'safepassage[sensitivity]'"
        raise InputError([Fault("--learn", 0, "", message)]) from error


def carried(posterior: Posterior, horizon: Horizon, gain: Floats) -> dict[str, Any]:
    """For each headline answer, and for the plan's gain: what carries its variance.

    Args:
        posterior: the posterior.
        horizon: the plan's draws.
        gain: (B,) net gain of the plan.
    """
    names = posterior.compiled.parameters.names
    declared = [row for row, n in enumerate(names) if n in posterior.study.model.parameters]
    labelled = [names[row] for row in declared]
    z = posterior.draws.z
    count = min(DRAWS, z.shape[0] * z.shape[1])
    drawn = posterior.spread_draws(count)
    rng = Stream.VARIANCE_SHARES.generator(posterior.seed)
    answers = {
        name: _listed(labelled, drawn[declared], values, rng)
        for name, values in of_draws(posterior, drawn).items()
    }
    own = [row for row, n in enumerate(horizon.compiled.parameters.names) if n in set(labelled)]
    both = np.concatenate([horizon.z[own], horizon.drawn.values])
    every = [horizon.compiled.parameters.names[row] for row in own]
    plan = _listed([*every, *horizon.drawn.names], both, gain, rng)
    found: dict[str, Any] = {"answers": answers, "plan": plan, "slopes": screened(posterior)}
    if len(names) <= FEW_PARAMETERS:
        found["prior_sobol"] = {
            name: prior_sobol(posterior.compiled, answer, seed=posterior.seed)
            for name, answer in linear_answers(posterior).items()
        }
    return found


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
        found = analyze(
            problem, np.ascontiguousarray(columns.T), values, M=HARMONICS, num_resamples=0,
            seed=seed,
        )  # fmt: skip
    return np.clip(np.asarray(found["S1"], float), 0.0, 1.0)


def _listed(
    names: list[str], columns: Floats, values: Floats, rng: np.random.Generator
) -> dict[str, Any]:
    """The largest shares, and what 95 of 100 parameters show by chance."""
    seen = np.isfinite(values)
    if seen.sum() < 100 or np.ptp(values[seen]) == 0:
        return {"noise": None, "parameters": []}
    columns, values = columns[:, seen], values[seen]
    ranks = values.argsort().argsort().astype(float)
    shares = first_order(columns, ranks)
    some = columns[: min(len(columns), NULLS)]
    noise = float(np.quantile(first_order(some, rng.permutation(ranks)), 0.95))
    order = [int(i) for i in shares.argsort()[::-1][:LISTED] if shares[i] > noise]
    return {
        "noise": noise,
        "parameters": [{"id": names[i], "share": float(shares[i])} for i in order],
    }


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

    def answer(compiled: Compiled, moved: Floats) -> tuple[Floats, Floats]:
        names, until = compiled.network.quantity_name, output.until or compiled.model.model.end
        end = month_number(until) - month_number(compiled.model.model.start) + 1
        months, slope = slice(max(end - 12, 0), end), np.zeros_like(moved)
        declared = compiled.model.quantities[output.quantity]
        if declared.of is None:
            row = names.index(output.quantity)
            slope[row, months] = 1.0
            return moved[row, months].sum(axis=0), slope
        part, whole = names.index(declared.of), names.index(str(declared.over))
        over = moved[whole, months].sum(axis=0)
        value = moved[part, months].sum(axis=0) / over
        slope[part, months] += 1 / over
        slope[whole, months] -= value / over
        return value, slope

    return answer


def screened(posterior: Posterior) -> dict[str, Any]:
    """By output, the parameters of the largest squared slopes times variance."""
    z = posterior.spread_draws(
        min(SCREENED, posterior.draws.z.shape[0] * posterior.draws.z.shape[1])
    )
    spread = posterior.draws.z.reshape(-1, z.shape[0]).var(axis=0)
    names, found = posterior.compiled.parameters.names, dict[str, Any]()
    for name, answer in linear_answers(posterior).items():
        score = slope_scores(posterior.compiled, answer, z, spread)
        total = max(float(score.sum()), 1e-300)
        order = [int(i) for i in score.argsort()[::-1][:LISTED]]
        found[name] = [{"id": names[i], "share": float(score[i] / total)} for i in order]
    return found


def slope_scores(compiled: Compiled, answer: Answer, z: Floats, spread: Floats) -> Floats:
    """(P,) mean squared slope of an answer in each parameter, times the parameter's variance.

    Args:
        compiled: the model.
        answer: what is asked.
        z: (P, B) draws.
        spread: (P,) variance of each parameter.
    """
    from safepassage.engines.expected.solve import solve, solve_adjoint

    tables = compiled.program.tables(z)
    run = solve(compiled.network, tables)
    _, slope = answer(compiled, run.quantities)
    gradient = solve_adjoint(compiled.network, tables, run, slope)
    return (compiled.program.pull(z, tables, gradient) ** 2).mean(axis=1) * spread


def prior_sobol(
    compiled: Compiled, answer: Answer, *, count: int = 128, seed: int = 1
) -> list[dict[str, Any]]:
    """Sobol's indices of an answer at the prior, where parameters are independent.

    Args:
        compiled: a model of few parameters.
        answer: what is asked.
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
    found = salib("analyze.sobol").analyze(
        problem, np.concatenate(values), calc_second_order=False, num_resamples=20, seed=seed
    )
    rows = [
        {"id": name, "first": float(one), "total": float(whole)}
        for name, one, whole in zip(names, found["S1"], found["ST"], strict=True)
    ]
    return sorted(rows, key=lambda row: -row["total"])
