"""A fit as ArviZ groups: posterior, what it predicts, what was observed, and the prior.

Figures of rare events are exported as they are shown, summed over years (`pooled_years`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from safepassage.engines.rng.streams import Stream
from safepassage.inference.density import Density
from safepassage.inference.outputs import spans
from safepassage.inference.pooling import pooled
from safepassage.inference.variables import by_name, descriptions, dimensions, unfolded
from safepassage.results.export import Export
from safepassage.store.posterior import NETCDF, check_target, write_netcdf, write_posterior

if TYPE_CHECKING:
    from safepassage.inference.posterior import Posterior

BATCH_SIZE = 64
PRIOR_DRAWS = 1000
UNITS = {"share": "share", "split": "persons"}
"""Units of what a channel counts, by kind; all others are persons."""

Progress = Callable[[str, float, float], None]


@dataclass(frozen=True)
class Spell:
    """Figures of one channel that are exported as one."""

    channel: str
    rows: tuple[int, ...]
    """Indices of figures in the likelihood."""
    label: str
    """Quantity, span and evidence: unique."""
    quantity: str
    start: str
    end: str
    evidence: str


def export(
    posterior: Posterior,
    path: Path,
    *,
    force: bool = False,
    progress: Progress = lambda stage, done, total: None,
) -> Export:
    """Write a fit to a netCDF file or a Zarr folder that ArviZ opens.

    Args:
        posterior: the posterior.
        path: a name that ends in `.nc` or `.zarr`.
        force: replace what is there.
        progress: called with (stage, done, total).

    Returns:
        The file and its groups with their variables.

    Raises:
        InputError: the path cannot be written, or is taken and `force` is not given.
    """
    check_target(path, force=force)
    model = posterior.study.model
    spells = _spells(posterior)
    dims, coords = dimensions(model)
    groups = _sampled(posterior)
    groups |= _predictions(posterior, spells, dims, coords, progress)
    groups["observed_data"] = _observed(posterior, spells)
    _label_figures(spells, dims, coords)
    coords["unknown"] = np.array(posterior.compiled.parameters.names)
    dims["z"] = ("unknown",)
    described = {**descriptions(model), **_descriptions(posterior)}
    write = write_netcdf if path.suffix == NETCDF else write_posterior
    write(path, groups, dims=dims, coords=coords, attrs=_attributes(posterior), described=described)
    return Export(
        file=path,
        groups={group: tuple(sorted(arrays)) for group, arrays in groups.items()},
        fit=posterior.verdict,
        provenance=posterior.provenance,
    )


def _sampled(posterior: Posterior) -> dict[str, dict[str, np.ndarray]]:
    """Posterior and prior of every unknown, and how sampling went."""
    model, compiled, draws = posterior.study.model, posterior.compiled, posterior.draws
    rng = Stream.EXPORTED_PRIOR.generator(posterior.seed)
    prior = rng.standard_normal((1, PRIOR_DRAWS, len(compiled.parameters)))
    return {
        "posterior": unfolded(model, by_name(compiled, draws.z)),
        "unconstrained_posterior": {"z": draws.z},
        "sample_stats": {
            "acceptance_rate": draws.acceptance,
            "diverging": draws.divergent.astype(bool),
            "lp": draws.log_density,
        },
        "prior": unfolded(model, by_name(compiled, prior)),
    }


def _predictions(
    posterior: Posterior,
    spells: list[Spell],
    dims: dict[str, tuple[str, ...]],
    coords: dict[str, Any],
    progress: Progress,
) -> dict[str, dict[str, np.ndarray]]:
    """Log density of every figure, figures as they might have been published, and outputs."""
    from safepassage.engines.counts.draw import draw

    chains, draws, size = posterior.draws.z.shape
    flat = posterior.draws.z.reshape(-1, size).T
    density = Density(posterior.study, posterior.compiled)
    program, likelihood = posterior.compiled.program, posterior.likelihood
    parts: dict[str, list[np.ndarray]] = {}
    times: dict[str, list[str]] = {}
    for first in range(0, flat.shape[1], BATCH_SIZE):
        progress("predicting", first, flat.shape[1])
        z = np.ascontiguousarray(flat[:, first : first + BATCH_SIZE])
        numbers = range(first, first + z.shape[1])
        people = draw(
            posterior.compiled.network, program.tables(z), seed=posterior.seed, draws=numbers
        )
        rng = Stream.EXPORTED_PREDICTIONS.generator(posterior.seed, first)
        figures = likelihood.publish(program.logarithms(z), people.quantities, rng)
        each = density.pointwise(z)
        predicted = {"figures": np.array([each[list(s.rows)].sum(axis=0) for s in spells])}
        for channel in dict.fromkeys(s.channel for s in spells):
            own = [s for s in spells if s.channel == channel]
            predicted[channel] = np.array([figures[list(s.rows)].sum(axis=0) for s in own])
        for name, values in _outputs(posterior, people.quantities):
            times[name] = [time for time, _ in values]
            predicted[_output(posterior, name)] = np.array([value for _, value in values])
        for name, values in predicted.items():
            parts.setdefault(name, []).append(values)
    progress("predicting", flat.shape[1], flat.shape[1])
    whole = {
        name: np.concatenate(values, axis=1).T.reshape(chains, draws, -1)
        for name, values in parts.items()
    }
    for name, labels in times.items():
        dims[_output(posterior, name)] = (f"{name}_time",)
        coords[f"{name}_time"] = np.array(labels)
    return {"log_likelihood": {"figures": whole.pop("figures")}, "posterior_predictive": whole}


def _outputs(
    posterior: Posterior, quantities: np.ndarray
) -> list[tuple[str, list[tuple[str, np.ndarray]]]]:
    """Declared outputs of whole people; memories, which are of mean flows, are left out."""
    model = posterior.study.model
    series = [
        (name, list(spans(posterior.compiled, output, quantities)))
        for name, output in model.outputs.items()
        if output.quantity not in model.memories
    ]
    return [(name, values) for name, values in series if values]


def _output(posterior: Posterior, name: str) -> str:
    """The variable of an output, where a channel may have its name already."""
    return f"output_{name}" if name in posterior.study.model.channels else name


def _observed(posterior: Posterior, spells: list[Spell]) -> dict[str, np.ndarray]:
    observed: dict[str, list[float]] = {}
    for spell in spells:
        values = posterior.likelihood.value[list(spell.rows)]
        observed.setdefault(spell.channel, []).append(float(values.sum()))
    return {name: np.array(values) for name, values in observed.items()}


def _spells(posterior: Posterior) -> list[Spell]:
    data, spells = posterior.likelihood.data, []
    for name, channel in posterior.study.model.channels.items():
        rows = [d for d, datum in enumerate(data) if datum.channel == name]
        for spell in pooled(data, rows, channel.pooled_years):
            first, last = data[spell[0]], data[spell[-1]]
            evidence = "; ".join(dict.fromkeys(i for d in spell for i in data[d].evidence))
            label = f"{first.quantity} {first.start} to {last.end}: {evidence}"
            spells.append(
                Spell(name, tuple(spell), label, first.quantity, first.start, last.end, evidence)
            )
    return spells


def _label_figures(
    spells: list[Spell], dims: dict[str, tuple[str, ...]], coords: dict[str, Any]
) -> None:
    """Dimensions of figures: `figure` of all, `CHANNEL_figure` of one channel's."""
    named = {"figure": spells}
    for spell in spells:
        named.setdefault(f"{spell.channel}_figure", []).append(spell)
        dims[spell.channel] = (f"{spell.channel}_figure",)
    dims["figures"] = ("figure",)
    for dim, own in named.items():
        coords[dim] = np.array([s.label for s in own])
        for part in ("quantity", "start", "end", "evidence"):
            coords[f"{dim}_{part}"] = (dim, np.array([getattr(s, part) for s in own]))
    coords["figure_channel"] = ("figure", np.array([s.channel for s in spells]))


