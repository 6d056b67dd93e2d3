"""The runs of a comparison on disk, chunk by chunk, so that it can be resumed and added to.

The baseline and each scenario have a folder of their own, keyed by all that their totals depend on.
So a scenario that was run beside others is not run again, and a killed comparison resumes with the
chunks that are missing.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from safepassage.analysis.cohorts import Answers
from safepassage.analysis.compare.tasks import COHORTS, POSTERIOR
from safepassage.analysis.compare.totals import BATCH_SIZE, MEASURES, Totals
from safepassage.store import RunFolder, run_key, run_root, source_hash
from safepassage.store.comparisons import SideStore

if TYPE_CHECKING:
    from safepassage.analysis.compare.request import CompareRequest
    from safepassage.inference.posterior import Posterior
    from safepassage.study.scenarios import NamedScenario

Values = Totals | Answers
"""What is computed of a chunk."""


class Cache(Protocol):
    """Where chunks are stored; None names the baseline."""

    def load(self, name: str | None, kind: str, at: int | str) -> Values | None:
        """The values of a chunk; None where they are not stored."""
        ...

    def save(self, name: str | None, kind: str, at: int | str, values: Values) -> None:
        """Store the values of a chunk."""
        ...


class NullCache:
    """Stores nothing."""

    def load(self, name: str | None, kind: str, at: int | str) -> Values | None:
        """None."""
        return None

    def save(self, name: str | None, kind: str, at: int | str, values: Values) -> None:
        """Do nothing."""


class DiskCache:
    """A folder for the baseline and each scenario: posterior totals in Zarr, the rest as parts.

    Args:
        posterior: the posterior.
        request: what is requested.
        requested: the scenarios.
        out: folder for all of them; the user's cache folder unless given.
    """

    def __init__(
        self,
        posterior: Posterior,
        request: CompareRequest,
        requested: Sequence[NamedScenario],
        out: Path | None = None,
    ):
        self.draws = request.draws
        self._ways = tuple(posterior.study.model.ways)
        self._stores: dict[str | None, SideStore] = {}
        self._folders: dict[str | None, RunFolder] = {}
        header = posterior.study.model.model
        last = max(int(header.end[:4]), request.last_year or 0)
        years = [str(year) for year in range(int(header.start[:4]), last + 1)]
        settings = dataclasses.asdict(dataclasses.replace(request, first_year=None))
        for one in (None, *requested):
            name = one and one.name
            # By its name too: two folders of one key would wait for each other.
            side = [name, one and one.scenario.model_dump(mode="json")]
            about = {"fit": posterior.path.name, "question": settings, "side": side}
            key = run_key(
                posterior.study.identity, posterior.study.evidence_hash, source_hash(), about,
                posterior.seed,
            )  # fmt: skip
            self._folders[name] = folder = RunFolder(run_root(out), key)
            self._stores[name] = SideStore(
                folder.path, MEASURES, self._ways, years, BATCH_SIZE,
                {"scenario": name or "baseline", **settings, "fit": posterior.path.name},
            )  # fmt: skip

    @contextmanager
    def locked(self) -> Iterator[DiskCache]:
        """No other process writes the same folders meanwhile."""
        with ExitStack() as locks:
            for _, folder in sorted(self._folders.items(), key=lambda item: item[1].key):
                locks.enter_context(folder.lock())
            for store in self._stores.values():
                store.reread()
            yield self

    @property
    def paths(self) -> dict[str, str]:
        """The Zarr store of the baseline and of each scenario."""
        return {name or "baseline": str(store.path) for name, store in self._stores.items()}

    def load(self, name: str | None, kind: str, at: int | str) -> Values | None:
        """The values of a chunk; None where they are not stored."""
        if kind == POSTERIOR:
            first = int(at)
            arrays = self._stores[name].kept(first, min(BATCH_SIZE, self.draws - first))
            return None if arrays is None else Totals(**arrays)
        part = self._folders[name].load_arrays(_part(kind, at))
        if part is None:
            return None
        if kind != COHORTS:
            return Totals(**part[0])
        measures = {key.removeprefix("of_"): a for key, a in part[0].items() if key[:3] == "of_"}
        return Answers(self._ways, measures, part[0]["attempts_per_year"])

    def save(self, name: str | None, kind: str, at: int | str, values: Values) -> None:
        """Store the values of a chunk."""
        if isinstance(values, Answers):
            arrays = {f"of_{key}": array for key, array in values.measures.items()}
            arrays["attempts_per_year"] = values.attempts_per_year
            self._folders[name].save_arrays(_part(kind, at), arrays)
        elif kind == POSTERIOR:
            self._stores[name].keep(int(at), values._asdict())
        else:
            self._folders[name].save_arrays(_part(kind, at), values._asdict())


def _part(kind: str, at: int | str) -> str:
    return f"{kind}-{at:06d}" if isinstance(at, int) else f"{kind}-{at}"
