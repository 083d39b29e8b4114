"""Flow from the database: Alice sees `acme`, Charlie `globex`, an administrator both."""

from datetime import UTC, datetime
from typing import Any

import pytest

from core.db import Database
from journeys.models import Stage, TicketKind
from journeys.schemas import FlowChoice, FlowReport
from journeys.schemas.places import Bilingual, JourneyDefinition, TouchpointDefinition
from journeys.service.flow import Dimension, flow, flow_by
from journeys.service.places import install_journey
from tests.journeys.story import event, record

ALICE, CHARLIE, ADMIN = frozenset({"acme"}), frozenset({"globex"}), None


@pytest.fixture(autouse=True)
async def two_companies(db: Database) -> None:
    """Two tickets at acme, one resolved in March and one open, and one at globex resolved in April."""
    await record(db, event("created", 0), event("resolved", 2), event("created", 1, "T-2", service="erp"))
    later = {"ticket": "T-3", "customer": "globex", "service": "erp", "kind": TicketKind.REQUEST}
    await record(db, event("created", 24 * 30, **later), event("resolved", 24 * 30 + 6, **later))


async def seen(db: Database, scope: frozenset[str] | None, **choice: Any) -> FlowReport:
    async with db.read() as session:
        return await flow(session, scope, FlowChoice(**choice))


async def seen_by(db: Database, scope: frozenset[str] | None, by: Dimension) -> dict[str, int]:
    async with db.read() as session:
        return {key: report.tickets for key, report in (await flow_by(session, scope, by)).items()}


async def test_everybody_sees_their_own_customers_only(db: Database) -> None:
    assert (await seen(db, ALICE)).tickets == 2
    assert (await seen(db, CHARLIE)).hours_to_final_resolution.p50 == 6
    assert (await seen(db, ADMIN)).tickets == 3
    assert (await seen(db, frozenset())).tickets == 0


async def test_a_filter_never_widens_what_may_be_seen(db: Database) -> None:
    assert (await seen(db, CHARLIE, customer="acme")).tickets == 0
    assert await seen_by(db, CHARLIE, "customer") == {"globex": 1}


async def test_a_ticket_without_a_customer_is_for_administrators(db: Database) -> None:
    await record(db, event("created", 0, "T-9", customer=None))
    assert [(await seen(db, scope)).tickets for scope in (ALICE, CHARLIE, ADMIN)] == [2, 1, 4]


async def test_it_can_be_narrowed(db: Database) -> None:
    april = datetime(2025, 4, 1, tzinfo=UTC)
    assert (await seen(db, ADMIN, since=april)).tickets == 1
    assert (await seen(db, ADMIN, until=april)).tickets == 2, "the open ticket counts by its opening"
    assert (await seen(db, ADMIN, service="erp")).tickets == 2
    assert (await seen(db, ADMIN, kind="request")).tickets == 1


async def test_it_can_be_broken_down(db: Database) -> None:
    assert await seen_by(db, ADMIN, "service") == {"erp": 2, "vpn": 1}
    assert await seen_by(db, ADMIN, "kind") == {"incident": 2, "request": 1}
    assert await seen_by(db, ADMIN, "month") == {"2025-03": 2, "2025-04": 1}


async def test_tickets_stand_at_the_touchpoint_that_their_context_names(db: Database) -> None:
    name = Bilingual(zh="远程接入", en="Remote access")
    remote = TouchpointDefinition("vpn", Stage.CO_CREATE, name, name, contexts=[{"service": "vpn"}])
    async with db.write() as session:
        await install_journey(session, JourneyDefinition("service", name, [remote]))
    assert await seen_by(db, ADMIN, "touchpoint") == {"": 2, "vpn": 1}
    assert (await seen(db, ADMIN, touchpoint="vpn")).tickets == 1
    assert (await seen(db, CHARLIE, touchpoint="vpn")).tickets == 0
