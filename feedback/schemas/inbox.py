"""What managers read and look for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from feedback.schemas.said import Contact


@dataclass(frozen=True)
class Desk:
    """Who sits at the inbox. `customers`: theirs, None for all. `services`: of which service's messages without a
    customer they are a reader ("" for all), each since which day."""

    name: str
    customers: frozenset[str] | None
    services: Mapping[str, date] = field(default_factory=dict)


@dataclass(frozen=True)
class Search:
    """Empty means whatever. `owner`: a name, or "-" for nobody's. `late`: past its due date and not answered."""

    state: str = ""
    owner: str = ""
    kind: str = ""
    late: bool = False
    channel: str = ""
    service: str = ""
    touchpoint: str = ""


@dataclass(frozen=True)
class Position:
    """A place in the inbox: everything older than the matter of this day and id comes after it."""

    day: date
    id: UUID


@dataclass(frozen=True)
class InboxItem:
    """A feedback as a manager reads it: with its author, as given and not checked. Scores 1-5.

    `hidden`: the words are not for this reader. `times`: how often the same was said, this one included.
    """

    id: UUID
    day: date
    closeness: str
    hidden: bool
    kind: str
    text: str
    language: str
    channel: str
    service: str
    customer: str
    touchpoint: str
    contact: Contact
    functional: int | None
    emotional: int | None
    satisfaction: int | None
    state: str
    owner: str
    due_on: date
    delete_on: date
    times: int
    sentiment: str
    read_touchpoint: str
    question_open: bool


@dataclass(frozen=True)
class Waiting:
    """How much of an inbox waits: `soon_gone`: to be deleted soon; `past_their_day`: kept only because nobody has
    read it."""

    unread: int
    late: int
    soon_gone: int
    past_their_day: int

    @property
    def anything(self) -> bool:
        return any((self.unread, self.late, self.soon_gone, self.past_their_day))


@dataclass(frozen=True)
class Merged:
    """`id` is dealt with together with `lead` now, and `with_it`, which stood under it before, as well."""

    lead: UUID
    id: UUID
    with_it: list[UUID]


@dataclass(frozen=True)
class Near:
    """`alike`: the most alike first. `newest`: to choose from."""

    alike: list[InboxItem]
    newest: list[InboxItem]
