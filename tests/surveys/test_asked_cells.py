"""Response rates from sums: they say what the invitations say, before and after counting, whoever moves or answers."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from core.clock import now
from core.db import Database
from core.outbox import drain_all
from journeys.events import TicketMoved
from surveys.events import AskedOutdated, InvitationDecided, InvitationPlanned, ResponseReceived
from surveys.jobs import begin_counting_asked, count_asked
from surveys.models import AskedCell, Invitation, Reason
from surveys.queries.asked import any_uncounted, decisions
from surveys.rules.asked import as_it_is, changes, rate_of
from surveys.schemas import ResponseRate, Submission
from surveys.schemas.asked import AskedKey, Decision
from surveys.service.asked_cells import response_rate
from tests.surveys.story import install, link, reply, resolve, rows, work

FACTS = (AskedOutdated, InvitationDecided, InvitationPlanned, ResponseReceived, TicketMoved)
COUNTING = {fact: [count_asked] for fact in FACTS}
made = st.builds(
    Decision,
    id=st.integers(0, 3).map(lambda number: UUID(int=number)),
    asked=st.booleans(),
    reason=st.sampled_from([None, Reason.COOLDOWN, Reason.TOO_OLD]),
    decided_at=st.integers(0, 70).map(lambda days: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=days)),
    answered_at=st.sampled_from([None, datetime(2026, 4, 1, tzinfo=UTC)]),
    counted_as=st.none(),
    service=st.sampled_from([None, "mail"]),
    customer=st.sampled_from([None, "acme", "globex"]),
)


@given(st.lists(st.lists(made, max_size=4), max_size=6))
def test_decisions_that_change_between_countings_add_up_to_what_they_are_at_last(batches: list[list[Decision]]) -> None:
    """Counted in batches, by any number of workers, each time taken out as it was."""
    cells: dict[Any, list[int]] = {}
    last: dict[UUID, Decision] = {}
    for batch in batches:
        news = {one.id: one for one in batch}
        before = {id_: (held := last.get(id_)) and as_it_is(held) for id_ in news}
        seen = [one._replace(counted_as=was.packed() if (was := before[id_]) else None) for id_, one in news.items()]
        for key, n, answered in changes(seen):
            cell = cells.setdefault(key, [0, 0])
            cell[0], cell[1] = cell[0] + n, cell[1] + answered
        last |= news
    recount = {key: [n, answered] for key, n, answered in changes(last.values())}
    assert {key: cell for key, cell in cells.items() if any(cell)} == recount
    assert rate_of((key, *cell) for key, cell in cells.items()) == rate_of(changes(last.values()))


def this_month() -> date:
    return now().date().replace(day=1)


async def rate(
    db: Database, scope: frozenset[str] | None = None, month: date | None = None, **narrower: str
) -> ResponseRate:
    since = month or this_month()
    async with db.read() as session:
        return await response_rate(session, scope, since, since + timedelta(days=31), **narrower)


async def said(db: Database, ticket: str, **told: Any) -> None:
    await reply(db, await link(db, ticket, **told), Submission("k", "zh", {"functional": 4}))


async def counted(db: Database) -> None:
    """The job, twice; the sums are those of a count from nothing."""
    for _ in range(2):
        async with db.write() as session:
            await begin_counting_asked(session)
        await drain_all(db, COUNTING)
    everybody = [one.id for one in await rows(db, Invitation)]
    async with db.read() as session:
        assert not await any_uncounted(session)
        everything = changes(one._replace(counted_as=None) for one in await decisions(session, everybody))
    cells = [one for one in await rows(db, AskedCell) if one.n]
    kept = [(AskedKey(one.month, one.service, one.customer, one.outcome), one.n, one.answered) for one in cells]
    assert sorted(kept) == everything


async def test_rates_are_of_ones_own_customers_and_the_same_before_and_after_counting(db: Database) -> None:
    """Acme: two asked, one of them answered, one without address. Globex: one asked, one too old. Alice sees Acme,
    Charlie sees Globex, and who has no customer sees nothing."""
    await install(db)
    await said(db, "A-1", customer="acme", service="mail")
    await link(db, "A-2", customer="acme", service="phone")
    await resolve(db, "A-3", person="c", address=None, customer="acme")
    await link(db, "G-1", customer="globex")
    await resolve(db, "G-2", person="e", customer="globex", at=now() - timedelta(days=9))
    # links were handed out above as if by mail: their own resolutions find them asked already
    await work(db)
    acme, globex = frozenset({"acme"}), frozenset({"globex"})
    for _ in range(2):
        assert await rate(db) == ResponseRate(3, 1, {"no_address": 1, "too_old": 1})
        assert await rate(db, acme) == ResponseRate(2, 1, {"no_address": 1})
        assert await rate(db, globex) == ResponseRate(1, 0, {"too_old": 1})
        assert await rate(db, frozenset()) == ResponseRate(0, 0, {})
        assert await rate(db, globex, customer="acme") == ResponseRate(0, 0, {})
        assert await rate(db, service="phone") == ResponseRate(1, 0, {})
        assert await rate(db, customer="acme", service="mail") == ResponseRate(1, 1, {"no_address": 1})
        assert await rate(db, month=this_month() - timedelta(days=99)) == ResponseRate(0, 0, {})
        await counted(db)


async def test_an_answer_and_a_moved_ticket_follow_into_the_sums(db: Database) -> None:
    await install(db)
    token = await link(db, "A-1", customer="acme", service="mail")
    await counted(db)
    assert await rate(db) == ResponseRate(1, 0, {})
    await reply(db, token, Submission("k", "zh", {"functional": 4}))
    await counted(db)
    assert await rate(db, customer="acme") == ResponseRate(1, 1, {})
    await resolve(db, "A-1", customer="globex", service="phone", reopened=True)
    await counted(db)
    assert await rate(db, customer="acme") == ResponseRate(0, 0, {})
    assert await rate(db, customer="globex", service="phone") == ResponseRate(1, 1, {})
