"""The inbox: who reads what, how a matter is handled, and what breaks the glass."""

import re
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from core import clock
from core.audit.models import AuditEntry
from core.audit.service import verify
from core.auth.models import Role
from core.auth.queries import user_by_email
from core.auth.service.users import change_role
from core.db import Database
from core.errors import Misconfigured
from core.outbox import drain_all
from core.settings import Settings, settings
from feedback.models import Feedback, Matter, Message, State
from feedback.rules import promises
from feedback.rules.handling import kept_by_channel, kept_for, may_go
from feedback.service import mailing, reading, releasing
from tests.conftest import Visitor, _signed_in
from tests.feedback.test_anonymous import WORDS, matters, post, release, thread
from web import doctor
from web.worker import SUBSCRIPTIONS

pytestmark = pytest.mark.usefixtures("places")


async def act(who: Visitor, id_: object, **form: str) -> int:
    page = await who.http.get("/feedback/readers" if id_ == "readers" else f"/feedback/inbox/{id_}")
    token = re.search(r'name="_csrf_token" value="([^"]+)"', page.text)
    address = "/feedback/readers" if id_ == "readers" else f"/feedback/inbox/{id_}"
    answer = await who.http.post(address, data={**form, "_csrf_token": token[1] if token else ""})
    return answer.status_code


async def named(helpdesk: Any, text: str = "The VPN is slow", **more: Any) -> UUID:
    body = {"text": text, "kind": "complaint", "anonymous": False, "customer": "acme", **more}
    return UUID((await helpdesk.post("/api/v1/feedback", json=body)).json()["id"])


async def matter(db: Database, id_: UUID) -> Matter:
    async with db.read() as session:
        return (await session.exec(select(Matter).where(Matter.id == id_))).one()


async def test_from_new_to_closed(helpdesk: Any, alice: Visitor, db: Database) -> None:
    id_ = await named(helpdesk, contact={"email": "dana@acme.example"})
    assert await act(alice, id_, do="move", state="seen") == 303
    assert await act(alice, id_, do="hand", owner="bob", due="2026-12-24") == 303
    assert await act(alice, id_, do="write", kind="note", text="Ask the network team") == 303
    assert await act(alice, id_, do="write", kind="answer", text="We are on it") == 303
    kept = await matter(db, id_)
    assert (kept.state, kept.owner, kept.due_on) == ("answered", "bob", date(2026, 12, 24))
    page = (await alice.http.get(f"/feedback/inbox/{id_}")).text
    assert "Ask the network team" in page
    assert await act(alice, id_, do="move", state="closed") == 303
    assert await act(alice, id_, do="write", kind="answer", text=" ") == 422
    assert await act(alice, id_, do="move", state="nonsense") == 422
    await drain_all(db, SUBSCRIPTIONS)
    mails = [path.read_text() for path in settings().data_dir.glob("mail/*.eml")]
    assert [("We are on it" in mail, "Ask the network" in mail) for mail in mails] == [(True, False)]


async def test_charlie_is_a_stranger_there_too(helpdesk: Any, charlie: Visitor, db: Database) -> None:
    id_ = await named(helpdesk)
    assert (await charlie.http.get(f"/feedback/inbox/{id_}")).status_code == 404
    assert await act(charlie, id_, do="move", state="closed") in (403, 404)
    reply = await charlie.http.post(f"/api/v1/feedback/{id_}/replies", json={"text": "hello"})
    assert reply.status_code == 404
    assert (await matter(db, id_)).state == "new"


async def test_what_belongs_together_is_answered_once(helpdesk: Any, alice: Visitor, db: Database) -> None:
    first, second = await named(helpdesk), await named(helpdesk, "VPN again")
    assert await act(alice, second, do="merge", into=f"http://127.0.0.1:8000/feedback/inbox/{first}") == 303
    items = (await alice.http.get("/api/v1/feedback")).json()["items"]
    assert [(item["id"], item["times"]) for item in items] == [(str(first), 2)]
    told = await alice.http.post(f"/api/v1/feedback/{first}/replies", json={"text": "Solved", "kind": "done"})
    assert (told.status_code, told.json()) == (201, {"threads": 2})
    assert (await matter(db, second)).state == "acted"
    assert await act(alice, second, do="merge", into=str(second)) == 422
    assert await act(alice, second, do="part") == 303
    assert len((await alice.http.get("/api/v1/feedback")).json()["items"]) == 2


