"""`safepassage simulate MODEL`."""

from __future__ import annotations

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
        Parameter(help="Reading of the network: mean flows, whole people, or persons."),
    ] = "expected",
    step: Annotated[Literal["month", "week", "day"], Parameter(help="Length of a step.")] = "month",
    replicates: Annotated[int, Parameter(help="How many times whole people are drawn.")] = 1,
    people_scale: Annotated[float, Parameter(help="How many times the model's people.")] = 1.0,
    families: Annotated[
        bool,
        Parameter(
            negative="",
            show_default=False,
            help="Parties, sponsors, money and debts (individuals only).",
        ),
    ] = False,
    histories: Annotated[
        bool,
        Parameter(
            negative="",
            show_default=False,
            help="Write every move of every simulated person as Parquet (individuals only).",
        ),
    ] = False,
    cluster: Cluster = None,
    options: WithEvidence = ON_MODEL,
) -> Answer:
    """Move people through a model at the middle of its priors; nothing is fitted."""
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
            out=options.out,
            progress=progress,
            executor=executor,
        )
    return Answer("simulate", result.to_dict(), lambda: _text(result), options)


def _text(result: Simulation) -> str:
    """The last entry of every output, with its interval where there is one."""
    drawn = result.replicates > 1
    lines = ["Last entry of each output, at the middle of the priors (--json has all):"]
    if drawn:
        lines[0] = f"Last entry of each output over {result.replicates:,} replicates (90 %):"
    for name, series in result.outputs.items():
        if series:
            last = series[-1]
            between = f" [{last.low:,.4g} to {last.high:,.4g}]" if drawn else ""
            lines.append(f"  {name}: {last.median:,.4g}{between} ({last.time})")
    if result.ensemble:
        lines.append(f"All replicates by month: {result.ensemble}")
    for outcome, fares in (result.persons or {}).items():
        lines.append(f"  who end {outcome}: {_fares(fares)}")
    if result.histories:
        lines.append(f"Histories of simulated people: {result.histories}")
    return "\n".join(lines)


def _fares(fares: PersonsByOutcome) -> str:
    """How the people of one outcome fared, at the median."""
    return (
        f"{fares.persons.median:,.0f} people, "
        f"{fares.share_who_set_out_several_times.median:.0%} set out more than once, "
        f"paid {fares.paid_usd_per_person.median:,.0f} USD each"
    )
