"""What comes back of a mail, what its reader wishes, and what a person did with the form."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from journeys.schemas.places import Bilingual
from surveys.models import TroubleKind


@dataclass(frozen=True)
class Returned:
    """A mail that came back. `mark` shows that the report is about a mail of ours."""

    invitation_id: UUID
    mark: str
    kind: TroubleKind
    code: str


class Wish(StrEnum):
    """What somebody wishes who found the link under a mail."""

    NONE_AT_ALL = "none"
    NOT_THIS = "not_this"
    ASK_ME = "ask"


@dataclass(frozen=True)
class Reader:
    """Who opened the link under a mail, and what they wished last. Without a survey: an anonymous one told them."""

    person_id: UUID
    survey_id: UUID | None
    title: Bilingual | None
    language: str | None
    wish: Wish


class Step(StrEnum):
    """What a person, not a machine, did with a form."""

    OPENED = "opened"
    STARTED = "started"