async def test_what_could_belong_together_is_offered_and_putting_it_together_is_taken_back(
    helpdesk: Any, alice: Visitor, db: Database
) -> None:
    await named(helpdesk, "The canteen is closed")
    first, second = await named(helpdesk, "VPN 又断了"), await named(helpdesk, "今天 VPN 又断了两次")
    third = await named(helpdesk, "VPN is away again")
    assert await act(alice, second, do="merge", into=str(third)) == 303
    page = (await alice.http.get(f"/feedback/inbox/{first}")).text
    offered = re.findall(r'<li><a href="/feedback/inbox/([0-9a-f-]+)"', page)
    assert offered == [str(third)]  # the canteen is nothing like it
    assert len(re.findall(r'<option value="[0-9a-f-]{36}">', page)) == 2  # and may be chosen all the same
    await act(alice, third, do="merge", into=str(first))
    where = f"/feedback/inbox/{first}?merged={third.hex}.{second.hex}"
    page = (await alice.http.get(where)).text
    assert "They are dealt with together now" in page
    assert {(await matter(db, one)).into_id for one in (second, third)} == {first}
    assert await act(alice, third, do="unmerge", **{"with": second.hex}) == 303
    assert ((await matter(db, third)).into_id, (await matter(db, second)).into_id) == (None, third)
    assert (await alice.http.get(f"/feedback/inbox/{first}?merged=nonsense")).status_code == 200


async def test_a_matter_goes_on_in_another_channel(
    helpdesk: Any, alice: Visitor, charlie: Visitor, db: Database
) -> None:
    id_ = await named(helpdesk, "The VPN is slow", service="vpn")
    page = (await alice.http.get(f"/feedback/note?with={id_}")).text
    assert f'name="with" value="{id_}"' in page
    assert '<option value="vpn" selected>' in page
    assert str(id_) not in (await charlie.http.get(f"/feedback/note?with={id_}")).text
    form = {"text": "She called again", "kind": "complaint", "channel": "phone", "customer": "acme", "with": str(id_)}
    form["_csrf_token"] = alice.http.cookies.get("csrftoken") or ""
    assert (await alice.http.post("/feedback/note", data=form)).status_code == 303
    (item,) = (await alice.http.get("/api/v1/feedback")).json()["items"]
    assert (item["id"], item["times"]) == (str(id_), 2)
    for query, found in (
        ("service=vpn", True),
        ("channel=web", False),
        ("service=laptop", False),
        ("channel=api", True),
    ):
        assert ("The VPN is slow" in (await alice.http.get(f"/feedback/inbox?{query}")).text) is found


async def test_a_step_is_taken_back_unless_somebody_went_on(
    helpdesk: Any, alice: Visitor, bob: Visitor, db: Database
) -> None:
    id_ = await named(helpdesk)
    await act(alice, id_, do="move", state="closed")
    page = (await alice.http.get(f"/feedback/inbox/{id_}?was=new&now=closed")).text
    assert "It stands at “Closed” now." in page
    assert await act(alice, id_, do="back", state="new", now="closed") == 303
    assert (await matter(db, id_)).state == "new"
    await act(bob, id_, do="move", state="seen")
    assert await act(alice, id_, do="back", state="new", now="closed") == 409
    assert (await matter(db, id_)).state == "seen"


async def test_a_question_goes_to_somebody_nobody_knows_and_the_answer_comes_back(
    visitor: Visitor, alice: Visitor, db: Database
) -> None:
    receipt = await post(visitor, service="vpn")
    await release(db)
    (one,) = await matters(db)
    assert (await alice.http.get(f"/feedback/inbox/{one.id}")).status_code == 404
    async with db.write() as session:
        await reading.appoint(session, "alice@touchstone.example", "vpn", "admin")
    page = (await alice.http.get(f"/feedback/inbox/{one.id}")).text
    assert WORDS in page
    assert await act(alice, one.id, do="write", kind="question", text="On which day?") == 303
    assert (await thread(visitor, receipt))["question_open"]
    form = {"receipt": receipt, "text": "On <b>Monday</b>"}
    assert (await visitor.http.post("/feedback/thread/more", data=form)).status_code == 201
    await release(db)
    page = (await alice.http.get(f"/feedback/inbox/{one.id}")).text
    assert "On &lt;b&gt;Monday&lt;/b&gt;" in page
    assert not (await thread(visitor, receipt))["question_open"]


