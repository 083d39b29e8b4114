"""Sums of flow: whatever order tickets come in and change in, they are the same, and say what the tickets say."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom
from sqlmodel import select

from core.db import Database
from core.outbox import drain_all
from journeys.events import FlowOutdated, TicketResolved
from journeys.jobs import count_flow
from journeys.models import EventType, FlowCell, Ticket
from journeys.queries.flow_cells import uncounted
from journeys.rules.flow import ticket_flow
from journeys.rules.flow_cells import Sums, added, report_of, sums_of
from journeys.rules.flow_report import FlowTally, flow_report
from journeys.rules.flow_sureness import ranks_around, sure_of, sure_of_tickets
from journeys.schemas import FlowChoice, FlowEvent, FlowReport, TicketFlow
from journeys.service.flow import flow_by
from journeys.service.flow_cells import begin_counting
from tests.journeys.story import event, facts, record, rows

BEGAN = datetime(2025, 3, 1, tzinfo=UTC)
MARCH = FlowChoice(since=BEGAN, until=datetime(2025, 4, 1, tzinfo=UTC))
TIMES = ("hours_to_response", "hours_to_first_resolution", "hours_to_final_resolution")
hours = st.lists(
    st.tuples(st.sampled_from(list(EventType)), st.floats(0, 2000), st.sampled_from(["", "A", "B"])), max_size=6
)
tickets = st.lists(
    hours.map(lambda told: ticket_flow([
        FlowEvent(f"{at}", kind, BEGAN + timedelta(hours=at), group=group) for kind, at, group in told
    ])),
    max_size=8,
)  # fmt: skip


@given(tickets)
def test_sums_are_as_sure_as_the_tickets(flows: list[TicketFlow]) -> None:
    tally = FlowTally()
    for flow in flows:
        tally.add(flow)
    exact, summed = sure_of_tickets(tally), sure_of(total(flows))
    assert exact.keys() == summed.keys()
    for name, one in exact.items():
        other = summed[name]
        assert (other.n, other.low is None) == (one.n, one.low is None)
        assert other.value == pytest.approx(one.value, rel=0.01, abs=0.01)


@given(tickets)
def test_sums_say_what_the_tickets_say(flows: list[TicketFlow]) -> None:
    exact, summed = flow_report(flows), report_of(total(flows))
    for name in FlowReport.__struct_fields__:
        one, other = getattr(exact, name), getattr(summed, name)
        if name in (*TIMES, "pooled", "per_ticket_mean"):
            parts = [(getattr(other, part), getattr(one, part)) for part in type(one).__struct_fields__]
            assert all(near(*pair) for pair in parts)
        elif name == "waiting_for":
            assert {who: n for who, n in other.items() if n} == pytest.approx({who: n for who, n in one.items() if n})
        else:
            assert other == one


def near(one: float | None, other: float | None) -> bool:
    return one == other if one is None or other is None else one == pytest.approx(other, rel=0.0051, abs=1e-5)


def total(flows: list[TicketFlow]) -> Sums:
    found = Sums()
    for one in flows:
        found = added(found, sums_of(one, sla_met=None))
    return found


@given(tickets, st.randoms())
def test_what_is_taken_away_again_was_never_there(flows: list[TicketFlow], random: Any) -> None:
    kept, gone = flows[::2], flows[1::2]
    steps = [(one, 1) for one in flows] + [(one, -1) for one in gone]
    random.shuffle(steps)
    found = Sums()
    for one, times in steps:
        found = added(found, sums_of(one, sla_met=None), times)
    assert found == total(kept)


async def counted(db: Database) -> None:
    """The job, twice."""
    for _ in range(2):
        await drain_all(db, {TicketResolved: [count_flow]})


async def seen(db: Database, scope: frozenset[str] | None, choice: FlowChoice = MARCH) -> FlowReport:
    async with db.read() as session:
        return (await flow_by(session, scope, None, choice)).get("") or flow_report([])


async def test_reports_are_the_same_before_and_after_counting_and_follow_each_change(db: Database) -> None:
    mine = frozenset({"acme"})
    await record(db, event("created", 0), event("resolved", 2), event("created", 1, "T-2", service="erp"))
    await record(db, event("created", 3, "T-3", customer="globex"), event("resolved", 9, "T-3", customer="globex"))
    live = await seen(db, None), await seen(db, mine)
    await counted(db)
    async with db.read() as session:
        assert await uncounted(session) == []
        assert len((await session.exec(select(FlowCell))).all()) == 3
        assert all(one.counted for one in (await session.exec(select(Ticket))).all())
    assert (await seen(db, None), await seen(db, mine)) == live
    await record(db, event("reopened", 4), event("resolved", 30), event("assigned", 31, "T-2", group="Second"))
    changed = await seen(db, mine)
    assert (changed.reopened, changed.hours_to_final_resolution.p50) == (1, 30)
    await counted(db)
    assert await seen(db, mine) == changed
    async with db.read() as session:
        by_service = await flow_by(session, mine, "service", MARCH)
    assert {key: report.tickets for key, report in by_service.items()} == {"vpn": 2}  # the newest event names it


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # one look for a row
async def test_after_an_update_a_start_counts_what_there_is_once(db: Database) -> None:
    await record(db, event("created", 0))
    for expected in (1, 0):
        async with db.write() as session:
            await begin_counting(session)
            await begin_counting(session)
        assert len(await facts(db, "FlowOutdated")) == expected
        await drain_all(db, {FlowOutdated: [count_flow]})
    assert all(one.counted for one in await rows(db, Ticket))


async def test_a_ticket_that_moves_to_another_month_leaves_the_first(db: Database) -> None:
    await record(db, event("created", 0), event("resolved", 2))
    await counted(db)
    await record(db, event("reopened", 24 * 40), event("resolved", 24 * 40 + 1))
    for _ in range(2):
        assert (await seen(db, None)).tickets == 0
        april = FlowChoice(since=MARCH.until, until=datetime(2025, 5, 1, tzinfo=UTC))
        assert (await seen(db, None, april)).tickets == 1
        await counted(db)


def test_a_quantile_lies_between_two_tickets_as_often_as_the_binomial_says() -> None:
    for n, q in ((6, 0.5), (40, 0.9), (400, 0.5), (5000, 0.9)):
        found = ranks_around(n, q)
        assert found
        low, high = found
        assert 1 <= low < high <= n
        assert binom.cdf(high - 1, n, q) - binom.cdf(low - 1, n, q) >= 0.95
    assert ranks_around(5, 0.5) is None
    assert ranks_around(30, 0.9) is None


def test_shares_of_time_are_as_sure_as_tickets_drawn_again_make_them() -> None:
    random = np.random.default_rng(5)
    work, wait = random.exponential(20, 400), random.exponential(40, 400)
    flows = [
        TicketFlow(opened_at=BEGAN, resolved_at=BEGAN + timedelta(hours=a + w), active_s=a * 3600, waiting_s=w * 3600)
        for a, w in zip(work, wait, strict=True)
    ]
    tally = FlowTally()
    for flow in flows:
        tally.add(flow)
    found, exact = sure_of(total(flows))["waiting_percent"], sure_of_tickets(tally)["waiting_percent"]
    assert (found.value, found.low, found.high) == pytest.approx((exact.value, exact.low, exact.high), abs=0.01)
    drawn = random.integers(0, 400, (2000, 400))
    again = 100 * wait[drawn].sum(axis=1) / (wait + work)[drawn].sum(axis=1)
    assert found.low is not None
    assert found.high is not None
    assert found.value == pytest.approx(100 * wait.sum() / (wait + work).sum(), abs=0.01)
    assert (found.high - found.low) / 2 == pytest.approx(1.96 * again.std(), rel=0.1)


def test_sums_from_before_there_were_squares_have_shares_without_an_interval() -> None:
    flow = TicketFlow(opened_at=BEGAN, resolved_at=BEGAN + timedelta(hours=9), active_s=9 * 3600)
    old = {name: n for name, n in total([flow, flow]).items() if name != "squared"}
    assert sure_of(old)["active_percent"].low is None
