"""The anonymous channel: what comes in waits, sealed, until it is mixed; what its author does leaves no trace.

Nothing here announces a fact: a fact stands in the outbox beside whatever else happened at that moment.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

from sqlalchemy import delete, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from core.db import insert_new
from core.errors import Conflict, FieldError, Invalid, NotFound
from core.i18n import gettext as _
from core.ids import keyed_hash, keyed_hashes
from core.sealing import open_sealed, seal_away
from core.settings import settings
from feedback.models import Gone, Matter, Message, MessageKind, WaitingMark, WaitingPost
from feedback.queries import threads
from feedback.rules import mixing, receipts
from feedback.rules.cost import told_of
from feedback.rules.handling import ANSWER_WITHIN, BY_AUTHOR, FOR_AUTHOR, UNANSWERED, answer_heard
from feedback.rules.taking_in import a_receipt_inside, checked
from feedback.schemas import LONGEST_TEXT, Action, Said, ThreadMessage, ThreadOut
from feedback.service.receiving import find_places, same_words

WAITING, KEPT = "waiting receipt", "receipt"  # purposes of the two hashes of one receipt
FIELDS = ("text", "kind", "channel", "language", "functional", "emotional", "satisfaction")


async def post(session: AsyncSession, said: Said) -> str:
    """Store a message of somebody unknown, and give the receipt for it. The same form sent again gets another receipt
    for the same message: the first one cannot be shown a second time."""
    clean = checked(said)
    places = await find_places(session, clean)
    plain = {name: asdict(clean)[name] for name in FIELDS}
    plain |= {name: str(id_) if id_ else "" for name, id_ in places.items()} | {"words": same_words(clean)}
    content = json.dumps({"type": MessageKind.SAID, **plain}, sort_keys=True)
    post_id = _id_of(clean.submission_key)
    row = {"id": post_id, "day": now().date(), "sameness": keyed_hash("same message", content)}
    if not await insert_new(session, WaitingPost, [row | {"sealed": seal_away(content)}]):
        earlier = await session.get(WaitingPost, post_id)
        if earlier is None or earlier.sameness != row["sameness"]:
            raise Conflict(_("Another message was already stored under this submission key"))
    receipt = receipts.new_receipt()
    await _mark(session, receipt, post_id)
    return receipt


def _id_of(submission_key: str) -> UUID:
    """From the form's own key, so that a form sent twice is one message; nothing leads back from it."""
    return UUID(hex=keyed_hash("waiting post", submission_key)[:32], version=4)


async def _mark(session: AsyncSession, receipt: str, post_id: UUID) -> None:
    typed = receipts.plain(receipt)
    row = {"mark": keyed_hash(WAITING, typed), "post_id": post_id, "sealed": seal_away(keyed_hash(KEPT, typed))}
    await insert_new(session, WaitingMark, [row])


async def say_more(session: AsyncSession, receipt: str, text: str, submission_key: str, heard: bool = False) -> None:
    """Add to a thread: it waits and is mixed like everything else. `heard`: an answer to "did this answer it?"."""
    await _found(session, receipt)
    words = _checked_words(text)
    kind = MessageKind.HEARD if heard else MessageKind.MORE
    content = json.dumps({"type": kind, "text": words}, sort_keys=True)
    post_id = _id_of(f"{submission_key} {receipts.plain(receipt)}")
    row = {"id": post_id, "day": now().date(), "sameness": "", "sealed": seal_away(content)}
    if await insert_new(session, WaitingPost, [row]):
        await _mark(session, receipt, post_id)


def _checked_words(text: str) -> str:
    words = text.replace("\r\n", "\n").strip()
    wrong = ""
    if not words:
        wrong = _("Please write something first")
    elif len(words) > LONGEST_TEXT:
        wrong = _("At most %(n)s characters, please") % {"n": LONGEST_TEXT}
    elif receipts.holds_a_receipt(words):
        wrong = a_receipt_inside()
    if wrong:
        raise Invalid(_("Some fields are not right"), [FieldError("text", wrong)])
    return words


