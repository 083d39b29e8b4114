"""The company lives through its year, day by day, through the same doors as everybody."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core import clock
from core.db import Database
from core.outbox import drain_all
from feedback.models import Kind
from feedback.schemas import Said
from feedback.service import receive
from journeys.models import Ticket
from journeys.schemas.tickets import TicketEventIn
from journeys.service.tickets import record_events
from surveys import queries
from surveys.jobs import send_invitations
from surveys.models import Invitation
from surveys.rules.answers import checked_answers
from surveys.schemas import Submission
from surveys.service.answering import store_response
from surveys.service.links import new_link
from web.demo import voices
from web.demo.tickets import SOURCE, DemoTicket
from web.worker import SUBSCRIPTIONS

# The mails of a year that is over are not written; all else follows as it always does.
FOLLOWING = {event: [job for job in jobs if job is not send_invitations] for event, jobs in SUBSCRIPTIONS.items()}


class Life:
    def __init__(self, db: Database, rng: Random, tickets: Sequence[DemoTicket], until: datetime) -> None:
        self.db, self.rng, self.until = db, rng, until
        self.tickets = {ticket.key: ticket for ticket in tickets}
        self.answered = 0

    async def live(self, progress: Callable[[int], None]) -> None:
        happening = _by_day([event for ticket in self.tickets.values() for event in ticket.events])
        for number, day in enumerate(sorted(happening)):
            evening = min(self.until, datetime.combine(day, time(23, 50), self.until.tzinfo))
            with clock.at(evening):
                await self._work(happening[day])
                await self._answer(happening[day], evening)
            progress(round(100 * (number + 1) / len(happening)))

    async def _work(self, events: list[TicketEventIn]) -> None:
        async with self.db.write() as session:
            await record_events(session, events)
        await drain_all(self.db, FOLLOWING)

    async def _answer(self, events: list[TicketEventIn], evening: datetime) -> None:
        """Those who were asked today are sent their link, and some answer within two days."""
        touched = {event.ticket for event in events}
        async with self.db.write() as session:
            for invitation_id, key in await _undelivered(session, touched):
                await self._deliver(session, invitation_id, self.tickets[key], evening)

    async def _deliver(self, session: AsyncSession, invitation_id: UUID, ticket: DemoTicket, evening: datetime) -> None:
        url = await new_link(session, invitation_id, evening + timedelta(days=14))
        sent = update(Invitation).where(col(Invitation.id) == invitation_id).values(sent_at=evening)
        await session.exec(sent)
        reply_at = evening + timedelta(hours=self.rng.expovariate(1 / 14))
        if reply_at < self.until and voices.answers_at_all(ticket, self.rng):
            with clock.at(reply_at):
                await self._reply(session, url.rsplit("/", 1)[1], ticket)

    async def _reply(self, session: AsyncSession, token: str, ticket: DemoTicket) -> None:
        asked = await queries.behind_link(session, token)
        given = voices.answers(ticket, self.rng)
        language = "zh" if ticket.person.chinese else "en"
        submission = Submission(f"demo-{ticket.key}", language, given)
        await store_response(session, asked, submission, checked_answers(asked.survey, given))
        self.answered += 1

    async def speak_unasked(self, n: int) -> None:
        crowd = list(self.tickets.values())
        async with self.db.write() as session:
            for number in range(n):
                ticket = self.rng.choice(crowd)
                with clock.at(ticket.resolved_at):
                    await receive(session, self._said(number, ticket))
        await drain_all(self.db, FOLLOWING)

    def _said(self, number: int, ticket: DemoTicket) -> Said:
        language = "zh" if ticket.person.chinese else "en"
        kinds = {Kind.COMPLAINT: ticket.quality < 2.5, Kind.COMPLIMENT: ticket.quality > 4.6}
        kind = next((kind for kind, meant in kinds.items() if meant), Kind.SUGGESTION)
        by_mood = kind is not Kind.SUGGESTION
        text = voices.comment(ticket, self.rng) if by_mood else voices.suggestion(self.rng, language)
        return Said(
            source="web",
            submission_key=f"demo-{number}",
            text=text,
            kind=kind,
            channel="web",
            language=language,
            service=ticket.service.key,
            customer=ticket.person.customer.key,
            author_email=ticket.person.requester.email or "",
        )


def _by_day(events: Sequence[TicketEventIn]) -> Mapping[date, list[TicketEventIn]]:
    days = defaultdict[date, list[TicketEventIn]](list)
    for event in sorted(events, key=lambda event: (event.at, event.event_id)):
        days[event.at.date()].append(event)
    return days


async def _undelivered(session: AsyncSession, tickets: set[str]) -> Sequence[tuple[UUID, str]]:
    statement = (
        select(Invitation.id, Ticket.key)
        .join(Ticket, col(Ticket.id) == col(Invitation.ticket_id))
        .where(col(Invitation.asked).is_(True), col(Invitation.sent_at).is_(None))
        .where(Ticket.source == SOURCE, col(Ticket.key).in_(tickets))
        .order_by(col(Ticket.key))
    )
    return (await session.exec(statement)).all()
