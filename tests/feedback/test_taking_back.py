"""Whoever slips in the inbox takes it back with one click; what cannot be taken back says so before."""

import re
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlmodel import select

from core.auth.models import Role
from core.db import Database
from core.outbox import drain_all
from feedback.models import Feedback, Message
from feedback.service import reading
from tests.conftest import Visitor, _signed_in
from tests.feedback.test_anonymous import matters, post, release, thread
from tests.feedback.test_inbox import matter, named
from web.worker import SUBSCRIPTIONS

pytestmark = pytest.mark.usefixtures("places")


async def send(who: Visitor, address: str, **form: str) -> httpx.Response:
    token = re.search(r'name="_csrf_token" value="([^"]+)"', (await who.http.get("/account")).text)
    return await who.http.post(address, data={**form, "_csrf_token": token[1] if token else ""})


async def step(who: Visitor, id_: UUID, address: str = "", **form: str) -> str:
    """Where the step leads to."""
    answer = await send(who, address or f"/feedback/inbox/{id_}", **form)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def undo(who: Visitor, where: str) -> None:
    """The click on "Undo" of the page that a step led to."""
    page = (await who.http.get(where)).text
    form = re.search(r'class="notice good undo".*?action="([^"]+)">(.*?)</form>', page, re.DOTALL)
    assert form, page
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[2]))
    assert (await send(who, form[1], **fields)).status_code == 303


async def test_what_was_said_to_somebody_anonymous_is_taken_back(
    visitor: Visitor, alice: Visitor, db: Database
) -> None:
    async with db.write() as session:
        await reading.appoint(session, "alice@touchstone.example", "", "ada")
    receipt = await post(visitor)
    await release(db)
    (one,) = await matters(db)
    await step(alice, one.id, do="write", kind="question", text="Where?")
    where = await step(alice, one.id, do="write", kind="answer", text="We are on it, Dana!")  # the wrong window
    await undo(alice, where)
    told = await thread(visitor, receipt)
    assert (told["status"], told["question_open"]) == ("seen", True)
    assert [message["text"] for message in told["messages"]] == ["", "Where?"]
    body = {"receipt": receipt, "text": "In Berlin"}
    await visitor.http.post("/api/v1/feedback/thread/messages", json=body)
    await release(db)
    late = await send(alice, f"/feedback/inbox/{one.id}", do="unsay", state="new")
    assert late.status_code == 409  # the author has gone on


async def test_hands_readings_and_what_was_put_together(helpdesk: Any, alice: Visitor, db: Database) -> None:
    id_, other = await named(helpdesk, "Terribly slow"), await named(helpdesk, "So slow")
    await drain_all(db, SUBSCRIPTIONS)
    before = await matter(db, id_)
    where = await step(alice, id_, do="hand", owner="bob@touchstone.example", due="2030-01-01")
    assert "bob" not in where  # names stand in no address
    await undo(alice, where)
    assert ((await matter(db, id_)).owner, (await matter(db, id_)).due_on) == (before.owner, before.due_on)

    await undo(alice, await step(alice, id_, f"/feedback/inbox/{id_}/reading", label="very_positive"))
    assert (await matter(db, id_)).sentiment == before.sentiment

    await step(alice, id_, do="merge", into=str(other))
    await undo(alice, await step(alice, id_, do="part"))
    assert (await matter(db, id_)).into_id == other
    for garbage in ("?handed=AAAA", "?parted=zz", "?corrected=1", "?wrote=nonsense"):
        assert "Undo" not in (await alice.http.get(f"/feedback/inbox/{id_}{garbage}")).text


async def test_a_note_by_mistake_goes_and_what_goes_by_mail_says_so(
    helpdesk: Any, alice: Visitor, bob: Visitor, db: Database
) -> None:
    form = {"text": "Wrong customer", "kind": "complaint", "channel": "phone", "customer": "acme"}
    where = await step(alice, UUID(int=0), "/feedback/note", **form)
    note = UUID(where.rsplit("/", 1)[1])
    assert "Written down by mistake" in (await alice.http.get(where)).text
    assert "Written down by mistake" not in (await bob.http.get(where)).text
    assert (await send(bob, where, do="unwrite")).status_code == 409
    await step(alice, note, do="unwrite")
    assert (await alice.http.get(where)).status_code == 404

    mailed = await named(helpdesk, contact={"email": "dana@acme.example"})
    assert "goes out by mail at once" in (await alice.http.get(f"/feedback/inbox/{mailed}")).text
    assert "wrote" not in await step(alice, mailed, do="write", kind="answer", text="We are on it")
    assert (await send(alice, f"/feedback/inbox/{mailed}", do="unsay", state="new")).status_code == 409
    assert "wrote" in await step(alice, mailed, do="write", kind="note", text="for us")
    async with db.read() as session:
        assert len((await session.exec(select(Message))).all()) == 2
        assert [one.text for one in (await session.exec(select(Feedback))).all()] == ["The VPN is slow"]


async def test_who_let_somebody_break_the_glass_takes_that_back(
    visitor: Visitor, alice: Visitor, site: Any, db: Database
) -> None:
    ada = await _signed_in(db, site, "ada", Role.ADMIN, [])
    ben = await _signed_in(db, site, "ben", Role.ADMIN, [])
    await post(visitor)
    await release(db)
    (one,) = await matters(db)
    await step(ada, one.id, do="ask", reason="A threat was reported to us")
    page = (await ben.http.get(f"/feedback/inbox/{one.id}")).text
    glass = re.search(r'name="glass" value="([^"]+)"', page)
    assert glass
    for decision, status in (("allow", 200), ("refuse", 403)):
        await step(ben, one.id, do="decide", glass=glass[1], decision=decision)
        assert (await send(ada, f"/feedback/inbox/{one.id}", do="look")).status_code == status
    await step(ben, one.id, do="decide", glass=glass[1], decision="allow")  # a no stays a no: ask once more
    assert (await send(ada, f"/feedback/inbox/{one.id}", do="look")).status_code == 403
    for who in (ada, ben):
        await who.http.aclose()
