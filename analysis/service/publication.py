"""Publishing: what waits and may be seen becomes part of the published sums, in one transaction and never singly."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, tuple_, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.disclosure import Map, Part, batch, portfolios
from analysis.events import PublicationDue
from analysis.models import (
    Dimension,
    Experience,
    Portfolio,
    Promise,
    Publication,
    PublishedSum,
    Released,
    WaitingAnswer,
)
from analysis.queries import publication as queries
from analysis.rules.promises import promised_on
from analysis.rules.publishing import Comment, moves, releases
from analysis.schemas.figures import first_day, month_of
from analysis.schemas.voices import Counted
from core.audit.service import record
from core.auth.queries import portfolios as scopes
from core.clock import now
from core.db import add_counts, insert_new, lock
from core.outbox import announce
from core.settings import settings
from journeys.queries.places import touchpoints

AT_ONCE = 1000
LABEL = ("month", "kind", "portfolio", "customer", "touchpoint", "service", "dimension")


@dataclass(frozen=True, slots=True)
class _Place:
    month: date
    touchpoint: str
    service: str
    customer: str


async def wait(session: AsyncSession, rows: Sequence[Counted], change: bool = False, n: int = 1) -> None:
    """What was counted and is not published yet. `change`: it takes from what is published, or stands for it."""
    held = promised_on(await keep_promise(session), (row.day for row in rows))
    await insert_new(session, WaitingAnswer, [_row(row, held[row.day], change, n) for row in rows])


def _row(row: Counted, promise: Promise, change: bool, n: int) -> dict[str, Any]:
    return {
        "id": uuid4(),
        "month": row.day.replace(day=1),
        "touchpoint": row.touchpoint,
        "service": row.service,
        "customer": row.customer,
        "dimension": row.dimension,
        "person": row.person,
        "n": n,
        "total": n * row.score,
        "squares": n * row.score**2,
        "smallest": promise.min_group,
        "change": change,
    }


async def keep_promise(session: AsyncSession) -> list[Promise]:
    """All promises in their order; a setting that changed since is a new one from today on, and is audited."""
    held = await queries.promises(session)
    asked = settings().min_group, settings().min_group_comments
    if held and (held[-1].min_group, held[-1].min_group_comments) == asked:
        return held
    await lock(session, Promise)
    held = await queries.promises(session)
    if not held or (held[-1].min_group, held[-1].min_group_comments) != asked:
        made = Promise(number=len(held) + 1, since=now().date(), min_group=asked[0], min_group_comments=asked[1])
        session.add(made)
        await record(session, "settings", "analysis.smallest_group_promised", f"{asked[0]} {asked[1]}")
        held.append(made)
    return held


async def correct_waiting(session: AsyncSession, gone: Sequence[Counted], come: Sequence[Counted]) -> None:
    """Of what was counted wrongly: what nobody has seen yet is simply put right; the rest is a change, which waits
    until as many people's were changed at the same place as a number needs."""
    await lock(session, WaitingAnswer)
    unseen = await queries.arrivals_of(session, {row.person for row in gone})
    taken, seen = moves(gone, unseen)
    await session.exec(delete(WaitingAnswer).where(col(WaitingAnswer.id).in_(taken)))
    instead = {(row.person, row.dimension, row.touchpoint) for row in seen}
    await wait(session, seen, change=True, n=-1)
    await wait(session, [row for row in come if _at(row) in instead], change=True)
    await wait(session, [row for row in come if _at(row) not in instead])


def _at(row: Counted) -> tuple[UUID, Dimension, str]:
    return row.person, row.dimension, row.touchpoint


async def announce_publication(session: AsyncSession) -> None:
    """The next batch is due when the hour is over: nobody sees by the clock which answer completed a group."""
    minutes, moment = settings().publish_minutes, now()
    passed = timedelta(minutes=moment.minute, seconds=moment.second, microseconds=moment.microsecond)
    due = moment
    if minutes:
        due = moment - passed % timedelta(minutes=minutes) + timedelta(minutes=minutes)
    await announce(session, PublicationDue(due.isoformat()), not_before=due)


async def publish(session: AsyncSession, at: datetime) -> int:
    """Publish what may be seen by now; how many sums, corrected ones and comments among them, were added to."""
    await lock(session, WaitingAnswer)
    await keep_promise(session)
    places = await _places(session)
    until, done = month_of(at.date()), 0
    for dimension, smallest in await queries.kinds_waiting(session):
        found = await queries.waiting(session, dimension, smallest)
        parts, _left = batch(found, until, smallest, places)
        await _add(session, dimension, parts)
        await _forget(session, dimension, smallest, parts)
        done += len(parts)
    done += await _apply_changes(session) + await _release_words(session)
    if done:
        newest = await queries.newest_publication(session)
        session.add(Publication(number=newest.number + 1 if newest else 1, at=at))
        await session.flush()
    return done


