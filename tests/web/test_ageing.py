"""Answers have an age: Alice answers, the time passes, her words are nowhere, and Bob's report of that month is what it
was. On both engines."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text
from sqlmodel import select

from analysis.models import Correction, Dimension, Experience, Mention, MomentChain, WaitingAnswer
from core import clock, months
from core.audit.models import AuditEntry
from core.auth.models import Role
from core.db import Database, insert_new
from core.errors import Conflict
from core.ids import stamped
from core.outbox import announce, drain_all
from core.settings import settings
from feedback.events import FeedbackDayOver
from journeys.models import Ticket
from surveys.models import AnswersKept, Invitation, Response, ResponseOrigin
from surveys.schemas import Construct, Score, Submission, Told
from surveys.service import answering
from surveys.service.elsewhere import take_in
from tests.conftest import Visitor, _signed_in
from tests.feedback.test_anonymous import dump
from tests.feedback.test_gone import hold, on_disk, sampled
from tests.support.company import make_company
from tests.support.mails import mails, words_of
from tests.surveys import story
from tests.value.story import FIELDS
from tests.web.test_persons import figures
from value.models import ImprovementLink, LinkKind, State
from value.service import register, steps
from web import builtin
from web.cli.rebuilding import rebuild_all
from web.doctor import of_database
from web.worker import SUBSCRIPTIONS

JANUARY, MARCH = datetime(2026, 1, 12, 9, tzinfo=UTC), datetime(2026, 3, 12, 9, tzinfo=UTC)
APRIL, MAY, JUNE = (datetime(2027, month, 12, 9, tzinfo=UTC) for month in (4, 5, 6))
EARLY, NIGHT = datetime(2027, 1, 31, 0, 10, tzinfo=UTC), datetime(2027, 2, 1, 0, 10, tzinfo=UTC)
WORD = "aubergine"
PUBLIC = "/api/v1/reports/experience?from=2026-01-01&to=2026-01-31"
# What a person is counted by, and what waits to be published with whose it is, goes; these are what is kept.
SUMS = ("rollup", "rollup_month", "published_sum", "moment_week", "moment_total", "moment_cell", "moment", "flow_cell")


@pytest.fixture
def twelve_months(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOUCHSTONE_ANSWER_MONTHS", "12")
    settings.cache_clear()


async def people_answer(db: Database, at: datetime, few: int = 6) -> list[str]:
    """Some people answer about tickets of theirs, and one of them says more than others; their links."""
    tokens = []
    with clock.at(at):
        for number in range(few):
            token = await story.link(db, f"INC-{at:%m}-{number}", service="laptop", attributes={"stage": "x"})
            said = f"The {WORD} of {at:%B} waits for ever, nobody told me who approves it" if number == 0 else ""
            given = {"functional": 1 + number % 4, "emotional": 2, "satisfaction": 2, "comment": said}
            await story.reply(db, token, Submission(f"key {number}", "en", given))
            tokens.append(token)
        await drain_all(db, SUBSCRIPTIONS)
    return tokens


async def night(db: Database, at: datetime = NIGHT) -> None:
    with clock.at(at):
        async with db.write() as session:
            await announce(session, FeedbackDayOver((at - timedelta(days=1)).date().isoformat()))
        await drain_all(db, SUBSCRIPTIONS)


async def sums(db: Database) -> dict[str, list[str]]:
    told = await figures(db)
    return {name: told[name] for name in SUMS}


async def reported(who: Visitor) -> bytes:
    with clock.at(NIGHT):
        found = await who.http.get(PUBLIC)
    assert found.status_code == 200
    return found.content


@pytest.fixture
async def answered(db: Database) -> list[str]:
    await make_company(db)
    await story.install(db)
    tokens = await people_answer(db, JANUARY)
    await people_answer(db, MARCH)
    async with db.write() as session:
        first = (await session.exec(select(Experience).where(Experience.day == JANUARY.date()))).first()
        assert first
        of = {"experience_id": first.id, "label": "negative", "classifier": "x"}
        session.add(Correction(**of, made_by="bob", made_at=JANUARY))
    return tokens


@pytest.mark.usefixtures("twelve_months")
async def test_b8_an_answer_goes_with_its_age_and_the_figures_of_its_month_stay(
    db: Database, site: httpx.ASGITransport, answered: list[str], visitor: Visitor
) -> None:
    with clock.at(NIGHT):
        bob = await _signed_in(db, site, "bob", Role.MANAGER, ["acme"])
        before, shown = await sums(db), await reported(bob)
        assert b'"n":6' in shown.replace(b" ", b"")
        assert all(before[name] for name in ("rollup", "rollup_month", "published_sum", "moment_cell", "moment_total"))
    await night(db, EARLY)
    assert len(await story.rows(db, Response)) == 12  # kept for twelve months, to the end of the last of them
    await sampled(db)
    old = f"{WORD} of January".encode()
    assert set(hold(await on_disk(db), old)) == {old}
    for _ in range(2):
        await night(db)
        assert await sums(db) == before
        assert await reported(bob) == shown
        said = {one.received_at.date() for one in await story.rows(db, Response)}
        assert said == {one.day for one in await story.rows(db, Experience)} == {MARCH.date()}
        assert await story.rows(db, Correction) == []
        assert {one.experience_id for one in await story.rows(db, Mention)} <= {
            one.id for one in await story.rows(db, Experience)
        }
        assert f"{WORD} of January" not in await dump(db)
        assert f"{WORD} of March" in await dump(db)
    assert list(hold(await on_disk(db), old)) == []
    ended = [one.about for one in await story.rows(db, AuditEntry) if one.what == "answers.ended"]
    assert ended == ["2026-01-01", "2026-02-01"]
    assert len(await story.rows(db, Invitation)) == len(await story.rows(db, Ticket)) == 12  # nobody is asked twice
    page = await visitor.http.get(f"/s/{answered[0]}")
    assert page.status_code in (200, 404, 410)
    assert WORD not in page.text
    await bob.http.aclose()


@pytest.mark.usefixtures("twelve_months", "answered")
async def test_counting_anew_keeps_the_months_whose_answers_are_gone_and_nobody_stands_behind_them(
    db: Database,
) -> None:
    before = await sums(db)
    told = {"month": date(2026, 1, 1), "touchpoint": "t", "service": "s", "customer": "acme", "smallest": 5}
    scored = {"dimension": Dimension.FUNCTIONAL, "n": 1, "total": 50, "squares": 2500}
    async with db.write() as session:
        session.add(WaitingAnswer(**told, **scored, person=uuid4()))  # in a group too small to be published
    await night(db)
    assert not [one for one in await story.rows(db, WaitingAnswer) if one.month == date(2026, 1, 1)]
    assert {one.answers for one in await story.rows(db, MomentChain)} == {1}
    assert len(await story.rows(db, MomentChain)) == 6
    with clock.at(NIGHT):
        await rebuild_all(db)
        await rebuild_all(db)
    assert await sums(db) == before


@pytest.mark.usefixtures("twelve_months", "answered")
async def test_h12_what_is_under_way_stays_until_it_is_dealt_with_and_somebody_is_told(
    db: Database, site: httpx.ASGITransport
) -> None:
    first = next(one for one in await story.rows(db, Response) if "January" in one.comment)
    unread = next(one for one in await story.rows(db, Response) if one.id != first.id and one.received_at < MARCH)
    ada = await _signed_in(db, site, "ada", Role.ADMIN, [])
    with clock.at(MARCH):
        async with db.write() as session:
            one = await register.register(session, "alice", {**FIELDS, "touchpoints": ["approval"]}, ["acme"])
            await register.link(session, one.id, [(LinkKind.RESPONSE, first.id)])
            lost = (await session.exec(select(Experience).where(Experience.voice_id == unread.id))).one()
            await session.delete(lost)  # as if nobody had been able to read it
    await night(db)
    left = {one.id for one in await story.rows(db, Response) if one.received_at < MARCH}
    assert left == {first.id, unread.id}
    assert f"{WORD} of January" in await dump(db)
    [told] = [one for one in mails() if one["To"] == "ada@touchstone.example"]
    assert "2 answers are past their age" in words_of(told)
    assert "1 of them led to an improvement" in words_of(told)
    assert WORD not in str(told)
    with clock.at(NIGHT):
        [finding] = [one for one in await of_database(db) if one.about == "answers"]
    assert "2 from before 2026-02-01 stay, 1 of them under open improvements" in finding.message
    with clock.at(NIGHT):
        async with db.write() as session:
            await steps.move(session, None, one.id, "alice", State.DROPPED, 1, None)
    await night(db, NIGHT + timedelta(days=1))
    assert {one.id for one in await story.rows(db, Response) if one.received_at < MARCH} == {unread.id}
    assert f"{WORD} of January" not in await dump(db)
    assert [one.target_id for one in await story.rows(db, ImprovementLink)] == [first.id]  # an id that leads to nobody
    assert len([one for one in mails() if one["To"] == "ada@touchstone.example"]) == 1
    await ada.http.aclose()


@pytest.fixture
async def partitions(db: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """Those of months to come, in which ids tell the pretended time; afterwards the database has what it had."""
    monkeypatch.setattr(answering, "ordered_id", lambda: stamped(clock.now(), uuid4()))
    with clock.at(APRIL - timedelta(days=30)):
        await months.make_ahead(db)
    yield
    async with db.write() as session:
        for table in reversed(months.by_month()):
            await (await session.connection()).execute(text(f"DELETE FROM {table}"))
    await months.make_ahead(db)


async def parts(db: Database) -> set[str]:
    async with db.engine.connect() as connection:
        return {name for table in months.by_month() for name in await months.parts(connection, table)}


async def lies_in(db: Database, word: str) -> set[str]:
    """The partitions in which answers with that word lie, and what was read of them."""
    async with db.engine.connect() as connection:
        found = "SELECT tableoid::regclass::text FROM {} WHERE comment LIKE :word"
        asked = " UNION ".join(found.format(table) for table in ("response", "experience"))
        return set((await connection.execute(text(asked), {"word": f"%{word}%"})).scalars())


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.usefixtures("twelve_months", "partitions")
async def test_a_month_that_is_over_is_dropped_whole_unless_something_in_it_stays(db: Database) -> None:
    await make_company(db)
    await story.install(db)
    for at in (APRIL, MAY, JUNE):
        await people_answer(db, at, 2)
    assert await lies_in(db, "April") == {"response_y2027m04", "experience_y2027m04"}
    held = next(one for one in await story.rows(db, Response) if "April" in one.comment)
    with clock.at(JUNE):
        async with db.write() as session:
            one = await register.register(session, "alice", {**FIELDS, "touchpoints": ["approval"]}, ["acme"])
            await register.link(session, one.id, [(LinkKind.RESPONSE, held.id)])
    before = await sums(db)
    for _ in range(2):
        await night(db, datetime(2028, 6, 1, 0, 10, tzinfo=UTC))
        there = await parts(db)
        assert not any(name.endswith(("y2027m03", "y2027m05")) for name in there)
        assert {f"{table}_y2027m{month}" for table in months.by_month() for month in ("04", "06")} <= there
        left = [one.id for one in await story.rows(db, Response) if one.received_at < JUNE]
        assert left == [held.id]  # row by row, where one of them stays
        assert await sums(db) == before
    assert "of May" not in await dump(db)
    with clock.at(JUNE):
        async with db.write() as session:
            await steps.move(session, None, one.id, "alice", State.DROPPED, 1, None)
    for day in (2, 3):  # the last of it goes by itself, and the empty month after it
        await night(db, datetime(2028, 6, day, 0, 10, tzinfo=UTC))
    assert not any(name.endswith("y2027m04") for name in await parts(db))
    assert {one.received_at for one in await story.rows(db, Response)} == {JUNE}
    assert await sums(db) == before


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.usefixtures("twelve_months", "partitions")
async def test_answers_that_no_partition_was_made_for_are_kept_found_and_go_with_their_age(db: Database) -> None:
    await make_company(db)
    await story.install(db)
    far = datetime(2031, 3, 5, 9, tzinfo=UTC)
    [token] = await people_answer(db, far, 1)
    assert await lies_in(db, "March") == {"response_rest", "experience_rest"}
    [one], [read] = await story.rows(db, Response), await story.rows(db, Experience)
    async with (
        db.write() as session
    ):  # within a month the database itself holds what is held over all of them otherwise
        assert not await insert_new(session, Response, [one.model_dump() | {"id": stamped(far, uuid4())}])
        assert not await insert_new(
            session, Experience, [{name: getattr(read, name) for name in Experience.model_fields}]
        )
    with clock.at(far):
        with pytest.raises(Conflict):
            await story.reply(db, token, Submission("another", "en", {"functional": 1}))
        assert await months.lacking(db)
        [told] = [one for one in await of_database(db) if one.about == "months"]
        assert "response_y2031m03" in told.message
        await asyncio.gather(*(months.make_ahead(db) for _ in range(3)))
        there = await parts(db)
        assert "response_y2031m03" not in there  # what lies in the rest stays there
        assert {"response_y2031m04", "mention_y2031m04"} <= there
    before = await sums(db)
    await night(db, datetime(2032, 4, 1, 0, 10, tzinfo=UTC))
    assert await story.rows(db, Response) == await story.rows(db, Experience) == await story.rows(db, Mention) == []
    assert await sums(db) == before


def told_elsewhere(number: int, at: datetime) -> Told:
    scores = {Construct.SATISFACTION: Score(2)}
    return Told(source="old tool", external_id=f"{number}", at=at, customer="acme", scores=scores)


@pytest.mark.usefixtures("twelve_months")
async def test_a_file_taken_in_again_after_its_answers_went_counts_nothing_twice(db: Database) -> None:
    await make_company(db)
    await builtin.install(db)
    told = [told_elsewhere(number, at) for number, at in enumerate([JANUARY, MARCH] * 3)]
    with clock.at(MARCH):
        async with db.write() as session:
            assert await take_in(session, told) == 6
        await drain_all(db, SUBSCRIPTIONS)
    await night(db)
    assert len(await story.rows(db, ResponseOrigin)) == 3
    before = await sums(db)
    with clock.at(NIGHT):
        async with db.write() as session:
            assert await take_in(session, told) == 0
        await drain_all(db, SUBSCRIPTIONS)
    assert await sums(db) == before


@pytest.mark.usefixtures("answered")
async def test_nothing_goes_unless_somebody_says_so_and_nothing_comes_back(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await night(db)
    assert len(await story.rows(db, Response)) == 12
    assert await story.rows(db, AnswersKept) == []
    monkeypatch.setenv("TOUCHSTONE_ANSWER_MONTHS", "12")
    settings.cache_clear()
    await night(db)
    monkeypatch.setenv("TOUCHSTONE_ANSWER_MONTHS", "36")
    settings.cache_clear()
    await night(db)
    [kept] = await story.rows(db, AnswersKept)
    assert (kept.since.isoformat(), kept.settled) == ("2026-02-01", True)
    assert len(await story.rows(db, Response)) == 6


@pytest.mark.usefixtures("twelve_months")
async def test_people_are_told_how_long_their_answer_is_kept(db: Database, visitor: Visitor) -> None:
    await story.install(db)
    with clock.at(NIGHT):
        page = await visitor.http.get(f"/s/{await story.link(db, 'INC-NEW')}")
        assert "for 12 months, and to the end of the month" in page.text
        chinese = await visitor.http.get(f"/s/{await story.link(db, 'INC-NEWER')}?lang=zh")
        assert "12 个月" in chinese.text
