"""What a survey is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from journeys.schemas.places import Bilingual
from surveys.models import Mode
from surveys.schemas.asking import TriggerDefinition
from surveys.schemas.questions import Question

# Scheme, host and port and nothing else: it stands in a header, where a semicolon would begin another rule.
Origin = Annotated[str, Meta(pattern=r"^https?://[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:[0-9]{1,5})?$")]


PlaceKey = Annotated[str, Meta(max_length=200)]


class SurveyDefinition(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """`slug`: the survey is open to everybody at `/q/{slug}`. `edit_minutes`: so long an answer may be changed.

    `origins`: whose pages may show it in a frame, such as `https://intranet.example.org`. `customer` and `touchpoint`:
    whose people it asks and what about, by key, for answers that no ticket places.
    """

    key: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
    mode: Mode = Mode.CONFIDENTIAL
    title: Bilingual
    intro: Bilingual
    thanks: Bilingual
    questions: Annotated[list[Question], Meta(min_length=1, max_length=50)]
    slug: Annotated[str, Meta(pattern=r"^([a-z0-9][a-z0-9-]{1,39})?$")] = ""
    origins: Annotated[list[Origin], Meta(max_length=20)] = msgspec.field(default_factory=list)
    edit_minutes: Annotated[int, Meta(ge=0, le=7 * 24 * 60)] = 0
    customer: PlaceKey = ""
    touchpoint: PlaceKey = ""
    trigger: TriggerDefinition | None = None


@dataclass(frozen=True)
class Published:
    """A published version: never changes, so it may be kept in memory."""

    version_id: UUID
    number: int
    definition: SurveyDefinition


@dataclass(frozen=True)
class Draft:
    """What is being written. `number` tells two people's work apart; `steps`: how many steps back there are."""

    number: int
    definition: SurveyDefinition
    steps: int


@dataclass(frozen=True)
class SurveyRow:
    """A survey in the list of all. `version` 0: never published. `answers`: a count to be shown for groups only."""

    key: str
    title: Bilingual
    mode: Mode
    version: int
    published_at: datetime | None
    has_draft: bool
    archived: bool
    slug: str
    answers: int
