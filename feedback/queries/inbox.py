"""The inbox. Who reads is an argument of every query."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import false
from sqlmodel import and_, col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from feedback.models import Feedback, Glass, Matter, Message, MessageKind, Reader, State
from feedback.queries.voices import opened, with_keys
from feedback.schemas import Contact, Desk, InboxItem, Position, Search
from journeys.models import Customer, Service, Touchpoint

OF_FEEDBACK = ("text", "language", "functional", "emotional", "satisfaction")
OPEN = (State.NEW, State.SEEN)
Row = tuple[Matter, Feedback | None, Message | None, str | None, str | None, str | None]


def _matters() -> Any:
    said = and_(col(Message.matter_id) == col(Matter.id), col(Message.kind) == MessageKind.SAID)
    joined = with_keys(Matter, Feedback, Message).join(Feedback, col(Feedback.id) == col(Matter.id), isouter=True)
    return joined.join(Message, said, isouter=True)


def within(desk: Desk) -> Any:
    """What somebody sees in the list: their customers', and of the services they read what has no customer."""
    if desk.customers is None:
        return Matter.id == Matter.id
    mine = col(Customer.key).in_(desk.customers)
    return or_(mine, *(and_(col(Matter.customer_id).is_(None), _of(service)) for service in desk.services))


def _of(service: str) -> Any:
    return Service.key == service if service else Matter.id == Matter.id


def in_view(statement: Any, desk: Desk) -> Any:
    """A statement about matters, narrowed to those that somebody sees."""
    joined = statement.join(Service, col(Service.id) == col(Matter.service_id), isouter=True)
    joined = joined.join(Customer, col(Customer.id) == col(Matter.customer_id), isouter=True)
    return joined.where(within(desk), col(Matter.into_id).is_(None))


async def inbox(
    session: AsyncSession, desk: Desk, search: Search, older_than: Position | None, limit: int
) -> list[InboxItem]:
    """Newest first; what was merged into something else stands there."""
    statement = _matters().where(within(desk), col(Matter.into_id).is_(None), *_searched(search))
    if older_than:
        statement = statement.where(_older(older_than))
    statement = statement.order_by(col(Matter.day).desc(), col(Matter.id).desc()).limit(limit)
    return await _items(session, desk, (await session.exec(statement)).all())


def _searched(search: Search) -> list[Any]:
    wanted: list[Any] = []
    if search.state:
        wanted.append(Matter.state == search.state)
    if search.channel:
        wanted.append(Matter.channel == search.channel)
    if search.service:
        wanted.append(Service.key == search.service)
    if search.touchpoint:
        wanted.append(or_(Touchpoint.key == search.touchpoint, Matter.read_touchpoint == search.touchpoint))
    if search.kind:
        wanted.append(Matter.kind == search.kind)
    if search.owner:
        wanted.append(Matter.owner == ("" if search.owner == "-" else search.owner))
    if search.late:
        wanted += [col(Matter.due_on) < now().date(), col(Matter.state).in_(OPEN)]
    return wanted


def _older(than: Position) -> Any:
    day = col(Matter.day)
    # The first bound says nothing new, but it is one that an index can start from.
    return and_(day <= than.day, or_(day < than.day, and_(day == than.day, col(Matter.id) < than.id)))


async def one(session: AsyncSession, desk: Desk, matter_id: UUID, through_glass: bool = False) -> InboxItem | None:
    """None for who may not see it, as if it were not there."""
    rows = (await session.exec(_matters().where(Matter.id == matter_id, within(desk)))).all()
    found = await _items(session, desk, rows, through_glass)
    return found[0] if found else None


async def merged_into(session: AsyncSession, desk: Desk, matter_id: UUID) -> list[InboxItem]:
    rows = (await session.exec(_matters().where(Matter.into_id == matter_id, within(desk)))).all()
    return await _items(session, desk, rows)


