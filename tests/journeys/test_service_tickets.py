"""Alice's ticket, told by events that arrive in any order, twice, late, and from two sides at once."""

import asyncio
import random
from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest

from core.db import Database
from core.errors import Invalid
from journeys.models import Customer, Person, Service, TicketEvent, TicketState
from journeys.queries.matters import snapshots
from journeys.rules.checking import checked_event
from journeys.schemas import Recorded, RequesterIn, TicketEventIn
from journeys.service.tickets import record_events
from tests.journeys.story import ALICE, as_json, at, event, facts, record, rows, ticket

LIFE = [
    event("created"),
    event("assigned", 1, group="Desk"),
    event("waiting", 2, waiting_for="requester"),
    event("resumed", 5),
    event("assigned", 6, group="Network", priority="high"),
    event("resolved", 8),
    event("reopened", 30),
    event("resolved", 32),
    event("closed", 150),
]


async def test_a_ticket_is_what_its_events_tell(db: Database) -> None:
    assert await record(db, *LIFE) == Recorded(accepted=9)
    found = await ticket(db)
    assert (found.state, found.opened_at, found.resolved_at) == (TicketState.CLOSED, at(0), at(32))
    assert (found.group, found.priority) == ("Network", "high")
    assert (found.flow["handoffs"], found.flow["reopens"], found.flow["waiting_s"]) == (1, 1, 3 * 3600)


async def test_customers_services_and_people_are_made_on_the_way(db: Database) -> None:
    await record(db, event("created"))
    found = await ticket(db)
    customer, service, person = (await rows(db, Customer))[0], (await rows(db, Service))[0], (await rows(db, Person))[0]
    assert (customer.key, service.key, person.key, person.email) == ("acme", "vpn", "alice", "alice@acme.example")
    assert (found.customer_id, found.service_id, found.requester_id) == (customer.id, service.id, person.id)
    assert person.customer_id == customer.id


async def test_the_same_events_again_change_nothing(db: Database) -> None:
    await record(db, *LIFE)
    before, told = await ticket(db), await facts(db, "TicketResolved")
    assert await record(db, *LIFE, *LIFE) == Recorded(duplicate=18)
    assert await ticket(db) == before
    assert await facts(db, "TicketResolved") == told
    assert len(await rows(db, TicketEvent)) == 9


async def test_an_event_that_stands_twice_in_a_batch_counts_once(db: Database) -> None:
    assert await record(db, LIFE[0], LIFE[0], LIFE[1]) == Recorded(accepted=2, duplicate=1)


@pytest.mark.parametrize("seed", range(5))
async def test_order_and_batches_change_nothing(db: Database, seed: int) -> None:
    chance = random.Random(seed)
    told = [msgspec.structs.replace(one, summary=f"summary {n}", service=f"s{n % 3}") for n, one in enumerate(LIFE)]
    chance.shuffle(told)
    while told:
        size = chance.randint(1, 4)
        await record(db, *told[:size])
        told = told[size:]
    found = await ticket(db)
    assert (found.summary, found.priority, found.group) == ("summary 8", "high", "Network")
    assert (found.resolved_at, found.flow["reopens"], found.flow["events"]) == (at(32), 1, 9)
    assert found.service_id == {one.key: one.id for one in await rows(db, Service)}["s2"]


async def test_a_late_event_never_overwrites_a_newer_one(db: Database) -> None:
    moved = RequesterIn(key="alice", email="alice@new.example")
    await record(db, event("updated", 5, priority="low", requester=moved, customer="globex"))
    await record(db, event("created", 0, priority="high"))
    assert (await ticket(db)).priority == "low"
    person = (await rows(db, Person))[0]
    assert (person.email, person.language) == ("alice@new.example", None)
    assert person.customer_id == (await ticket(db)).customer_id


async def test_what_an_event_does_not_know_it_does_not_change(db: Database) -> None:
    await record(db, event("created", priority="high", summary="VPN is down"))
    await record(db, event("updated", 1, service=None, customer=None, requester=None))
    found, person = await ticket(db), (await rows(db, Person))[0]
    assert (found.priority, found.summary) == ("high", "VPN is down")
    assert found.customer_id
    assert found.service_id
    assert found.requester_id == person.id
    await record(db, event("updated", 2, requester=RequesterIn(key="alice")))
    assert (await rows(db, Person))[0].email == ALICE.email


async def test_clocks_of_different_zones_tell_the_same_time(db: Database) -> None:
    midnight = datetime(2025, 3, 31, 22, 30, tzinfo=UTC).astimezone(timezone(timedelta(hours=8)))
    await record(db, event("created"), event("resolved", 700, at=midnight))
    here = (await ticket(db)).flow
    await record(db, event("created", 0, "T-2"))
    await record(db, event("resolved", 700, "T-2", at=midnight.astimezone(UTC)))
    assert here == (await ticket(db, "T-2")).flow
    assert here["resolved_at"] == "2025-03-31T22:30:00Z"


