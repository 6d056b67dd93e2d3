"""Simulated histories as a table in Parquet, written as they come.

One row per move, payment taken over by others, debt and repayment. A history is no one's: every row
says `simulated = true`. Months are named up to two calendar years before the model's end; what is
later carries its year only, as everything that this project publishes.

Each replicate is some files `replicate-RRRRRR-KKKK.parquet` in one folder, each either whole or
absent. `scan` reads them all.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from safepassage.network.arrays import Network
from safepassage.network.calendar import month_name, month_number
from safepassage.network.persons import PAYERS
from safepassage.store.atomic import atomic_write_bytes

if TYPE_CHECKING:
    import polars as pl

MONTHLY_UNTIL_YEARS = 2
"""Calendar years before the model's end from which on only the year is given."""
OUTSIDE = "outside"
"""Where people come from by an entry."""
START, PAYMENT, REPAYMENT = "start", "payment", "repayment"
"""Causes other than the names of transitions, entries and outcomes of branches. A payment and a
repayment lead nowhere: `from` and `to` are where the person is then."""


class HistoryWriter:
    """Writes the rows of a run; replicates may come from several threads."""

    def __init__(self, folder: Path | str, network: Network, *, end: str | None = None) -> None:
        """Name what rows refer to by number.

        Args:
            folder: Where the files go; made if need be.
            network: The structure that was run.
            end: Last month of the model, `YYYY-MM`; by default the network's last.
        """
        self.folder = Path(folder)
        first = month_number(network.start)
        last = month_number(end) if end else first + int(network.month_of_step.max(initial=0))
        latest = last // 12 - MONTHLY_UNTIL_YEARS
        months = [first + int(m) for m in network.month_of_step]
        self._time = [month_name(m) if m // 12 <= latest else f"{m // 12:04d}" for m in months]
        states = [cell.state for cell in network.cells]
        self._state = states
        starts = [OUTSIDE] * (len(network.entry_name) + len(states))
        self._from = [states[int(c)] for c in network.edge_source] + starts
        self._cause = [*network.edge_name, *network.entry_name, *([START] * len(states))]
        self._parts: dict[int, int] = {}
        self._lock = threading.Lock()

    def begin(self, replicate: int) -> None:
        """Forget what an earlier run left of a replicate."""
        with self._lock:
            self._parts[replicate] = 0
        for part in self.folder.glob(f"replicate-{replicate:06d}-*.parquet"):
            part.unlink()

    def write(self, replicate: int, rows: NDArray[np.void]) -> None:
        """Write rows of one replicate as one file.

        Args:
            replicate: Its number.
            rows: Of the engine's dtype `ROW`.

        Raises:
            OSError: The disk is full or the folder cannot be written.
        """
        with self._lock:
            part = self._parts.setdefault(replicate, 0)
            self._parts[replicate] = part + 1
        buffer = io.BytesIO()
        self._table(replicate, rows).write_parquet(buffer, compression="zstd", compression_level=1)
        self._put(replicate, part, buffer.getvalue())

    def accept(self, files_of: Mapping[int, Sequence[bytes]]) -> None:
        """Write files of another process (`BufferedHistories`), in place of any earlier ones."""
        for replicate, files in files_of.items():
            self.begin(replicate)
            for part, content in enumerate(files):
                self._put(replicate, part, content)

    def _put(self, replicate: int, part: int, content: bytes) -> None:
        name = f"replicate-{replicate:06d}-{part:04d}.parquet"
        atomic_write_bytes(self.folder / name, content)

    def _table(self, replicate: int, rows: NDArray[np.void]) -> pl.DataFrame:
        import polars as pl

        def named(names: list[str], index: NDArray[Any]) -> pl.Series:
            return pl.Series(names, dtype=pl.String).gather(pl.Series(index.astype(np.uint32)))

        causes = [*self._cause, PAYMENT, REPAYMENT]
        kind = rows["kind"].astype(np.int64)
        stays = kind > 0
        cause = np.where(stays, len(self._cause) + kind - 1, rows["event"])
        here = len(self._from) + rows["cell"]
        columns = {
            "replicate": pl.Series(np.full(len(rows), replicate, np.int32)),
            "person": pl.Series(rows["person"]),
            "party": pl.Series(rows["party"]),
            "time": named(self._time, rows["step"]),
            "from": named([*self._from, *self._state], np.where(stays, here, rows["event"])),
            "to": named(self._state, rows["cell"]),
            "cause": named(causes, cause),
            "cost": pl.Series(rows["cost"]),
            "payer": named(list(PAYERS), rows["payer"]),
            "simulated": pl.Series(np.ones(len(rows), bool)),
        }
        return pl.DataFrame(columns)


class BufferedHistories(HistoryWriter):
    """Buffers the files of some replicates, for a process that may not see the folder."""

    def __init__(self, network: Network, *, end: str | None = None) -> None:
        """As `HistoryWriter`, without a folder."""
        super().__init__("", network, end=end)
        self._files: dict[int, list[bytes]] = {}

    def begin(self, replicate: int) -> None:
        """Forget what was buffered of a replicate."""
        with self._lock:
            self._parts[replicate] = 0
            self._files[replicate] = []

    def pop_files(self) -> dict[int, list[bytes]]:
        """Return the files by replicate, and forget them."""
        files, self._files = self._files, {}
        return files

    def _put(self, replicate: int, part: int, content: bytes) -> None:
        self._files[replicate].append(content)


def scan(folder: Path | str) -> pl.LazyFrame:
    """All histories of a folder, to be filtered without reading them whole.

    Raises:
        FileNotFoundError: The folder holds none.
    """
    import polars as pl

    folder = Path(folder)
    if not any(folder.glob("replicate-*.parquet")):
        raise FileNotFoundError(f"{folder} holds no histories; run the engine with `histories`")
    return pl.scan_parquet(folder / "replicate-*.parquet")
