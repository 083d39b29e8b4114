"""Telling authors: an answer, a question, thanks, and what was done about what they said."""

from collections.abc import Iterable
from uuid import UUID, uuid4

from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from core.db import insert_new
from core.errors import FieldError, Invalid
from core.i18n import gettext as _
from core.outbox import announce
from core.sealing import seal_away
from feedback.events import AuthorToBeTold
from feedback.models import Matter, Message, MessageKind, State
from feedback.queries import inbox, threads
from feedback.rules.handling import LEADS_TO, at_least
from feedback.schemas import LONGEST_TEXT


async def tell(session: AsyncSession, feedback_ids: Iterable[UUID], text: str, by: str = "") -> int:
    """Tell whoever said these things what was done about it; how many threads heard of it.

    Everything that was merged with them hears of it too. Ids of what is gone, or of no feedback, are passed over.
    """
    return await say_to(session, feedback_ids, MessageKind.DONE, text, by)


async def say_to(
    session: AsyncSession, feedback_ids: Iterable[UUID], kind: MessageKind, text: str, by: str = ""
) -> int:
    """One message to each author, or a note (`MessageKind.NOTE`) on each matter; the state moves with it."""
    words = checked_words(text)
    matters = await inbox.matters(session, feedback_ids)
    rows, sent = [], list[UUID]()
    for matter in matters:
        sent.append(uuid4())
        rows.append(
            {
                "id": sent[-1],
                "matter_id": matter.id,
                "kind": kind,
                "sealed": seal_away(words),
                "by": by,
                "day": now().date(),
                "place": await threads.how_many_messages(session, matter.id),
            }
        )
        matter.state = at_least(matter.state, LEADS_TO.get(kind))
        matter.asked_back = kind is MessageKind.QUESTION or (matter.asked_back and kind is MessageKind.NOTE)
        session.add(matter)
    await insert_new(session, Message, rows)
    if kind is not MessageKind.NOTE:
        await _tell_by_mail(session, matters, sent)
    return len(matters)


async def hear_more(session: AsyncSession, matter: Matter, key: str, text: str) -> bool:
    """An author whom we know goes on with what they said; whoever handles it has to look again. False: `key` (32
    hexadecimal digits or more) was there before."""
    row = {
        "id": UUID(hex=key[:32], version=4),
        "matter_id": matter.id,
        "kind": MessageKind.MORE,
        "sealed": seal_away(checked_words(text)),
        "by": "",
        "day": now().date(),
        "place": await threads.how_many_messages(session, matter.id),
    }
    if not await insert_new(session, Message, [row]):
        return False
    lead = await session.get(Matter, matter.into_id or matter.id) or matter
    lead.asked_back = False
    lead.state = State.NEW if lead.state == State.NEW else State.SEEN
    session.add(lead)
    return True


async def _tell_by_mail(session: AsyncSession, matters: Iterable[Matter], message_ids: Iterable[UUID]) -> None:
    """Who gave an address gets a mail. Anonymous ones never, whatever address stands in their text."""
    pairs = zip(matters, message_ids, strict=True)
    await announce(session, *(AuthorToBeTold(str(id_)) for matter, id_ in pairs if not matter.anonymous))


def checked_words(text: str) -> str:
    words = text.replace("\r\n", "\n").strip()
    if not 0 < len(words) <= LONGEST_TEXT:
        message = _("Write something first, at most %(n)s characters") % {"n": LONGEST_TEXT}
        raise Invalid(message, [FieldError("text", message)])
    return words
