"""Mails that people write, fetched from a real IMAP server on loopback."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage

import httpx
import pytest
from sqlmodel import select

from core import clock
from core.db import Database
from core.errors import Misconfigured
from core.outbox import Delivery, Fact, drain, drain_all
from core.sealing import open_sealed
from core.settings import settings
from feedback.models import Feedback, Matter, Message
from feedback.rules import receipts
from feedback.service import mailbox
from feedback.service.mailbox import Looked
from tests.conftest import Visitor
from tests.feedback.test_inbox import act, named
from tests.support.imap import Mailbox
from tests.support.servers import free_port
from web.worker import SUBSCRIPTIONS

pytestmark = pytest.mark.usefixtures("places")


@pytest.fixture(scope="module")
def server() -> Iterator[Mailbox]:
    made = Mailbox()
    made.start()
    yield made
    made.stop()


@pytest.fixture
def box(server: Mailbox, monkeypatch: pytest.MonkeyPatch, db: Database) -> Iterator[Mailbox]:
    monkeypatch.setattr(settings(), "imap_url", server.url)
    yield server
    server.empty()


def mail(text: str, number: str = "1", **headers: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["Subject"] = "Dana Doe <Dana@acme.example>", "电梯"
    message["Message-ID"] = f"<{number}@acme.example>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


async def texts(db: Database) -> list[str]:
    async with db.read() as session:
        return sorted((await session.exec(select(Feedback.text))).all())


async def test_mails_come_in_once_and_stay_in_the_mailbox(box: Mailbox, db: Database) -> None:
    box.deliver(
        mail("又坏了。"),
        mail("I am away", "2", Auto_Submitted="auto-replied"),
        mail("A digest of the list", "3", List_Id="<all.acme.example>"),
        mail("again, by another way", "1b"),
    )
    assert await mailbox.look(db) == Looked(new=2, passed_over=2)
    assert await texts(db) == sorted(["电梯\n\n又坏了。", "电梯\n\nagain, by another way"])
    assert [r"\Seen" in one for one in box.flags()] == [True] * 4
    assert await mailbox.look(db) == Looked()
    box.deliver(mail("又坏了。"))  # the same mail, delivered a second time
    assert await mailbox.look(db) == Looked(known=1)
    async with db.read() as session:
        matters = (await session.exec(select(Matter))).all()
    assert {(one.channel, one.customer_id is not None) for one in matters} == {("mail", True)}


async def test_what_cannot_be_taken_in_stays_flagged_and_stops_nobody(
    box: Mailbox, db: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(mailbox, "LARGEST_MAIL", 5000)
    receipt = receipts.new_receipt()
    box.deliver(mail(f"My receipt is {receipt}"), mail("x" * 6000, "2"), mail("fine", "3"))
    assert await mailbox.look(db) == Looked(new=1, refused=2)
    assert [r"\Flagged" in one for one in box.flags()] == [True, True, False]
    assert "2 mails could not be taken in" in caplog.text
    for secret in (receipt, "dana", "Dana", "p@ss", "people"):
        assert secret not in caplog.text


ODD = [
    b"",
    b"\r\n\r\n",
    b"From: =?utf-8?q?=\r\nSubject: =?x?y?z?=\r\n\r\nhello",
    b"From: \xff\xfe <\xff@\xfe>\r\nContent-Type: text/plain; charset=no-such-thing\r\n\r\n\xff\xfe",
    b"From: a@b, c@d\r\nMessage-ID: <>\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n--y",
    b"From: Group: a@b, c@d;\r\nIn-Reply-To: <feedback-" + b"0" * 32 + b"@x>\r\n\r\nhello\x00",
    b"Subject: a\r\n b\r\nContent-Transfer-Encoding: base64\r\n\r\n%%%not base64%%%",
    b"Content-Type: message/rfc822\r\n\r\nFrom: x@y\r\n\r\ninner",
]


async def test_whatever_somebody_sends_the_mails_behind_it_come_in(db: Database) -> None:
    looked = Looked()
    for content in ODD:
        await mailbox._taken(db, content, looked)
    assert looked.new + looked.refused + looked.passed_over == len(ODD)
    assert await mailbox._taken(db, bytes(mail("fine", "after")), looked)
    assert any("fine" in text for text in await texts(db))


async def test_a_mail_that_breaks_the_reading_of_it_stops_nobody_and_a_database_that_is_away_flags_nothing(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise KeyError("a bug in a parser")

    async def away(*_: object) -> None:
        raise OSError("no database")

    looked = Looked()
    monkeypatch.setattr(mailbox, "take_mail", broken)
    assert not await mailbox._taken(db, b"x", looked)
    assert looked.refused == 1
    monkeypatch.setattr(mailbox, "take_mail", away)
    with pytest.raises(OSError, match="no database"):
        await mailbox._taken(db, b"x", looked)


async def test_an_answer_to_our_mail_goes_on_with_its_matter(
    box: Mailbox, helpdesk: httpx.AsyncClient, alice: Visitor, db: Database
) -> None:
    id_ = await named(helpdesk, contact={"email": "dana@acme.example"}, confidential=True)
    assert await act(alice, id_, do="write", kind="question", text="On which day?") == 303
    await drain_all(db, SUBSCRIPTIONS)
    async with db.read() as session:
        (ours,) = (await session.exec(select(Message))).all()
    answers = {"In_Reply_To": f"<feedback-{ours.id.hex}@localhost>"}
    answer = mail("On Monday.\n\nOn Tue, we wrote:\n> On which day?\n", "r1", **answers)
    stranger = mail("Let me see it", "r2", **answers)
    stranger.replace_header("From", "mallory@globex.example")
    box.deliver(answer, stranger)
    assert (await mailbox.look(db)).new == 2
    async with db.read() as session:
        said = (await session.exec(select(Message).where(Message.matter_id == id_))).all()
        matter = (await session.exec(select(Matter).where(Matter.id == id_))).one()
    assert sorted((one.kind, open_sealed(one.sealed)) for one in said) == [
        ("more", "On Monday."),
        ("question", "On which day?"),
    ]
    assert (matter.state, matter.asked_back) == ("seen", False)
    assert len(await texts(db)) == 2  # the stranger's is a matter of its own
    box.deliver(mail("On Monday.\n", "r1", **answers))
    assert await mailbox.look(db) == Looked(known=1)


async def test_a_look_leads_to_the_next_also_while_the_mailbox_is_away(
    db: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(settings(), "imap_url", f"imap://people:word@127.0.0.1:{free_port()}/INBOX")
    for _ in range(2):
        async with db.write() as session:
            await mailbox.begin_looks(session)
    for minutes in (0, 6):
        with clock.at(clock.now() + timedelta(minutes=minutes)):
            assert await drain(db, SUBSCRIPTIONS) == 1
    assert "cannot be looked into" in caplog.text
    async with db.read() as session:
        facts = (await session.exec(select(Fact))).all()
        assert (await session.exec(select(Delivery).where(Delivery.dead))).all() == []
    assert [fact.name for fact in facts] == ["MailboxLookDue"]


def test_no_password_goes_over_an_open_line(monkeypatch: pytest.MonkeyPatch, server: Mailbox) -> None:
    monkeypatch.setattr(mailbox, "_here", lambda _host: False)
    monkeypatch.setattr(settings(), "imap_url", server.url)
    with pytest.raises(mailbox.imaplib.IMAP4.error, match="open line"):
        mailbox._Mailbox()


@pytest.mark.parametrize("url", ["mail.example.org", "https://a:b@mail.example.org", "imaps://mail.example.org"])
def test_a_wrong_address_is_told_at_the_start(url: str) -> None:
    with pytest.raises(Misconfigured, match="TOUCHSTONE_IMAP_URL"):
        mailbox.checked_address(url)
