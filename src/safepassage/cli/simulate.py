"""`safepassage simulate MODEL`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from safepassage import api, parallel
from safepassage.cli.answer import Answer
from safepassage.cli.options import ON_MODEL, Cluster, Model, WithEvidence
from safepassage.cli.progress import Progress

if TYPE_CHECKING:
    from safepassage.results.simulation import PersonsByOutcome, Simulation


def simulate(
    model: Model,
    /,
    *,
    engine: Annotated[
        Literal["expected", "counts", "individuals"],
        Parameter(help="What to simulate: mean flows, whole people, or individuals."),
    ] = "expected",
    step: Annotated[Literal["month", "week", "day"], Parameter(help="Time step.")] = "month",
    replicates: Annotated[int, Parameter(help="Number of runs of whole people.")] = 1,
    people_scale: Annotated[float, Parameter(help="Multiply the population.")] = 1.0,
    families: Annotated[
        bool,
        Parameter(
            negative="",
            show_default=False,
            help="Also families, sponsors, money and debts (individuals only).",
        ),
    ] = False,
    histories: Annotated[
        bool,
        Parameter(
            negative="",
            show_default=False,
            help="Store every move of every simulated person as Parquet (individuals only).",
        ),
    ] = False,
    cluster: Cluster = None,
    options: WithEvidence = ON_MODEL,
) -> Answer:
    """Simulate with default parameter values (no fitting)."""
    study = api.load(model, evidence=options.evidence)
    with parallel.cluster(cluster) as executor, Progress() as progress:
        result = api.simulate(
            study,
            engine=engine,
            seed=options.seed,
            step=step,
            replicates=replicates,
            people_scale=people_scale,
            families=families,
            histories=histories,
            progress=progress,
            executor=executor,
        )
    titles = {name: output.title for name, output in study.model.outputs.items()}
    return Answer("simulate", result.to_dict(), lambda: _text(result, titles), options)


def _text(result: Simulation, titles: Mapping[str, str]) -> str:
    """The last value of every output, with its interval where there is one."""
    from safepassage.reports.numbers import figure

    drawn = result.replicates > 1
    lines = ["Last value of each output, with default parameter values (--json has all):"]
    if drawn:
        many = f"{result.replicates:,} runs"
        lines[0] = f"Last value of each output, median and 90 % interval of {many}:"
    for name, series in result.outputs.items():
        if series:
            last = series[-1]
            between = f" ({figure(last.low)} to {figure(last.high)})" if drawn else ""
            lines.append(f"  {titles[name]}, {last.time}: {figure(last.median)}{between}")
    if result.ensemble:
        lines.append(f"All runs by month: {result.ensemble}")
    for outcome, fares in (result.persons or {}).items():
        lines.append(f"  who end {outcome}: {_fares(fares)}")
    if result.histories:
        lines.append(f"Histories of simulated people: {result.histories}")
    return "\n".join(lines)


def _fares(fares: PersonsByOutcome) -> str:
    """What became of the people of one outcome, at the median."""
    return (
        f"{fares.persons.median:,.0f} people, "
        f"{fares.share_who_set_out_several_times.median:.0%} set out more than once, "
        f"paid {fares.paid_usd_per_person.median:,.0f} USD each"
    )
