"""The entrance from the worker."""

from datetime import date, datetime
from uuid import UUID

from core.db import Session
from core.outbox import Batch
from surveys.queries.asked import hold
from surveys.schemas import Resolution
from surveys.service import asked_cells
from surveys.service.asking_back import mail_their_link
from surveys.service.inviting import decide
from surveys.service.open_letters import tell_all, tell_later
from surveys.service.planning import plan_after_matters, plan_after_resolution
from surveys.service.releasing import release
from surveys.service.reminding import remind_all
from surveys.service.sending import look_again, send_all


async def invite(batch: Batch) -> None:
    """Tickets were resolved: note whom to ask about them and when, and decide where that is now."""
    resolved = [Resolution(UUID(fact["ticket_id"]), datetime.fromisoformat(fact["at"])) for fact in batch.data]
    async with batch.finish() as session:
        await plan_after_resolution(session, resolved)


async def end_matters(batch: Batch) -> None:
    """Gaps have passed: the matters that are over may be asked about."""
    async with batch.finish() as session:
        await plan_after_matters(session, [UUID(fact["ticket_id"]) for fact in batch.data])


async def decide_planned(batch: Batch) -> None:
    """The time has come to decide whether these people are asked."""
    async with batch.finish() as session:
        await decide(session, _ids(batch))


async def send_invitations(batch: Batch) -> None:
    """People are to be asked: send the mails that are still due."""
    waiting = await send_all(batch.db, _ids(batch))
    async with batch.finish() as session:
        await look_again(session, waiting)


async def tell_of_open_surveys(batch: Batch) -> None:
    """People are to be told of an anonymous survey; when it is done nothing says who was."""
    told = [(UUID(fact["person_id"]), UUID(fact["survey_id"])) for fact in batch.data]
    waiting = await tell_all(batch.db, told)
    async with batch.finish() as session:
        await tell_later(session, waiting)


async def send_reminders(batch: Batch) -> None:
    """People who have not answered are reminded, where the trigger says so and both clocks allow it."""
    await remind_all(batch.db, _ids(batch))
    async with batch.finish():
        pass


async def mail_links(batch: Batch) -> None:
    """Who followed a ticket system's link: the requesters of these tickets get a link of their own, where the rules
    allow it."""
    async with batch.finish() as session:
        for fact in batch.data:
            if fact["ticket_id"]:
                await mail_their_link(session, UUID(fact["survey_id"]), UUID(fact["ticket_id"]))


async def release_anonymous(batch: Batch) -> None:
    """Days have ended: the anonymous answers of each are given on together."""
    async with batch.finish() as session:
        for fact in sorted(batch.data, key=lambda fact: str(fact["day"])):
            await release(session, UUID(fact["survey_id"]), date.fromisoformat(fact["day"]))


async def begin_counting_asked(session: Session) -> None:
    """The worker starts: decisions that wait to be added up and are announced by nothing, are announced."""
    await asked_cells.begin_counting(session)


async def count_asked(batch: Batch) -> None:
    """Somebody was asked, or answered, or a ticket moved: the sums that response rates read are brought up to date."""
    await batch.db.write_by_parts(asked_cells.count_some)
    named = {
        name: [UUID(fact[field]) for fact in batch.data if field in fact]
        for name, field in (("invitations", "invitation_id"), ("responses", "response_id"), ("tickets", "ticket_id"))
    }
    async with batch.finish() as session:
        await asked_cells.count_these(session, await hold(session, **named))


def _ids(batch: Batch) -> list[UUID]:
    return [UUID(fact["invitation_id"]) for fact in batch.data]
