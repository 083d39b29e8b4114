"""What goes into the reader and what comes out of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from msgspec import Struct

Language = Literal["zh", "en", "mixed", "other"]
Label = Literal["very_negative", "negative", "neutral", "positive", "very_positive", "mixed", "none"]
Emotion = Literal[
    "anger",
    "frustration",
    "anxiety",
    "disappointment",
    "confusion",
    "relief",
    "gratitude",
    "delight",
    "trust",
]

EMOTIONS: tuple[Emotion, ...] = get_args(Emotion)
LABELS: tuple[Label, ...] = get_args(Label)


@dataclass(frozen=True, slots=True)
class TouchpointSeed:
    """A touchpoint as an installation describes it; `name` has the keys zh and en, either may be missing."""

    key: str
    name: Mapping[str, str]
    description: str = ""
    keywords: tuple[str, ...] = ()


class MentionReading(Struct, frozen=True, gc=False):
    """One clause about one touchpoint; `start` and `end` count characters of the text as it was given."""

    touchpoint: str | None
    candidates: tuple[str, ...]
    start: int
    end: int
    label: Label
    score: float
    confidence: float


class Reading(Struct, frozen=True, gc=False):
    """A comment, understood: `score` -1..1, `confidence` 0..1; `truncated` when only its beginning was read."""

    language: Language
    label: Label
    score: float
    confidence: float
    emotions: dict[str, float] = {}
    mentions: tuple[MentionReading, ...] = ()
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A word or an event that counted: where it came from, what it said, which way it pointed (-1..1)."""

    source: Literal["word", "event", "emoji", "emotion", "textblob"]
    name: str
    words: str
    weight: float


@dataclass(frozen=True, slots=True)
class ClauseReading:
    """Why one clause was read as it was; the two probabilities are those of the linear classifier alone."""

    text: str
    opinion: float
    positive: float
    label: Label
    score: float
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A reading, taken apart for a person who asks why."""

    reading: Reading
    clauses: tuple[ClauseReading, ...]


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person said of a stretch of text; None: not judged. `touchpoint` "": it belongs to none of them."""

    text: str
    language: str | None
    label: Label | None
    touchpoint: str | None


@dataclass(frozen=True, slots=True)
class HeldOut:
    """F1 in % (macro over three outcomes, micro over touchpoints) on corrections held out of the learning."""

    n: int
    sentiment: float | None
    touchpoints: float | None
