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
    groups: list[list[Strand]] = []
    for strand in sorted(strands, key=_opening):
        mine = [group for group in groups if _belongs(strand, group, gap)]
        groups = [group for group in groups if group not in mine]
        groups.append(sorted([*(one for group in mine for one in group), strand], key=_opening))
    return [Matter(tuple(group)) for group in groups]


def _opening(strand: Strand) -> tuple[datetime, str]:
    return strand.opened_at, str(strand.ticket_id)


def _belongs(strand: Strand, group: list[Strand], gap: timedelta) -> bool:
    linked = bool(strand.matter) and any(one.matter == strand.matter for one in group)
    near = any(one.over_at is None or strand.opened_at <= one.over_at + gap for one in group)
    return linked or (near and strand.opened_at - group[0].opened_at <= LONGEST)


def over_since(matter: Matter, gap: timedelta, at: datetime) -> datetime | None:
    """When a matter that is over by `at` became so; None: it goes on, or may still go on."""
    over_at = matter.over_at
    return over_at if over_at and over_at + gap <= at else None
