"""What was said."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from journeys.models import Customer, Service, Ticket, Touchpoint
from surveys.models import (
    Invitation,
    Mode,
    Response,
    ResponseOrigin,
    Survey,
    SurveyVersion,
)
from surveys.queries.matters import MODE
from surveys.schemas import (
    Construct,
    Direction,
    ResponseVoice,
)

OPEN_CHANNEL = "open"
# Scores that say something by themselves beside a name; others have a question of their own.
MEASURED = frozenset(Construct) - {Construct.OTHER, Construct.COMMENT, Construct.CONTACT, Construct.LOST_TIME}


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