async def withdraw(session: AsyncSession, receipt: str) -> None:
    """Delete all of it: what waits and what was passed on, with every answer to it."""
    matter, waiting = await _found(session, receipt)
    await session.exec(delete(WaitingPost).where(col(WaitingPost.id).in_([one.id for one in waiting])))
    if matter:
        await remove(session, [matter.id])


async def remove(session: AsyncSession, ids: Sequence[UUID]) -> None:
    """The rows go now; with the next turn the floors above are told, and what is left in dead rows and logs goes."""
    await _lead_on(session, ids)
    await session.exec(delete(Matter).where(col(Matter.id).in_(ids)))
    await insert_new(session, Gone, [{"id": id_, "day": now().date()} for id_ in ids])


async def _lead_on(session: AsyncSession, going: Sequence[UUID]) -> None:
    """What was dealt with together with something that goes is dealt with together from now on."""
    found = select(Matter.id, Matter.into_id).where(col(Matter.into_id).in_(going), col(Matter.id).not_in(going))
    leads: dict[UUID | None, UUID] = {}
    for id_, lead in (await session.exec(found.order_by(col(Matter.id)))).all():
        new_lead = leads.setdefault(lead, id_)
        into = None if new_lead == id_ else new_lead
        await session.exec(update(Matter).where(col(Matter.id) == id_).values(into_id=into))


async def thread(session: AsyncSession, receipt: str) -> ThreadOut:
    """What there is to see for whoever holds the receipt. Nothing is written, so nobody can tell that they looked."""
    matter, waiting = await _found(session, receipt)
    said = await threads.messages(session, [matter.id] if matter else [])
    own = settings().show_own_words
    shown = [_message(one, own) for one in said if one.kind in FOR_AUTHOR | BY_AUTHOR and one.kind != MessageKind.DONE]
    read_by = None if matter else max(one.day for one in waiting) + mixing.LONGEST_WAIT
    answer_by = matter.due_on if matter and matter.state in UNANSWERED else read_by and read_by + ANSWER_WITHIN
    return ThreadOut(
        status=matter.state if matter else "received",
        messages=shown,
        actions=[Action(open_sealed(one.sealed), one.day) for one in said if one.kind == MessageKind.DONE],
        question_open=bool(matter and matter.asked_back),
        waiting=len(waiting),
        read_by=read_by,
        answer_by=answer_by,
        deleted_on=matter.delete_on if matter else None,
        late=bool(answer_by and answer_by < now().date()),
        ahead=await _ahead(session, matter) if matter else 0,
        heard=None if matter and matter.asked_back else answer_heard([one.kind for one in said]),
    )


async def _ahead(session: AsyncSession, matter: Matter) -> int:
    """Told in whole groups, like every count: a place in a short queue would be that of somebody."""
    if matter.state not in UNANSWERED:
        return 0
    return told_of(await threads.how_many_before(session, matter.day), settings().min_group)


def _message(one: Message, show_own: bool) -> ThreadMessage:
    mine = one.kind in BY_AUTHOR
    return ThreadMessage("you" if mine else "us", one.kind, "" if mine and not show_own else _words(one), one.day)


def _words(one: Message) -> str:
    words = open_sealed(one.sealed)
    return str(json.loads(words)["text"]) if one.kind == MessageKind.SAID else words


async def _found(session: AsyncSession, receipt: str) -> tuple[Matter | None, Sequence[WaitingPost]]:
    """The thread and what waits for it. Unknown, mistyped, withdrawn and expired receipts are one and the same, and
    take the same two looks."""
    typed = receipts.plain(receipt)
    matter = await threads.behind(session, keyed_hashes(KEPT, typed))
    waiting = await threads.waiting(session, keyed_hashes(WAITING, typed))
    if matter is None and not waiting:
        raise NotFound(_("Nothing stands under this receipt. Compare it letter by letter with what you wrote down."))
    return matter, waiting
