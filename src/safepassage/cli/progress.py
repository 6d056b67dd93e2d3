"""How far a long step has come: a bar on a terminal, now and then a line elsewhere."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any, Self

SECONDS_BETWEEN_LINES = 15.0


class Progress:
    """A callable that a fit tells about its work, on standard error.

    Call it as `progress(stage, done, total)`; a stage is a few words, `done` of `total` are
    steps of that stage. A change of stage begins a new bar or line.
    """

    def __init__(self) -> None:
        self._bars: Any = None
        self._task: Any = None
        self._stage: str | None = None
        self._said_at = 0.0

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
            from rich.progress import Progress as Bars

            self._bars = Bars(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                console=Console(stderr=True),
            )
            self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._bars is not None:
            self._bars.stop()

    def __call__(self, stage: str, done: float, total: float) -> None:
        """Show that `done` of `total` steps of `stage` are behind us."""
        begins = stage != self._stage
        self._stage = stage
        if self._bars is not None:
            if begins:
                self._task = self._bars.add_task(stage, total=total)
            self._bars.update(self._task, completed=done, total=total)
            return
        now = time.monotonic()
        if begins or done >= total or now - self._said_at >= SECONDS_BETWEEN_LINES:
            self._said_at = now
            print(f"{stage}: {int(done)} of {int(total)}", file=sys.stderr, flush=True)
