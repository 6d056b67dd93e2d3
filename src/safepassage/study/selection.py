"""Names that a user requests, of what a model folder and a user's file declare."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from safepassage.errors import Fault, InputError
from safepassage.model.yaml.wording import suggestion


def select_names(names: Sequence[str], there: Collection[str], kind: str, file: str) -> list[str]:
    """The requested names, with `-` for `_`; all that are there where none is named.

    Args:
        names: what was requested.
        there: what is declared.
        kind: what they are names of, for the message.
        file: of a model folder, that declares them.

    Raises:
        InputError: a name is unknown or stands twice, or nothing is there.
    """
    if not there:
        message = f"the model has none; add a {file}, or give a file of your own"
        raise InputError([Fault(kind, 0, "", message)])
    chosen = [name.replace("_", "-") for name in names] or list(there)
    faults = [
        Fault(kind, 0, "", f"there is no '{name[:60]}'; {suggestion(name, there)}")
        for name in chosen
        if name not in there
    ]
    faults += [
        Fault(kind, 0, "", f"'{name}' stands twice; name it once")
        for name in dict.fromkeys(chosen)
        if chosen.count(name) > 1
    ]
    if faults:
        raise InputError(faults)
    return chosen
