"""What somebody at the inbox does with a matter. Whoever may not see it gets the answer of what is not there."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import CursorResult, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.errors import Conflict, FieldError, Invalid, NotFound
from core.i18n import gettext as _
from feedback.models import Matter, MessageKind, State
from feedback.queries import inbox
from feedback.rules.handling import moved
from feedback.rules.likeness import ALIKE, likeness, runs
from feedback.schemas import Desk, InboxItem, Merged, Near, Search
from feedback.service.telling import say_to

LOOKED_THROUGH, MOST_ALIKE, MOST_TO_CHOOSE = 200, 5, 50


async def visible(session: AsyncSession, desk: Desk, matter_id: UUID) -> InboxItem:
    found = await inbox.one(session, desk, matter_id)
    if found is None:
        raise NotFound(_("There is nothing here"))
    return found


async def move(session: AsyncSession, desk: Desk, matter_id: UUID, to: State) -> None:
    """By compare and set: who looked at an old state is told so."""
    found = await visible(session, desk, matter_id)
    state = moved(State(found.state), to)
    change = update(Matter).where(col(Matter.id) == matter_id, col(Matter.state) == found.state).values(state=state)
    done: CursorResult[None] = await session.exec(change)
    if not done.rowcount:
        raise Conflict(_("This has been handled further meanwhile. Reload the page and look again."))
    together = update(Matter).where(col(Matter.into_id) == matter_id)
    await session.exec(together.values(state=state))


async def move_back(session: AsyncSession, desk: Desk, matter_id: UUID, now: State, to: State) -> None:
    """Undo a step, while nobody has taken another one."""
    await visible(session, desk, matter_id)
    change = update(Matter).where(col(Matter.id) == matter_id, col(Matter.state) == now).values(state=to)
    done: CursorResult[None] = await session.exec(change)
    if not done.rowcount:
        raise Conflict(_("This has been handled further meanwhile. Reload the page and look again."))
    await session.exec(update(Matter).where(col(Matter.into_id) == matter_id).values(state=to))


async def close(session: AsyncSession, desk: Desk, matter_id: UUID) -> None:
    await move(session, desk, matter_id, State.CLOSED)


async def assign(session: AsyncSession, desk: Desk, matter_id: UUID, owner: str) -> None:
    await visible(session, desk, matter_id)
    await _set(session, matter_id, owner=owner.strip()[:200])


async def due(session: AsyncSession, desk: Desk, matter_id: UUID, day: date) -> None:
    await visible(session, desk, matter_id)
    await _set(session, matter_id, due_on=day)


async def _set(session: AsyncSession, matter_id: UUID, **values: object) -> None:
    await session.exec(update(Matter).where(col(Matter.id) == matter_id).values(**values))


async def say(session: AsyncSession, desk: Desk, matter_id: UUID, kind: MessageKind, text: str) -> int:
    """Answer, ask back, thank, tell what was done, or note something for colleagues; how many authors hear of it."""
    found = await visible(session, desk, matter_id)
    told = await say_to(session, [matter_id], kind, text, desk.name)
    if not found.owner and kind is not MessageKind.NOTE:
        await _set(session, matter_id, owner=desk.name)
    return told


async def merge(session: AsyncSession, desk: Desk, matter_id: UUID, into: UUID) -> Merged:
    """Deal with one together with another: what is said to the authors of that one is said to those of both."""
    await visible(session, desk, matter_id)
    lead = await session.get(Matter, into)
    if into == matter_id or lead is None or await inbox.one(session, desk, into) is None:
        message = _("There is no other feedback of that number in your inbox")
        raise Invalid(message, [FieldError("into", message)])
    target = lead.into_id or into
    if target == matter_id:
        raise Invalid(_("That one is dealt with together with this one already"))
    with_it = [one.id for one in await inbox.merged_into(session, desk, matter_id)]
    moving = update(Matter).where((col(Matter.id) == matter_id) | (col(Matter.into_id) == matter_id))
    await session.exec(moving.values(into_id=target))
    return Merged(target, matter_id, with_it)


async def unmerge(session: AsyncSession, desk: Desk, matter_id: UUID, with_it: Sequence[UUID]) -> None:
    """Undo a merge: what was dealt with together with it is so again."""
    await part(session, desk, matter_id)
    for id_ in with_it:
        await visible(session, desk, id_)
        await _set(session, id_, into_id=matter_id)


async def near(session: AsyncSession, desk: Desk, item: InboxItem) -> Near:
    """What could belong together with it, of the newest that this desk may read."""
    found = await inbox.inbox(session, desk, Search(), None, LOOKED_THROUGH)
    others = [one for one in found if one.id != item.id and not one.hidden]
    mine = runs(item.text)
    like = {one.id: likeness(mine, runs(one.text)) for one in others}
    alike = sorted((one for one in others if like[one.id] >= ALIKE), key=lambda one: -like[one.id])
    return Near(alike[:MOST_ALIKE], others[:MOST_TO_CHOOSE])


async def note_readings(session: AsyncSession, read: Mapping[UUID, tuple[str, str]]) -> None:
    """How feedback was read, by its id: sentiment and touchpoint, "" where it is about none."""
    for id_, (sentiment, touchpoint) in read.items():
        await _set(session, id_, sentiment=sentiment, read_touchpoint=touchpoint)


async def part(session: AsyncSession, desk: Desk, matter_id: UUID) -> UUID | None:
    """Deal with it on its own again; with what it was dealt with together."""
    await visible(session, desk, matter_id)
    lead = (await session.exec(select(Matter.into_id).where(Matter.id == matter_id))).one()
    await _set(session, matter_id, into_id=None)
    return lead
