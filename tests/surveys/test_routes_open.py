"""Open surveys: whoever comes by may answer, nobody is known, and nothing is written by looking."""

import asyncio
import re
from datetime import datetime, timedelta
from typing import Any

import httpx
import msgspec
import pytest
import time_machine
from sqlalchemy import event
from sqlmodel import select

from core.clock import now
from core.db import Database
from core.errors import Invalid
from core.outbox import Batch, Fact, drain_all
from core.pages import STATIC
from journeys.models import Journey, Stage, Touchpoint
from surveys.events import AnonymousDayOver, ResponseReceived
from surveys.jobs import release_anonymous
from surveys.models import Response, StepCount
from surveys.queries import response_voices
from surveys.schemas import SurveyDefinition
from surveys.service import drafting
from tests.conftest import Visitor
from tests.surveys.questions import both, survey
from tests.surveys.story import install, link, rows

SAID = {"faces": "4", "words": "quick"}


async def publish(db: Database, definition: SurveyDefinition) -> None:
    async with db.write() as session:
        await drafting.take_in(session, definition)
        await drafting.publish_draft(session, definition.key)


async def send(visitor: Visitor, key: str = "one form", slug: str = "lunch", **form: Any) -> httpx.Response:
    return await visitor.http.post(f"/q/{slug}", data={"submission_key": key, **form})


async def test_it_is_answered_by_anybody_and_once_a_form(visitor: Visitor, db: Database) -> None:
    await publish(db, survey("faces", "words", slug="lunch"))
    pages = await asyncio.gather(*(send(visitor, **SAID) for _ in range(4)))
    assert {page.status_code for page in pages} == {200}
    assert len({page.text for page in pages}) == 1
    assert (await send(visitor, faces="1", words="else")).status_code == 409
    assert (await send(visitor, "another form", **SAID)).status_code == 200
    responses = await rows(db, Response)
    assert [(one.invitation_id, one.person_id, one.ticket_id) for one in responses] == [(None, None, None)] * 2
    assert "Set-Cookie" not in pages[0].headers


async def test_looking_writes_nothing_and_words_are_never_prefilled(visitor: Visitor, db: Database) -> None:
    await publish(db, survey("faces", "words", slug="lunch"))
    written = list[str]()

    def listen(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.split(maxsplit=1)[0] in ("INSERT", "UPDATE", "DELETE"):
            written.append(statement)

    event.listen(db.engine.sync_engine, "before_cursor_execute", listen)
    page = await visitor.http.get("/q/lunch?faces=4&words=bought")
    assert re.search(r'name="faces" value="4" checked', page.text)
    assert "bought" not in page.text.replace("words=bought", "")
    assert written == []


async def test_unknown_and_archived_addresses_are_the_same(visitor: Visitor, db: Database) -> None:
    await publish(db, survey("faces", slug="lunch"))
    async with db.write() as session:
        await drafting.set_archived(session, "mine", True)
    gone = [await visitor.http.get(f"/q/{slug}") for slug in ("lunch", "never-was", "x" * 300)]
    gone.append(await send(visitor, **SAID))
    assert {page.status_code for page in gone} == {404}
    assert len({re.sub("lang=..", "", page.text) for page in gone}) == 1
    assert await rows(db, Response) == []


async def test_the_largest_form_stays_under_30_kilobytes(visitor: Visitor, db: Database) -> None:
    keys = [question.key for question in survey().questions if question.key != "contact"]
    await publish(db, survey(*keys, slug="lunch"))
    page = await visitor.http.get("/q/lunch?lang=zh")
    files = set(re.findall(r'"/static/([^"?]+)', page.text))
    assert {"public.css", "survey.js"} <= files
    assert len(page.content) + sum((STATIC / name).stat().st_size for name in files) < 45_000
    assert len(page.content) < 30_000


async def test_f2_texts_of_a_survey_and_answers_are_shown_as_words(visitor: Visitor, db: Database) -> None:
    bad = "<script>alert(1)</script>{{7*7}}<img src=x onerror=alert(1)>"
    plain = bad.replace("{{", "").replace("}}", "")
    definition = survey("faces", "words", "why", slug="lunch", title=both(plain, plain), thanks=both(plain, plain))
    question = msgspec.structs.replace(definition.questions[0], wording=definition.title)
    await publish(db, msgspec.structs.replace(definition, questions=[question, *definition.questions[1:]]))
    pages = [await visitor.http.get("/q/lunch"), await send(visitor, faces="1", words="", **{"why.other": bad})]
    pages.append(await send(visitor, faces="3", words=bad))
    for page in pages:
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        assert "&lt;script&gt;alert(1)" in page.text
        assert "script-src 'self'" in page.headers["Content-Security-Policy"]


async def test_a_flood_is_told_to_come_again_and_loses_nothing(
    visitor: Visitor, site: httpx.ASGITransport, db: Database
) -> None:
    await publish(db, survey("faces", "words", slug="lunch"))
    budget = site.app.state.open_budget  # type: ignore[attr-defined]
    for _ in range(600):
        budget.spend("lunch")
    page = await send(visitor, faces="4", words="my long story")
    assert page.status_code in (422, 429)
    assert "my long story" in page.text
    assert "in a minute" in page.text
    assert await rows(db, Response) == []


async def test_where_people_stop_is_counted_without_saying_who(visitor: Visitor, db: Database) -> None:
    await publish(db, survey("faces", "words", slug="lunch"))
    for question in ("faces", "faces", "", "no such question", "words" * 50):
        answer = await visitor.http.post("/left/mine/1", data={"question": question})
        assert (answer.status_code, answer.content) == (204, b"")
    assert (await visitor.http.post("/left/other/7", data={"question": "faces"})).status_code == 204
    assert {row.question: row.n for row in await rows(db, StepCount)} == {"faces": 2, "": 1}


# ---- anonymous ----


async def facts(db: Database) -> list[str]:
    async with db.read() as session:
        return list((await session.exec(select(Fact.name).where(Fact.name == "ResponseReceived"))).all())


async def anonymous(db: Database) -> None:
    await publish(db, survey("faces", "words", slug="lunch", mode="anonymous"))


async def test_b3_an_anonymous_answer_tells_no_time_finer_than_its_day(visitor: Visitor, db: Database) -> None:
    await anonymous(db)
    page = await visitor.http.get("/q/lunch")
    assert "we do not record who you are" in page.text
    await send(visitor, **SAID)
    [response] = await rows(db, Response)
    assert response.received_at == now().replace(hour=0, minute=0, second=0, microsecond=0)
    assert response.id.version == 4
    assert (response.submission_key, response.person_id, response.invitation_id) == ("", None, None)
    assert await facts(db) == []


async def test_anonymous_answers_of_a_day_are_given_on_together_when_it_is_over(visitor: Visitor, db: Database) -> None:
    await anonymous(db)
    given_on = list[str]()

    async def note(batch: Batch) -> None:
        given_on.extend(fact["response_id"] for fact in batch.data)
        async with batch.finish():
            pass

    work: Any = {AnonymousDayOver: [release_anonymous], ResponseReceived: [note]}
    for number in range(5):
        await send(visitor, f"form {number}", **SAID)
    before = {one.id for one in await rows(db, Response)}
    await drain_all(db, work)
    assert given_on == []
    with time_machine.travel(_after_midnight(now()), tick=False):
        await drain_all(db, work)
        await drain_all(db, work)
    assert sorted(given_on) == sorted(str(one) for one in before)
    assert {one.id for one in await rows(db, Response)} == before
    with time_machine.travel(_after_midnight(now()) + timedelta(days=3), tick=False):
        await drain_all(db, work)
    assert len(given_on) == 5


def _after_midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=30) + timedelta(days=1)


