"""Can a fit start? If not, which figure and which parameter are at fault.

Evaluated where the fit begins: every parameter at the median of its prior.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from safepassage.errors import Fault, InputError

if TYPE_CHECKING:
    from safepassage.evidence.observations import Observation
    from safepassage.inference.density import Density
    from safepassage.study.loader import Study

NOBODY = 1e-9
"""Expected people, below which a figure is about nobody."""
BATCH_SIZE = 64
_TRIED = (-3.0, 3.0)
"""Prior standard deviations by which a parameter is moved to see whether it is at fault."""


def check_start(density: Density, study: Study) -> None:
    """Let a fit start, or say why it cannot.

    Args:
        density: the joint density.
        study: the model folder that it is of.

    Raises:
        InputError: figures of which the model expects nothing, or of which the log density or
            its gradient is not finite; each with its file, line, and the parameter responsible.
    """
    at = np.zeros((density.size, 1))
    sources = [row for rows in study.observations.values() for row in rows]
    with np.errstate(all="ignore"):
        faults = list(_about_nobody(density, study, sources, at))
        if not faults and not np.isfinite(density(at)[0]).all():
            faults = list(_not_finite(density, study, sources, at))
    if faults:
        raise InputError(faults)


def _about_nobody(
    density: Density, study: Study, sources: Sequence[Observation], at: np.ndarray
) -> Iterator[Fault]:
    """Figures above 0 of which the model expects 0, and channels that expect nothing but 0."""
    mean = _expected(density, at)
    empty = np.abs(mean) <= NOBODY  # not where it is no number at all
    channels = np.array([row.channel for row in sources])
    hopeless = {name for name in set(channels) if empty[channels == name].all()}
    for row, nothing in zip(sources, empty, strict=True):
        if not nothing or not ((row.value or row.high) or row.channel in hopeless):
            continue
        whole = " in any of its rows" if row.channel in hopeless else ""
        message = (
            f"the model expects 0 of '{row.quantity}' from {row.start} to {row.end}, so channel "
            f"'{row.channel}' cannot learn from {_figure(row)}{whole}; correct the quantity or the "
            "span, or let people get there"
        )
        yield Fault(row.file, row.line, _column(study, row, "quantity"), message)


def _not_finite(
    density: Density, study: Study, sources: Sequence[Observation], at: np.ndarray
) -> Iterator[Fault]:
    """One fault for each set of parameters at fault, at the first of their figures.

    Figures that no parameter can mend are reported one by one.
    """
    mean = _expected(density, at)
    bad = np.flatnonzero(~np.isfinite(density.pointwise(at)[:, 0])).tolist()
    if bad:
        what, at_fault = "log density", {d: _at_fault(density, d) for d in bad}
    else:
        gradients = _gradients(density, at)
        names = np.array(density.compiled.parameters.names)
        what = "gradient of the log density"
        at_fault = {
            d: tuple(names[~np.isfinite(row)])
            for d, row in enumerate(gradients)
            if not np.isfinite(row).all()
        }
    groups: dict[tuple[str, ...] | int, list[int]] = {}
    for d, names in at_fault.items():
        groups.setdefault(names or d, []).append(d)  # alone where no parameter joins them
    for rows in groups.values():
        row, others = sources[rows[0]], len(rows) - 1
        more = f" (and of {others} more figure{'s' * (others > 1)})" if others else ""
        message = (
            f"the fit cannot start: the {what} of {_figure(row)}{more} is not finite where every "
            f"parameter is at its prior's median and the model expects {mean[rows[0]]:.4g}; "
            f"{_remedy(density, study, at_fault[rows[0]])}"
        )
        yield Fault(row.file, row.line, _column(study, row, "value"), message)
    if not at_fault:
        message = "the fit cannot start: the log density is not finite; correct the priors"
        yield Fault(study.lines.file, study.lines.of("parameters"), "parameters", message)


def _remedy(density: Density, study: Study, names: Sequence[str]) -> str:
    if not names:
        return "no parameter alone is responsible: correct the figure"
    parameters = density.compiled.parameters
    values = parameters.constrained(np.zeros(len(parameters)))
    parts: list[str] = []
    for name in names[:3]:
        line = study.lines.of(f"parameters.{name}.prior")
        where = f"line {line} of model.yaml, " if name in study.model.parameters else ""
        parts.append(f"'{name}' ({where}{values[parameters.index(name)]:.4g} there)")
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    verb = "are" if len(names) > 1 else "is"
    return f"{', '.join(parts)}{more} {verb} responsible: correct the prior, or the figure"


def _at_fault(density: Density, datum: int) -> tuple[str, ...]:
    """Parameters that, each moved alone, make the log density of a figure finite."""
    parameters = density.compiled.parameters
    # 1 for a positive number, a half for a share: what no overflow comes from.
    harmless = -parameters.location / parameters.scale
    spots = [np.full(len(parameters), z) for z in _TRIED]
    harmless_names: list[str] = []
    for tried in (harmless, *spots):
        finite = _in_batches(
            lambda z: density.pointwise(z)[datum], np.diag(np.where(np.isfinite(tried), tried, 0.0))
        )
        harmless_names += [parameters.names[p] for p in np.flatnonzero(np.isfinite(finite))]
    return tuple(name for name in parameters.names if name in harmless_names)


def _in_batches(of: Callable[[np.ndarray], np.ndarray], z: np.ndarray) -> np.ndarray:
    """(S,) values of z (P, S), a few points at a time."""
    return np.concatenate([of(z[:, i : i + BATCH_SIZE]) for i in range(0, z.shape[1], BATCH_SIZE)])


def _gradients(density: Density, at: np.ndarray) -> np.ndarray:
    """(D, P) gradient of the log density of each figure at z (P, 1)."""
    import jax
    import jax.numpy as jnp

    from safepassage.engines.expected.solve import solve, solve_adjoint

    likelihood, compiled = density.likelihood, density.compiled
    program, network = compiled.program, compiled.network
    count = len(likelihood.data)

    def own(z: np.ndarray, top: np.ndarray, bottom: np.ndarray) -> jax.Array:
        """Sum over the batch of the figure that each point is about."""
        each = likelihood.log_density(program.logarithms(z, jnp), top, bottom, jnp)
        return jnp.sum(jnp.where(jnp.arange(count)[:, None] == about[None, :], each, 0.0))

    gradients: list[np.ndarray] = []
    for first in range(0, count, BATCH_SIZE):
        about = np.arange(first, min(first + BATCH_SIZE, count))
        z = np.repeat(at, len(about), axis=1)
        tables = program.tables(z)
        run = solve(network, tables)
        flat = run.quantities.reshape(-1, len(about))
        top, bottom = likelihood.numerator @ flat, likelihood.denominator @ flat
        dz, d_top, d_bottom = (
            np.asarray(x) for x in jax.grad(own, argnums=(0, 1, 2))(z, top, bottom)
        )
        d_flat = likelihood.numerator.T @ d_top + likelihood.denominator.T @ d_bottom
        pulled = solve_adjoint(network, tables, run, d_flat.reshape(run.quantities.shape))
        gradients.append((dz + program.pull(z, tables, pulled)).T)
    return np.concatenate(gradients)


def _expected(density: Density, at: np.ndarray) -> np.ndarray:
    """(D,) figures that are expected at z (P, 1)."""
    from safepassage.engines.expected.solve import solve

    program = density.compiled.program
    quantities = solve(density.compiled.network, program.tables(at)).quantities
    return density.likelihood.predict(program.logarithms(at), quantities)[:, 0]


def _figure(row: Observation) -> str:
    if row.value is not None:
        return f"the figure {row.value:,.6g}"
    return f"the interval {row.low:,.6g} to {row.high:,.6g}"


def _column(study: Study, row: Observation, part: str) -> str:
    """The name of the column that plays this part."""
    return study.model.channels[row.channel].columns.get(part, part)
