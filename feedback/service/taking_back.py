"""What somebody at the inbox takes back: what they have just written, and what they wrote down by mistake."""

from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.errors import Conflict
from core.i18n import gettext as _
from feedback.models import Feedback, Matter, Message, MessageKind, State
from feedback.queries import inbox, threads
from feedback.rules.handling import BY_AUTHOR
from feedback.schemas import Desk
from feedback.service.handling import visible
from feedback.service.receiving import author_of
from feedback.service.retention import erase

BY_HAND = "note:{}"  # the source of what somebody heard and wrote down


async def unsay(session: AsyncSession, desk: Desk, matter_id: UUID, was: State) -> None:
    """Take the last message back, from everybody who got it, while nobody has gone on; the matter stands where it
    `was`. What went out by mail stays said."""
    await visible(session, desk, matter_id)
    going, group = list[UUID](), await inbox.matters(session, [matter_id])
    for matter in group:
        turns = await threads.messages(session, [matter.id])
        if not turns or turns[-1].by != desk.name or turns[-1].kind in BY_AUTHOR:
            raise Conflict(_("Somebody has gone on with this meanwhile. Reload the page and look again."))
        if await goes_by_mail(session, matter.id) and turns[-1].kind != MessageKind.NOTE:
            raise Conflict(_("It has gone out by mail, and cannot be taken back. Write once more instead."))
        going.append(turns[-1].id)
        matter.state = was
        matter.asked_back = _asked_by([one.kind for one in turns[:-1]])
        session.add(matter)
    await session.exec(delete(Message).where(col(Message.id).in_(going)))


def _asked_by(kinds: list[MessageKind]) -> bool:
    turns = [one for one in kinds if one not in (MessageKind.NOTE, MessageKind.HEARD)]
    return bool(turns) and turns[-1] == MessageKind.QUESTION


async def goes_by_mail(session: AsyncSession, matter_id: UUID) -> bool:
    """Whether what is said about it is mailed to its author."""
    found = await session.get(Feedback, matter_id)
    return bool(found and author_of(found)[1])


async def written_by_mistake(session: AsyncSession, desk: Desk, matter_id: UUID) -> bool:
    """Whether this is their own note of what somebody said, and nobody has begun to deal with it."""
    found, matter = await session.get(Feedback, matter_id), await session.get(Matter, matter_id)
    untouched = matter and matter.state == State.NEW and not await threads.how_many_messages(session, matter_id)
    return bool(found and untouched and found.source == BY_HAND.format(desk.name))


async def unwrite(session: AsyncSession, desk: Desk, matter_id: UUID) -> None:
    """Delete a note of one's own, words and all."""
    await visible(session, desk, matter_id)
    if not await written_by_mistake(session, desk, matter_id):
        raise Conflict(_("Somebody has gone on with this meanwhile. Reload the page and look again."))
    await erase(session, [matter_id])
