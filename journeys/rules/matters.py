"""Which tickets are one matter to the person who raised them, and whether it is over.

Tickets of one person belong together when they are linked, or when one was opened before the other had been over for
longer than the gap. A matter is over when nothing in it is open and the gap has passed. Without a link it takes in
nothing after `LONGEST`: else somebody who needs help every week would never come to the end of anything.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from journeys.schemas.places import Strand

LONGEST = timedelta(days=60)


@dataclass(frozen=True)
class Matter:
    """In the order in which its tickets were opened."""

    strands: tuple[Strand, ...]

    @property
    def ticket_ids(self) -> list[UUID]:
        return [strand.ticket_id for strand in self.strands]

    @property
    def over_at(self) -> datetime | None:
        """When the last of its tickets was over; None while one is open."""
        ends = [strand.over_at for strand in self.strands]
        return None if None in ends else max(end for end in ends if end)

    @property
    def last(self) -> Strand:
        """The ticket that was over last: by it the person knows the matter."""
        return max(self.strands, key=lambda strand: (strand.over_at or strand.opened_at, strand.opened_at))


def matters(strands: Iterable[Strand], gap: timedelta) -> list[Matter]:
    """The matters of one person, whatever the order in which the tickets are given."""
    groups: dict[int, _Group] = {}  # in the order in which they were last added to
    lasting: dict[int, _Group] = {}  # those that can take in a ticket without a link
    linked: dict[str, int] = {}  # the group of each key
    for number, strand in enumerate(sorted(strands, key=_opening)):
        for over in [key for key, group in lasting.items() if not group.takes(strand, gap)]:
            del lasting[over]
        mine = {*lasting, *([linked[strand.matter]] if strand.matter in linked else [])}
        joined = _Group([strand])
        for key in [key for key in groups if key in mine] if len(mine) > 1 else mine:
            joined.take_in(groups.pop(key))
            lasting.pop(key, None)
        groups[number] = lasting[number] = joined
        linked |= dict.fromkeys(joined.keys, number)
    return [Matter(tuple(sorted(group.strands, key=_opening))) for group in groups.values()]


def _opening(strand: Strand) -> tuple[datetime, str]:
    return strand.opened_at, str(strand.ticket_id)


class _Group:
    """Tickets that are one matter so far. `until` None: one of them is open."""

    def __init__(self, strands: list[Strand]) -> None:
        self.strands, self.first = strands, strands[0].opened_at
        self.until = strands[0].over_at
        self.keys = {one.matter for one in strands if one.matter}

    def takes(self, strand: Strand, gap: timedelta) -> bool:
        """Without a link; tickets come in the order of their opening, so that what it once does not take it never
        will."""
        near = self.until is None or strand.opened_at <= self.until + gap
        return near and strand.opened_at - self.first <= LONGEST

    def take_in(self, other: "_Group") -> None:
        more, less = sorted((self.strands, other.strands), key=len, reverse=True)
        more.extend(less)
        self.strands, self.first = more, min(self.first, other.first)
        self.until = None if self.until is None or other.until is None else max(self.until, other.until)
        self.keys |= other.keys


def over_since(matter: Matter, gap: timedelta, at: datetime) -> datetime | None:
    """When a matter that is over by `at` became so; None: it goes on, or may still go on."""
    over_at = matter.over_at
    return over_at if over_at and over_at + gap <= at else None
