"""The interface for programs, as INTERFACES says: links for ticket systems, answers from anywhere."""

import asyncio
import json
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlmodel import col, select

from core.auth import service as auth
from core.auth.models import Role
from core.clock import now
from core.db import Database
from journeys.models import Person, Ticket, TicketKind
from surveys.models import Invitation, InvitationLink, Response, Trigger
from tests.conftest import Visitor
from tests.support.mails import mails
from tests.surveys.story import change_trigger, install, link, reasons, resolve, rows, work

LI = {"key": "li", "email": "li@example.org", "language": "zh"}
SAID: dict[str, Any] = {"functional": 4, "emotional": 2, "satisfaction": 3, "lost_time": 40, "comment": "好慢"}


async def invited(
    http: httpx.AsyncClient, ticket: str = "INC-1", person: dict[str, str] | None = None, **more: Any
) -> httpx.Response:
    wanted = {"survey": "post-ticket", "ticket": {"source": "jira", "id": ticket}, "person": person or LI, **more}
    return await http.post("/api/v1/invitations", json=wanted)


async def answered(http: httpx.AsyncClient, token: str, **more: Any) -> httpx.Response:
    return await http.post("/api/v1/responses", json={"token": token, "submission_key": "k-1", "answers": SAID, **more})


async def test_a_ticket_system_gets_a_link_that_opens_the_form(
    helpdesk: httpx.AsyncClient, visitor: Visitor, db: Database, survey: None
) -> None:
    answer = await invited(helpdesk)
    assert answer.status_code == 201
    made = answer.json()
    assert set(made) == {"id", "url", "expires_at"}
    assert datetime.fromisoformat(made["expires_at"]) > now() + timedelta(days=14)
    page = await visitor.http.get(made["url"])
    assert page.status_code == 200
    assert '<html lang="zh-Hans">' in page.text
    [invitation] = await rows(db, Invitation)
    assert (str(invitation.id), invitation.channel, invitation.language) == (made["id"], "link", "zh")


async def test_no_mail_goes_where_the_ticket_system_passes_the_link_on(
    helpdesk: httpx.AsyncClient, db: Database, survey: None
) -> None:
    await invited(helpdesk)
    await resolve(db)
    await work(db)
    assert mails() == []
    assert len(await rows(db, Invitation)) == 1


async def test_a_ticket_known_only_by_its_link_is_filled_in_by_its_events(
    helpdesk: httpx.AsyncClient, db: Database, survey: None
) -> None:
    await invited(helpdesk)
    await resolve(db, kind=TicketKind.REQUEST, summary="New laptop")
    [ticket] = await rows(db, Ticket)
    assert (ticket.kind, ticket.summary, ticket.source) == ("request", "New laptop", "jira")
    assert ticket.customer_id


async def test_the_person_is_made_or_brought_up_to_date(
    helpdesk: httpx.AsyncClient, db: Database, survey: None
) -> None:
    await resolve(db, address=None)
    await invited(helpdesk)
    [person] = await rows(db, Person)
    assert (person.email, person.language) == ("li@example.org", "zh")


async def test_it_says_why_nobody_is_asked(helpdesk: httpx.AsyncClient, db: Database, survey: None) -> None:
    assert (await invited(helpdesk)).status_code == 201
    again, other = await invited(helpdesk), await invited(helpdesk, "INC-2")
    assert again.status_code == other.status_code == 200
    assert again.json() == {"asked": False, "reason": "already_asked"}
    assert other.json() == {"asked": False, "reason": "cooldown"}
    assert (await invited(helpdesk, "INC-2")).json() == {"asked": False, "reason": "cooldown"}
    assert await reasons(db) == {"INC-1": None, "INC-2": "cooldown"}


@pytest.mark.parametrize(
    ("setting", "reason"), [({"kinds": ["request"]}, "excluded"), ({"sample_percent": 0}, "sampled_out")]
)
async def test_the_trigger_counts_for_links_too(
    helpdesk: httpx.AsyncClient, db: Database, survey: None, setting: dict[str, Any], reason: str
) -> None:
    await change_trigger(db, **setting)
    assert (await invited(helpdesk)).json() == {"asked": False, "reason": reason}


async def test_who_opted_out_is_not_asked_by_link_either(
    helpdesk: httpx.AsyncClient, db: Database, survey: None
) -> None:
    await resolve(db)
    async with db.write() as session:
        person = (await session.exec(select(Person))).one()
        person.opted_out_at = now()
        session.add(person)
    assert (await invited(helpdesk)).json() == {"asked": False, "reason": "opted_out"}