def _descriptions(posterior: Posterior) -> dict[str, dict[str, str]]:
    model = posterior.study.model
    channels = {
        name: {
            "title": c.title,
            "units": UNITS.get(c.reporting.kind, "persons"),
            "kind": c.reporting.kind,
        }
        for name, c in model.channels.items()
    }
    outputs = {
        _output(posterior, name): {"title": o.title, "units": o.unit, "per": o.per}
        for name, o in model.outputs.items()
    }
    figures = {"title": "Log density of every published figure", "units": "1"}
    z = {
        "title": "Unknowns as standard normals a priori",
        "units": "prior standard deviations, on the scale of the prior",
    }
    return {**channels, **outputs, "figures": figures, "z": z}


def _attributes(posterior: Posterior) -> Mapping[str, Any]:
    """Attributes of every group, plain enough for netCDF."""
    header, verdict = posterior.study.model.model, posterior.verdict
    provenance = {
        k: v if isinstance(v, int) else str(v) for k, v in posterior.provenance.to_dict().items()
    }
    return {
        "inference_library": "safepassage",
        "inference_library_version": str(provenance.pop("version")),
        "model": header.id,
        "title": header.title,
        "converged": int(verdict.converged),
        "sampling_time": float(verdict.seconds),
        **provenance,
    }
