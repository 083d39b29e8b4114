"""Signed messages, which belong to somebody. Anonymous and confidential ones are not among them, whoever asks."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.sealing import open_sealed
from feedback.models import Feedback, Matter, MessageKind
from feedback.queries.inbox import within
from feedback.queries.threads import messages
from feedback.queries.voices import with_keys
from feedback.schemas import Desk
from feedback.schemas.signed import Signed, Turn

TO_AUTHORS = (MessageKind.ANSWER, MessageKind.QUESTION, MessageKind.DONE, MessageKind.THANKS)
OF_AUTHORS = (MessageKind.MORE, MessageKind.HEARD)


def _signed(desk: Desk) -> Any:
    joined = with_keys(Matter, Feedback).join(Feedback, col(Feedback.id) == col(Matter.id))
    known = (col(Matter.anonymous).is_(False), col(Feedback.sealed_author).is_(None), Feedback.author_email != "")
    return joined.where(within(desk), *known)


async def signed_by(session: AsyncSession, desk: Desk, addresses: Collection[str]) -> list[Signed]:
    """What was signed with these addresses, small letters."""
    wanted = _signed(desk).where(col(Feedback.author_email).in_(addresses))
    return [_told(*row) for row in (await session.exec(wanted)).all()]


async def signed_one(session: AsyncSession, desk: Desk, feedback: UUID) -> Signed | None:
    rows = (await session.exec(_signed(desk).where(Feedback.id == feedback))).all()
    return _told(*rows[0]) if rows else None


def _told(matter: Matter, said: Feedback, service: str | None, customer: str | None, touchpoint: str | None) -> Signed:
    return Signed(
        id=said.id,
        kind=said.kind,
        at=said.received_at,
        text=said.text,
        channel=said.channel,
        name=said.author_name,
        address=said.author_email,
        state=matter.state,
        service=service or "",
        customer=customer or "",
        touchpoint=touchpoint or "",
        into_id=matter.into_id,
    )


async def turns(session: AsyncSession, signed: Iterable[Signed]) -> list[Turn]:
    """What was answered, and what the authors themselves said further; notes for colleagues are not among it, and of a
    message that was dealt with together with others only what went to all of them."""
    found: list[Turn] = []
    for one in signed:
        for message in await messages(session, [id_ for id_ in (one.id, one.into_id) if id_]):
            own = message.matter_id == one.id and message.kind in OF_AUTHORS
            if own or message.kind in TO_AUTHORS:
                found.append(Turn(one.id, message.kind, message.day, open_sealed(message.sealed)))
    return found
