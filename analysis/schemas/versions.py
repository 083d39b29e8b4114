"""Versions of the classifier, as people see them."""

from datetime import datetime

from msgspec import Struct


class Scores(Struct, frozen=True):
    """F1 in % on corrections held out of the learning: of the sentiment (macro) and of the touchpoints (micro)."""

    sentiment: float | None
    touchpoints: float | None


class Version(Struct, frozen=True):
    """`state`: shipped, candidate, current or retired; `held_out`: how many corrections the scores come from.

    `fits`: it was learnt on the classifier that is shipped now; no other can be used.
    """

    version: str
    state: str
    current: bool
    made_at: datetime | None = None
    promoted_at: datetime | None = None
    corrections: int = 0
    held_out: int = 0
    before: Scores | None = None
    after: Scores | None = None
    fits: bool = True


class Progress(Struct, frozen=True):
    """How many experiences there are, and how many of them an older version read."""

    total: int
    outdated: int
