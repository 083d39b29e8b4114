"""Where on the journey a voice stood: its ticket says so first, then the person, then the words."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from analysis.models import PlacedBy
from analysis.schemas.voices import Voice
from journeys.models import Touchpoint
from journeys.rules.context import place


class Placed(Protocol):
    """A mention, fresh from the classifier or stored; an empty touchpoint is one that nobody knows."""

    @property
    def touchpoint(self) -> str | None: ...

    @property
    def confidence(self) -> float: ...


def main_touchpoint(
    voice: Voice, mentions: Iterable[Placed], touchpoints: Sequence[Touchpoint]
) -> tuple[str, PlacedBy]:
    """Key of the touchpoint whose experience this is, "" when nothing says; and what said so."""
    known = {touchpoint.key for touchpoint in touchpoints}
    by_ticket = place(voice.context, touchpoints) if voice.context else ""
    if by_ticket:
        return by_ticket, PlacedBy.TICKET
    if voice.chosen in known:
        return voice.chosen, PlacedBy.PERSON
    return clearest(mentions), PlacedBy.WORDS


def clearest(mentions: Iterable[Placed]) -> str:
    """The touchpoint named most surely; of two equally sure the one named first."""
    placed = [mention for mention in mentions if mention.touchpoint]
    return max(placed, key=lambda mention: mention.confidence).touchpoint or "" if placed else ""
