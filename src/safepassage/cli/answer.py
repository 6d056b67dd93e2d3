"""What a command returns, and how it becomes output."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safepassage.cli.options import Output

WIDTH = 80
"""Columns that a table or a paragraph may take."""


@dataclass(frozen=True)
class Answer:
    """One answer, as data and as text."""

    verb: str
    value: Mapping[str, Any]
    """The JSON object."""
    text: Callable[[], str]
    """Called only where text is printed."""
    options: Output

    def render(self) -> str:
        """The whole of standard output; with `--out`, the JSON object is also written there."""
        if self.options.out is not None:
            from safepassage.store.atomic import atomic_write_json

            atomic_write_json(Path(self.options.out) / f"{self.verb}.json", plain(self.value))
        if self.options.json:
            return json.dumps(plain(self.value), allow_nan=False, ensure_ascii=False)
        return self.text()


def plain(value: Any) -> Any:
    """Plain JSON of nested values: arrays and their numbers unwrapped, NaN and infinity as null.

    Raises:
        TypeError: Something in it has no place in JSON.
    """
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Path):
        return str(value)
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    raise TypeError(f"no JSON for {type(value).__name__}")


def convergence_line(fit: Mapping[str, Any]) -> str:
    """One line on whether a fit's figures can be relied on (the `fit` object of its JSON)."""
    figures = (
        f"largest R-hat {_figure(fit.get('max_rhat'), '.3f')}, "
        f"effective draws bulk {_figure(fit.get('min_bulk_ess'), '.0f')} "
        f"and tail {_figure(fit.get('min_tail_ess'), '.0f')}, "
        f"{_figure(fit.get('divergences'), '.0f')} divergences"
    )
    if fit.get("converged"):
        return f"The fit has converged: {figures}."
    return f"THE FIT HAS NOT CONVERGED; do not rely on these figures: {figures}."


def _figure(value: float | None, form: str) -> str:
    return "unknown" if value is None else format(value, form)
