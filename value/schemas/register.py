"""What comes in for the register, and what it shows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from analysis.schemas.figures import Figure
from value.models import Improvement, ImprovementEdit, State
from value.schemas.measuring import Verdict

Scope = frozenset[str] | None


@dataclass(frozen=True)
class Known:
    """What an improvement may name: touchpoint, service and customer keys with their names in the reader's language."""

    touchpoints: Mapping[str, str]
    services: Mapping[str, str]
    customers: Mapping[str, str]
    places: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # touchpoint -> value stream, practice


@dataclass(frozen=True)
class Origin:
    """What an improvement hangs on when it is registered."""

    kind: str = ""
    target_id: UUID | None = None


@dataclass(frozen=True)
class Wish:
    """Which entries of the register are shown."""

    state: str = ""
    customer: str = ""
    touchpoint: str = ""
    q: str = ""


@dataclass(frozen=True)
class Entry:
    """An improvement as a list shows it."""

    improvement: Improvement
    customers: frozenset[str]
    verdict: Verdict | None = None
    overdue: bool = False
    due_soon: bool = False


@dataclass(frozen=True)
class Picture:
    """Before and after, as they may be shown."""

    before: Figure
    after: Figure
    months: tuple[tuple[int, Figure], ...] = ()


@dataclass(frozen=True)
class Detail:
    entry: Entry
    edits: list[ImprovementEdit]
    picture: Picture | None
    links: Mapping[str, list[UUID]]
    told: Mapping[str, int]
    undoable: UUID | None
    next_states: tuple[State, ...]
    goal: str = ""


@dataclass(frozen=True)
class Made:
    """An improvement as everybody may read of it."""

    improvement: Improvement
    verdict: Verdict | None
    picture: Picture | None


@dataclass(frozen=True)
class Share:
    """Of the voices of a year, those that led to something; None: too few to be told."""

    voices: int | None
    led: int | None

    @property
    def percent(self) -> float | None:
        return 100 * self.led / self.voices if self.voices and self.led is not None else None


@dataclass(frozen=True)
class MadeFor:
    """The page of what was said and done; `customer_name` "" for everybody's."""

    made: list[Made]
    customer_name: str
    share: Share
