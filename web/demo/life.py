"""The company lives through its year, day by day, through the same doors as everybody."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time, timedelta
from random import Random
from uuid import UUID

from analysis.events import LookDue, MomentFound, PublicationDue, VisitsChanged
from analysis.service.chains import count_again
from analysis.service.looking import SOON
from analysis.service.publication import publish
from core import clock
from core.db import Database, Session
from core.outbox import Batch, Event, Job, drain_all
from feedback.events import AuthorToBeTold
from feedback.models import Kind
from feedback.schemas import Said
from feedback.service import receive
from journeys.schemas.tickets import TicketEventIn
from journeys.service.tickets import record_events
from surveys import queries
from surveys.events import InvitationDecided
from surveys.rules.answers import checked_answers
from surveys.schemas import Letter, Submission
from surveys.service.answering import store_response
from surveys.service.links import new_link
from surveys.service.sending import mark_sent
from web.demo import inbox, voices
from web.demo.tickets import DemoTicket
from web.worker import SUBSCRIPTIONS

# The days between two mornings on which all is done that came up since. Whoever had a ticket three days ago is still
# asked about it, and a shorter step only makes whoever waits for the demo wait longer.
STEP = 3
LOOKING = timedelta(days=240)
MORNING = {"hour": 9, "minute": 50, "second": 0, "microsecond": 0}  # no survey leaves it alone, in any zone


class Life:
    def __init__(self, db: Database, rng: Random, tickets: Sequence[DemoTicket], until: datetime) -> None:
        self.db, self.rng, self.until = db, rng, until
        self.tickets = {ticket.key: ticket for ticket in tickets}
        self.following: dict[type[Event], list[Job]] = {**SUBSCRIPTIONS, InvitationDecided: [self.hand_over]}
        self.looking = {**self.following, MomentFound: []}
        self.following |= {VisitsChanged: [leave], LookDue: [leave], PublicationDue: [leave], AuthorToBeTold: [leave]}
        self.answered = 0

    async def live(self, progress: Callable[[int], None]) -> None:
        happening = _by_morning([event for ticket in self.tickets.values() for event in ticket.events])
        month = min(happening).month if happening else 0
        for number, morning in enumerate(sorted(happening)):
            with clock.at(min(self.until, morning)):
                await self.work(happening[morning])
                if morning.month != month:
                    month = morning.month
                    await self._look_back_at_the_month(morning)
            progress(round(100 * (number + 1) / len(happening)))

    async def _look_back_at_the_month(self, morning: datetime) -> None:
        """In the first months there is nothing to be found yet."""
        if self.until - morning < LOOKING:
            await self.look_back()

    async def look_back(self) -> None:
        """Visits are counted, moments looked for and answers published once a month: every day would take minutes."""
        async with self.db.write() as session:
            await count_again(session)
            await publish(session, clock.now())
        await drain_all(self.db, self.looking)
        with clock.at(clock.now() + 2 * SOON):
            await drain_all(self.db, self.looking)

    async def work(self, events: list[TicketEventIn]) -> None:
        async with self.db.write() as session:
            await record_events(session, events)
        await drain_all(self.db, self.following)

    async def hand_over(self, batch: Batch) -> None:
        """In place of a mail: those who were asked have their link, and some answer within two days."""
        asked = [UUID(fact["invitation_id"]) for fact in batch.data]
        async with batch.finish() as session:
            letters = await queries.letters_due(session, asked)
            await mark_sent(session, *(letter.invitation_id for letter in letters))
            for letter in letters:
                await self._deliver(session, letter, self.tickets[letter.ticket])

    async def _deliver(self, session: Session, letter: Letter, ticket: DemoTicket) -> None:
        sent = clock.now()
        url = await new_link(session, letter.invitation_id, sent + timedelta(days=letter.valid_days))
        reply_at = sent + timedelta(hours=self.rng.expovariate(1 / 14))
        if reply_at < self.until and voices.answers_at_all(ticket, self.rng):
            with clock.at(reply_at):
                await self._reply(session, url.rsplit("/", 1)[1], ticket)

    async def _reply(self, session: Session, token: str, ticket: DemoTicket) -> None:
        asked = await queries.behind_link(session, token)
        about_all = asked.survey.definition.key == "journey-end"
        given = voices.about_all(ticket, self.rng) if about_all else voices.answers(ticket, self.rng)
        language = "zh" if ticket.person.chinese else "en"
        submission = Submission(f"demo-{asked.survey.definition.key}-{ticket.key}", language, given)
        await store_response(session, asked, submission, checked_answers(asked.survey, given))
        self.answered += 1

    async def speak_unasked(self, n: int) -> None:
        crowd = list(self.tickets.values())
        async with self.db.write() as session:
            for number in range(n):
                ticket = self.rng.choice(crowd)
                with clock.at(ticket.resolved_at):
                    said = self._said(number, ticket)
                    # Who complains rather does so without a name.
                    if self.rng.random() < (0.6 if said.kind is Kind.COMPLAINT else 0.25):
                        await inbox.speak_anonymously(session, said)
                    else:
                        await receive(session, said)
        await drain_all(self.db, self.following)

    async def handle_feedback(self, manager: str, admin: str) -> None:
        async with self.db.write() as session:
            await inbox.handle(session, manager, admin, self.until, self.rng)
        await drain_all(self.db, self.following)

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


async def leave(batch: Batch) -> None:
    """Not now: it is made up for at the end of the month."""
    async with batch.finish():
        pass


def _by_morning(events: Sequence[TicketEventIn]) -> Mapping[datetime, list[TicketEventIn]]:
    mornings = defaultdict[datetime, list[TicketEventIn]](list)
    for event in sorted(events, key=lambda event: (event.at, event.event_id)):
        after = event.at.replace(**MORNING) + timedelta(days=event.at.time() > time(9, 50))  # type: ignore[arg-type]
        mornings[after + timedelta(days=-after.toordinal() % STEP)].append(event)
    return mornings