async def _places(session: AsyncSession) -> Map:
    known = portfolios(await scopes(session))
    keys = {_portfolio_key(one): sorted(one) for one in known}
    await insert_new(session, Portfolio, [{"key": key, "customers": customers} for key, customers in keys.items()])
    found = await touchpoints(session)
    return Map(
        {customer: key for key, customers in keys.items() for customer in customers},
        {one.key: one.stage for one in found},
    )


async def has_begun(session: AsyncSession) -> bool:
    return await queries.newest_publication(session) is not None or bool(await queries.kinds_waiting(session))


def _portfolio_key(customers: Iterable[str]) -> str:
    return sha256("\0".join(sorted(customers)).encode()).hexdigest()[:16]


async def _add(session: AsyncSession, dimension: Dimension, parts: Sequence[Part]) -> None:
    rows = [_sum(dimension, part) for part in parts]
    await add_counts(session, PublishedSum, rows, LABEL, ["n", "total", "squares"])
    for row in rows:
        earlier = update(PublishedSum).where(*(col(getattr(PublishedSum, name)) == row[name] for name in LABEL))
        if row["since"] < row["month"]:
            await session.exec(
                earlier.where(col(PublishedSum.since) > row["since"]).values(since=row["since"]),
            )


def _sum(dimension: Dimension, part: Part) -> dict[str, Any]:
    label, sums = part.label, part.sums
    return {
        "month": first_day(label.month),
        "kind": label.kind.value,
        "portfolio": label.portfolio,
        "customer": label.customer,
        "touchpoint": label.touchpoint,
        "service": label.service,
        "dimension": dimension.value,
        "since": first_day(part.since),
        "n": sums.n,
        "total": sums.total,
        "squares": sums.squares,
    }


async def _forget(session: AsyncSession, dimension: Dimension, smallest: int, parts: Iterable[Part]) -> None:
    """Who stood behind what is published now."""
    cells = sorted(
        {(first_day(one.month), one.touchpoint, one.service, one.customer) for part in parts for one in part.cells}
    )
    key = [col(getattr(WaitingAnswer, name)) for name in queries.CELL]
    for start in range(0, len(cells), AT_ONCE):
        these = tuple_(*key).in_(cells[start : start + AT_ONCE])
        await session.exec(
            delete(WaitingAnswer).where(
                these,
                col(WaitingAnswer.dimension) == dimension,
                col(WaitingAnswer.smallest) == smallest,
                col(WaitingAnswer.change).is_(False),
            )
        )


async def _apply_changes(session: AsyncSession) -> int:
    """Corrections of as many people at one place as a number needs, where more than as many again are left there."""
    done = 0
    grouped: dict[tuple[Dimension, int, _Place], list[WaitingAnswer]] = {}
    for row in await queries.changes(session):
        place = _Place(row.month, row.touchpoint, row.service, row.customer)
        grouped.setdefault((Dimension(row.dimension), row.smallest, place), []).append(row)
    for (dimension, smallest, place), rows in grouped.items():
        if len({row.person for row in rows}) < smallest:
            continue
        month = month_of(place.month)
        found = await queries.published_cell(session, dimension, month, place.touchpoint, place.service, place.customer)
        left = (found.n if found else 0) + sum(row.n for row in rows)
        if found is None or left < 2 * smallest:
            continue
        found.n, found.total = left, found.total + sum(row.total for row in rows)
        found.squares += sum(row.squares for row in rows)
        session.add(found)
        await session.flush()
        await session.exec(delete(WaitingAnswer).where(col(WaitingAnswer.id).in_([row.id for row in rows])))
        done += 1
    return done


async def _release_words(session: AsyncSession) -> int:
    """Comments that enough people wrote since the last time, to those who see all of them."""
    waiting = await queries.words_waiting(session)
    held = promised_on(await queries.promises(session), (row[5] for row in waiting))
    comments = [
        Comment(id_, person, customer, touchpoint, service, held[day].min_group_comments, Released(released))
        for id_, person, customer, touchpoint, service, day, released in waiting
    ]
    found: Mapping[Released, list[UUID]] = releases(comments)
    for bit, ids in found.items():
        for start in range(0, len(ids), AT_ONCE):
            these = col(Experience.id).in_(ids[start : start + AT_ONCE])
            told = update(Experience).where(these).values(released=col(Experience.released).op("|")(int(bit)))
            await session.exec(told.execution_options(synchronize_session=False))
    return sum(map(len, found.values()))
