"""Giving waiting messages to their readers: together, in random order, under new ids.

PostgreSQL keeps with every row which transaction wrote it, SQLite in which order rows came: both are clocks. So the
rows of a batch are taken out and all written anew in one transaction, shuffled. What is left of the old ones is
removed right after it (`Database.forget`).
"""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from core.db import Database, insert_new, lock
from core.outbox import announce
from core.sealing import open_sealed, seal_away
from feedback.events import FeedbackDayOver, FeedbackGone, FeedbackReceived, FeedbackRewritten, InboxDigestDue
from feedback.models import (
    Feedback,
    Gone,
    Matter,
    Message,
    MessageKind,
    Receipt,
    SpentProof,
    State,
    Turn,
    WaitingMark,
    WaitingPost,
)
from feedback.queries import threads
from feedback.rules import mixing
from feedback.schemas import Said
from feedback.service import retention
from feedback.service.receiving import matter_row

HEARD_WELL = "yes"  # the author says that the answer answered it
SLACK = timedelta(minutes=10)
LEFT_BEHIND = (WaitingPost, WaitingMark, Matter, Message, Receipt, Gone, SpentProof, Feedback)


async def begin_turns(session: AsyncSession) -> None:
    """From the first start on there is a turn every night, whether anybody wrote or not."""
    yesterday = now().date() - timedelta(days=1)
    if await insert_new(session, Turn, [{"id": 1, "day": yesterday}]):
        await _next_turn(session, now().date())


async def turn(session: AsyncSession, day: date) -> None:
    """The night after `day`: release, forget, remind, and the next turn. A day that had its turn has no second one."""
    await lock(session, Turn)
    last = await session.get(Turn, 1)
    if last is None or last.day >= day:
        return
    await release(session)
    await retention.sweep(session, now().date())
    await _tell_of_gone(session)
    await session.exec(delete(SpentProof).where(col(SpentProof.day) < day))
    await announce(session, InboxDigestDue(day.isoformat()), FeedbackRewritten(day.isoformat()))
    last.day = day
    session.add(last)
    await _next_turn(session, day + timedelta(days=1))


async def _next_turn(session: AsyncSession, day: date) -> None:
    midnight = datetime.combine(day + timedelta(days=1), time(), UTC)
    # Whoever sent at the last second of the day is stored by then.
    await announce(session, FeedbackDayOver(day.isoformat()), not_before=midnight + SLACK)


async def _tell_of_gone(session: AsyncSession) -> None:
    gone = mixing.shuffled((await session.exec(select(Gone.id))).all())
    await announce(session, *(FeedbackGone(str(id_)) for id_ in gone))
    await session.exec(delete(Gone))


async def forget(db: Database) -> None:
    """What is left of rows that were rewritten or deleted."""
    await db.forget(*LEFT_BEHIND)


@dataclass
class Batch:
    """The rows that a release writes."""

    matters: list[dict[str, Any]] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    receipts: list[dict[str, Any]] = field(default_factory=list)
    done: list[UUID] = field(default_factory=list)
    heard_of: set[UUID] = field(default_factory=set)


async def release(session: AsyncSession, everything: bool = False) -> int:
    """Pass on what has waited long enough, or `everything`; how many messages that were."""
    posts = (await session.exec(select(WaitingPost))).all()
    marks = await _hashes(session)
    chance, today = random.SystemRandom(), now().date()
    going = [one for one in posts if everything or mixing.goes_today(one.day, today, chance.random())]
    contents = [(one, json.loads(open_sealed(one.sealed))) for one in mixing.shuffled(going)]
    batch, ids = Batch(), dict[str, UUID]()
    for one, said in contents:
        if said["type"] == MessageKind.SAID:
            _begin(batch, one, said, marks.get(one.id, []), ids)
    held_back = {hash_ for one in posts if one not in going for hash_ in marks.get(one.id, [])}
    for one, said in contents:
        if said["type"] != MessageKind.SAID:
            await _go_on(session, batch, one, said, marks.get(one.id, []), ids, held_back)
    await _write(session, batch)
    return len(batch.done)


