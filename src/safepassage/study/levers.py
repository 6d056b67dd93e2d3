"""The levers that a plan may pull: the model's own, and those in a user's file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from safepassage.errors import Fault, InputError
from safepassage.evidence.covariates import CovariateRow
from safepassage.evidence.do_no_harm_model import text_faults
from safepassage.evidence.links import (
    Use,
    covariate_uses,
    declared_uses,
    link_faults,
    observation_uses,
)
from safepassage.model.lever_schema import Lever
from safepassage.model.reader import LEVER_FILE, read_levers
from safepassage.model.schema import Parameter
from safepassage.model.validation.levers import overlaps
from safepassage.study.selection import select_names

if TYPE_CHECKING:
    from safepassage.study.loader import Study


@dataclass(frozen=True)
class Levers:
    """Levers by the name that they go by on the command line, and what they are based on."""

    levers: dict[str, Lever]
    parameters: dict[str, Parameter]
    """Costs and effects by name; the model's own parameters are not among them."""

    def chosen(self, names: Sequence[str]) -> dict[str, Lever]:
        """Levers by name, with `-` or `_`; all of them where none is named.

        Raises:
            InputError: a name is unknown or stands twice, there are none, or two act on one thing.
        """
        chosen = select_names(names, self.levers, "levers", LEVER_FILE)
        levers = {name: self.levers[name] for name in chosen}
        faults = [
            Fault(
                "levers", 0, "",
                f"'{one}' and '{other}' both act on {what}, and what they do together is unknown; "
                "leave one of them out by naming the others",
            )
            for one, other, what in overlaps(levers)
        ]  # fmt: skip
        if faults:
            raise InputError(faults)
        return levers


def levers_of(study: Study, file: Path | None = None) -> Levers:
    """Read the levers of a model folder, and a user's own beside them.

    Raises:
        InputError: with every fault of both files.
    """
    own = study.path / LEVER_FILE
    levers: dict[str, Lever] = {}
    parameters: dict[str, Parameter] = {}
    faults: list[Fault] = []
    uses = list(_uses_of(study))
    for path in [*([own] if own.is_file() else []), *([file] if file is not None else [])]:
        try:
            read = read_levers(path, study.model)
        except InputError as error:
            faults += error.faults
            continue
        faults += text_faults(read.declared, read.lines)
        uses += declared_uses(read.declared, read.lines)
        named = {n.replace("_", "-"): lever for n, lever in read.declared.levers.items()}
        taken = [("levers", n.replace("-", "_")) for n in named.keys() & levers.keys()]
        taken += [("parameters", n) for n in read.declared.parameters.keys() & parameters.keys()]
        for section, name in sorted(taken):
            message = f"the name is taken in the model's own {LEVER_FILE}; rename yours"
            faults.append(read.lines.fault(f"{section}.{name}", message))
        levers |= named
        parameters |= read.declared.parameters
    faults += [f for f in link_faults(uses, study.evidence) if f.file != study.lines.file]
    if faults:
        raise InputError(faults)
    return Levers(levers, parameters)


def _uses_of(study: Study) -> Iterator[Use]:
    """What the model is already based on: a datum serves once."""
    model = study.model
    yield from declared_uses(model, study.lines)
    for name, rows in study.observations.items():
        yield from observation_uses(rows, model.channels[name])
    for name, ids in study.covariate_evidence.items():
        rows = [CovariateRow(0, 0.0, ids, study.lines.file, 0)]
        yield from covariate_uses(name, rows)
