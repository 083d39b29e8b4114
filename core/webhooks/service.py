import re
import secrets
from base64 import b64encode
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import case, delete, func, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from core.db import insert_new
from core.errors import Conflict, FieldError, Invalid, NotFound
from core.i18n import gettext as _
from core.ids import ordered_id
from core.outbox import announce
from core.sealing import seal, unseal
from core.webhooks.events import WebhookDue
from core.webhooks.models import WebhookEndpoint, WebhookMessage
from core.webhooks.rules import EVENTS, TEST, pause_after, wrong_with

PURPOSE = "webhook"
NAME = re.compile(r"[\w-]{1,40}")


@dataclass(frozen=True)
class Standing:
    """`waiting`: messages on their way, tried or to be tried again. `given_up`: they wait for a person."""

    endpoint: WebhookEndpoint
    waiting: int
    given_up: int


async def add_endpoint(session: AsyncSession, name: str, url: str, events: Sequence[str]) -> str:
    """The secret with which messages are signed, shown this once."""
    if wrong := list(_wrong(name, url, events)):
        raise Invalid(" ".join(error.message for error in wrong), wrong)
    secret = b64encode(secrets.token_bytes(24)).decode()
    row = {"id": ordered_id(), "name": name, "url": url, "secret": seal(PURPOSE, secret), "events": ",".join(events)}
    if not await insert_new(session, WebhookEndpoint, [{**row, "active": True, "failures": 0}]):
        raise Conflict(_("There is an endpoint of that name already"))
    return f"whsec_{secret}"


def _wrong(name: str, url: str, events: Sequence[str]) -> Iterator[FieldError]:
    if not NAME.fullmatch(name):
        yield FieldError("name", _("A name has 1 to 40 letters, digits, - and _"))
    if wrong := wrong_with(url):
        yield FieldError("url", wrong)
    if unknown := set(events) - set(EVENTS):
        told = {"events": ", ".join(sorted(unknown)), "there": ", ".join(EVENTS)}
        yield FieldError("event", _("There is no event %(events)s; there are %(there)s") % told)


def secret_of(endpoint: WebhookEndpoint) -> str:
    return unseal(PURPOSE, endpoint.secret)


async def endpoints(session: AsyncSession) -> Sequence[WebhookEndpoint]:
    return (await session.exec(select(WebhookEndpoint).order_by(col(WebhookEndpoint.name)))).all()


async def standing(session: AsyncSession) -> list[Standing]:
    """Every endpoint, and what it has not taken yet."""
    given_up = func.sum(case((col(WebhookMessage.given_up).is_(True), 1), else_=0))
    counted = select(WebhookMessage.endpoint_id, func.count(), given_up).group_by(col(WebhookMessage.endpoint_id))
    counts = {id_: (n - gone, gone) for id_, n, gone in (await session.exec(counted)).all()}
    return [Standing(one, *counts.get(one.id, (0, 0))) for one in await endpoints(session)]


async def _named(session: AsyncSession, name: str) -> WebhookEndpoint:
    found = (await session.exec(select(WebhookEndpoint).where(WebhookEndpoint.name == name))).first()
    if found is None:
        raise NotFound(_("There is no endpoint of that name"))
    return found


async def _switch(session: AsyncSession, name: str, *, active: bool) -> None:
    endpoint = await _named(session, name)
    endpoint.active = active
    session.add(endpoint)


async def remove_endpoint(session: AsyncSession, name: str) -> None:
    found = await _named(session, name)
    await session.exec(delete(WebhookMessage).where(col(WebhookMessage.endpoint_id) == found.id))
    await session.delete(found)


async def tell(session: AsyncSession, event: str, subjects: Iterable[str]) -> None:
    """Note for every endpoint that wants to hear of it; said twice it is noted once."""
    wanting = [one for one in await endpoints(session) if one.active and event in (one.events or event).split(",")]
    for endpoint in wanting:
        for subject in subjects:
            await _note(session, endpoint.id, event, subject)


async def tell_of_nothing(session: AsyncSession, name: str) -> None:
    """A message like any other about something that did not happen, to see whether it arrives."""
    await _note(session, (await _named(session, name)).id, TEST, str(ordered_id()))


async def _note(session: AsyncSession, endpoint_id: UUID, event: str, subject: str) -> None:
    row: dict[str, Any] = {"id": ordered_id(), "endpoint_id": endpoint_id, "event": event, "subject": subject}
    row |= {"happened_at": now(), "attempts": 0, "given_up": False}
    if await insert_new(session, WebhookMessage, [row]):
        await announce(session, WebhookDue(str(row["id"])))


async def due(session: AsyncSession, ids: Sequence[UUID]) -> list[tuple[WebhookMessage, WebhookEndpoint]]:
    """What is still to be told of these."""
    wanted = (
        select(WebhookMessage, WebhookEndpoint)
        .join(WebhookEndpoint, col(WebhookEndpoint.id) == col(WebhookMessage.endpoint_id))
        .where(col(WebhookMessage.id).in_(ids), col(WebhookMessage.given_up).is_(False))
    )
    return [(message, endpoint) for message, endpoint in (await session.exec(wanted)).all()]


async def keep_outcome(session: AsyncSession, message: WebhookMessage, status: int, at: datetime) -> None:
    """Taken: the message goes. Not taken: it is tried again, later each time, for about three days."""
    mine = col(WebhookEndpoint.id) == message.endpoint_id
    seen: dict[str, Any] = {"last_status": status, "last_at": at}
    if 200 <= status < 300:
        await session.exec(delete(WebhookMessage).where(col(WebhookMessage.id) == message.id))
        await session.exec(update(WebhookEndpoint).where(mine).values(**seen, failures=0))
        return
    pause = pause_after(message.attempts + 1)
    again = {"attempts": message.attempts + 1, "given_up": pause is None}
    await session.exec(update(WebhookMessage).where(col(WebhookMessage.id) == message.id).values(**again))
    await session.exec(update(WebhookEndpoint).where(mine).values(**seen, failures=WebhookEndpoint.failures + 1))
    if pause is not None:
        await announce(session, WebhookDue(str(message.id)), not_before=at + pause)


async def replay(session: AsyncSession, name: str) -> int:
    """Try again what this endpoint did not take in three days; how many that are."""
    endpoint = await _named(session, name)
    given_up = select(WebhookMessage).where(
        WebhookMessage.endpoint_id == endpoint.id, col(WebhookMessage.given_up).is_(True)
    )
    messages = (await session.exec(given_up)).all()
    for message in messages:
        message.given_up, message.attempts = False, 0
        session.add(message)
        await announce(session, WebhookDue(str(message.id)))
    return len(messages)


DEEDS: dict[str, Callable[[AsyncSession, str], Awaitable[Any]]] = {
    "again": replay,
    "test": tell_of_nothing,
    "pause": partial(_switch, active=False),
    "resume": partial(_switch, active=True),
    "remove": remove_endpoint,
}
