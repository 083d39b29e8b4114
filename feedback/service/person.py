"""What somebody said who gave an address: shown to them, and forgotten, when they ask. Anonymous messages lead to
nobody, and so are in neither: their receipt alone opens and deletes them."""

from collections import Counter
from collections.abc import Sequence
from hmac import compare_digest
from typing import Any
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.errors import NotFound
from core.i18n import gettext as _
from core.ids import keyed_hash, keyed_hashes
from core.sealing import open_sealed
from feedback.models import Closeness, Feedback, Message, MessageKind
from feedback.queries import inbox, threads
from feedback.schemas import Kept
from feedback.service.receiving import author_of
from feedback.service.retention import erase

LINK, SIGNED = "author's own page", 32


async def kept(session: AsyncSession, email: str) -> list[Kept]:
    """What would be shown or erased, newest first, without its words."""
    found = {one.id: one for one in await _of(session, email)}
    turns = Counter(one.matter_id for one in await threads.messages(session, list(found)))
    matters = {one.id: one for one in await inbox.matters(session, found) if one.id in found}
    told = [
        Kept(
            one.received_at.date(),
            one.channel,
            one.kind,
            (Closeness.CONFIDENTIAL if one.sealed_author else Closeness.NAMED).value,
            matters[one.id].state,
            turns[one.id],
        )
        for one in found.values()
        if one.id in matters
    ]
    return sorted(told, key=lambda one: one.day, reverse=True)


async def export(session: AsyncSession, email: str, notes: bool = True) -> list[dict[str, Any]]:
    """Everything that was said under that address, confidentially too, with the answers to it; `notes` of colleagues
    where they are wanted."""
    told = []
    for one in await _of(session, email):
        turns = await threads.messages(session, [one.id])
        name, address = author_of(one)
        told.append(
            {
                "id": str(one.id),
                "received_at": one.received_at.isoformat(),
                "channel": one.channel,
                "kind": one.kind,
                "text": one.text,
                "name": name,
                "email": address,
                "scores": {key: getattr(one, key) for key in ("functional", "emotional", "satisfaction")},
                "messages": [_turn(turn) for turn in turns if notes or turn.kind != MessageKind.NOTE],
            }
        )
    return told


def link_of(feedback: Feedback) -> str:
    """With which an author comes back to what they said: it goes into mails to their own address alone."""
    return f"{feedback.id.hex}.{keyed_hash(LINK, _linked(feedback))[:SIGNED]}"


async def known_by(session: AsyncSession, link: str) -> Feedback:
    """The feedback that a link leads to. Forged, old and erased ones are one and the same."""
    id_, _dot, signed = link.partition(".")
    try:
        found = await session.get(Feedback, UUID(hex=id_))
    except ValueError:
        found = None
    fits = found and any(compare_digest(one[:SIGNED], signed) for one in keyed_hashes(LINK, _linked(found)))
    if not found or not fits:
        raise NotFound(_("There is nothing here any more."))
    return found


def _linked(feedback: Feedback) -> str:
    return f"{feedback.id.hex} {author_of(feedback)[1]}"


def _turn(turn: Message) -> dict[str, str]:
    return {"kind": MessageKind(turn.kind).value, "day": turn.day.isoformat(), "text": open_sealed(turn.sealed)}


async def ids_of(session: AsyncSession, email: str) -> list[UUID]:
    return [one.id for one in await _of(session, email)]


async def forget_person(session: AsyncSession, email: str) -> None:
    """Erase all of it, with the answers to it."""
    await erase(session, await ids_of(session, email))


async def _of(session: AsyncSession, email: str) -> Sequence[Feedback]:
    address = email.strip().lower()
    open_ = (await session.exec(select(Feedback).where(Feedback.author_email == address))).all()
    sealed = (await session.exec(select(Feedback).where(col(Feedback.sealed_author).is_not(None)))).all()
    return [*open_, *(one for one in sealed if author_of(one)[1] == address)]