async def test_a_link_reaches_whom_no_mail_could(helpdesk: httpx.AsyncClient, db: Database, survey: None) -> None:
    await resolve(db, "INC-1", address=None)
    await resolve(db, "INC-2", person="wang", address="wang@example.org", at=now() - timedelta(days=30))
    await work(db)
    assert await reasons(db) == {"INC-1": "no_address", "INC-2": "too_old"}
    assert (await invited(helpdesk, person={"key": "li"})).status_code == 201
    assert (await invited(helpdesk, "INC-2", {"key": "wang"})).status_code == 201
    assert await reasons(db) == {"INC-1": None, "INC-2": None}


async def test_two_requests_for_one_ticket_make_one_link(
    helpdesk: httpx.AsyncClient, db: Database, survey: None
) -> None:
    people = [{"key": f"p{number}"} for number in range(4)] + [LI, LI]
    made = await asyncio.gather(*(invited(helpdesk, person=person) for person in people))
    assert sorted(answer.status_code for answer in made) == [200] * 5 + [201]
    assert len(await rows(db, InvitationLink)) == 1


async def test_a_link_is_given_to_integrations_only(
    visitor: Visitor, alice: Visitor, db: Database, survey: None
) -> None:
    assert (await invited(visitor.http)).status_code == 401
    assert (await invited(alice.http)).status_code == 403
    assert await rows(db, Invitation) == []


async def test_an_integration_for_one_customer_reaches_no_other(
    site: httpx.ASGITransport, db: Database, survey: None
) -> None:
    await resolve(db, "INC-1", customer="acme")
    await resolve(db, "INC-2", person="wang", customer="globex")
    async with db.write() as session:
        token = await auth.add_token(session, "globex desk", Role.INTEGRATION, ["globex"])
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(transport=site, base_url="http://127.0.0.1:8000", headers=headers) as globex:
        assert (await invited(globex, "INC-1")).status_code == 404
        assert (await invited(globex, "INC-2", {**LI, "email": "eve@evil.example"})).status_code == 404
        assert (await invited(globex, "INC-9", {"key": "new"})).status_code == 404
        assert (await invited(globex, "INC-2", {"key": "wang"})).status_code == 201
    async with db.read() as session:
        li = (await session.exec(select(Person).where(Person.key == "li"))).one()
    assert li.email == "li@example.org"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"survey": "no-such"}, "survey"),
        ({"channel": "mail"}, "channel"),
        ({"person": {"key": ""}}, "person"),
        ({"person": {"key": "a", "email": "no address"}}, "person"),
        ({"ticket": {"source": "jira"}}, "ticket"),
        ({"asked": True}, ""),
    ],
)
async def test_a_bad_invitation_is_refused_field_by_field(
    helpdesk: httpx.AsyncClient, db: Database, survey: None, change: dict[str, Any], field: str
) -> None:
    answer = await invited(helpdesk, **change)
    assert answer.status_code == 422
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert answer.json()["errors"][0]["field"].startswith(field)
    assert await rows(db, Invitation) == []


async def test_an_answer_is_confirmed_and_confirmed_again(visitor: Visitor, db: Database, survey: None) -> None:
    token = await link(db)
    first, again = await answered(visitor.http, token), await answered(visitor.http, token)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert list(first.json()) == ["confirmation"]
    assert len(await rows(db, Response)) == 1


async def test_a_spent_link_takes_no_other_answer(visitor: Visitor, db: Database, survey: None) -> None:
    token = await link(db)
    await answered(visitor.http, token)
    for change in ({"submission_key": "k-2"}, {"answers": {**SAID, "functional": 5}}, {"answers": {"functional": 99}}):
        answer = await answered(visitor.http, token, **change)
        assert answer.status_code == 409
        assert answer.headers["Content-Type"].startswith("application/problem+json")


async def test_the_form_and_the_interface_share_one_link(visitor: Visitor, db: Database, survey: None) -> None:
    token = await link(db)
    assert (await answered(visitor.http, token)).status_code == 201
    form = {"submission_key": "k-1", **{key: str(value) for key, value in SAID.items()}}
    assert (await visitor.http.post(f"/s/{token}", data=form)).status_code == 200
    assert (await visitor.http.post(f"/s/{token}", data=form | {"functional": "1"})).status_code == 409


