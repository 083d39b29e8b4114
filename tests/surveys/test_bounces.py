"""Mails that come back: what they are about is believed only where it bears our mark."""

import email.policy
from email.message import EmailMessage
from uuid import uuid4

import pytest
from click.testing import CliRunner

from core.db import Database
from journeys.models import Person
from surveys.models import Invitation, MailTrouble, Reason, TroubleKind
from surveys.rules.bounces import returned_mail
from surveys.service.letters import message_id
from surveys.service.mail_trouble import record_return
from tests.support.mails import mails
from tests.surveys.story import reasons, resolve, rows, work
from web.cli import touchstone

REPORT = """\
From: MAILER-DAEMON@mx.example
To: touchstone@localhost
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type={kind}; boundary="b"
MIME-Version: 1.0

--b
Content-Type: text/plain

Something came back.

--b
{report}

--b
Content-Type: {how}

{original}
--b--
"""
FAILED = """Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; li@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 no such user"""
COMPLAINT = """Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: SomeGenerator/1.0
Version: 1"""


def dsn(id_: str, action: str = "failed", status: str = "5.1.1", how: str = "text/rfc822-headers") -> bytes:
    report = FAILED.format(action=action, status=status)
    original = f"Message-ID: {id_}\nSubject: Your ticket\n"
    return REPORT.format(kind="delivery-status", report=report, how=how, original=original).encode()


def complaint(id_: str) -> bytes:
    original = f"Message-ID: {id_}\nSubject: Your ticket\n\nHello"
    filled = REPORT.format(kind="feedback-report", report=COMPLAINT, how="message/rfc822", original=original)
    return filled.encode()


@pytest.fixture
async def sent(db: Database, survey: None) -> str:
    """The Message-ID of a mail that went out."""
    await resolve(db)
    await work(db)
    return str(mails()[0]["Message-ID"])


async def take(db: Database, content: bytes) -> bool:
    returned = returned_mail(content)
    if not returned:
        return False
    async with db.write() as session:
        return await record_return(session, returned)


@pytest.mark.parametrize("how", ["text/rfc822-headers", "message/rfc822"])
async def test_a_mailbox_that_is_gone_is_not_written_to_again(db: Database, sent: str, how: str) -> None:
    assert await take(db, dsn(sent, how=how))
    assert await take(db, dsn(sent, how=how))
    [row] = await rows(db, Invitation)
    assert row.bounced_at
    [trouble] = await rows(db, MailTrouble)
    assert (trouble.kind, trouble.code) == (TroubleKind.BOUNCE, "5.1.1")
    assert "li@example.org" not in str(trouble)
    await resolve(db, "INC-2")
    await work(db)
    assert (await reasons(db))["INC-2"] == Reason.NO_ADDRESS


async def test_a_new_address_of_the_person_starts_afresh(db: Database, sent: str) -> None:
    await take(db, dsn(sent))
    async with db.write() as session:
        for row in await rows(db, Invitation):
            await session.delete(row)
    await resolve(db, "INC-2", address="li@new.example")
    await work(db)
    assert (await reasons(db))["INC-2"] is None


async def test_who_complains_is_not_asked_again(db: Database, sent: str) -> None:
    assert await take(db, complaint(sent))
    [person] = await rows(db, Person)
    assert person.opted_out_at


@pytest.mark.parametrize(
    ("action", "status"), [("delayed", "4.4.1"), ("failed", "4.2.2"), ("delivered", "2.0.0"), ("relayed", "5.0.0x")]
)
async def test_a_delay_is_no_bounce(db: Database, sent: str, action: str, status: str) -> None:
    assert not await take(db, dsn(sent, action, status))
    assert [row.bounced_at for row in await rows(db, Invitation)] == [None]


async def test_nobody_can_make_a_bounce_up(db: Database, sent: str) -> None:
    [row] = await rows(db, Invitation)
    forged = f"<{row.id.hex}.{'0' * 20}@localhost>"
    assert not await take(db, dsn(forged))
    assert not await take(db, dsn(f"<{message_id(uuid4())}@localhost>"))
    assert [row.bounced_at for row in await rows(db, Invitation)] == [None]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"Subject: hello\n\nwords", b"From: x\n" * 50_000])
def test_anything_else_is_passed_over(content: bytes) -> None:
    assert returned_mail(content) is None


def test_an_answer_that_quotes_our_mail_is_no_bounce() -> None:
    reply = EmailMessage(policy=email.policy.default)
    reply["In-Reply-To"] = f"<{uuid4().hex}.{'0' * 20}@localhost>"
    reply.set_content("Thank you")
    assert returned_mail(bytes(reply)) is None


async def test_the_pipe_of_a_mail_server_may_hand_it_over(db: Database, sent: str) -> None:
    import asyncio

    run = await asyncio.to_thread(CliRunner().invoke, touchstone, ["bounce"], dsn(sent))
    assert (run.exit_code, run.output.strip()) == (0, "recorded: bounce")
    run = await asyncio.to_thread(CliRunner().invoke, touchstone, ["bounce", "--json"], b"Subject: x\n\n")
    assert (run.exit_code, run.output.strip()) == (0, '{"recorded":""}')
    assert [row.bounced_at is not None for row in await rows(db, Invitation)] == [True]
