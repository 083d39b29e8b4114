"""Matters put together from tickets, signed messages and answers, for whoever looks after the customer.

Single answers and messages pass here as far as their givers said so: what was signed, and what may be talked about with
them. Anonymous and confidential voices have no person here, and that somebody answered is not told.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from uuid import UUID

from analysis.rules.whole_matters import told, whole_matters
from analysis.schemas.matters import Matters, WholeMatter
from core.db import Session
from core.errors import NotFound
from core.i18n import gettext as _
from feedback.queries.signed import signed_by, signed_one, turns
from feedback.schemas import Desk
from feedback.schemas.signed import Signed
from journeys.models import Touchpoint
from journeys.queries.places import people, touchpoints
from journeys.queries.whole_matters import known_by, lately_served, matter_ticket, numbered, tickets_of
from journeys.schemas.matters import MatterTicket
from surveys.queries.matters import asked_about, told_openly

NEWEST, SHOWN = 1000, 50  # tickets looked at, matters listed


async def one_matter(session: Session, desk: Desk, part: UUID) -> WholeMatter:
    """The matter that a ticket or a signed message is part of."""
    tickets, signed = await _around(session, desk, part)
    places = await touchpoints(session)
    found = (one for one in whole_matters(tickets, signed, places) if part in {strand.id for strand in one.strands})
    matter = next(found, None)
    if matter is None:
        raise NotFound(_("There is nothing here"))
    mine = [strand.id for strand in matter.strands]
    said = [one for one in signed if one.id in mine]
    asked = await asked_about(session, desk.customers, mine)
    answers = await told_openly(session, desk.customers, mine)
    return told(matter, tickets, said, await turns(session, said), asked, answers)


async def _around(session: Session, desk: Desk, part: UUID) -> tuple[list[MatterTicket], list[Signed]]:
    """All that whoever this belongs to raised and signed; the part alone where nobody knows whose it is."""
    ticket = await matter_ticket(session, desk.customers, part)
    if ticket:
        if not ticket.requester_id:
            return [ticket], []
        return await _of_person(session, desk, ticket.requester_id)
    message = await signed_one(session, desk, part)
    if message is None:
        return [], []
    whose = (await known_by(session, [message.address])).get(message.address)
    return await _of_person(session, desk, whose) if whose else ([], [message])


async def _of_person(session: Session, desk: Desk, person: UUID) -> tuple[list[MatterTicket], list[Signed]]:
    tickets = await tickets_of(session, desk.customers, [person])
    return tickets, [one for found in (await _signed(session, desk, [person])).values() for one in found]


async def _signed(session: Session, desk: Desk, persons: Collection[UUID]) -> dict[UUID, list[Signed]]:
    """What was signed with an address by which one of these is known, and nobody else."""
    addresses = {one.email.lower() for one in (await people(session, persons)).values() if one.email}
    whose = await known_by(session, addresses)
    found = defaultdict[UUID, list[Signed]](list)
    for one in await signed_by(session, desk, addresses):
        if one.address in whose:
            found[whose[one.address]].append(one)
    return found


async def newest_matters(session: Session, desk: Desk, touchpoint: str = "") -> Matters:
    """Those of the newest tickets that crossed several value streams; or all that passed a touchpoint."""
    persons = await lately_served(session, desk.customers, NEWEST)
    found = await _matters_of(session, desk, persons, await touchpoints(session))
    chosen = [one for one in found if (_passed(one, touchpoint) if touchpoint else len(one.streams) > 1)]
    newest = sorted(chosen, key=lambda one: max(strand.began_at for strand in one.strands), reverse=True)
    return Matters(tuple(newest[:SHOWN]), len(newest) > SHOWN)


def _passed(matter: WholeMatter, touchpoint: str) -> bool:
    return any(one.touchpoint == touchpoint for one in matter.strands)


async def _matters_of(
    session: Session, desk: Desk, persons: Collection[UUID], places: Sequence[Touchpoint]
) -> list[WholeMatter]:
    signed = await _signed(session, desk, persons)
    raised = defaultdict[UUID, list[MatterTicket]](list)
    for ticket in await tickets_of(session, desk.customers, persons):
        if ticket.requester_id:
            raised[ticket.requester_id].append(ticket)
    return [one for person in raised for one in whole_matters(raised[person], signed.get(person, []), places)]


async def numbered_ticket(session: Session, desk: Desk, number: str) -> UUID | None:
    found = await numbered(session, desk.customers, number.strip())
    return found[0] if found else None
