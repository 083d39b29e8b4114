"""Service review packs by mail: to whoever may see them on that day, once, until they want none."""

import email
import email.policy
import re
from datetime import UTC, date, datetime
from email.message import EmailMessage
from io import BytesIO

import pytest
import time_machine
from pypdf import PdfReader

from analysis.models import Rhythm
from analysis.rules.orders import next_day
from core.auth import service as auth
from core.auth.models import Role
from core.auth.queries import user_by_email
from core.db import Database
from core.outbox import drain_all
from core.settings import settings
from tests.conftest import PASSWORD, Visitor
from tests.core.test_mail import Mailbox, mail_server
from tests.support.company import TODAY, Says, make_company
from web.worker import SUBSCRIPTIONS

ORDER = {"customer": "acme", "rhythm": "monthly", "role": "manager", "language": "zh"}
DUE = datetime(2026, 7, 3, 7, tzinfo=UTC)


@pytest.fixture
async def company(db: Database) -> None:
    with time_machine.travel(TODAY, tick=False):
        await make_company(db, [Says("approval", 25, 9), Says("delivery", 100, 9), Says("guidance", 100, 9)])


async def send(person: Visitor, address: str, **form: str) -> int:
    token = person.http.cookies.get("csrftoken") or ""
    return (await person.http.post(address, data={**form, "_csrf_token": token})).status_code


async def due(
    db: Database, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, at: datetime = DUE
) -> list[EmailMessage]:
    """What a real mail server is given when the day has come."""
    before = len(mailbox.arrived)
    with time_machine.travel(at, tick=False), mail_server(mailbox) as port:
        monkeypatch.setenv("TOUCHSTONE_SMTP_URL", f"smtp://127.0.0.1:{port}")
        settings.cache_clear()
        await drain_all(db, SUBSCRIPTIONS)
    found = [
        email.message_from_bytes(content, policy=email.policy.default) for _to, content in mailbox.arrived[before:]
    ]
    return [one for one in found if isinstance(one, EmailMessage)]


@pytest.mark.usefixtures("company")
async def test_the_pack_comes_every_month_to_whoever_sees_the_customer(
    db: Database, alice: Visitor, bob: Visitor, charlie: Visitor, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox = Mailbox()
    with time_machine.travel(TODAY, tick=False):
        assert await send(charlie, "/reports/schedule", **ORDER) == 422
        assert await send(alice, "/reports/schedule", **ORDER) == 303
        assert "alice@" in (await bob.http.get("/reports/schedule")).text
        assert "alice@" not in (await charlie.http.get("/reports/schedule")).text
        assert await due(db, mailbox, monkeypatch, TODAY) == []
    async with db.write() as session:
        chinese = await user_by_email(session, "alice@touchstone.example")
        assert chinese
        chinese.language = "zh"
        session.add(chinese)
    letters = await due(db, mailbox, monkeypatch)
    assert [one["To"] for one in letters] == ["alice@touchstone.example", "bob@touchstone.example"]
    assert "Service review pack: Acme" in letters[1]["Subject"]
    assert "服务评审报告：Acme" in letters[0]["Subject"]
    (attached,) = letters[0].iter_attachments()
    pages = "".join(page.extract_text() for page in PdfReader(BytesIO(attached.get_content())).pages)
    assert "服务评审" in pages
    assert "审批" in pages
    assert await due(db, mailbox, monkeypatch) == [], "run again, nobody gets it twice"

    plain = letters[0].get_body(("plain",))
    assert plain
    off = re.search(r"/reports/mails/\S+", plain.get_content())
    assert off
    assert (await visitor.http.get(off[0])).status_code == 200, "looking changes nothing"
    assert (await visitor.http.post(off[0], data={"List-Unsubscribe": "One-Click"})).status_code == 200
    assert (await visitor.http.get(off[0][:-1] + "x")).status_code == 404
    (left,) = await due(db, mailbox, monkeypatch, datetime(2026, 8, 3, 7, tzinfo=UTC))
    assert left["To"] != letters[0]["To"]


@pytest.mark.usefixtures("company")
async def test_e3_who_left_the_portfolio_gets_no_pack_and_opens_no_old_address(
    db: Database, alice: Visitor, bob: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the middle of a session: Bob goes to another customer while his page is open and a mail is on its way."""
    with time_machine.travel(TODAY, tick=False):
        await send(alice, "/reports/schedule", **ORDER)
        assert (await bob.http.get("/reports/experience.csv?customer=acme")).status_code == 200
        async with db.write() as session:
            moved = await user_by_email(session, "bob@touchstone.example")
            assert moved
            moved.customers = ["globex"]
            session.add(moved)
        for address in (
            "/?customer=acme",
            "/reports/experience.csv?customer=acme",
            "/reports/experience.pdf?customer=acme",
        ):
            assert (await bob.http.get(address)).status_code == 404
    letters = await due(db, Mailbox(), monkeypatch)
    assert [one["To"] for one in letters] == ["alice@touchstone.example"]


@pytest.mark.usefixtures("company")
async def test_before_a_review_the_customers_own_readers_get_it_with_its_agenda(
    db: Database, alice: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with time_machine.travel(TODAY, tick=False):
        assert await send(alice, "/improvements", title="A second supplier", customer="acme") == 303
        async with db.write() as session:
            await auth.add_user(session, "cora@acme.example", PASSWORD, Role.CUSTOMER, ["acme"])
        await send(alice, "/reports/schedule", **{**ORDER, "rhythm": "review", "role": "customer", "language": "en"})
        assert await send(alice, "/reviews", customer="acme", held_on="2026-07-10", present="Cora") == 303
    mailbox = Mailbox()
    assert await due(db, mailbox, monkeypatch, datetime(2026, 7, 6, 7, tzinfo=UTC)) == []
    (letter,) = await due(db, mailbox, monkeypatch, datetime(2026, 7, 7, 7, tzinfo=UTC))
    assert letter["To"] == "cora@acme.example"
    assert "Acme" in letter["Subject"]
    (attached,) = letter.iter_attachments()
    pages = "".join(page.extract_text() for page in PdfReader(BytesIO(attached.get_content())).pages)
    told = re.sub(r"\s+", "", pages)
    for words in (
        "The review",
        "Cora",
        "1. What changed",
        "3. Improvements",
        "A second supplier · Proposed",
        "5. Voices",
    ):
        assert words.replace(" ", "") in told


def test_days_come_in_their_rhythm() -> None:
    assert next_day(Rhythm.MONTHLY, date(2026, 6, 15)) == date(2026, 7, 3)
    assert next_day(Rhythm.MONTHLY, date(2026, 12, 3)) == date(2027, 1, 3)
    assert next_day(Rhythm.QUARTERLY, date(2026, 6, 15)) == date(2026, 7, 3)
    assert next_day(Rhythm.QUARTERLY, date(2026, 7, 3)) == date(2026, 10, 3)
    assert next_day(Rhythm.REVIEW, date(2026, 7, 3)) is None
