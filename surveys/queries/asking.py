"""Reading for decisions: triggers, the two clocks, what was decided."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import case, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.ids import keyed_hashes
from journeys.models import Ticket
from surveys.models import (
    AskingMark,
    AskingRules,
    Invitation,
    MailTrouble,
    Mode,
    OptOut,
    Survey,
    Trigger,
)
from surveys.schemas import Ask, AskingPolicy, StratumCount, TriggerDefinition

# These stood in the table before there was `more`.
COLUMNS = ("active", "kinds", "delay_minutes", "max_age_days", "valid_days", "cooldown_days", "sample_percent")


def definition_of(row: Trigger) -> TriggerDefinition:
    return msgspec.convert(row.more | {name: getattr(row, name) for name in COLUMNS}, TriggerDefinition)


async def triggers(session: AsyncSession) -> dict[UUID, TriggerDefinition]:
    """By survey, in an order that is the same for every worker."""
    both = select(Trigger, Survey).join(Survey, col(Survey.id) == col(Trigger.survey_id))
    rows = (await session.exec(both.order_by(col(Trigger.survey_id)))).all()
    return {survey.id: _of(row, survey) for row, survey in rows}


def _of(row: Trigger, survey: Survey) -> TriggerDefinition:
    """A survey that is archived asks nobody."""
    definition = definition_of(row)
    return msgspec.structs.replace(definition, active=False) if survey.archived_at else definition


async def trigger_of(session: AsyncSession, survey_id: UUID) -> TriggerDefinition | None:
    both = select(Trigger, Survey).join(Survey, col(Survey.id) == col(Trigger.survey_id))
    found = (await session.exec(both.where(Trigger.survey_id == survey_id))).first()
    return _of(*found) if found else None


async def anonymous_surveys(session: AsyncSession) -> set[UUID]:
    return set((await session.exec(select(Survey.id).where(Survey.mode == Mode.ANONYMOUS))).all())


async def triggers_by_key(session: AsyncSession) -> dict[str, TriggerDefinition]:
    """Of every survey that has one, by the survey's key."""
    rows = await session.exec(
        select(Survey.key, Trigger).join(Trigger, col(Trigger.survey_id) == col(Survey.id)).order_by(col(Survey.key))
    )
    return {key: definition_of(row) for key, row in rows.all()}


async def asking_policy(session: AsyncSession) -> AskingPolicy:
    row = (await session.exec(select(AskingRules))).first()
    return msgspec.convert(row.policy, AskingPolicy) if row else AskingPolicy()


async def asks_of(session: AsyncSession, person_ids: Iterable[UUID], since: datetime) -> dict[UUID, list[Ask]]:
    """Every time that each person was asked: by invitations, and by what left only a mark."""
    people = set(person_ids)
    statement = select(Invitation.person_id, Invitation.survey_id, Invitation.decided_at).where(
        col(Invitation.person_id).in_(people), col(Invitation.asked).is_(True), col(Invitation.decided_at) >= since
    )
    found: dict[UUID, list[Ask]] = {person_id: [] for person_id in people}
    for person_id, survey_id, at in (await session.exec(statement)).all():
        found.setdefault(person_id or UUID(int=0), []).append(Ask(survey_id, at))
    for person_id, ask in await _marked(session, people, since):
        found[person_id].append(ask)
    return found


async def _marked(session: AsyncSession, people: set[UUID], since: datetime) -> list[tuple[UUID, Ask]]:
    """A mark tells the day only, so it counts from the end of that day."""
    if (await session.exec(select(AskingMark.id).limit(1))).first() is None:
        return []
    days = select(col(AskingMark.day)).where(col(AskingMark.day) >= since.date()).distinct()
    quarters = {quarter_of(day) for day in (await session.exec(days)).all()}
    owner = {mark: person for person in people for quarter in quarters for mark in person_marks(person, quarter)}
    surveys = (await session.exec(select(Survey.id))).all()
    marks = (await session.exec(select(AskingMark).where(col(AskingMark.person_mark).in_(list(owner))))).all()
    return [_ask(mark, owner[mark.person_mark], surveys) for mark in marks]


