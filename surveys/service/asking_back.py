"""A link that a ticket system's own mail carries names only the ticket, so it opens nothing by itself: whoever follows
it lets a personal link be mailed to the requester, by the rules of the trigger."""

from datetime import timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from core.outbox import announce
from journeys.queries import places
from journeys.queries.matters import snapshots
from journeys.queries.tickets import ticket_id_of
from surveys import queries
from surveys.events import InvitationDecided, LinkAskedFor
from surveys.models import Channel, Invitation, Mode, Survey
from surveys.rules.asking import may_ask_again
from surveys.service.inviting import hold_people
from surveys.service.inviting_by_link import about_this_episode, keep_decision, refusal_of

# A mail that got lost is sent once more, and not more often.
ONCE_MORE_AFTER = timedelta(days=1)


async def askable(session: AsyncSession, key: str) -> Survey | None:
    """A survey that may be behind personal links, has been published and says whom it asks."""
    survey = await queries.survey_by_key(session, key)
    if not survey or survey.archived_at or survey.mode is Mode.ANONYMOUS:
        return None
    known = await queries.newest_version(session, survey.id) and await queries.trigger_of(session, survey.id)
    return survey if known else None


async def follow(session: AsyncSession, survey: Survey, source: str, ticket: str) -> None:
    """The same work for every ticket, known or not: what there is to do is done later, so that nobody can tell by the
    clock which tickets there are."""
    known = await ticket_id_of(session, source, ticket)
    await announce(session, LinkAskedFor(str(survey.id), str(known) if known else ""))


async def mail_their_link(session: AsyncSession, survey_id: UUID, ticket_id: UUID) -> None:
    """Whether a mail goes out, and why not, stands in the row of the decision."""
    context = (await places.ticket_contexts(session, [ticket_id])).get(ticket_id)
    if not context or not context.requester_id:
        return
    person = (await hold_people(session, [context.requester_id]))[context.requester_id]
    known = (await snapshots(session, [ticket_id]))[ticket_id]
    earlier = await about_this_episode(session, survey_id, ticket_id, known)
    if earlier and (earlier.asked or not may_ask_again(earlier.reason)):
        await _once_more(session, earlier)
        return
    version, trigger = await queries.newest_version(session, survey_id), await queries.trigger_of(session, survey_id)
    if not version or not trigger:
        return
    refusal = await refusal_of(session, survey_id, trigger, known, ticket_id, person, Channel.MAIL)
    kept = await keep_decision(session, earlier, version, ticket_id, person, known, refusal, Channel.MAIL)
    if kept and not refusal:
        await announce(session, InvitationDecided(str(kept)))


async def _once_more(session: AsyncSession, earlier: Invitation) -> None:
    """Whoever comes back has perhaps lost the mail."""
    mailed = earlier.asked and earlier.channel == Channel.MAIL and not earlier.answered_at
    if mailed and earlier.sent_at and now() - earlier.sent_at > ONCE_MORE_AFTER:
        earlier.sent_at = None
        session.add(earlier)
        await announce(session, InvitationDecided(str(earlier.id)))
