"""Makes links that open the built-in survey, and prints their tokens: `python -m bench.invitations N`."""

import asyncio
import sys
from datetime import timedelta

from sqlmodel import select

from core.clock import now
from core.db import Database, insert_new
from core.ids import keyed_hash, new_secret, ordered_id
from core.settings import settings
from journeys.models import Customer, Person, Service, Ticket, TicketKind
from surveys.models import Channel, Invitation, InvitationLink, Survey, SurveyVersion
from web.cli.serving import prepare

AT_ONCE = 2000


async def make(n: int) -> list[str]:
    db, tokens, moment = Database(settings().database_url), [new_secret() for _ in range(n)], now()
    async with db.write() as session:
        version = (await session.exec(select(SurveyVersion).join(Survey).where(Survey.key == "post-ticket"))).first()
        assert version
        customer, service = Customer(key=new_secret(), name="Acme"), Service(key=new_secret(), name="Mail")
        person = Person(key=new_secret(), language="en")
        session.add_all([customer, service, person])
        await session.flush()
        for start in range(0, n, AT_ONCE):
            await _some(session, tokens[start : start + AT_ONCE], version, customer, service, person, moment)
    await db.close()
    return tokens


async def _some(session, tokens, version, customer, service, person, moment) -> None:  # type: ignore[no-untyped-def]
    ids = [ordered_id() for _ in tokens]
    tickets = [ordered_id() for _ in tokens]
    session.add_all(
        Ticket(id=id_, source="bench", key=token[:20], kind=TicketKind.INCIDENT, summary="Password forgotten",
               service_id=service.id, customer_id=customer.id, requester_id=person.id,
               created_at=moment, resolved_at=moment)
        for id_, token in zip(tickets, tokens, strict=True)
    )  # fmt: skip
    await session.flush()
    session.add_all(
        Invitation(id=id_, survey_id=version.survey_id, version_id=version.id, ticket_id=ticket, person_id=person.id,
                   asked=True, channel=Channel.LINK, decided_at=moment, expires_at=moment + timedelta(days=1))
        for id_, ticket in zip(ids, tickets, strict=True)
    )  # fmt: skip
    await session.flush()
    hashes = [keyed_hash("invitation", token) for token in tokens]
    links = [{"token_hash": hash_, "invitation_id": id_} for hash_, id_ in zip(hashes, ids, strict=True)]
    await insert_new(session, InvitationLink, links)


if __name__ == "__main__":
    from contextlib import redirect_stdout

    with redirect_stdout(sys.stderr):
        prepare()
    print("\n".join(asyncio.run(make(int(sys.argv[1])))))
