"""`safepassage flee DIR`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from safepassage.cli.answer import Answer
from safepassage.cli.options import PLAIN, Common

if TYPE_CHECKING:
    from safepassage.errors import Fault
    from safepassage.results.flee import FleeSimulation
    from safepassage.results.parts import Estimate

Folder = Annotated[Path, Parameter(help="Folder of a Flee scenario, which holds input_csv.")]
_File = Annotated[Path | None, Parameter(show_default=False, help="Flee's settings file (YAML).")]
_MOST_WARNINGS = 8


def flee(
    folder: Folder,
    /,
    *,
    settings: _File = None,
    data: Annotated[
        Path | None,
        Parameter(show_default=False, help="Folder with the reported counts (source_data)."),
    ] = None,
    replicates: Annotated[
        int, Parameter(validator=Number(gte=1, lte=1_000_000), help="Number of runs.")
    ] = 10,
    as_flee: Annotated[
        bool,
        Parameter(negative="", show_default=False, help="Reproduce the known defects of Flee."),
    ] = False,
    flee_csv: Annotated[
        Path | None,
        Parameter(
            show_default=False, help="File for the first run, with the columns of Flee's out.csv."
        ),
    ] = None,
    from_report: Annotated[
        int | None,
        Parameter(
            show_default=False, help="Start from the reports of this day; score the days after it."
        ),
    ] = None,
    new_camp: Annotated[
        str | None,
        Parameter(show_default=False, help="What if: add a camp, NAME,BESIDE,KM,CAPACITY."),
    ] = None,
    close_border: Annotated[
        str | None,
        Parameter(show_default=False, help="What if: close a border, COUNTRY,COUNTRY[,DAY,DAY]."),
    ] = None,
    speed: Annotated[
        float | None, Parameter(show_default=False, help="What if: multiply travel speed.")
    ] = None,
    options: Common = PLAIN,
) -> Answer:
    """Simulate a Flee scenario, and compare it with the reported counts."""
    from safepassage.flee import outcome as outcomes
    from safepassage.flee import read_scenario, what_if

    scenario = read_scenario(folder, settings=settings, data=data)
    _warn(scenario.warnings)
    base = outcomes.simulate_scenario(
        scenario, replicates=replicates, seed=options.seed, as_flee=as_flee,
        from_report=from_report,
    )  # fmt: skip
    changed = scenario
    if new_camp is not None:
        changed = what_if.with_camp(changed, new_camp)
    if close_border is not None:
        changed = what_if.with_closed_border(changed, close_border)
    if speed is not None:
        changed = what_if.with_speed(changed, speed)
    after = None
    if changed is not scenario:
        after = outcomes.simulate_scenario(
            changed, replicates=replicates, seed=options.seed, as_flee=as_flee,
            from_report=from_report,
        )  # fmt: skip
    result = outcomes.flee_simulation(base, after)
    if flee_csv is not None:
        _write(flee_csv, outcomes.flee_csv(base))
    if options.out is not None:
        from safepassage.flee.page import camps_page

        _write(options.out / "camps.csv", outcomes.camps_csv(result))
        _write(options.out / "camps.html", camps_page(result.to_dict()))
    return Answer("flee", result.to_dict(), lambda: _text(result), options)


def _write(path: Path, text: str) -> None:
    from safepassage.store.atomic import atomic_write_text

    path.parent.mkdir(parents=True, exist_ok=True)
    atomic_write_text(path, text)


def _warn(warnings: tuple[Fault, ...]) -> None:
    for warning in warnings[:_MOST_WARNINGS]:
        print(f"note: {warning}", file=sys.stderr)
    if len(warnings) > _MOST_WARNINGS:
        more = len(warnings) - _MOST_WARNINGS
        print(f"note: {more} more notes like these (--json lists all)", file=sys.stderr)


def _text(result: FleeSimulation) -> str:
    """Eighty columns: the distance from the reports, then every camp."""
    many = f"{result.replicates:,} run" + ("s" if result.replicates > 1 else "")
    camps = result.camps
    days = [at.time for at in camps[0].people] if camps else []
    since: list[str] = []
    if days and result.scored_from != days[0]:
        since = [f"  Started from the reports before {result.scored_from}; scored from then on."]
    lines = [
        f"{Path(result.scenario).name}: {len(days)} days, {many} with seed {result.seed}, "
        f"{result.cpu_seconds / result.replicates:.3f} CPU s a run",
        *since,
        "",
        f"  ARD   {_figure(result.ard)}   mean of |simulated - reported| / reported",
        f"  ARDr  {_figure(result.ardr)}   the same, totals made equal",
        f"  Flee  {_figure(result.flee_printed_error)}   what Flee prints: biased, too low",
        "",
        f"  {'People in camps, 90 % intervals':<32}{'reported':>12}{'simulated':>12}",
    ]
    for day in sorted({len(days) // 3, 2 * len(days) // 3, len(days) - 1}) if days else ():
        lines.append(f"  {days[day]}")
        for camp in camps:
            at = camp.people[day]
            reported = "-" if at.reported is None else f"{at.reported:,.0f}"
            between = f"[{at.low:,.0f} to {at.high:,.0f}]"
            lines.append(f"    {camp.name[:28]:<30}{reported:>12}{at.median:>12,.0f}  {between}")
    if result.what_if is not None:
        lines += ["", "  Effect of the change on the last day, with the same random numbers:"]
        for change in result.what_if.camps:
            lines.append(f"    {change.name[:28]:<30}{_change(change)}")
        lines.append(f"    {'all camps':<30}{_change(result.what_if.people_in_camps)}")
    lines.append("  (--json has every day; --out DIR writes camps.csv and camps.html)")
    return "\n".join(lines)


def _figure(spread: Estimate) -> str:
    if spread.median is None:
        return "unknown: no reports"
    return f"{spread.median:.3f} [{spread.low:.3f} to {spread.high:.3f}]"


def _change(spread: Estimate) -> str:
    return f"{spread.median:>+12,.0f}  [{spread.low:+,.0f} to {spread.high:+,.0f}]"
