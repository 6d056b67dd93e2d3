"""What a comparison keeps of its sides, piece by piece, so that it can go on and be added to.

The baseline and each scenario have a folder of their own, keyed by all that their totals depend on.
So a scenario that was run beside others is not run again, and a killed comparison goes on with the
pieces that it lacks.
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

Found = Totals | Answers


class Cache(Protocol):
    """Where pieces are kept; None names the baseline."""

    def take(self, name: str | None, kind: str, at: int | str) -> Found | None:
        """A piece, if it is there."""
        ...

    def keep(self, name: str | None, kind: str, at: int | str, found: Found) -> None:
        """Keep a piece."""
        ...


class NullCache:
    """Keeps nothing."""

    def take(self, name: str | None, kind: str, at: int | str) -> Found | None:
        """Nothing is there."""
        return None

    def keep(self, name: str | None, kind: str, at: int | str, found: Found) -> None:
        """It is let go."""


class DiskCache:
    """Sides in folders: posterior totals in Zarr, the rest as parts.

    Args:
        posterior: the posterior.
        request: what is asked.
        requested: the scenarios.
        out: folder for the sides; the user's cache folder unless given.
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
        """No other process writes the same sides meanwhile."""
        with ExitStack() as held:
            for _, folder in sorted(self._folders.items(), key=lambda item: item[1].key):
                held.enter_context(folder.lock())
            for store in self._stores.values():
                store.reread()
            yield self

    @property
    def paths(self) -> dict[str, str]:
        """The Zarr store of each side."""
        return {name or "baseline": str(store.path) for name, store in self._stores.items()}

    def take(self, name: str | None, kind: str, at: int | str) -> Found | None:
        """A piece, if it is there."""
        if kind == POSTERIOR:
            first = int(at)
            arrays = self._stores[name].load(first, min(BATCH_SIZE, self.draws - first))
            return None if arrays is None else Totals(**arrays)
        part = self._folders[name].load_arrays(_part(kind, at))
        if part is None:
            return None
        if kind != COHORTS:
            return Totals(**part[0])
        measures = {key.removeprefix("of_"): a for key, a in part[0].items() if key[:3] == "of_"}
        return Answers(self._ways, measures, part[0]["attempts_per_year"])

    def keep(self, name: str | None, kind: str, at: int | str, found: Found) -> None:
        """Keep a piece."""
        if isinstance(found, Answers):
            arrays = {f"of_{key}": array for key, array in found.measures.items()}
            arrays["attempts_per_year"] = found.attempts_per_year
            self._folders[name].save_arrays(_part(kind, at), arrays)
        elif kind == POSTERIOR:
            self._stores[name].keep(int(at), found._asdict())
        else:
            self._folders[name].save_arrays(_part(kind, at), found._asdict())


def _part(kind: str, at: int | str) -> str:
    return f"{kind}-{at:06d}" if isinstance(at, int) else f"{kind}-{at}"
