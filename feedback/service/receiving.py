"""Taking in what somebody said who gave a name, or whom the channel knows."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from core.db import insert_new
from core.errors import Conflict, FieldError, Invalid
from core.i18n import gettext as _
from core.ids import keyed_hash, ordered_id
from core.outbox import announce
from core.sealing import open_sealed, seal_away
from core.settings import settings
from feedback.events import FeedbackReceived
from feedback.models import Closeness, Feedback, Matter
from feedback.queries import places
from feedback.queries.voices import submitted
from feedback.rules.handling import dates, kept_for
from feedback.rules.taking_in import checked
from feedback.schemas import Received, Said

# What makes two submissions the same. Not the customer: which one an address belongs to may change in between.
COMPARED = ("text", "kind", "service_id", "touchpoint_id", "functional", "emotional", "satisfaction")


async def receive(session: AsyncSession, said: Said) -> Received:
    """Store a feedback and the fact of it. Sent again it changes nothing; other words under its key are refused."""
    clean = checked(said)
    found = await find_places(session, clean)
    row = {"id": ordered_id(), "received_at": now(), **_own_columns(clean), **found}
    if await insert_new(session, Feedback, [row]):
        matter = matter_row(row["id"], clean, found, same_words(clean)) | {"anonymous": False}
        await insert_new(session, Matter, [matter])
        await announce(session, FeedbackReceived(feedback_id=str(row["id"])))
        return Received(row["id"], new=True)
    earlier = await submitted(session, clean.source, clean.submission_key)
    if any(getattr(earlier, name) != row[name] for name in COMPARED) or author_of(earlier) != _author(clean):
        raise Conflict(_("Another message was already stored under this submission key"))
    return Received(earlier.id, new=False)


def check(said: Said) -> None:
    """Refuse what could not be stored, without storing anything."""
    checked(said)


def matter_row(id_: UUID, said: Said, places: Mapping[str, UUID | None], sameness: str) -> dict[str, Any]:
    """A new matter, which nobody has looked at yet."""
    day = now().date()
    keep = kept_for(said.channel, settings().feedback_days, settings().feedback_days_by_channel)
    due = dates(day, keep, timedelta(days=settings().feedback_remind_days))
    return {
        "id": id_,
        "day": day,
        "kind": said.kind,
        "channel": said.channel,
        "sameness": sameness,
        "due_on": due.due_on,
        "remind_on": due.remind_on,
        "delete_on": due.delete_on,
        "state": "new",
        "owner": "",
        "sentiment": "",
        "read_touchpoint": "",
        "asked_back": False,
        **places,
    }


def same_words(said: Said) -> str:
    """The same words about the same service, whoever says them."""
    return keyed_hash("same words", json.dumps([" ".join(said.text.lower().split()), said.kind, said.service]))


def _author(said: Said) -> tuple[str, str]:
    return said.author_name, said.author_email


def author_of(feedback: Feedback) -> tuple[str, str]:
    """Name and address, those of who spoke confidentially too: for writing to them, not for showing."""
    if feedback.sealed_author:
        name, email = json.loads(open_sealed(feedback.sealed_author))
        return name, email
    return feedback.author_name, feedback.author_email


def _own_columns(said: Said) -> dict[str, Any]:
    hidden = said.closeness is Closeness.CONFIDENTIAL
    return {
        "source": said.source,
        "submission_key": said.submission_key,
        "kind": said.kind,
        "text": said.text,
        "language": said.language,
        "channel": said.channel,
        "author_name": "" if hidden else said.author_name,
        "author_email": "" if hidden else said.author_email,
        "sealed_author": seal_away(json.dumps(_author(said))) if hidden else None,
        "functional": said.functional,
        "emotional": said.emotional,
        "satisfaction": said.satisfaction,
    }


async def find_places(session: AsyncSession, said: Said) -> dict[str, UUID | None]:
    """The ids of what the feedback is about. An address known to one customer places it with that customer."""
    found = {
        "service": await places.service_id(session, said.service) if said.service else None,
        "touchpoint": await places.touchpoint_id(session, said.touchpoint) if said.touchpoint else None,
        "customer": await places.customer_id(session, said.customer) if said.customer else None,
    }
    unknown = [name for name, id_ in found.items() if getattr(said, name) and id_ is None]
    if unknown:
        errors = [FieldError(name, _("This is not known here")) for name in unknown]
        raise Invalid(_("Some fields are not right"), errors)
    if said.author_email and not said.customer:
        found["customer"] = await places.customer_id_of(session, said.author_email)
    return {f"{name}_id": id_ for name, id_ in found.items()}
