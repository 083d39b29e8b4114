"""What is kept of somebody who gave an address: shown to them, and forgotten, when they ask. Anonymous messages lead to
nobody, and so are in neither: their receipt alone opens and deletes them."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.service import record
from core.ids import keyed_hash
from core.sealing import open_sealed
from feedback.models import Feedback, Message, MessageKind
from feedback.queries import threads
from feedback.service.receiving import author_of
from feedback.service.retention import erase


async def export(session: AsyncSession, email: str, by: str) -> list[dict[str, Any]]:
    """Everything that was said under that address, confidentially too, with the answers to it. Notes of colleagues are
    about the matter, and are shown as well."""
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
                "messages": [_turn(turn) for turn in turns],
            }
        )
    await record(session, by, "feedback.person_exported", _about(email))
    return told


def _turn(turn: Message) -> dict[str, str]:
    return {"kind": MessageKind(turn.kind).value, "day": turn.day.isoformat(), "text": open_sealed(turn.sealed)}


async def forget_person(session: AsyncSession, email: str, by: str) -> int:
    """Erase all of it; how much that was. What analysis keeps of it loses its words with the next night."""
    found = await _of(session, email)
    await erase(session, [one.id for one in found])
    await record(session, by, "feedback.person_erased", _about(email))
    return len(found)


def _about(email: str) -> str:
    """The log says that it was done, and must not keep what was erased: who knows the address finds it again."""
    return keyed_hash("person", email.strip().lower())[:16]


async def _of(session: AsyncSession, email: str) -> Sequence[Feedback]:
    address = email.strip().lower()
    open_ = (await session.exec(select(Feedback).where(Feedback.author_email == address))).all()
    sealed = (await session.exec(select(Feedback).where(col(Feedback.sealed_author).is_not(None)))).all()
    return [*open_, *(one for one in sealed if author_of(one)[1] == address)]
