"""What a link opens, and what was said."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from core.errors import NotFound
from core.i18n import gettext as _
from core.ids import keyed_hashes
from core.rows import among, listed
from journeys.models import Customer, Person, Service, Ticket, Touchpoint
from surveys.models import (
    Channel,
    Detail,
    Invitation,
    InvitationLink,
    Mode,
    Response,
    ResponseOrigin,
    Survey,
    SurveyVersion,
)
from surveys.queries.definitions import newest_version, published, survey_by_slug
from surveys.queries.matters import MODE
from surveys.schemas import (
    Asked,
    Construct,
    Direction,
    ResponseVoice,
)

LONGEST_TOKEN, LONGEST_SLUG = 200, 40
OPEN_CHANNEL = "open"
# Scores that say something by themselves beside a name; others have a question of their own.
MEASURED = frozenset(Construct) - {Construct.OTHER, Construct.COMMENT, Construct.CONTACT, Construct.LOST_TIME}
TOLD_OF_TICKETS = ("kind", "group", "priority", "channel", "close_reason")


async def behind_link(session: AsyncSession, token: str) -> Asked:
    """What the link opens. Unknown, forged and expired links are one and the same: there is nothing."""
    [asked] = await behind_links(session, [token])
    if asked is None:
        raise NotFound(_("This link does not lead to a survey, or is no longer valid."))
    return asked


async def behind_links(session: AsyncSession, tokens: Sequence[str]) -> list[Asked | None]:
    """The same for several, in one look; None: there is nothing."""
    hashes = {token: keyed_hashes("invitation", token) for token in tokens if len(token) <= LONGEST_TOKEN}
    connection = await session.connection()
    dialect, either = connection.dialect.name, {hash_ for some in hashes.values() for hash_ in some}
    wanted = {"hashes": listed(dialect, sorted(either)), "at": now()}
    rows = (await connection.execute(_behind(dialect), wanted)).all() if hashes else []
    found = {row.token_hash: await _asked(session, row) for row in rows}
    return [next((found[hash_] for hash_ in hashes.get(token, []) if hash_ in found), None) for token in tokens]


async def by_telephone(session: AsyncSession, scope: frozenset[str] | None, invitation_id: UUID) -> Asked:
    """An interview that is still to be held, with somebody of the customers in `scope`."""
    statement = _opened().where(Invitation.id == invitation_id, Invitation.channel == Channel.PHONE)
    statement = statement.where(still_to_call(now()))
    if scope is not None:
        statement = statement.where(col(Customer.key).in_(scope))
    if row := (await (await session.connection()).execute(statement)).first():
        return await _asked(session, row)
    raise NotFound(_("There is no such interview, or it is over."))


def still_to_call(at: datetime) -> Any:
    open_ = col(Invitation.detail).is_(None) | (col(Invitation.detail) != Detail.REFUSED)
    return (col(Invitation.channel) == Channel.PHONE) & col(Invitation.answered_at).is_(None) & open_ & _valid(at)


def _valid(at: datetime) -> Any:
    return col(Invitation.asked).is_(True) & (col(Invitation.expires_at) > at)


async def _asked(session: AsyncSession, row: Any) -> Asked:
    survey = await published(session, row.version_id)
    attributes = _attributes(row) if row.ticket_id else {}
    words = {"service": row.service_name or "", "customer": row.customer_name or ""}
    return Asked(
        invitation_id=row.invitation_id,
        survey=survey,
        ticket_id=row.ticket_id,
        person_id=row.person_id,
        answered=row.answered_at is not None,
        person_language=row.language,
        ticket=row.key or "",
        summary=row.summary or "",
        attributes=attributes,
        pipes=attributes | words | {"key": row.key, "summary": row.summary} if row.ticket_id else {},
        changeable=_changeable(row.answered_at, survey.definition.edit_minutes),
        over_on=row.resolved_at.date() if row.resolved_at else None,
    )


def _attributes(row: Any) -> dict[str, str]:
    same = {name: str(getattr(row, name)) for name in TOLD_OF_TICKETS}
    return {**same, "service": row.service or "", "customer": row.customer or ""}


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
def _behind(dialect: str) -> Any:
    """Made once: to put the statement together takes longer than to run it."""
    valid = col(Invitation.expires_at) > bindparam("at")
    return (
        _opened()
        .add_columns(col(InvitationLink.token_hash))
        .join(InvitationLink, col(InvitationLink.invitation_id) == col(Invitation.id))
        .where(among(dialect, col(InvitationLink.token_hash), "hashes"), col(Invitation.asked).is_(True), valid)
    )


def _opened() -> Any:
    """Columns, not rows of tables: this is read for every form that is opened and for every answer."""
    statement: Any = select(col(Invitation.id).label("invitation_id"), col(Invitation.version_id))
    return (
        statement.add_columns(
            *(col(getattr(Invitation, name)) for name in ("ticket_id", "person_id", "answered_at")),
            *(col(getattr(Ticket, name)) for name in ("key", "summary", "resolved_at", *TOLD_OF_TICKETS)),
            col(Person.language),
            *(col(table.key).label(name) for table, name in ((Service, "service"), (Customer, "customer"))),
            *(col(table.name).label(f"{name}_name") for table, name in ((Service, "service"), (Customer, "customer"))),
        )
        .select_from(Invitation)
        .join(Person, col(Person.id) == col(Invitation.person_id), isouter=True)
        .join(Ticket, col(Ticket.id) == col(Invitation.ticket_id), isouter=True)
        .join(Service, col(Service.id) == col(Ticket.service_id), isouter=True)
        .join(Customer, col(Customer.id) == col(Ticket.customer_id), isouter=True)
    )


async def response_to(session: AsyncSession, invitation_id: UUID) -> Response | None:
    return (await session.exec(select(Response).where(Response.invitation_id == invitation_id))).first()


async def response_by_id(session: AsyncSession, response_id: UUID) -> Response | None:
    return (await session.exec(select(Response).where(Response.id == response_id))).first()


async def anonymous_answers(session: AsyncSession, survey_id: UUID, after: date, until: date) -> Sequence[Response]:
    """Those of the days after `after` up to and with `until`; their times are the beginnings of days."""
    begins, ends = datetime.combine(after, time(), UTC), datetime.combine(until, time(), UTC)
    statement = (
        select(Response)
        .join(SurveyVersion, col(SurveyVersion.id) == col(Response.version_id))
        .where(SurveyVersion.survey_id == survey_id, Mode.ANONYMOUS.value == MODE)
        .where(col(Response.received_at) > begins, col(Response.received_at) <= ends)
    )
    return (await session.exec(statement)).all()


# Only what a voice is made of: whole rows of many take much longer.
SPOKEN: list[Any] = [
    getattr(Response, name)
    for name in (
        "id", "ticket_id", "person_id", "language", "received_at", "comment", "may_contact", "answers",
    )
]  # fmt: skip


async def response_voices(session: AsyncSession, ids: Sequence[UUID]) -> list[ResponseVoice]:
    """The responses as voices, in the order in which they came."""
    columns: Any = (*SPOKEN, Invitation.channel, Survey.key)
    statement = (
        _with_origin(select(*columns).select_from(Response))
        .where(col(Response.id).in_(list(ids)))
        .order_by(col(Response.received_at), col(Response.id))
    )
    n = len(SPOKEN)
    return [_voice(row, *row[n:]) for row in (await session.exec(statement)).all()]


def _with_origin(statement: Any) -> Any:
    return (
        statement.add_columns(
            ResponseOrigin.channel,
            Customer.key,
            Service.key,
            Touchpoint.key,
            func.coalesce(Ticket.sla_met, ResponseOrigin.sla_met),
            col(SurveyVersion.definition)["customer"].as_string(),
            col(SurveyVersion.definition)["touchpoint"].as_string(),
        )
        .join(Ticket, col(Ticket.id) == col(Response.ticket_id), isouter=True)
        .join(Invitation, col(Invitation.id) == col(Response.invitation_id), isouter=True)
        .join(SurveyVersion, col(SurveyVersion.id) == col(Response.version_id))
        .join(Survey, col(Survey.id) == col(SurveyVersion.survey_id))
        .join(ResponseOrigin, col(ResponseOrigin.response_id) == col(Response.id), isouter=True)
        .join(Customer, col(Customer.id) == col(ResponseOrigin.customer_id), isouter=True)
        .join(Service, col(Service.id) == col(ResponseOrigin.service_id), isouter=True)
        .join(Touchpoint, col(Touchpoint.id) == col(ResponseOrigin.touchpoint_id), isouter=True)
    )


def _voice(
    response: Any,
    channel: str | None,
    survey: str,
    elsewhere: str | None,
    customer: str | None,
    service: str | None,
    touchpoint: str | None,
    sla_met: bool | None,
    survey_customer: str | None,
    survey_touchpoint: str | None,
) -> ResponseVoice:
    placed = response.ticket_id is not None
    measured = {entry["construct"]: _measure(entry) for entry in response.answers}
    return ResponseVoice(
        response_id=response.id,
        ticket_id=response.ticket_id,
        person_id=response.person_id,
        language=response.language,
        channel=channel or elsewhere or OPEN_CHANNEL,
        said_at=response.received_at,
        comment=response.comment,
        may_contact=response.may_contact,
        functional=measured.get(Construct.FUNCTIONAL),
        emotional=measured.get(Construct.EMOTIONAL),
        satisfaction=measured.get(Construct.SATISFACTION),
        lost_minutes=measured.get(Construct.LOST_TIME),
        overall=measured.get(Construct.OVERALL),
        survey=survey,
        customer=customer or ("" if placed else survey_customer) or "",
        service=service or "",
        touchpoint=touchpoint or ("" if placed else survey_touchpoint) or "",
        sla_met=sla_met,
    )


def _measure(entry: dict[str, Any]) -> float | None:
    """A step on 0-100 of its scale; minutes as they are; what does not apply, and words, measure nothing."""
    scale, value = entry["scale"] or {}, entry["value"]
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if "min" in scale:
        low, high = float(scale["min"]), float(scale["max"])
        share = 100 * (float(value) - low) / (high - low)
        return 100 - share if scale.get("direction") == Direction.DOWN else share
    return float(value) if entry["construct"] == Construct.LOST_TIME else None