async def test_its_reading_is_put_right_in_one_click(visitor: Visitor, alice: Visitor, db: Database) -> None:
    await post(visitor, "The approval was terribly slow")
    await release(db)
    await drain_all(db, SUBSCRIPTIONS)
    async with db.write() as session:
        await reading.appoint(session, "alice@touchstone.example", "", "admin")
    (one,) = await matters(db)
    page = await alice.http.get(f"/feedback/inbox/{one.id}")
    token = re.search(r'name="_csrf_token" value="([^"]+)"', page.text)
    assert token
    form = {"label": "positive", "_csrf_token": token[1]}
    assert (await alice.http.post(f"/feedback/inbox/{one.id}/reading", data=form)).status_code == 303
    assert (await matter(db, one.id)).sentiment == "positive"


async def test_e6_break_glass(visitor: Visitor, site: Any, db: Database) -> None:
    await post(visitor)
    await release(db)
    (one,) = await matters(db)
    admin = await _signed_in(db, site, "ada", Role.ADMIN, [])
    second = await _signed_in(db, site, "sam", Role.ADMIN, [])
    page = (await admin.http.get(f"/feedback/inbox/{one.id}")).text
    assert WORDS not in page
    assert WORDS not in (await admin.http.get("/feedback/inbox")).text
    (item,) = (await admin.http.get("/api/v1/feedback")).json()["items"]
    assert (item["hidden"], item["text"]) == (True, "")
    assert await act(admin, one.id, do="look") == 403
    assert await act(admin, one.id, do="ask", reason="why") == 422
    assert await act(admin, one.id, do="ask", reason="A threat was reported to us by telephone") == 303
    page = (await second.http.get(f"/feedback/inbox/{one.id}")).text
    glass = re.search(r'name="glass" value="([^"]+)"', page)
    assert glass
    assert await act(admin, one.id, do="decide", glass=glass[1], decision="allow") == 403
    assert await act(second, one.id, do="decide", glass=glass[1], decision="allow") == 303
    assert await act(second, one.id, do="look") == 403  # who agreed does not read
    assert WORDS not in (await admin.http.get(f"/feedback/inbox/{one.id}")).text
    assert await act(admin, one.id, do="look") == 200
    with clock.at(clock.now() + timedelta(days=2)):
        async with db.read() as session:
            from feedback.queries import inbox

            assert await inbox.glasses(session, "ada@touchstone.example", [one.id]) == set()
    async with db.read() as session:
        told = [(entry.who.split("@")[0], entry.what) for entry in (await session.exec(select(AuditEntry))).all()]
        assert (await verify(session)).whole
    told = [entry for entry in told if entry[1].startswith("feedback")]
    assert told == [
        ("ada", "feedback.glass_asked"),
        ("sam", "feedback.glass_allowed"),
        ("ada", "feedback.glass_read"),
    ]
    for person in (admin, second):
        await person.http.aclose()


async def test_who_is_appointed_later_does_not_see_what_came_before(visitor: Visitor, db: Database) -> None:
    from feedback.queries import inbox
    from feedback.schemas import Search

    await post(visitor)
    await release(db)
    async with db.write() as session:
        await reading.appoint(session, "rita@touchstone.example", "", "ada")
        with clock.at(clock.now() + timedelta(days=1)):
            await reading.appoint(session, "late@touchstone.example", "", "ada")
    async with db.read() as session:
        hidden = {}
        for name in ("rita", "late"):
            desk = await inbox.desk_of(session, f"{name}@touchstone.example", frozenset())
            hidden[name] = [one.hidden for one in await inbox.inbox(session, desk, Search(), None, 9)]
    assert hidden == {"rita": [False], "late": [True]}


@pytest.mark.parametrize(
    ("state", "unread_too", "goes"), [("new", False, False), ("new", True, True), ("seen", False, True)]
)
def test_unread_goes_by_an_explicit_rule_alone(state: str, unread_too: bool, goes: bool) -> None:
    day = date(2026, 3, 5)
    assert may_go(State(state), day, day, unread_too) is goes
    assert not may_go(State(state), day, day - timedelta(days=1), unread_too)


