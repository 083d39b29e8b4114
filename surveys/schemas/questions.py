"""What a question is: what it measures, how it is answered, and when it is asked."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from journeys.schemas.places import Bilingual

LONGEST_TEXT = 10_000
Key = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Value = Annotated[str, Meta(min_length=1, max_length=40)]


class Kind(StrEnum):
    """How a question is answered."""

    RATING = "rating"
    CSAT = "csat"
    CES = "ces"
    NPS = "nps"
    CHOICE = "choice"
    CHOICES = "choices"
    REASONS = "reasons"
    EMOTIONS = "emotions"
    LINE = "line"
    TEXT = "text"
    MINUTES = "minutes"
    MATRIX = "matrix"
    YESNO = "yesno"
    DATE = "date"
    CHECKBOX = "checkbox"


class Construct(StrEnum):
    """What a question measures. All but `other` stand at most once in a survey."""

    FUNCTIONAL = "functional"
    EMOTIONAL = "emotional"
    SATISFACTION = "satisfaction"
    EXPECTATION = "expectation"
    EFFORT = "effort"
    LOST_TIME = "lost_time"
    RECOMMENDATION = "recommendation"
    OVERALL = "overall"
    COMMENT = "comment"
    CONTACT = "contact"
    OTHER = "other"


class Direction(StrEnum):
    """Which end of a scale is good."""

    UP = "up"
    DOWN = "down"


class Look(StrEnum):
    FACES = "faces"
    STARS = "stars"
    NUMBERS = "numbers"


DIMENSIONS = (Construct.FUNCTIONAL, Construct.EMOTIONAL, Construct.SATISFACTION)
SCALED = frozenset({Kind.RATING, Kind.CSAT, Kind.CES, Kind.NPS})
OFFERED = frozenset({Kind.CHOICE, Kind.CHOICES, Kind.REASONS, Kind.EMOTIONS})
SEVERAL = frozenset({Kind.CHOICES, Kind.REASONS, Kind.EMOTIONS})


class Scale(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Steps from `min` to `max`; a word for each of them, or for the two ends alone."""

    min: Annotated[int, Meta(ge=0, le=10)]
    max: Annotated[int, Meta(ge=1, le=10)]
    labels: list[Bilingual] = []
    direction: Direction = Direction.UP


class Option(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One answer to a choice; where time lost is asked for, `value` is a number of minutes.

    `scores`: a reason is offered for scores from the first to the second only.
    """

    value: Value
    label: Bilingual
    scores: tuple[int, int] | None = None


class Condition(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """Holds for the answer to an earlier `question` or for an attribute of the `ticket`; one of the two is named.

    `values`: one of these was given; else the number lies within `at_least` and `at_most`; neither: it was answered.
    """

    question: str = ""
    ticket: str = ""
    at_least: int | None = None
    at_most: int | None = None
    values: list[str] = []


class Question(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """`show_if`, `required_if`: all of the conditions have to hold. `reasons_for`: the key of the scored question.

    `shuffle`: options stand in an order of the respondent's own; questions of one `block` do so among themselves.
    `other`: the answers end with a line for something else. `max_minutes`: minutes.
    """

    key: Key
    construct: Construct
    kind: Kind
    wording: Bilingual
    hint: Bilingual | None = None
    required: bool = False
    not_applicable: bool = False
    scale: Scale | None = None
    look: Look = Look.FACES
    options: Annotated[list[Option], Meta(max_length=40)] = []
    rows: Annotated[list[Option], Meta(max_length=20)] = []
    other: bool = False
    shuffle: bool = False
    block: Annotated[str, Meta(max_length=40)] = ""
    reasons_for: str = ""
    show_if: Annotated[list[Condition], Meta(max_length=5)] = []
    required_if: Annotated[list[Condition], Meta(max_length=5)] = []
    max_length: Annotated[int, Meta(ge=1, le=LONGEST_TEXT)] = 2000
    max_minutes: Annotated[int, Meta(ge=1, le=10080)] = 2400
