"""Told back: whoever led to something hears what was done, by the way they left open. Never who else said it."""

import asyncio
import hmac
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col

from core import i18n, mail, pages
from core.clock import now
from core.db import Database, Session, lock
from core.i18n import gettext as _
from core.ids import keyed_hash, keyed_hashes
from core.outbox import announce
from core.settings import settings
from feedback.service import tell as tell_authors
from surveys.queries.reaching import reachable
from surveys.service.open_letters import ending_of
from value.events import ImprovementDone
from value.models import Audience, Improvement, ImprovementLink, LinkKind
from value.queries import improvements as queries
from value.rules.kept import verdict_kept
from value.rules.telling import Way, in_language
from value.rules.wording import verdict
from value.schemas.register import Known, Scope

log = logging.getLogger(__name__)
AT_ONCE = 8
Send = Callable[[EmailMessage], Awaitable[None]]
NEXT_LOOK = timedelta(minutes=10)
MARK = 20  # of the keyed hash in the address of a customer's page


@dataclass(frozen=True)
class Told:
    """One who is to hear of it. `way`: why not, where there is no letter."""

    kind: str
    target_id: UUID
    way: Way
    email: str = ""
    language: str = ""
    customer: str = ""
    opt_out: str = ""


async def tell(db: Database, improvement_id: UUID, send: Send = mail.send) -> None:
    """Those who have not heard of it yet. A mail that is sent and a crash before it is marked is sent once more."""
    async with db.read() as session:
        one = await queries.done_improvement(session, improvement_id)
        if one is None or one.audience == Audience.NOBODY:
            return
        links = [each for each in await queries.links_of(session, one.id) if not each.how]
        letters = await _letters(session, links)
    places = asyncio.Semaphore(AT_ONCE)
    sent = await asyncio.gather(
        *(_in_turn(db, places, one, letter, send) for letter in letters), return_exceptions=True
    )
    if any(outcome is False for outcome in sent):
        async with db.write() as session:
            await announce(session, ImprovementDone(str(one.id)), not_before=now() + NEXT_LOOK)
    for outcome in sent:
        if isinstance(outcome, BaseException):
            raise outcome
    await tell_result(db, one.id)  # where the verdict was in before they had heard of what was done


async def _in_turn(db: Database, places: asyncio.Semaphore, one: Improvement, letter: Told, send: Send) -> bool:
    """False: the mail server is away, and somebody has to look again."""
    async with places:
        if letter.way is Way.MAIL:
            try:
                await send(written(one, letter))
            except mail.ServerAway:
                return False
            except mail.AddressRefused:
                letter = Told(letter.kind, letter.target_id, Way.NO_ADDRESS)
        async with db.write() as session:
            if letter.way is Way.RECEIPT and not await tell_authors(session, [letter.target_id], in_both(_done(one))):
                letter = Told(letter.kind, letter.target_id, Way.GONE)
            await _mark(session, one.id, letter)
    return True


Words = Callable[[str], str]


def in_both(words: Words) -> str:
    """Nobody knows which language an anonymous person reads."""
    spoken, told = i18n.current(), []
    for language in i18n.LANGUAGES:
        i18n.use(language)
        told.append(words(language))
    i18n.use(spoken)
    return "\n\n".join(told)


def _done(one: Improvement) -> Words:
    return lambda language: (
        _("What was done: %(what)s Thank you for saying it.")
        % {"what": in_language(one.done_zh, one.done_en, language)}
    )


async def tell_result(db: Database, improvement_id: UUID) -> None:
    """What came out, in the threads of those who spoke up unasked; once, since a verdict comes once."""
    async with db.write() as session:
        await lock(session, ImprovementLink)
        one = await queries.done_improvement(session, improvement_id)
        if one is None or not one.verdict or one.audience == Audience.NOBODY:
            return
        links = await queries.links_of(session, one.id)
        heard = [link.target_id for link in links if link.kind == LinkKind.FEEDBACK and link.how == Way.RECEIPT]
        found = verdict_kept(one.verdict)
        if heard and not any(link.how == Way.RESULT for link in links):
            await tell_authors(
                session,
                heard,
                in_both(lambda _language: _("Did it help? %(verdict)s") % {"verdict": verdict(found, one.dimension)}),
            )
            await session.exec(_of_feedback(one.id).values(how=Way.RESULT.value))