async def _hashes(session: AsyncSession) -> Mapping[UUID, list[str]]:
    found: dict[UUID, list[str]] = {}
    for mark in (await session.exec(select(WaitingMark))).all():
        found.setdefault(mark.post_id, []).append(open_sealed(mark.sealed))
    return found


def _begin(batch: Batch, post: WaitingPost, said: dict[str, Any], hashes: Sequence[str], ids: dict[str, UUID]) -> None:
    """A first message: a matter under a new id, the words, and the receipts."""
    id_ = uuid4()
    about = Said("", "", said["text"], said["kind"], said["channel"])
    places = {name: UUID(said[name]) if said[name] else None for name in ("service_id", "touchpoint_id", "customer_id")}
    batch.matters.append(matter_row(id_, about, places, said["words"]) | {"anonymous": True})
    kept = {name: said[name] for name in ("text", "language", "functional", "emotional", "satisfaction")}
    batch.messages.append(_message(id_, MessageKind.SAID, json.dumps(kept), 0))
    batch.receipts += [{"hash": hash_, "matter_id": id_} for hash_ in hashes]
    ids.update(dict.fromkeys(hashes, id_))
    batch.done.append(post.id)


def _message(matter_id: UUID, kind: MessageKind, words: str, place: int) -> dict[str, Any]:
    return {
        "id": uuid4(),
        "matter_id": matter_id,
        "kind": kind,
        "sealed": seal_away(words),
        "by": "",
        "day": now().date(),
        "place": place,
    }


async def _go_on(
    session: AsyncSession,
    batch: Batch,
    post: WaitingPost,
    said: dict[str, Any],
    hashes: Sequence[str],
    ids: Mapping[str, UUID],
    held_back: set[str],
) -> None:
    """What was added: to a thread of before or of this batch. It waits while what it belongs to is held back; where
    there is nothing any more, it goes with it."""
    id_ = next((ids[one] for one in hashes if one in ids), None)
    if id_ is None and held_back & set(hashes):
        return
    matter = None if id_ else await threads.behind(session, hashes)
    batch.done.append(post.id)
    if id_ is None and matter is None:
        return
    target = id_ or (matter.id if matter else post.id)
    place = await threads.how_many_messages(session, target) + sum(one["matter_id"] == target for one in batch.messages)
    batch.messages.append(_message(target, MessageKind(said["type"]), said["text"], place))
    if matter and (said["type"], said["text"]) != (MessageKind.HEARD, HEARD_WELL):
        batch.heard_of.add(matter.into_id or matter.id)


async def _write(session: AsyncSession, batch: Batch) -> None:
    await session.exec(delete(WaitingPost).where(col(WaitingPost.id).in_(batch.done)))
    await _fold(session, batch.matters)
    await insert_new(session, Matter, mixing.shuffled(batch.matters))
    await insert_new(session, Message, mixing.shuffled(batch.messages))
    await insert_new(session, Receipt, mixing.shuffled(batch.receipts))
    for matter in (await session.exec(select(Matter).where(col(Matter.id).in_(batch.heard_of)))).all():
        matter.asked_back = False
        matter.state = State.NEW if matter.state == State.NEW else State.SEEN
        session.add(matter)
    facts = [FeedbackReceived(str(one["id"])) for one in mixing.shuffled(batch.matters)]
    await announce(session, *facts)


async def _fold(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """The same words again are kept, and dealt with together with the first of them that is still open."""
    same = {row["sameness"] for row in rows}
    open_ = col(Matter.state).in_([State.NEW, State.SEEN])
    found = select(Matter).where(col(Matter.sameness).in_(same), open_, col(Matter.into_id).is_(None))
    first = {one.sameness: one.id for one in (await session.exec(found.where(col(Matter.anonymous).is_(True)))).all()}
    for row in rows:
        row["into_id"] = first.get(row["sameness"])
        first.setdefault(row["sameness"], row["id"])
