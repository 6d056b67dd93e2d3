"""What a Flee scenario declares, typed and frozen: what is in its files and nothing derived."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from safepassage.errors import Fault
from safepassage.flee.io.settings import Settings

LOCATION_TYPES = (
    "conflict_zone",
    "town",
    "camp",
    "idpcamp",
    "forwarding_hub",
    "marker",
    "flood_zone",
    "default",
)
CLOSURE_TYPES = ("country", "location", "link", "camp", "idpcamp", "remove_forced_redirection")


@dataclass(frozen=True)
class Location:
    """One row of `locations.csv`."""

    name: str
    region: str
    country: str
    latitude: float
    longitude: float
    kind: str
    """As written; Flee looks for `camp`, `conflict`, `forward`, ... inside it."""
    conflict_day: int
    people: int
    """Residents; for a camp its capacity."""
    attributes: Mapping[str, str] = field(default_factory=dict)
    line: int = 0

    @property
    def is_camp(self) -> bool:
        """Whether people are counted here from the start."""
        return "camp" in self.kind.lower()


@dataclass(frozen=True)
class Route:
    """One row of `routes.csv`: a way that is walked in both directions."""

    start: str
    end: str
    km: float
    forced_redirection: int = 0
    attributes: Mapping[str, str] = field(default_factory=dict)
    line: int = 0


@dataclass(frozen=True)
class Closure:
    """One row of `closures.csv`."""

    kind: str
    first: str
    second: str
    start: int
    end: int
    line: int = 0


@dataclass(frozen=True)
class TypeChange:
    """One row of `location_changes.csv`."""

    location: str
    kind: str
    day: int


@dataclass(frozen=True)
class Reported:
    """The published counts of one camp, or of all: days since the start and people."""

    name: str
    days: tuple[int, ...]
    people: tuple[float, ...]


@dataclass(frozen=True)
class Scenario:
    """A scenario folder with its settings and its published counts."""

    folder: str
    start: date
    days: int
    locations: tuple[Location, ...]
    routes: tuple[Route, ...]
    closures: tuple[Closure, ...]
    conflicts: Mapping[str, tuple[float, ...]]
    """Intensity per day of each location in `conflicts.csv`."""
    reported: tuple[Reported, ...]
    """In the order of `data_layout.csv`, corrected; the first is the total."""
    settings: Settings
    food_insecurity: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    """IPC level (%) per day of each region in `region_attributes_IPC.csv`."""
    changes: tuple[TypeChange, ...] = ()
    warnings: tuple[Fault, ...] = ()
    """Legal, and probably not meant."""

    @property
    def camps(self) -> tuple[str, ...]:
        """Names of the camps, in the order of the file."""
        return tuple(place.name for place in self.locations if place.is_camp)
