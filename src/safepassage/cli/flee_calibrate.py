"""`safepassage flee-calibrate DIR ...`."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from safepassage.cli.answer import WIDTH, Answer, convergence_line
from safepassage.cli.options import PLAIN, Common, Runs


def flee_calibrate(
    folders: Annotated[
        tuple[Path, ...],
        Parameter(help="Folders of Flee scenarios; several share the parameters.", negative=""),
    ],
    /,
    *,
    settings: Annotated[
        Path | None, Parameter(show_default=False, help="Flee's settings file (YAML).")
    ] = None,
    training_days: Annotated[
        int | None,
        Parameter(show_default=False, help="Days to learn from; 60 % of them by default."),
    ] = None,
    learn: Annotated[
        str | None,
        Parameter(
            show_default=False, help="Parameters to learn, comma-separated: camp_weight,softening."
        ),
    ] = None,
    draws: Annotated[
        int, Parameter(validator=Number(gte=20, lte=100_000), help="Draws per chain, of 4 chains.")
    ] = 150,
    runs: Runs = None,
    options: Common = PLAIN,
) -> Answer:
    """Calibrate Flee's movement parameters on the first days, and score them on the rest."""
    from safepassage.cli.progress import Progress
    from safepassage.flee import read_scenario
    from safepassage.flee.calibration import posterior as calibration
    from safepassage.flee.calibration import results
    from safepassage.flee.calibration.parameters import check_levers
    from safepassage.flee.calibration.training import training

    names = calibration.PARAMETERS
    if learn is not None:
        names = check_levers([name.strip() for name in learn.split(",") if name.strip()], "--learn")
    trainings = [
        training(read_scenario(folder, settings=settings), training_days) for folder in folders
    ]
    how = calibration.Learning(
        sampler=calibration.sampler_of(chains=4, warm_up=(30, 40, 30), draws=draws)
    )
    with Progress() as progress:
        posterior = calibration.calibrate(
            trainings, names, seed=options.seed, learning=how, progress=progress
        )
    result = results.flee_calibration(posterior)
    if options.out is not None:
        from safepassage.store.atomic import atomic_write_text

        for number, one in enumerate(trainings):
            text = results.settings_yaml(results.settings_at_median(posterior, number))
            name = Path(one.scenario.folder).resolve().name
            atomic_write_text(options.out / f"{name}.simsetting.yml", text)
    converged = textwrap.fill(convergence_line(result.fit.to_dict()), WIDTH)
    text = f"{converged}\n\n{results.calibration_text(result)}"
    return Answer("flee-calibrate", result.to_dict(), lambda: text, options)
