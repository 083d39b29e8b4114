from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from core.db import insert_new
from core.errors import Conflict, FieldError, Invalid
from core.i18n import gettext as _
from core.ids import ordered_id
from core.outbox import announce
from feedback import queries
from feedback.events import FeedbackReceived
from feedback.models import Feedback
from feedback.rules import checked
from feedback.schemas import Received, Said

# What makes two submissions the same. Not the customer: which one an address belongs to may change in between.
COMPARED = (
    "text",
    "kind",
    "service_id",
    "touchpoint_id",
    "author_name",
    "author_email",
    "functional",
    "emotional",
    "satisfaction",
)


async def receive(session: AsyncSession, said: Said) -> Received:
    """Store a feedback and the fact of it. Sent again it changes nothing; other words under its key are refused."""
    clean = checked(said)
    row = {"id": ordered_id(), "received_at": now(), **_own_columns(clean), **await _places(session, clean)}
    if await insert_new(session, Feedback, [row]):
        await announce(session, FeedbackReceived(feedback_id=str(row["id"])))
        return Received(row["id"], new=True)
    earlier = await queries.submitted(session, clean.source, clean.submission_key)
    if any(getattr(earlier, name) != row[name] for name in COMPARED):
        raise Conflict(_("Another message was already stored under this submission key"))
    return Received(earlier.id, new=False)


def _own_columns(said: Said) -> dict[str, Any]:
    return {
        "source": said.source,
        "submission_key": said.submission_key,
        "kind": said.kind,
        "text": said.text,
        "language": said.language,
        "channel": said.channel,
        "author_name": said.author_name,
        "author_email": said.author_email,
        "functional": said.functional,
        "emotional": said.emotional,
        "satisfaction": said.satisfaction,
    }


async def _places(session: AsyncSession, said: Said) -> dict[str, UUID | None]:
    """The ids of what the feedback is about. An address known to one customer places it with that customer."""
    found = {
        "service": await queries.service_id(session, said.service) if said.service else None,
        "touchpoint": await queries.touchpoint_id(session, said.touchpoint) if said.touchpoint else None,
        "customer": await queries.customer_id(session, said.customer) if said.customer else None,
    }
    unknown = [name for name, id_ in found.items() if getattr(said, name) and id_ is None]
    if unknown:
        errors = [FieldError(name, _("This is not known here")) for name in unknown]
        raise Invalid(_("Some fields are not right"), errors)
    if said.author_email and not said.customer:
        found["customer"] = await queries.customer_id_of(session, said.author_email)
    return {f"{name}_id": id_ for name, id_ in found.items()}