def _ask(mark: AskingMark, person_id: UUID, surveys: Iterable[UUID]) -> tuple[UUID, Ask]:
    quarter = quarter_of(mark.day)
    survey = next((one for one in surveys if mark.survey_mark in survey_marks(person_id, one, quarter)), None)
    return person_id, Ask(survey, datetime.combine(mark.day + timedelta(days=1), time(), UTC))


def quarter_of(day: date) -> str:
    return f"{day.year}Q{(day.month - 1) // 3 + 1}"


def person_marks(person_id: UUID, quarter: str) -> list[str]:
    """Under the key of today first, then under the one before it."""
    return keyed_hashes("asked", f"{quarter}:{person_id}")


def survey_marks(person_id: UUID, survey_id: UUID, quarter: str) -> list[str]:
    return keyed_hashes("asked by", f"{quarter}:{survey_id}:{person_id}")


async def opted_out(session: AsyncSession, person_ids: Iterable[UUID]) -> set[tuple[UUID, UUID]]:
    """(person, survey) for who does not want this survey."""
    rows = await session.exec(
        select(OptOut.person_id, OptOut.survey_id).where(col(OptOut.person_id).in_(list(person_ids)))
    )
    return set(rows.all())


async def troubled(session: AsyncSession, addresses: Iterable[str]) -> set[str]:
    """Those of the addresses from which mail came back for good."""
    by_hash = {found: address for address in addresses for found in address_hashes(address)}
    rows = await session.exec(select(MailTrouble.address_hash).where(col(MailTrouble.address_hash).in_(list(by_hash))))
    return {by_hash[found] for found in rows.all()}


def address_hashes(address: str) -> list[str]:
    return keyed_hashes("address", address.strip().lower())


async def invitation_for(session: AsyncSession, survey_id: UUID, ticket_id: UUID) -> Invitation | None:
    """The newest decision about this ticket."""
    one = select(Invitation).where(Invitation.survey_id == survey_id, Invitation.ticket_id == ticket_id)
    newest = col(Invitation.over_at).desc().nulls_last(), col(Invitation.decided_at).desc()
    return (await session.exec(one.order_by(*newest).limit(1))).first()


async def invitations(session: AsyncSession, survey_id: UUID, ticket_ids: Iterable[UUID]) -> Sequence[Invitation]:
    one = select(Invitation).where(Invitation.survey_id == survey_id, col(Invitation.ticket_id).in_(list(ticket_ids)))
    return (await session.exec(one.order_by(col(Invitation.id)))).all()


async def asked_tickets(session: AsyncSession, ticket_ids: Iterable[UUID]) -> set[tuple[UUID, UUID]]:
    """(survey, ticket) about which somebody was asked."""
    statement = select(Invitation.survey_id, Invitation.ticket_id).where(
        col(Invitation.ticket_id).in_(list(ticket_ids)), col(Invitation.asked).is_(True)
    )
    return {(survey_id, ticket_id) for survey_id, ticket_id in (await session.exec(statement)).all() if ticket_id}


async def ticket_words(session: AsyncSession, ticket_ids: Iterable[UUID]) -> dict[UUID, str]:
    statement = select(Ticket.id, Ticket.summary).where(col(Ticket.id).in_(list(ticket_ids)))
    return dict((await session.exec(statement)).all())


async def stratum_count(
    session: AsyncSession, survey_id: UUID, stratum: str, since: datetime, at: datetime
) -> StratumCount:
    """Answers of a period by when they came, open asks by when they were made."""
    asked = case((col(Invitation.asked).is_(True), 1), else_=0)
    answered = case((col(Invitation.answered_at).is_not(None), 1), else_=0)
    open_ = (
        col(Invitation.asked).is_(True)
        & col(Invitation.answered_at).is_(None)
        & (col(Invitation.decided_at) >= since)
        & (col(Invitation.expires_at).is_(None) | (col(Invitation.expires_at) > at))
    )
    statement: Any = select(
        func.sum(case((col(Invitation.answered_at) >= since, 1), else_=0)),
        func.sum(case((open_, 1), else_=0)),
        func.sum(asked),
        func.sum(answered),
    ).where(Invitation.survey_id == survey_id, Invitation.stratum == stratum)
    return StratumCount(*(int(n or 0) for n in (await session.exec(statement)).one()))
