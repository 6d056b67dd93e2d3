"""Learning: channels, the joint density, sampling, and the judged posterior.

Each name is loaded when it is first used, so that looking for a kept fit loads no
sampler.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from safepassage.inference.fitted import Fitted as Fitted
    from safepassage.inference.fitting import compile_loaded as compile_loaded
    from safepassage.inference.fitting import fit as fit
    from safepassage.inference.settings import Settings as Settings

_HOMES = {"Fitted": "fitted", "compile_loaded": "fitting", "fit": "fitting", "Settings": "settings"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
