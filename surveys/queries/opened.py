"""What a link opens."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Dialect, bindparam
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from core.direct import Fixed, looked_up
from core.errors import NotFound
from core.i18n import gettext as _
from core.ids import keyed_hashes
from core.rows import among, listed
from journeys.models import Customer, Person, Service, Ticket
from surveys.models import Channel, Detail, Invitation, InvitationLink
from surveys.queries.definitions import newest_version, published, survey_by_slug
from surveys.schemas import Asked

LONGEST_TOKEN, LONGEST_SLUG = 200, 40
TOLD_OF_TICKETS = ("kind", "group", "priority", "channel", "close_reason")


class Opened(NamedTuple):
    """Columns of `_opened`, in its order."""

    invitation_id: UUID
    version_id: UUID
    ticket_id: UUID | None
    person_id: UUID | None
    answered_at: datetime | None
    key: str | None
    summary: str | None
    resolved_at: datetime | None
    kind: str | None
    group: str | None
    priority: str | None
    channel: str | None
    close_reason: str | None
    language: str | None
    service: str | None
    customer: str | None
    service_name: str | None
    customer_name: str | None


async def behind_link(session: AsyncSession, token: str) -> Asked:
    """What the link opens. Unknown, forged and expired links are one and the same: there is nothing."""
    [asked] = await behind_links(session, [token])
    if asked is None:
        raise NotFound(_("This link does not lead to a survey, or is no longer valid."))
    return asked


async def behind_links(session: AsyncSession, tokens: Sequence[str]) -> list[Asked | None]:
    """The same for several, in one look; None: there is nothing."""
    hashes = {token: keyed_hashes("invitation", token) for token in tokens if len(token) <= LONGEST_TOKEN}
    dialect, either = session.get_bind().dialect, sorted({hash_ for some in hashes.values() for hash_ in some})
    wanted = {"hashes": listed(dialect.name, either), "at": now()}
    rows = await looked_up(session, _behind(dialect), wanted) if hashes else []
    found = {hash_: await _asked(session, Opened(*row)) for *row, hash_ in rows}
    return [next((found[hash_] for hash_ in hashes.get(token, []) if hash_ in found), None) for token in tokens]


async def by_telephone(session: AsyncSession, scope: frozenset[str] | None, invitation_id: UUID) -> Asked:
    """An interview that is still to be held, with somebody of the customers in `scope`."""
    statement = _opened().where(Invitation.id == invitation_id, Invitation.channel == Channel.PHONE)
    statement = statement.where(still_to_call(now()))
    if scope is not None:
        statement = statement.where(col(Customer.key).in_(scope))
    if row := (await (await session.connection()).execute(statement)).first():
        return await _asked(session, Opened(*row))
    raise NotFound(_("There is no such interview, or it is over."))


def still_to_call(at: datetime) -> Any:
    open_ = col(Invitation.detail).is_(None) | (col(Invitation.detail) != Detail.REFUSED)
    return (col(Invitation.channel) == Channel.PHONE) & col(Invitation.answered_at).is_(None) & open_ & _valid(at)


def _valid(at: datetime) -> Any:
    return col(Invitation.asked).is_(True) & (col(Invitation.expires_at) > at)


async def _asked(session: AsyncSession, row: Opened) -> Asked:
    survey = await published(session, row.version_id)
    about = row.ticket_id is not None
    return Asked(
        invitation_id=row.invitation_id,
        survey=survey,
        ticket_id=row.ticket_id,
        person_id=row.person_id,
        answered=row.answered_at is not None,
        person_language=row.language,
        ticket=row.key or "",
        summary=row.summary or "",
        attributes=_attributes(row, row.service or "", row.customer or "") if about else {},
        pipes=_pipes(row) if about else {},
        changeable=_changeable(row.answered_at, survey.definition.edit_minutes),
        over_on=row.resolved_at.date() if row.resolved_at else None,
    )


def _attributes(row: Opened, service: str, customer: str) -> dict[str, Any]:
    return {
        "kind": str(row.kind),
        "group": row.group,
        "priority": row.priority,
        "channel": row.channel,
        "close_reason": row.close_reason,
        "service": service,
        "customer": customer,
    }


def _pipes(row: Opened) -> dict[str, Any]:
    named = _attributes(row, row.service_name or "", row.customer_name or "")
    return {**named, "key": row.key, "summary": row.summary}


def _changeable(answered_at: datetime | None, edit_minutes: int) -> bool:
    return answered_at is not None and now() - answered_at < timedelta(minutes=edit_minutes)


async def open_survey(session: AsyncSession, slug: str) -> Asked:
    """What stands at an open address; archived and unknown ones are the same."""
    survey = await survey_by_slug(session, slug) if len(slug) <= LONGEST_SLUG else None
    newest = await newest_version(session, survey.id) if survey and not survey.archived_at else None
    if newest is None:
        raise NotFound(_("There is no survey at this address, or it is over."))
    return Asked(
        invitation_id=None,
        survey=await published(session, newest.id),
        ticket_id=None,
        person_id=None,
        answered=False,
        person_language=None,
        ticket="",
        summary="",
    )


@cache
def _behind(dialect: Dialect) -> Fixed:
    """Made once: to put the statement together takes longer than to run it."""
    valid = col(Invitation.expires_at) > bindparam("at")
    statement = (
        _opened()
        .add_columns(col(InvitationLink.token_hash))
        .join(InvitationLink, col(InvitationLink.invitation_id) == col(Invitation.id))
        .where(among(dialect.name, col(InvitationLink.token_hash), "hashes"), col(Invitation.asked).is_(True), valid)
    )
    return Fixed(statement, dialect)


def _opened() -> Any:
    """Columns, not rows of tables: this is read for every form that is opened and for every answer."""
    statement: Any = select(col(Invitation.id), col(Invitation.version_id))
    return (
        statement.add_columns(
            *(col(getattr(Invitation, name)) for name in ("ticket_id", "person_id", "answered_at")),
            *(col(getattr(Ticket, name)) for name in ("key", "summary", "resolved_at", *TOLD_OF_TICKETS)),
            col(Person.language),
            col(Service.key),
            col(Customer.key),
            col(Service.name),
            col(Customer.name),
        )
        .select_from(Invitation)
        .join(Person, col(Person.id) == col(Invitation.person_id), isouter=True)
        .join(Ticket, col(Ticket.id) == col(Invitation.ticket_id), isouter=True)
        .join(Service, col(Service.id) == col(Ticket.service_id), isouter=True)
        .join(Customer, col(Customer.id) == col(Ticket.customer_id), isouter=True)
    )