def _of_feedback(improvement_id: UUID) -> Any:
    heard = col(ImprovementLink.kind) == LinkKind.FEEDBACK, col(ImprovementLink.how) == Way.RECEIPT
    return update(ImprovementLink).where(col(ImprovementLink.improvement_id) == improvement_id, *heard)


async def _mark(session: Session, improvement_id: UUID, letter: Told) -> None:
    mine = (
        col(ImprovementLink.improvement_id) == improvement_id,
        col(ImprovementLink.kind) == letter.kind,
        col(ImprovementLink.target_id) == letter.target_id,
    )
    await session.exec(update(ImprovementLink).where(*mine).values(told_on=now().date(), how=letter.way.value))


async def _letters(session: Session, links: Sequence[ImprovementLink]) -> list[Told]:
    responses = [link.target_id for link in links if link.kind == LinkKind.RESPONSE]
    feedback = [link.target_id for link in links if link.kind == LinkKind.FEEDBACK]
    threads = [Told(LinkKind.FEEDBACK, id_, Way.RECEIPT) for id_ in feedback]
    return _once([*await _to_responses(session, responses), *threads])


def _once(letters: Sequence[Told]) -> list[Told]:
    """One mail for each address, however often its owner spoke; the others of hers count as told with it."""
    seen: set[str] = set()
    found = []
    for letter in letters:
        address = letter.email.lower()
        again = letter.way is Way.MAIL and address in seen
        found.append(Told(letter.kind, letter.target_id, Way.WITH_ANOTHER) if again else letter)
        seen.add(address)
    return found


async def _to_responses(session: Session, ids: Sequence[UUID]) -> list[Told]:
    known = await reachable(session, ids)
    found = []
    for id_ in ids:
        reach = known.get(id_)
        if reach is None:
            found.append(Told(LinkKind.RESPONSE, id_, Way.GONE))
        elif not reach.willing:
            found.append(Told(LinkKind.RESPONSE, id_, Way.NOT_ALLOWED))
        elif not reach.email:
            found.append(Told(LinkKind.RESPONSE, id_, Way.NO_ADDRESS))
        else:
            out = f"{settings().base_url}/opt-out/{ending_of(reach.person_id)}"
            found.append(Told(LinkKind.RESPONSE, id_, Way.MAIL, reach.email, reach.language, reach.customer, out))
    return found


def written(one: Improvement, letter: Told) -> EmailMessage:
    """In the reader's language; the words are those that everybody may read, and name nobody."""
    language = letter.language if letter.language in i18n.LANGUAGES else "en"
    i18n.use(language)
    said, done = in_language(one.said_zh, one.said_en, language), in_language(one.done_zh, one.done_en, language)
    context = {"said": said, "done": done, "url": address_for(letter.customer), "opt_out": letter.opt_out}
    text, html = (pages.render(f"value/mail.{part}", **context) for part in ("txt", "html"))
    headers = {}
    if letter.opt_out:
        headers = {"List-Unsubscribe": f"<{letter.opt_out}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return mail.compose(letter.email, _("What became of what you told us"), text, html, language, headers=headers)


def address_for(customer: str) -> str:
    """The page of what was said and done: of one customer, behind an address that nobody guesses, or of all."""
    page = f"{settings().base_url}/said-and-done"
    return f"{page}/{customer}.{keyed_hash('said and done', customer)[:MARK]}" if customer else page


def customer_of_address(text: str) -> str:
    """ "" where the address leads to nobody."""
    customer, _dot, mark = text.rpartition(".")
    good = any(
        hmac.compare_digest(mark.encode(), one[:MARK].encode()) for one in keyed_hashes("said and done", customer)
    )
    return customer if customer and good else ""


def telling_of(known: Known, scope: Scope) -> list[tuple[str, str]]:
    """Name and address of the pages that these customers' people may read."""
    every = [(_("Everybody"), address_for(""))]
    return every + [(name, address_for(key)) for key, name in known.customers.items()]