async def test_a5_forged_token_over_the_interface(visitor: Visitor, db: Database, survey: None) -> None:
    token, expired = await link(db), await link(db, "INC-2")
    async with db.write() as session:
        old = (await session.exec(select(Invitation).order_by(col(Invitation.id).desc()))).first()
        assert old
        old.expires_at = now()
        session.add(old)
    forged = [token[:-1], token + "x", token.swapcase(), expired, "", "../" + token, "x" * 200]
    answers = [await answered(visitor.http, one) for one in forged]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert await rows(db, Response) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"answers": {}}, "functional"),
        ({"answers": {"functional": 9}}, "functional"),
        ({"answers": {"functional": 4, "score": 9999}}, "score"),
        ({"answers": {"functional": [4]}}, "functional"),
        ({"answers": {"comment": "x" * 2001}}, "comment"),
        ({"submission_key": ""}, "submission_key"),
        ({"ticket_id": "mine"}, ""),
    ],
)
async def test_e2_a_bad_answer_is_refused_field_by_field(
    visitor: Visitor, db: Database, survey: None, change: dict[str, Any], field: str
) -> None:
    answer = await answered(visitor.http, await link(db), **change)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"].startswith(field)
    assert await rows(db, Response) == []


async def test_the_language_of_an_answer_is_kept(visitor: Visitor, db: Database, survey: None) -> None:
    await answered(visitor.http, await link(db, "INC-1"), language="zh-CN")
    await answered(visitor.http, await link(db, "INC-2"), language="sv")
    assert sorted(response.language for response in await rows(db, Response)) == ["en", "zh"]


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"token": "\\u0000"}', b"[" * 5000, b"\xff"])
async def test_what_is_no_json_is_refused(visitor: Visitor, db: Database, survey: None, body: bytes) -> None:
    answer = await visitor.http.post("/api/v1/responses", content=body, headers={"Content-Type": "application/json"})
    assert 400 <= answer.status_code < 500


async def test_the_quick_way_and_the_ordinary_way_of_an_answer_say_the_same(
    visitor: Visitor, db: Database, survey: None
) -> None:
    """A type that names its letters is read the ordinary way; an answer comes each way, to a link or to none."""
    stored = 0
    for number, given in enumerate((SAID, {"functional": 1}, {"functional": 9}, {"nobody": 1})):
        for token in ("x" * 20, await link(db, f"INC-{number}")):
            sent = json.dumps({"token": token, "submission_key": "k", "answers": given}).encode()
            told = set()
            for kind in ("application/json", "application/json; charset=utf-8"):
                headers = {"accept-language": "zh", "content-type": kind}
                answer = await visitor.http.post("/api/v1/responses", content=sent, headers=headers)
                told.add((answer.status_code // 100, answer.text, answer.headers["content-security-policy"]))
                stored += answer.status_code == 201
            assert len(told) == 1
    assert stored == len(await rows(db, Response)) == 2


async def test_the_interface_sets_no_cookie(visitor: Visitor, db: Database, survey: None) -> None:
    assert "Set-Cookie" not in (await answered(visitor.http, await link(db))).headers


async def test_a_survey_without_trigger_asks_by_link_all_the_same(helpdesk: httpx.AsyncClient, db: Database) -> None:
    await install(db)
    async with db.write() as session:
        for trigger in (await session.exec(select(Trigger))).all():
            await session.delete(trigger)
    assert (await invited(helpdesk)).status_code == 201


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_past_the_framework_an_answer_is_told_the_same(
    visitor: Visitor, db: Database, survey: None, language: str
) -> None:
    """Whoever sends a cookie goes the framework's way."""
    tokens, spent = [await link(db, f"INC-{n}") for n in range(2)], await link(db, "INC-9")
    await answered(visitor.http, spent)

    async def said(how: int, **body: Any) -> tuple[int, dict[str, str], dict[str, Any]]:
        headers = {"Accept-Language": language} | ({"Cookie": "x=1"} if how else {})
        answer = await visitor.http.post("/api/v1/responses", json=body, headers=headers)
        names = {name: value for name, value in answer.headers.items() if name != "content-length"}
        return answer.status_code, names, answer.json()

    for body in (
        {"token": "nobody", "submission_key": "k", "answers": SAID},
        {"token": spent, "submission_key": "other", "answers": SAID | {"functional": 1}},
        {"token": spent, "submission_key": "k-1", "answers": SAID},
        {"token": tokens[0], "submission_key": "k", "answers": {"functional": 9, "speed": 1}},
        {"token": tokens[0], "submission_key": "k", "answers": {}},
        {"token": tokens[0], "answers": SAID},
    ):
        assert await said(0, **body) == await said(1, **body)
    first, second = [await said(n, token=token, submission_key="n", answers=SAID) for n, token in enumerate(tokens)]
    assert (first[:2], set(first[2])) == (second[:2], {"confirmation"})
    assert first[0] == 201