async def test_h12_retention_never_eats_the_unread(visitor: Visitor, db: Database, site: Any) -> None:
    receipt = await post(visitor)
    await release(db)
    boss = await _signed_in(db, site, "boss", Role.ADMIN, [])
    await boss.http.aclose()
    (one,) = await matters(db)
    assert (await thread(visitor, receipt))["deleted_on"] == one.delete_on.isoformat()  # the author is told
    past = datetime.combine(one.delete_on, datetime.min.time(), UTC) + timedelta(days=1)

    async def night(after: timedelta = timedelta()) -> None:
        with clock.at(past + after):
            async with db.write() as session:
                await releasing.begin_turns(session)
                await releasing.turn(session, (past + after).date())
            await drain_all(db, SUBSCRIPTIONS)

    await night()
    assert len(await matters(db)) == 1
    (mail,) = [path.read_text() for path in settings().data_dir.glob("mail/*.eml")]
    assert "1 are past their deletion day" in mail
    async with db.write() as session:
        kept = await session.get(Matter, one.id)
        assert kept
        kept.state = "seen"
        session.add(kept)
    await night(timedelta(days=1))
    assert await matters(db) == []
    async with db.read() as session:
        assert (await session.exec(select(Message))).all() == []


async def test_somebody_is_reminded_before_the_day_on_which_it_goes(
    helpdesk: Any, alice: Visitor, db: Database
) -> None:
    id_ = await named(helpdesk)
    one = await matter(db, id_)
    assert one.remind_on == one.delete_on - timedelta(days=settings().feedback_remind_days)
    async with db.read() as session:
        user = await user_by_email(session, "alice@touchstone.example")
        assert user
        days = (one.remind_on - timedelta(days=1), one.remind_on, one.delete_on)
        told = [await mailing.waiting(session, user, day) for day in days]
    assert [(n.soon_gone, n.past_their_day) for n in told] == [(0, 0), (1, 0), (1, 1)]


async def test_named_words_go_from_the_analysis_too(helpdesk: Any, db: Database) -> None:
    from analysis.models import Experience

    id_ = await named(helpdesk, "The approval was terribly slow")
    await drain_all(db, SUBSCRIPTIONS)
    async with db.write() as session:
        kept = await session.get(Matter, id_)
        assert kept
        kept.state, kept.delete_on = "closed", date(2026, 1, 1)
        session.add(kept)
    async with db.write() as session:
        await releasing.begin_turns(session)
        await releasing.turn(session, clock.now().date())
    await drain_all(db, SUBSCRIPTIONS)
    async with db.read() as session:
        assert (await session.exec(select(Feedback))).all() == []
        assert [one.comment for one in (await session.exec(select(Experience))).all()] == [""]


async def test_f2_stored_markup_is_shown_and_never_obeyed(visitor: Visitor, alice: Visitor, db: Database) -> None:
    payload = '<script>alert(1)</script>"><img src=x onerror=alert(1)>{{ 7*7 }}'
    receipt = await post(visitor, payload)
    await release(db)
    async with db.write() as session:
        await reading.appoint(session, "alice@touchstone.example", "", "admin")
    (one,) = await matters(db)
    await act(alice, one.id, do="write", kind="answer", text=payload)
    pages = [
        (await alice.http.get("/feedback/inbox")).text,
        (await alice.http.get(f"/feedback/inbox/{one.id}")).text,
        (await visitor.http.post("/feedback/thread", data={"receipt": receipt})).text,
    ]
    pages += await _by_mail_and_link(visitor, alice, db, payload)
    for page in pages:
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "&lt;script&gt;alert(1)" in page


async def test_e3_leaving_the_portfolio(helpdesk: Any, alice: Visitor, site: Any, db: Database) -> None:
    """Alice reads one message of Acme, and is moved to Globex while her pages are still open."""
    id_ = await named(helpdesk, "The VPN is slow")
    await named(helpdesk, "Our own trouble", customer="globex")
    page = (await alice.http.get(f"/feedback/inbox/{id_}")).text
    token = re.search(r'name="_csrf_token" value="([^"]+)"', page)
    assert token
    async with db.write() as session:
        await reading.appoint(session, "alice@touchstone.example", "vpn", "ada")
        user = await user_by_email(session, "alice@touchstone.example")
        assert user
        await change_role(session, user, Role.MANAGER, ["globex"])
    form = {"do": "move", "state": "closed", "_csrf_token": token[1]}
    stale = [
        await alice.http.get(f"/feedback/inbox/{id_}"),  # with the session of before
        await alice.http.post(f"/feedback/inbox/{id_}", data=form),
        await alice.http.post(f"/api/v1/feedback/{id_}/replies", json={"text": "hello"}),
    ]
    assert not [one.status_code for one in stale if one.status_code < 300]
    assert not [one for one in stale if "VPN is slow" in one.text]
    await alice.sign_in("alice@touchstone.example")
    assert (await alice.http.get(f"/feedback/inbox/{id_}")).status_code == 404
    assert [one["text"] for one in (await alice.http.get("/api/v1/feedback")).json()["items"]] == ["Our own trouble"]
    assert "VPN is slow" not in (await alice.http.get("/feedback/inbox")).text
    assert "VPN is slow" not in (await alice.http.get("/reports/experience.csv")).text
    assert (await matter(db, id_)).state == "new"
    async with db.read() as session:
        user = await user_by_email(session, "alice@touchstone.example")
        assert user
        assert (await mailing.waiting(session, user, clock.now().date())).unread == 1  # the digest counts hers alone


