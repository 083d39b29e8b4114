"""Interviews by telephone: the system draws whom to call, and each manager sees their own customers' people only."""

import re
from datetime import timedelta
from typing import Any

import httpx
import msgspec
import pytest
import time_machine

from core.clock import now
from core.db import Database
from core.i18n import use
from surveys import queries
from surveys.models import Invitation, Response
from surveys.service.interviewing import next_interview
from tests.conftest import Visitor
from tests.surveys.questions import survey
from tests.surveys.story import resolve, rows
from tests.surveys.test_routes_open import publish


@pytest.fixture(autouse=True)
async def ask_by_telephone(db: Database) -> None:
    await publish(db, survey("faces", "nps", "words"))


async def post(person: Visitor, path: str, **form: Any) -> httpx.Response:
    await person.http.get("/contact")
    token = person.http.cookies.get("csrftoken") or ""
    return await person.http.post(path, data={"_csrf_token": token, **form})


async def draw(person: Visitor) -> str:
    """The address of the next interview."""
    return (await post(person, "/surveys/mine/interview", days="14")).headers["location"]


async def test_who_was_drawn_is_called_and_the_answers_are_kept_with_their_channel(
    alice: Visitor, db: Database
) -> None:
    await resolve(db, "INC-1", person="li", language="zh")
    there = await draw(alice)
    page = (await alice.http.get(there)).text
    assert "li@example.org" in page
    assert 'lang="zh-Hans"' in page
    sent = await post(alice, there, submission_key="a", language="zh", action="answer", faces="4", words="很快")
    assert "done=answered" in sent.headers["location"]
    [response] = await rows(db, Response)
    [invitation] = await rows(db, Invitation)
    assert (response.comment, response.language, response.invitation_id) == ("很快", "zh", invitation.id)
    async with db.read() as session:
        [voice] = await queries.response_voices(session, [response.id])
    assert (voice.channel, voice.person_id) == ("phone", invitation.person_id)
    assert "alice" not in repr([response, invitation])
    assert (await alice.http.get(there)).status_code == 404
    assert "done=nobody" in await draw(alice)


async def test_alice_sees_only_her_customers_people_and_charlie_nothing(
    alice: Visitor, charlie: Visitor, visitor: Visitor, db: Database
) -> None:
    await resolve(db, "INC-1", person="li", customer="acme")
    await resolve(db, "INC-2", person="wu", customer="globex-of-nobody")
    assert "done=nobody" in await draw(charlie)
    there = await draw(alice)
    assert "done=nobody" not in there
    assert (await charlie.http.get(there)).status_code == 404
    for action in ("answer", "refused", "call_again"):
        gone = await post(charlie, there, submission_key="a", action=action, faces="4")
        assert gone.status_code == 404
    assert await rows(db, Response) == []
    assert "done=nobody" in await draw(alice)
    assert [one.detail for one in await rows(db, Invitation)] == [None]
    assert (await visitor.http.get(there)).status_code in (303, 401)


async def test_nobody_is_drawn_twice_within_the_clocks_and_each_refusal_is_a_row(alice: Visitor, db: Database) -> None:
    await resolve(db, "INC-1", person="li")
    await resolve(db, "INC-2", person="li")
    assert "done=nobody" not in await draw(alice)
    assert "done=nobody" in await draw(alice)
    found = sorted((one.asked, str(one.reason)) for one in await rows(db, Invitation))
    assert found == [(False, "cooldown"), (True, "None")]


async def test_who_opted_out_or_was_over_too_long_ago_is_never_called(alice: Visitor, db: Database) -> None:
    await resolve(db, "INC-1", person="li", at=now() - timedelta(days=20))
    assert "done=nobody" in await draw(alice)
    assert await rows(db, Invitation) == []


async def test_two_interviewers_never_have_the_same_person(alice: Visitor, bob: Visitor, db: Database) -> None:
    for number in range(4):
        await resolve(db, f"INC-{number}", person=f"person {number}")
    drawn = [await draw(person) for person in (alice, bob, alice, bob)]
    assert len(set(drawn)) == 4
    assert "done=nobody" in await draw(alice)


async def test_the_interviewer_cannot_choose(db: Database) -> None:
    """Asking anew draws in the same order, whatever was looked at before."""
    for number in range(12):
        await resolve(db, f"INC-{number}", person=f"person {number}")
    async with db.write() as session:
        first = await next_interview(session, None, "mine", 14)
        await session.rollback()
    async with db.write() as session:
        await next_interview(session, None, "mine", 14)
        again = (await session.get_one(Invitation, await next_interview(session, None, "mine", 14))).ticket_id
    assert first is not None
    tickets = [one.ticket_id for one in sorted(await rows(db, Invitation), key=lambda one: one.decided_at)]
    assert tickets.index(again) == 1


@pytest.mark.parametrize(("how", "after"), [("not_reached", 25), ("call_again", 3), ("refused", None)])
async def test_how_a_call_went_is_kept_and_brings_them_back(
    alice: Visitor, db: Database, how: str, after: int | None
) -> None:
    await resolve(db, "INC-1", person="li")
    there = await draw(alice)
    assert f"done={how}" in (await post(alice, there, action=how)).headers["location"]
    assert "done=nobody" in await draw(alice)
    use("en")
    [row] = await rows(db, Invitation)
    async with db.read() as session:
        found = await queries.funnel(session, row.survey_id, now() - timedelta(days=1), now() + timedelta(days=1))
    assert (found.asked, found.finished, found.calls) == (1, 0, {how: 1})
    with time_machine.travel(now() + timedelta(hours=after or 48), tick=False):
        async with db.write() as session:
            again = await next_interview(session, frozenset({"acme"}), "mine", 3)
    assert (again == row.id) is (after is not None)


async def test_what_is_wrong_is_said_and_kept(alice: Visitor, db: Database) -> None:
    await resolve(db, "INC-1", person="li")
    there = await draw(alice)
    page = await post(alice, there, submission_key="a", action="answer", faces="9", words="kept words")
    assert page.status_code == 422
    assert "kept words" in page.text
    assert re.search(r'name="action" value="not_reached"', page.text)


async def test_an_anonymous_survey_cannot_be_asked_by_telephone(alice: Visitor, db: Database) -> None:
    definition = survey("faces", "words", slug="lunch", mode="anonymous")
    await publish(db, msgspec.structs.replace(definition, key="nameless"))
    assert (await alice.http.get("/surveys/nameless/interview")).status_code == 409
    assert (await alice.http.get("/surveys/never-was/interview")).status_code == 404
