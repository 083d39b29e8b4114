"""What the tests of this floor tell their stories with: tickets, mails, links."""

import re
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import msgspec
from sqlmodel import SQLModel, col, select

from core.clock import now
from core.db import Database
from core.outbox import drain_all
from core.settings import ROOT
from journeys.events import TicketResolved
from journeys.models import EventType, Ticket, TicketKind
from journeys.schemas import RequesterIn, TicketEventIn
from journeys.service.tickets import record_events
from surveys import queries
from surveys.events import (
    InvitationDecided,
    InvitationPlanned,
    LinkAskedFor,
    MatterMayBeOver,
    OpenInvitationDue,
    ReminderDue,
)
from surveys.jobs import (
    decide_planned,
    end_matters,
    invite,
    mail_links,
    send_invitations,
    send_reminders,
    tell_of_open_surveys,
)
from surveys.models import Channel, Invitation, Survey, SurveyVersion, Trigger
from surveys.schemas import Published, Receipt, Submission, SurveyDefinition
from surveys.service import install_survey
from surveys.service.answering import answer
from surveys.service.links import new_link
from tests.support.mails import words_of

WORK = {
    TicketResolved: [invite],
    InvitationPlanned: [decide_planned],
    MatterMayBeOver: [end_matters],
    InvitationDecided: [send_invitations],
    OpenInvitationDue: [tell_of_open_surveys],
    ReminderDue: [send_reminders],
    LinkAskedFor: [mail_links],
}
LINK = re.compile(r"http://127\.0\.0\.1:8000/s/([\w-]+)")
CONTENT = (ROOT / "web" / "builtin" / "post-ticket.toml").read_bytes()


def post_ticket() -> SurveyDefinition:
    return msgspec.toml.decode(CONTENT, type=SurveyDefinition)


def published() -> Published:
    return Published(UUID(int=1), 1, post_ticket())


async def install(db: Database, **trigger: Any) -> None:
    """The built-in survey; `trigger` says what is different about whom it asks."""
    definition = post_ticket()
    assert definition.trigger
    changed = msgspec.structs.replace(definition.trigger, **trigger)
    async with db.write() as session:
        await install_survey(session, msgspec.structs.replace(definition, trigger=changed))


async def resolve(
    db: Database,
    ticket: str = "INC-1",
    person: str = "li",
    address: str | None = "li@example.org",
    language: str | None = None,
    at: datetime | None = None,
    reopened: bool = False,
    **more: Any,
) -> None:
    """The ticket system tells that a ticket was created, or reopened, and resolved."""
    end = at or now()
    told: dict[str, Any] = {
        "kind": TicketKind.INCIDENT,
        "service": "mail",
        "customer": "acme",
        "requester": RequesterIn(key=person, email=address, language=language),
        **more,
    }
    events = [
        TicketEventIn(source="jira", ticket=ticket, event_id=f"{ticket}-{type_}-{at}", type=type_, at=at, **told)
        for type_, at in (
            (EventType.REOPENED if reopened else EventType.CREATED, end - timedelta(hours=2)),
            (EventType.RESOLVED, end),
        )
    ]
    async with db.write() as session:
        await record_events(session, events)


async def work(db: Database) -> None:
    await drain_all(db, WORK)


async def rows(db: Database, table: type[SQLModel]) -> list[Any]:
    async with db.read() as session:
        return list((await session.exec(select(table))).all())


async def reasons(db: Database) -> dict[str, str | None]:
    """Ticket -> why its requester was not asked; None: asked."""
    async with db.read() as session:
        found = select(Ticket.key, Invitation.reason).join(Ticket, col(Ticket.id) == col(Invitation.ticket_id))
        return dict((await session.exec(found)).all())


def token_in(message: EmailMessage) -> str:
    found = LINK.search(words_of(message))
    assert found
    return found[1]


async def link(db: Database, ticket: str = "INC-1", language: str | None = "en", **told: Any) -> str:
    """The token of a link to the survey about this ticket, as if its mail had been sent: to post-ticket where there are
    several."""
    await resolve(db, ticket, person=f"requester of {ticket}", address=None, language=language, **told)
    async with db.write() as session:
        survey = (await session.exec(select(Survey).order_by(col(Survey.key) != "post-ticket"))).first()
        assert survey
        versions = select(SurveyVersion).where(SurveyVersion.survey_id == survey.id)
        version = (await session.exec(versions.order_by(col(SurveyVersion.number).desc()))).first()
        found = (await session.exec(select(Ticket).where(Ticket.key == ticket))).one()
        assert version
        invitation = Invitation(
            survey_id=survey.id,
            version_id=version.id,
            ticket_id=found.id,
            person_id=found.requester_id,
            asked=True,
            channel=Channel.MAIL,
            language=language or "en",
            decided_at=now(),
        )
        session.add(invitation)
        await session.flush()
        return (await new_link(session, invitation.id, now() + timedelta(days=14))).rpartition("/")[2]


async def reply(db: Database, token: str, submission: Submission) -> Receipt:
    async with db.read() as session:
        asked = await queries.behind_link(session, token)
    return await answer(db, asked, submission)


async def change_trigger(db: Database, **values: Any) -> None:
    async with db.write() as session:
        trigger = (await session.exec(select(Trigger))).one()
        for name, value in values.items():
            setattr(trigger, name, value)
        session.add(trigger)
