"""Whom surveys ask, on pages for admins: looked at first, kept afterwards."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import time_machine
from sqlmodel import select

from core.auth.models import Role
from core.clock import now
from core.db import Database
from journeys.models import Customer, Ticket
from surveys import queries
from surveys.models import Detail, Invitation, Reason, Survey
from surveys.schemas import After, AnswerBudget, AskingPolicy, Hours, TriggerDefinition
from surveys.service.dry_run import dry_run
from tests.conftest import Visitor, _signed_in
from tests.surveys.story import install, link, resolve, rows, work


@pytest.fixture
async def dora(db: Database, site: httpx.ASGITransport) -> AsyncIterator[Visitor]:
    """Runs the installation."""
    person = await _signed_in(db, site, "dora", Role.ADMIN, [])
    yield person
    await person.http.aclose()


async def send(somebody: Visitor, path: str, **fields: str | list[str]) -> httpx.Response:
    token = somebody.http.cookies.get("csrftoken") or ""
    return await somebody.http.post(path, data={**fields, "_csrf_token": token})


ASKING = {
    "active": "1",
    "after": "resolved",
    "hours": "waking",
    "reopened": "episode",
    "delay_minutes": "60",
    "gap_days": "7",
    "max_age_days": "3",
    "valid_days": "14",
    "cooldown_days": "30",
    "patience_days": "0",
    "reminders": "1",
    "reminder_days": "4",
    "sample_percent": "100",
    "services": "mail，print; mail",
    "attributes": "site = Wuhan, Beijing\nfloor = 3",
    "budget_answers": "8",
    "budget_per": "day",
    "budget_by": "service",
}


async def known(db: Database) -> TriggerDefinition | None:
    async with db.read() as session:
        return await queries.trigger_of(session, (await session.exec(select(Survey))).one().id)


async def test_settings_are_looked_at_before_they_are_kept(db: Database, survey: None, dora: Visitor) -> None:
    before = await known(db)
    for number in range(3):
        await resolve(db, f"T-{number}", person=f"p{number}", at=now() - timedelta(days=5 * number + 1))
    page = await send(dora, "/surveys/post-ticket/asking", **{**ASKING, "services": "", "attributes": ""})
    assert page.status_code == 200
    assert "Whom this would have asked in the last 30 days" in page.text
    assert await known(db) == before
    page = await send(dora, "/surveys/post-ticket/asking", **{**ASKING, "services": ["mail", "print"]}, do="keep")
    assert "from now on" in page.text
    assert await known(db) == TriggerDefinition(
        hours=Hours.WAKING,
        delay_minutes=60,
        cooldown_days=30,
        reminders=1,
        reminder_days=4,
        services=["mail", "print"],
        attributes={"site": ["Wuhan", "Beijing"], "floor": ["3"]},
        budget=AnswerBudget(answers=8, by="service"),
    )
    shown = (await dora.http.get("/surveys/post-ticket/asking")).text
    assert '<input type="checkbox" name="services" value="mail" checked>' in shown, "what tickets name is to be ticked"
    assert 'name="services" value="print"' in shown, "what nobody has named yet stands in its own line"
    assert "site = Wuhan, Beijing" in shown


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("delay_minutes", "soon"),
        ("delay_minutes", "999999"),
        ("sample_percent", "101"),
        ("valid_days", "0"),
        ("hours", "midnight"),
        ("budget_answers", "-1"),
    ],
)
async def test_it_says_which_setting_is_wrong_and_keeps_what_was_written(
    db: Database, survey: None, dora: Visitor, field: str, value: str
) -> None:
    before = await known(db)
    page = await send(dora, "/surveys/post-ticket/asking", **{**ASKING, field: value}, do="keep")
    assert page.status_code == 422
    assert f'href="#f-{field}"' in page.text
    assert "site = Wuhan, Beijing" in page.text
    assert await known(db) == before


async def test_both_clocks_are_named_in_words_and_set(db: Database, survey: None, dora: Visitor) -> None:
    await resolve(db)
    hours = {"waking_from": "9", "waking_until": "19", "working_from": "10", "working_until": "16"}
    fields = {"asks": "2", "days": "30", "day_1": "1", "zone:acme": "Asia/Shanghai", **hours}
    page = await send(dora, "/asking", **fields)
    assert page.status_code == 200
    async with db.read() as session:
        assert await queries.asking_policy(session) == AskingPolicy(
            asks=2, days=30, waking=(9, 19), working=(10, 16), working_days=(1,)
        )
        assert (await session.exec(select(Customer.zone))).one() == "Asia/Shanghai"
    assert "at most 2 surveys in 30 days" in (await dora.http.get("/surveys/post-ticket/asking")).text
    for wrong in ({"waking_until": "8"}, {"asks": "0"}, {"day_1": ""}, {"zone:acme": "Mars/Base"}):
        assert (await send(dora, "/asking", **{**fields, **wrong})).status_code == 422


async def test_the_funnel_has_true_denominators(db: Database, survey: None, dora: Visitor, visitor: Visitor) -> None:
    await resolve(db, "INC-1", person="a", address="a@example.org")
    await resolve(db, "INC-2", person="a", address="a@example.org")
    await resolve(db, "INC-3", person="b", address=None)
    await resolve(db, "OLD-4", person="c", at=now() - timedelta(days=40))
    await work(db)
    token = await link(db, "INC-5")
    await visitor.http.post(f"/s/{token}", data={"submission_key": "k", "functional": "4"})
    told = (await dora.http.get("/api/v1/surveys/post-ticket/funnel")).json()
    counts = ("decided", "eligible", "sampled", "asked", "sent", "delivered", "opened", "started", "finished")
    assert [told[name] for name in counts] == [5, 4, 4, 2, 1, 1, 1, 1, 1]
    assert told["not_asked"] == {
        "cooldown": {"person_clock": 1},
        "no_address": {"": 1},
        "too_old": {"": 1},
    }
    page = await dora.http.get("/surveys/post-ticket/funnel?days=365")
    assert "asked too recently" in page.text
    assert "the clock of the person, over all surveys" in page.text


@pytest.mark.parametrize("path", ["/surveys/post-ticket/asking", "/surveys/post-ticket/funnel", "/asking"])
async def test_only_admins_see_whom_surveys_ask(
    db: Database, survey: None, path: str, alice: Visitor, charlie: Visitor, visitor: Visitor
) -> None:
    for somebody in (alice, charlie):
        assert (await somebody.http.get(path)).status_code == 403
        assert (await send(somebody, path, **ASKING, do="keep")).status_code in (403, 405)
    assert (await visitor.http.get(path)).status_code == 303
    assert (await visitor.http.get("/api/v1/surveys/post-ticket/funnel")).status_code == 401


async def test_a_survey_that_is_not_there_has_no_pages(dora: Visitor) -> None:
    assert (await dora.http.get("/surveys/nothing/asking")).status_code == 404
    assert (await dora.http.get("/surveys/nothing/funnel")).status_code == 404


async def test_a_dry_run_tells_what_would_have_happened(db: Database, survey: None) -> None:
    """The same tickets, lived through for real, end the same way."""
    start = now() - timedelta(days=25)
    for number in range(30):
        at = start + timedelta(hours=18 * number)
        with time_machine.travel(at, tick=False):
            who = f"p{number % 6}"
            await resolve(db, f"T-{number}", person=who, address=f"{who}@example.org" if number % 6 else None)
            await work(db)
    async with db.read() as session:
        survey_id = (await session.exec(select(Survey))).one().id
        run = await dry_run(session, survey_id, TriggerDefinition())
    lived = await rows(db, Invitation)
    assert run.seen == len(lived) == 30
    assert run.asked == sum(row.asked for row in lived)
    assert run.reasons["no_address"] == sum(row.reason == "no_address" for row in lived)
    assert run.reasons["cooldown/person_clock"] == sum(row.reason == "cooldown" for row in lived)
    assert len(await rows(db, Invitation)) == 30


async def test_a_dry_run_of_a_journey_counts_matters(db: Database) -> None:
    await install(db, active=False)
    for day, who in ((25, "a"), (23, "a"), (20, "b"), (2, "c")):
        await resolve(db, f"T-{day}", person=who, address=f"{who}@example.org", at=now() - timedelta(days=day))
    async with db.read() as session:
        survey_id = (await session.exec(select(Survey))).one().id
        run = await dry_run(session, survey_id, TriggerDefinition(after=After.JOURNEY, gap_days=7))
    assert (run.seen, run.asked, run.people) == (2, 2, 2)


async def test_every_setting_is_kept_from_the_page_told_in_words_and_held_to(
    db: Database, survey: None, dora: Visitor
) -> None:
    """Set in the fields as an administrator would; then tickets come."""
    fields = ASKING | {
        "attributes": "",
        "services": "",
        "delay_minutes": "0",
        "hours": "working",
        "not_people": "boss, chair",
        "not_close_reasons": "spam",
        "major_priorities": "critical",
        "budget_answers": "1",
        "reminders_count": "1",
    }
    page = await send(dora, "/surveys/post-ticket/asking", do="keep", **fields)
    for said in (
        "At once, by mail, on working days between 9 and 17 o&#39;clock of the person",
        "Nobody gets more than 1 survey in 7 days",
        "Reminders count for the clock of the person.",
        "1 answer a day is enough; then nobody more is asked.",
        "That is counted for each service apart.",
        "2 people are never asked.",
        "Not asked about: closed as spam.",
        "While an incident of priority critical is open on a service",
    ):
        assert said in page.text, said
    chinese = await dora.http.get("/surveys/post-ticket/asking?lang=zh")
    assert "每天有 1 份回答就够了" in chinese.text
    tuesday = datetime(2025, 3, 4, 10, tzinfo=UTC)
    with time_machine.travel(tuesday, tick=False):
        for number in range(6):
            await resolve(db, f"T-{number}", person=f"p{number}", address=f"p{number}@example.org")
        await resolve(db, "VIP", person="boss", address="boss@example.org")
        await resolve(db, "SPAM", person="x", address="x@example.org", close_reason="spam")
        await resolve(db, "PRINT", person="y", address="y@example.org", service="print")
        await work(db)
        found = {row.ticket_id: (row.reason, row.detail) for row in await rows(db, Invitation)}
        by_key = {ticket.key: found[ticket.id] for ticket in await rows(db, Ticket)}
        assert by_key["VIP"] == (Reason.EXCLUDED, Detail.ON_LIST)
        assert by_key["SPAM"] == (Reason.EXCLUDED, Detail.CLOSE_REASON)
        assert by_key["PRINT"] == (None, None), "another service has a budget of its own"
        asked = [key for key, why in by_key.items() if key.startswith("T-") and why == (None, None)]
        assert len(asked) == 4, "one in four answers, so four are asked for one answer"
        assert sum(why == (Reason.SAMPLED_OUT, Detail.BUDGET) for why in by_key.values()) == 2
    with time_machine.travel(tuesday + timedelta(hours=9), tick=False):
        await resolve(db, "LATE", person="z", address="z@example.org", service="laptop")
        await work(db)
        [late] = [row for row in await rows(db, Invitation) if not row.asked and row.reason is None]
        assert late.due_at == datetime(2025, 3, 5, 9, tzinfo=UTC), "the evening is left alone"
