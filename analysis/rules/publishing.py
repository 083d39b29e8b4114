"""Which comments may be shown to whom, and which waiting answers a correction takes back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from analysis.models import Released, WaitingAnswer
from analysis.schemas.voices import Counted


@dataclass(frozen=True, slots=True)
class Comment:
    """Words that not everybody may see yet. `smallest`: the group that was promised when they were written."""

    id: UUID
    person: UUID
    customer: str
    touchpoint: str
    service: str
    smallest: int
    released: Released


def releases(comments: Sequence[Comment]) -> dict[Released, list[UUID]]:
    """For each way of looking, the comments that join those that are shown: always of enough different people at
    once, who wrote about the same place."""
    found: dict[Released, list[UUID]] = {}
    for way in Released:
        groups: dict[tuple[str | int, ...], list[Comment]] = {}
        for one in comments:
            if way not in one.released:
                groups.setdefault(_group(one, way), []).append(one)
        for group in groups.values():
            if len({one.person for one in group}) >= group[0].smallest:
                found.setdefault(way, []).extend(one.id for one in group)
    return found


def _group(one: Comment, way: Released) -> tuple[str | int, ...]:
    by_customer = way in (Released.CUSTOMER, Released.CUSTOMER_BY_SERVICE)
    by_service = way in (Released.ALL_BY_SERVICE, Released.CUSTOMER_BY_SERVICE)
    return one.smallest, one.touchpoint, one.customer if by_customer else "", one.service if by_service else ""


Key = tuple[object, ...]


def moves(gone: Iterable[Counted], unseen: Iterable[WaitingAnswer]) -> tuple[list[UUID], list[Counted]]:
    """Of what is gone: the waiting answers that it was, and what was published already."""
    waiting: dict[Key, list[UUID]] = {}
    for row in unseen:
        waiting.setdefault(_waiting_key(row), []).append(row.id)
    taken, seen = list[UUID](), list[Counted]()
    for one in gone:
        ids = waiting.get(_counted_key(one))
        if ids:
            taken.append(ids.pop())
        else:
            seen.append(one)
    return taken, seen


def _counted_key(row: Counted) -> Key:
    place = row.touchpoint, row.service, row.customer, str(row.dimension)
    return row.day.replace(day=1), *place, row.person, row.score


def _waiting_key(row: WaitingAnswer) -> Key:
    place = row.touchpoint, row.service, row.customer, str(row.dimension)
    return row.month, *place, row.person, row.total
