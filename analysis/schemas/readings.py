"""Comments as they were read, for people who read them and put them right. No ordered id, no exact time, no names."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from msgspec import Struct


@dataclass(frozen=True)
class Search:
    """Which comments somebody wants to see; "" where nothing was chosen."""

    touchpoint: str = ""
    service: str = ""
    sentiment: str = ""
    language: str = ""
    text: str = ""


@dataclass(frozen=True)
class Place:
    """Where a page of comments begins: after this one of this month."""

    month: int
    confidence: float
    id: UUID


@dataclass(frozen=True)
class Shown:
    """Which of the words that were released are wanted: about a touchpoint, "" for all; whether a filter by service
    cuts a part out, for which words are released by themselves."""

    touchpoint: str = ""
    by_service: bool = False


class MentionOut(Struct, frozen=True):
    """A clause about a touchpoint; "" where it is not known which, with the best guesses."""

    id: UUID
    text: str
    label: str
    touchpoint: str
    candidates: list[str]
    corrected: bool


class ReadingOut(Struct, frozen=True):
    """A comment; `month` as 2026-05. `touchpoint` is where its scores count; `confidence` 0..1."""

    id: UUID
    month: str
    language: str
    text: str
    label: str
    confidence: float
    touchpoint: str
    corrected: bool
    classifier: str
    mentions: list[MentionOut]


class ReadingsPage(Struct, frozen=True):
    items: list[ReadingOut]
    next: str | None


@dataclass(frozen=True)
class Queue:
    """What waits to be placed: the next mention, where the one after it begins, how many wait and how many people
    placed; None: too few to be told. `often`: what is likely too, where the reader has fewer than two candidates."""

    reading: ReadingOut | None
    mention: MentionOut | None
    following: Place | None
    waiting: int | None
    placed: int | None
    before: str = ""
    after: str = ""
    often: Sequence[str] = ()
