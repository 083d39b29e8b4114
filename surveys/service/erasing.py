"""What somebody answered and how they were asked: shown to them, and made nameless, when they ask."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, and_, delete, or_, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from journeys.models import Ticket
from surveys import queries
from surveys.models import (
    AskingMark,
    Invitation,
    InvitationLink,
    MailTrouble,
    OptOut,
    OptOutLink,
    Response,
    ResponseOrigin,
    Survey,
    SurveyVersion,
)
from surveys.rules.erased import without_words
from surveys.service.marks import MARKS_KEPT

OF_ANSWER = ("received_at", "language", "answers", "comment", "may_contact")
OF_INVITATION = ("asked", "reason", "channel", "decided_at", "sent_at", "bounced_at", "opened_at", "answered_at")
OF_ORIGIN = ("source", "external_id", "channel", "journey", "persona", "attributes")


async def answers_of(session: AsyncSession, people: Collection[UUID]) -> list[UUID]:
    return list((await session.exec(select(Response.id).where(_theirs(people)))).all())


async def invitations_of(session: AsyncSession, people: Collection[UUID]) -> list[UUID]:
    """Every decision whether to ask them, those against it too."""
    return list((await session.exec(select(Invitation.id).where(col(Invitation.person_id).in_(people)))).all())


def _theirs(people: Collection[UUID]) -> ColumnElement[bool]:
    """Answers by them, and those about their tickets of which nobody else is known to have given them."""
    raised = select(Ticket.id).where(col(Ticket.requester_id).in_(people))
    unsigned = and_(col(Response.person_id).is_(None), col(Response.ticket_id).in_(raised))
    return or_(col(Response.person_id).in_(people), unsigned)


async def held_of(session: AsyncSession, people: Collection[UUID]) -> dict[str, Any]:
    """{"answers", "invitations", "asked_on" (days of asks that left a mark alone), "not_asked_by"}"""
    return {
        "answers": await _answers(session, people),
        "invitations": await _invitations(session, people),
        "asked_on": [one.day.isoformat() for one in await _marks(session, people)],
        "not_asked_by": await _opted_out(session, people),
    }


async def _answers(session: AsyncSession, people: Collection[UUID]) -> list[dict[str, Any]]:
    found = (
        select(Response, Survey.key, ResponseOrigin)
        .join(SurveyVersion, col(SurveyVersion.id) == col(Response.version_id))
        .join(Survey, col(Survey.id) == col(SurveyVersion.survey_id))
        .join(ResponseOrigin, col(ResponseOrigin.response_id) == col(Response.id), isouter=True)
        .where(_theirs(people))
        .order_by(col(Response.received_at), col(Response.id))
    )
    return [
        {"survey": survey} | _plain(answer, OF_ANSWER) | ({"from": _plain(origin, OF_ORIGIN)} if origin else {})
        for answer, survey, origin in (await session.exec(found)).all()
    ]


async def _invitations(session: AsyncSession, people: Collection[UUID]) -> list[dict[str, Any]]:
    found = (
        select(Invitation, Survey.key)
        .join(Survey, col(Survey.id) == col(Invitation.survey_id))
        .where(col(Invitation.person_id).in_(people))
        .order_by(col(Invitation.decided_at), col(Invitation.id))
    )
    return [{"survey": key} | _plain(one, OF_INVITATION) for one, key in (await session.exec(found)).all()]


async def _opted_out(session: AsyncSession, people: Collection[UUID]) -> list[dict[str, str]]:
    found = select(Survey.key, OptOut.at).join(OptOut, col(OptOut.survey_id) == col(Survey.id))
    rows = (await session.exec(found.where(col(OptOut.person_id).in_(people)).order_by(Survey.key))).all()
    return [{"survey": key, "since": at.isoformat()} for key, at in rows]


async def _marks(session: AsyncSession, people: Collection[UUID]) -> list[AskingMark]:
    """A mark can be tested for a person, not read: all that one of them may stand under, quarter by quarter."""
    since = now().date() - MARKS_KEPT
    days = (await session.exec(select(col(AskingMark.day)).distinct())).all()
    quarters = {queries.quarter_of(day) for day in days}
    marks = [mark for one in people for quarter in quarters for mark in queries.person_marks(one, quarter)]
    found = select(AskingMark).where(col(AskingMark.person_mark).in_(marks), col(AskingMark.day) >= since)
    return list((await session.exec(found.order_by(col(AskingMark.day)))).all())


def _plain(row: Any, names: Collection[str]) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins({name: getattr(row, name) for name in names}, enc_hook=str)
    return told


async def erase(session: AsyncSession, people: Collection[UUID], address: str) -> None:
    """Scores and decisions stay as they were counted, and lead to nobody. No old link opens anything any more."""
    for answer in (await session.exec(select(Response).where(_theirs(people)))).all():
        answer.answers, answer.comment, answer.may_contact = without_words(answer.answers), "", False
        answer.submission_key = answer.confirmation = ""
        session.add(answer)
    await session.flush()
    theirs = col(ResponseOrigin.response_id).in_(select(Response.id).where(_theirs(people)))
    await session.exec(update(ResponseOrigin).where(theirs).values(attributes={}))
    asked = select(Invitation.id).where(col(Invitation.person_id).in_(people))
    waiting = col(Invitation.id).in_(asked), col(Invitation.answered_at).is_(None), col(Invitation.expires_at) > now()
    await session.exec(update(Invitation).where(*waiting).values(expires_at=now()))  # nobody is called up any more
    for link in (InvitationLink, OptOutLink):
        await session.exec(delete(link).where(col(link.invitation_id).in_(asked)))
    marks = [one.id for one in await _marks(session, people)]
    await session.exec(delete(AskingMark).where(col(AskingMark.id).in_(marks)))
    await session.exec(delete(OptOut).where(col(OptOut.person_id).in_(people)))
    hashes = queries.address_hashes(address)
    await session.exec(delete(MailTrouble).where(col(MailTrouble.address_hash).in_(hashes)))