async def _items(
    session: AsyncSession, desk: Desk, rows: Sequence[Row], through_glass: bool = False
) -> list[InboxItem]:
    times = await _merged(session, [row[0].id for row in rows])
    return [_item(desk, row, 1 + times.get(row[0].id, 0), through_glass) for row in rows]


async def _merged(session: AsyncSession, ids: Sequence[UUID]) -> Mapping[UUID | None, int]:
    counted = (
        select(Matter.into_id, func.count()).where(col(Matter.into_id).in_(list(ids))).group_by(col(Matter.into_id))
    )
    return dict((await session.exec(counted)).all())


async def glasses(session: AsyncSession, who: str, ids: Iterable[UUID]) -> set[UUID]:
    """What a second person let them read, for as long as that lasts."""
    found = select(Glass.matter_id).where(
        col(Glass.matter_id).in_(list(ids)), Glass.asked_by == who, col(Glass.open_until) > now()
    )
    return set((await session.exec(found)).all())


def _item(desk: Desk, row: Row, times: int, let_in: bool) -> InboxItem:
    matter, named, message, service, customer, touchpoint = row
    hidden = matter.anonymous and not let_in and not _reads(desk, matter.day, service or "", customer or "")
    said = {} if hidden or message is None or named else opened(message.sealed)
    source = {name: getattr(named, name) for name in OF_FEEDBACK} if named else said
    closeness = "anonymous" if matter.anonymous else "confidential" if named and named.sealed_author else "named"
    return InboxItem(
        id=matter.id,
        day=matter.day,
        closeness=closeness,
        hidden=hidden,
        kind=matter.kind,
        text=source.get("text", ""),
        language=source.get("language", ""),
        channel=matter.channel,
        service=service or "",
        customer=customer or "",
        touchpoint=touchpoint or "",
        contact=Contact(named.author_name, named.author_email) if named else Contact(),
        functional=source.get("functional"),
        emotional=source.get("emotional"),
        satisfaction=source.get("satisfaction"),
        state=matter.state,
        owner=matter.owner,
        due_on=matter.due_on,
        delete_on=matter.delete_on,
        times=times,
        sentiment=matter.sentiment,
        read_touchpoint=matter.read_touchpoint,
        question_open=matter.asked_back,
    )


def _reads(desk: Desk, day: date, service: str, customer: str) -> bool:
    """Anonymous words are for the managers of the customer, and for who was appointed; seeing all is not enough."""
    if customer:
        return desk.customers is not None and customer in desk.customers
    since = [desk.services[key] for key in {service, ""} if key in desk.services]
    return any(day >= one for one in since)


async def desk_of(session: AsyncSession, name: str, customers: frozenset[str] | None) -> Desk:
    rows = (await session.exec(select(Reader).where(Reader.who == name))).all()
    return Desk(name, customers, {row.service: row.since for row in rows})


async def readers(session: AsyncSession) -> Sequence[Reader]:
    return (await session.exec(select(Reader).order_by(col(Reader.service), col(Reader.who)))).all()


async def asked_glasses(session: AsyncSession, matter_id: UUID) -> Sequence[Glass]:
    found = select(Glass).where(Glass.matter_id == matter_id).order_by(col(Glass.asked_at).desc())
    return (await session.exec(found)).all()


async def matters(session: AsyncSession, ids: Iterable[UUID]) -> Sequence[Matter]:
    """These, and what was merged into them."""
    wanted = list(ids)
    found = select(Matter).where(or_(false(), col(Matter.id).in_(wanted), col(Matter.into_id).in_(wanted)))
    return (await session.exec(found)).all()


async def how_many_about(session: AsyncSession, service: str, since: date) -> int:
    """Messages about a service that were passed on to their readers since that day."""
    found = select(func.count()).select_from(Matter).join(Service, col(Service.id) == col(Matter.service_id))
    return (await session.exec(found.where(Service.key == service, col(Matter.day) >= since))).one()
