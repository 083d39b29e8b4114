"""What a survey is."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from journeys.schemas.places import Bilingual
from surveys.models import Mode
from surveys.schemas.asking import TriggerDefinition

LONGEST_TEXT = 10_000


class Kind(StrEnum):
    """How a question is answered."""

    RATING = "rating"
    CHOICE = "choice"
    TEXT = "text"
    CHECKBOX = "checkbox"


class Construct(StrEnum):
    """What a question measures. All but `other` stand at most once in a survey."""

    FUNCTIONAL = "functional"
    EMOTIONAL = "emotional"
    SATISFACTION = "satisfaction"
    LOST_TIME = "lost_time"
    COMMENT = "comment"
    CONTACT = "contact"
    OTHER = "other"


DIMENSIONS = (Construct.FUNCTIONAL, Construct.EMOTIONAL, Construct.SATISFACTION)


class Scale(Struct, frozen=True, forbid_unknown_fields=True):
    """Steps from `min` (worst) to `max` (best), with a word for each."""

    min: int
    max: int
    labels: list[Bilingual]


class Option(Struct, frozen=True, forbid_unknown_fields=True):
    """One answer to a choice; where time lost is asked for, `value` is a number of minutes."""

    value: Annotated[str, Meta(min_length=1, max_length=40)]
    label: Bilingual


class Question(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    key: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    construct: Construct
    kind: Kind
    wording: Bilingual
    hint: Bilingual | None = None
    required: bool = False
    scale: Scale | None = None
    options: list[Option] = []
    max_length: Annotated[int, Meta(ge=1, le=LONGEST_TEXT)] = 2000


class SurveyDefinition(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    key: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
    mode: Mode = Mode.CONFIDENTIAL
    title: Bilingual
    intro: Bilingual
    thanks: Bilingual
    questions: Annotated[list[Question], Meta(min_length=1, max_length=50)]
    trigger: TriggerDefinition | None = None


@dataclass(frozen=True)
class Published:
    """A published version: never changes, so it may be kept in memory."""

    version_id: UUID
    number: int
    definition: SurveyDefinition