async def test_events_of_two_systems_may_share_their_ids(db: Database) -> None:
    assert (await record(db, event("created"), event("created", source="zendesk"))).accepted == 2
    assert len(await rows(db, TicketEvent)) == 2


# ---- the fact that follows ----


async def test_a_resolution_is_announced_with_its_time_and_nothing_else(db: Database) -> None:
    await record(db, event("created"), event("resolved", 8))
    assert await facts(db, "TicketResolved") == [{"ticket_id": str((await ticket(db)).id), "at": at(8).isoformat()}]


async def test_each_resolution_is_announced_once(db: Database) -> None:
    for one in LIFE:
        await record(db, one)
    assert [fact["at"] for fact in await facts(db, "TicketResolved")] == [at(8).isoformat(), at(32).isoformat()]


async def test_a_history_that_comes_at_once_announces_how_it_ended(db: Database) -> None:
    await record(db, *LIFE)
    assert [fact["at"] for fact in await facts(db, "TicketResolved")] == [at(32).isoformat()]


async def test_a_late_word_about_an_earlier_time_is_not_another_resolution(db: Database) -> None:
    await record(db, event("created"), event("closed", 9))
    await record(db, event("resolved", 8))
    assert (await ticket(db)).resolved_at == at(8)
    assert len(await facts(db, "TicketResolved")) == 1


async def test_an_open_ticket_announces_nothing(db: Database) -> None:
    await record(db, event("created"), event("resolved", 8), event("reopened", 9))
    assert await facts(db, "TicketResolved") == []


async def test_nothing_is_stored_when_the_transaction_fails(db: Database) -> None:
    async def fail() -> None:
        async with db.write() as session:
            await record_events(session, LIFE)
            raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError):
        await fail()
    assert [*await rows(db, TicketEvent), *await rows(db, Customer), *await facts(db, "TicketResolved")] == []


# ---- two sides at once ----


async def test_two_senders_at_once_lose_nothing(db: Database) -> None:
    """Each sees the other's events before it figures the ticket's flow."""
    halves = [LIFE[::2], LIFE[1::2], LIFE[::3], LIFE]
    await asyncio.gather(*(record(db, *half) for half in halves))
    found = await ticket(db)
    assert (found.flow["events"], found.flow["reopens"], found.resolved_at) == (9, 1, at(32))
    assert len(await rows(db, TicketEvent)) == 9


async def test_senders_at_once_do_not_wait_for_each_other_forever(db: Database) -> None:
    def life(n: int, order: int) -> list[TicketEventIn]:
        told = [event("created", n / 7, f"T-{i}", customer=f"c{i}", event_id=f"{n}/{i}") for i in range(20)]
        return told[::order]

    done = await asyncio.gather(*(record(db, *life(n, -1 if n % 2 else 1)) for n in range(8)))
    assert sum(one.accepted for one in done) == 160
    assert len(await rows(db, Customer)) == 20


async def test_what_a_system_tells_beside_is_kept_as_the_newest_event_tells_it(db: Database) -> None:
    moved = RequesterIn(key="li", zone="Asia/Shanghai")
    close = event("closed", 5, close_reason="spam", matter="PRB-1", attributes={"site": "Wuhan"}, requester=moved)
    await record(db, close)
    await record(db, event("created", attributes={"site": "Beijing"}, close_reason="solved", requester=moved))
    found = await ticket(db)
    assert (found.close_reason, found.matter, found.attributes) == ("spam", "PRB-1", {"site": "Wuhan"})
    assert [person.zone for person in await rows(db, Person)] == ["Asia/Shanghai"]


async def test_it_refuses_what_no_database_keeps_in_attributes() -> None:
    with pytest.raises(Invalid):
        checked_event(as_json(event("created"), attributes={"site": "a\0b"}))


async def test_whether_the_agreed_time_was_kept_is_what_the_newest_event_says(db: Database) -> None:
    await record(db, event("created"))
    assert (await ticket(db)).sla_met is None
    await record(db, event("resolved", 2, sla_met=True), event("updated", 3))
    assert (await ticket(db)).sla_met is True
    await record(db, event("closed", 5, sla_met=False), event("updated", 1, sla_met=True))
    found = await ticket(db)
    assert found.sla_met is False, "that it was not kept is told too, and a late word does not undo it"
    async with db.read() as session:
        snapshot = (await snapshots(session, [found.id]))[found.id]
    assert snapshot.attributes == {"sla_met": "false"}, "triggers may ask for it"
