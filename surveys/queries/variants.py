"""Surveys and their versions as variants that can be compared."""

from datetime import datetime

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from journeys.models import Customer, Ticket
from surveys.models import Invitation, Survey, SurveyVersion
from surveys.schemas.variants import Variant


async def variants(session: AsyncSession, scope: frozenset[str] | None) -> list[Variant]:
    """Every survey but those of other customers, by key, and its versions where there are several."""
    document = col(SurveyVersion.definition)
    statement = (
        select(Survey.key, SurveyVersion.number, document["title"], document["customer"].as_string())
        .join(SurveyVersion, col(SurveyVersion.survey_id) == col(Survey.id))
        .order_by(col(Survey.key), col(SurveyVersion.number).desc())
    )
    rows = (await session.exec(statement)).all()
    seen = [row for row in rows if scope is None or not row[3] or row[3] in scope]
    found: list[Variant] = []
    for key in dict.fromkeys(row[0] for row in seen):
        mine = [Variant(key, number, title) for of, number, title, _ in seen if of == key]
        found += [Variant(key, None, mine[0].title), *(mine if len(mine) > 1 else [])]
    return found


async def asked_of(
    session: AsyncSession, scope: frozenset[str] | None, variant: str, since: datetime, before: datetime
) -> tuple[int, int]:
    """How many were asked by a survey, or by one version of it, and how many of them answered; of asking by invitation,
    for nothing is kept of who was asked anonymously."""
    survey, _, number = variant.partition(":")
    statement = (
        select(func.count(), func.count(col(Invitation.answered_at)))
        .select_from(Invitation)
        .join(SurveyVersion, col(SurveyVersion.id) == col(Invitation.version_id))
        .join(Survey, col(Survey.id) == col(Invitation.survey_id))
        .where(Survey.key == survey, col(Invitation.asked).is_(True))
        .where(col(Invitation.decided_at) >= since, col(Invitation.decided_at) < before)
    )
    if number:
        statement = statement.where(SurveyVersion.number == int(number))
    if scope is not None:
        statement = (
            statement.join(Ticket, col(Ticket.id) == col(Invitation.ticket_id))
            .join(Customer, col(Customer.id) == col(Ticket.customer_id))
            .where(col(Customer.key).in_(scope))
        )
    asked, answered = (await session.exec(statement)).one()
    return asked, answered