async def test_a_question_may_be_answered_differently_within_its_minutes(visitor: Visitor, db: Database) -> None:
    definition = survey("faces", "many", "words", edit_minutes=60)
    async with db.write() as session:
        await drafting.take_in(session, definition)
        await drafting.publish_draft(session, "mine")
    token = await link(db)
    first = await visitor.http.post(f"/s/{token}", data={"submission_key": "a", "faces": "3", "many": ["a", "b"]})
    assert "60 minutes" in first.text
    again = await visitor.http.get(f"/s/{token}")
    assert len(re.findall(r" checked", again.text)) == 3
    changed = await visitor.http.post(f"/s/{token}", data={"submission_key": "b", "faces": "5", "words": "better now"})
    assert changed.status_code == 200
    [response] = await rows(db, Response)
    assert (response.comment, [one["value"] for one in response.answers]) == ("better now", [5])
    async with db.read() as session:
        due = (await session.exec(select(Fact.not_before).where(Fact.name == "ResponseReceived"))).one()
    assert due >= response.received_at + timedelta(minutes=60)
    with time_machine.travel(now() + timedelta(minutes=61), tick=False):
        assert (await visitor.http.post(f"/s/{token}", data={"submission_key": "c", "faces": "1"})).status_code == 409
        assert "<form" not in (await visitor.http.get(f"/s/{token}")).text


async def test_words_of_the_ticket_stand_in_the_form(visitor: Visitor, db: Database) -> None:
    definition = survey("faces", "vpn", intro=both("About {{ticket.service|it}}: {{ticket.summary}}"))
    async with db.write() as session:
        await drafting.take_in(session, definition)
        await drafting.publish_draft(session, "mine")
    page = await visitor.http.get(f"/s/{await link(db, service='vpn', summary='<b>slow</b>')}")
    assert "About vpn: &lt;b&gt;slow&lt;/b&gt;" in page.text
    assert 'name="vpn"' in page.text
    other = await visitor.http.get(f"/s/{await link(db, 'INC-2', service='mail')}")
    assert 'name="vpn"' not in other.text


async def test_answers_that_no_ticket_places_count_where_the_survey_says(visitor: Visitor, db: Database) -> None:
    await install(db)
    token = await link(db)
    async with db.write() as session:
        place = Journey(key="j", name_en="J", name_zh="J")
        session.add(place)
        await session.flush()
        told = {"stage": Stage.ENGAGE, "position": 1, "name_en": "Climate", "name_zh": "氛围"}
        session.add(Touchpoint(journey_id=place.id, key="climate", **told))
    named = survey("faces", "words", slug="lunch", customer="acme", touchpoint="climate")
    await publish(db, named)
    await send(visitor, **SAID)
    await visitor.http.post(f"/s/{token}", data={"submission_key": "k", "satisfaction": "4"})
    async with db.read() as session:
        ids = [one.id for one in (await session.exec(select(Response))).all()]
        voices = await response_voices(session, ids)
    found = {(one.ticket_id is None, one.customer, one.touchpoint) for one in voices}
    assert found == {(True, "acme", "climate"), (False, "", "")}, "a ticket says so itself"
    for wrong in ({"customer": "nobody"}, {"touchpoint": "nowhere"}):
        with pytest.raises(Invalid) as refused:
            await publish(db, msgspec.structs.replace(named, **wrong))  # type: ignore[arg-type]
        assert [one.field for one in refused.value.errors] == list(wrong)