async def test_the_digest_speaks_the_language_of_its_reader(
    helpdesk: Any, alice: Visitor, bob: Visitor, db: Database
) -> None:
    await named(helpdesk)
    alice.http.headers["Accept-Language"] = "zh-CN"
    await alice.sign_in("alice@touchstone.example")
    await mailing.send_digests(db, clock.now().date())
    mails = [message_from_bytes(path.read_bytes(), policy=default) for path in settings().data_dir.glob("mail/*.eml")]
    told = {one["To"].split("@")[0]: one["Subject"] for one in mails}
    assert told == {"alice": "有反馈待处理", "bob": "Feedback waits for you"}
    assert all("VPN is slow" not in one.as_string() for one in mails)


@pytest.mark.parametrize(
    "told", ["phone", "phone=", "phone=ninety", "phone=0", "fax=3", "phone=-1", "phone=90 social=30", "phone=99999"]
)
def test_e5_wrong_days_of_a_channel_are_refused_before_anything_starts(told: str) -> None:
    with pytest.raises(Misconfigured, match="TOUCHSTONE_FEEDBACK_DAYS_BY_CHANNEL"):
        kept_by_channel(told)
    (found,) = [one for one in doctor.of_settings(Settings(feedback_days_by_channel=told)) if one.about == "feedback"]
    assert found.level is doctor.Level.UNSAFE


def test_days_of_channels_are_read_as_they_are_written() -> None:
    assert kept_by_channel("") == {}
    assert kept_by_channel(" phone = 90, social=30 ,") == {"phone": 90, "social": 30}
    assert kept_for("phone", 365, "phone=90").days == 90
    assert kept_for("web", 365, "phone=90").days == 365


async def _by_mail_and_link(visitor: Visitor, alice: Visitor, db: Database, payload: str) -> list[str]:
    """The same from somebody with an address: the mail with the answer, and the page that it leads to."""
    body = {"text": payload, "kind": "complaint", "anonymous": False, "contact": {"email": "dana@acme.example"}}
    id_ = UUID((await visitor.http.post("/api/v1/feedback", json=body)).json()["id"])
    await act(alice, id_, do="write", kind="answer", text=payload)
    await drain_all(db, SUBSCRIPTIONS)
    (mail,) = [message_from_bytes(one.read_bytes(), policy=default) for one in settings().data_dir.glob("mail/*.eml")]
    html = mail.get_body(("html",)).get_content()  # type: ignore[attr-defined]
    link = re.search(r"/feedback/mine/[0-9a-f]{32}\.[0-9a-f]+", html)
    assert link
    return [html, (await visitor.http.get(link[0])).text]


def test_every_promise_names_tests_that_are_there() -> None:
    from pathlib import Path

    sources = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))
    named_tests = [test for line in promises.lines() for test in line.tests]
    assert named_tests
    assert [test for test in named_tests if not re.search(rf"def {test}\(", sources)] == []
    asleep = re.findall(r"@pytest\.mark\.(?:skip|xfail)[^\n]*\n(?:@[^\n]*\n)*(?:async )?def (\w+)", sources)
    assert not set(named_tests) & set(asleep)
    for line in promises.lines():
        assert line.tests, line.words


async def test_the_promises_are_published_in_both_languages(visitor: Visitor) -> None:
    for language, words in (("en", "What nobody can promise"), ("zh", "谁也无法承诺的事")):
        page = await visitor.http.get("/promises", params={"lang": language})
        assert words in page.text
        assert "test_linker_is_at_chance_level" in page.text
