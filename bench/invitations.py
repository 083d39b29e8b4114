"""Makes links that open the built-in survey, and prints their tokens: `python -m bench.invitations N [M]`.

The last M are about tickets that are still at work; the others about tickets that are over.
"""

import asyncio
import sys
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import select

from core.clock import now
from core.db import Database, insert_new
from core.ids import keyed_hash, new_secret, ordered_id
from core.settings import settings
from journeys.models import Customer, Person, Service, Ticket, TicketKind, TicketState
from surveys.models import Channel, Invitation, InvitationLink, Survey, SurveyVersion
from web.cli.serving import prepare

AT_ONCE = 2000
TICKETS_EACH = 5  # of a person
OPEN_FOR = timedelta(hours=30)


async def make(n: int, at_work: int = 0) -> list[str]:
    db, tokens, moment = Database(settings().database_url), [new_secret() for _ in range(n)], now()
    async with db.write() as session:
        version = (await session.exec(select(SurveyVersion).join(Survey).where(Survey.key == "post-ticket"))).first()
        assert version
        customer, service = Customer(key=new_secret(), name="Acme"), Service(key=new_secret(), name="Mail")
        session.add_all([customer, service])
        await session.flush()
        for some, over in ((tokens[: n - at_work], moment), (tokens[n - at_work :], None)):
            for start in range(0, len(some), AT_ONCE):
                await _some(session, some[start : start + AT_ONCE], version, customer, service, moment, over)
    await db.close()
    return tokens


async def _some(session, tokens, version, customer, service, moment, over) -> None:  # type: ignore[no-untyped-def]
    ids = [ordered_id() for _ in tokens]
    tickets = [ordered_id() for _ in tokens]
    people = [Person(id=ordered_id(), key=new_secret(), language="en") for _ in tokens[::TICKETS_EACH]]
    persons = [people[number // TICKETS_EACH].id for number in range(len(tokens))]
    session.add_all(people)
    await session.flush()
    session.add_all(
        Ticket(id=id_, source="bench", key=token[:20], kind=TicketKind.INCIDENT, summary="Password forgotten",
               service_id=service.id, customer_id=customer.id, requester_id=person,
               opened_at=moment - OPEN_FOR, resolved_at=over, flow=_flow(moment, over),
               state=TicketState.RESOLVED if over else TicketState.ACTIVE)
        for id_, token, person in zip(tickets, tokens, persons, strict=True)
    )  # fmt: skip
    await session.flush()
    session.add_all(
        Invitation(id=id_, survey_id=version.survey_id, version_id=version.id, ticket_id=ticket, person_id=person,
                   asked=True, channel=Channel.LINK, decided_at=moment, expires_at=moment + timedelta(days=1))
        for id_, ticket, person in zip(ids, tickets, persons, strict=True)
    )  # fmt: skip
    await session.flush()
    hashes = [keyed_hash("invitation", token) for token in tokens]
    links = [{"token_hash": hash_, "invitation_id": id_} for hash_, id_ in zip(hashes, ids, strict=True)]
    await insert_new(session, InvitationLink, links)


def _flow(moment: datetime, over: datetime | None) -> dict[str, Any]:
    opened, entered = (moment - OPEN_FOR).isoformat(), (moment - OPEN_FOR / 2).isoformat()
    known = {"opened_at": opened, "responded_at": entered}
    if over:
        return known | {"state": TicketState.RESOLVED, "entered_at": over.isoformat(), "resolved_at": over.isoformat()}
    return known | {"state": TicketState.ACTIVE, "entered_at": entered}


if __name__ == "__main__":
    from contextlib import redirect_stdout

    with redirect_stdout(sys.stderr):
        prepare()
    print("\n".join(asyncio.run(make(*map(int, sys.argv[1:])))))
