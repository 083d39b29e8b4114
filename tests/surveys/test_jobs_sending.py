"""Mails: real MIME, to a real SMTP server and to files; what fails fails alone."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
import time_machine
from aiosmtpd.controller import Controller
from markupsafe import escape
from sqlmodel import select

import core.mail
from core.backlog import Backlog, backlog
from core.clock import now
from core.db import Database
from core.ids import keyed_hash
from core.outbox import Delivery
from core.settings import settings
from journeys.models import Person
from journeys.schemas.places import Bilingual
from surveys.models import AskingMark, Invitation, InvitationLink, Reason
from surveys.schemas import AskingPolicy
from surveys.service import install_survey, sending
from surveys.service.triggers import set_asking_policy
from tests.support.mails import mails, read_mail, words_of
from tests.support.servers import free_port
from tests.surveys.story import LINK, install, post_ticket, reasons, resolve, rows, token_in, work

ENCODED = "=?utf-8?B?DQpCY2M6IHg=?="
NASTY = f"Printer\r\nBcc: eve@evil.example\r\n\r\n<script>alert(1)</script> {ENCODED} \u202e " + "x" * 3500


class Postbox:
    """Takes every mail but those to `refused`."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.raw: list[bytes] = []

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        if address.startswith("refused"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.raw.append(envelope.content)
        self.mails.append(read_mail(envelope.content))
        return "250 OK"


@contextmanager
def postbox(port: int) -> Iterator[Postbox]:
    box = Postbox()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


@pytest.fixture
def smtp_port(monkeypatch: pytest.MonkeyPatch) -> int:
    port = free_port()
    monkeypatch.setenv("TOUCHSTONE_SMTP_URL", f"smtp://127.0.0.1:{port}")
    monkeypatch.setenv("TOUCHSTONE_MAIL_FROM", "Service desk <desk@touchstone.example>")
    return port


@pytest.fixture
async def smtp(smtp_port: int, db: Database) -> Iterator[Postbox]:  # type: ignore[misc]
    settings.cache_clear()
    with postbox(smtp_port) as box:
        yield box


async def test_the_mail_says_who_asks_why_how_long_and_what_becomes_of_the_answer(
    db: Database, survey: None, smtp: Postbox
) -> None:
    await resolve(db, "INC-7", summary="The printer does not print")
    await work(db)
    [mail] = smtp.mails
    assert mail["Subject"] == "Your ticket INC-7: how was it for you?"
    assert mail["From"] == "Service desk <desk@touchstone.example>"
    assert mail["To"] == "li@example.org"
    assert mail["Content-Language"] == "en"
    [invitation] = await rows(db, Invitation)
    promised = ("The printer does not print", "“mail”", "half a minute", "confidential, not anonymous", "groups of 5")
    for kind in ("plain", "html"):
        words = words_of(mail, kind)
        for said in promised:
            assert said in words
        assert LINK.search(words)
        day = invitation.expires_at - timedelta(days=1)
        assert f"until {day.day} {day:%B %Y}" in words


async def test_the_mail_is_chinese_for_those_who_speak_it(db: Database, survey: None, smtp: Postbox) -> None:
    await resolve(db, language="zh")
    await work(db)
    [mail] = smtp.mails
    assert mail["Subject"] == "工单 INC-1 已解决，您觉得怎么样？"
    assert "保密而非匿名" in words_of(mail)
    assert 'lang="zh-Hans"' in words_of(mail, "html")


async def test_words_of_the_ticket_stand_in_the_mail_in_its_language(db: Database, smtp: Postbox) -> None:
    title = Bilingual(zh="{{ticket.service|这项服务}}怎么样？", en="How was {{ticket.service|this service}}?")
    definition = msgspec.structs.replace(post_ticket(), title=title)
    async with db.write() as session:
        await install_survey(session, definition)
    await resolve(db, language="zh", service="Remote access · 远程接入")
    await work(db)
    words = words_of(smtp.mails[0], "html")
    assert "远程接入怎么样？" in words
    assert "“远程接入”的服务团队" in words
    assert "How was Remote access?" in words
    assert "{{" not in words


async def test_only_a_keyed_hash_of_the_link_is_kept(db: Database, survey: None) -> None:
    await resolve(db)
    await work(db)
    token = token_in(mails()[0])
    assert len(token) >= 27
    [kept] = await rows(db, InvitationLink)
    assert kept.token_hash == keyed_hash("invitation", token)
    if db.is_sqlite:
        for path in settings().data_dir.glob("touchstone.db*"):
            assert token.encode() not in path.read_bytes()


async def test_it_waits_until_the_link_is_stored_before_it_sends(
    db: Database, survey: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored_when_sent = list[int]()

    async def send(_message: EmailMessage) -> None:
        stored_when_sent.append(len(await rows(db, InvitationLink)))

    monkeypatch.setattr(core.mail, "send", send)
    await resolve(db)
    await work(db)
    assert stored_when_sent == [1]


async def test_h8_a_crash_between_mail_and_mark_costs_one_more_mail_and_both_links_work(
    db: Database, survey: None
) -> None:
    await resolve(db)
    await work(db)
    async with db.write() as session:
        invitation = (await session.exec(select(Invitation))).one()
        invitation.sent_at = None
        session.add(invitation)
        session.add(Delivery(fact_id=await _again(session, invitation), job="send_invitations", due_at=now()))
    await work(db)
    first, second = map(token_in, mails())
    assert first != second
    hashes = {link.token_hash for link in await rows(db, InvitationLink)}
    assert hashes == {keyed_hash("invitation", token) for token in (first, second)}


async def _again(session: Any, invitation: Invitation) -> int:
    from core.outbox import Fact

    fact = Fact(name="InvitationDecided", data={"invitation_id": str(invitation.id)}, not_before=now(), fanned_out=True)
    session.add(fact)
    await session.flush()
    assert fact.id
    return fact.id


async def test_f4_one_bad_address_does_not_stop_the_other_ninety_nine(
    db: Database, survey: None, smtp: Postbox
) -> None:
    for number in range(100):
        name = "refused" if number == 37 else f"p{number}"
        await resolve(db, f"INC-{number}", person=f"p{number}", address=f"{name}@example.org")
    await work(db)
    assert len(smtp.mails) == 99
    assert len({str(mail["To"]) for mail in smtp.mails}) == 99
    async with db.read() as session:
        assert await backlog(session) == Backlog(waiting=0, dead=0)
    back = [row for row in await rows(db, Invitation) if row.bounced_at]
    assert len(back) == 1
    assert not back[0].sent_at
    await resolve(db, "INC-200", person="p37", address="refused@example.org")
    with time_machine.travel(now() + timedelta(days=30), tick=False):
        await resolve(db, "INC-201", person="p37", address="refused@example.org")
        await work(db)
    assert (await reasons(db))["INC-201"] == Reason.NO_ADDRESS


async def _until_given_up(db: Database) -> None:
    start = now()
    for hours in range(1, 12):
        with time_machine.travel(start + timedelta(hours=2 * hours), tick=False):
            await work(db)


async def test_f4_line_breaks_and_encoded_words_stay_in_the_text(db: Database, survey: None, smtp: Postbox) -> None:
    await resolve(db, "INC-1\r\nBcc: eve@evil.example", summary=NASTY, service=ENCODED)
    await work(db)
    [mail] = smtp.mails
    assert mail["Bcc"] is None
    assert mail.get_all("To") == ["li@example.org"]
    head = smtp.raw[0].partition(b"\r\n\r\n")[0]
    assert b"\r\nBcc" not in head
    assert all(len(line) < 998 for line in smtp.raw[0].split(b"\r\n"))
    assert "<script>" not in words_of(mail, "html")
    assert "&lt;script&gt;" in words_of(mail, "html")
    assert "<script>" in words_of(mail)
    assert "&lt;" not in words_of(mail)


@pytest.mark.parametrize(
    "address", ["li@example.org\r\nBcc: eve@evil.example", "two@example.org, three@example.org", "@"]
)
async def test_f4_an_address_that_is_none_is_a_visible_dead_letter(
    db: Database, survey: None, smtp: Postbox, address: str
) -> None:
    await resolve(db, "INC-1", person="a", address="a@example.org")
    await resolve(db, "INC-2", person="b", address="b@example.org")
    async with db.write() as session:
        person = (await session.exec(select(Person).where(Person.key == "a"))).one()
        person.email = address
        session.add(person)
    await work(db)
    assert [mail["To"] for mail in smtp.mails] == ["b@example.org"]
    await _until_given_up(db)
    async with db.read() as session:
        assert (await backlog(session)).dead == 1
    assert len(smtp.mails) == 1


async def test_h6_after_a_long_outage_everything_is_sent_once_and_nothing_has_expired(
    db: Database, survey: None, smtp_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "AT_ONCE", 1)  # else eight at a time arrive in any order
    settings.cache_clear()
    start = now()
    people = [f"p{number}@example.org" for number in range(12)]
    for number in Random(6).sample(range(12), 12):
        with time_machine.travel(start + timedelta(minutes=number - 60), tick=False):
            await resolve(db, f"INC-{number}", person=f"p{number}", address=people[number])
    for minute in range(-60, 0):
        with time_machine.travel(start + timedelta(minutes=minute), tick=False):
            await work(db)
    await _look_every_two_hours(db, start, 30)
    async with db.read() as session:
        assert (await backlog(session)) == Backlog(waiting=0, dead=0, later=12)
    with postbox(smtp_port) as box:
        await _look_every_two_hours(db, start + timedelta(hours=32), 2)
    assert [str(mail["To"]) for mail in box.mails] == people, "each once, the oldest first"
    for invitation in await rows(db, Invitation):
        assert invitation.expires_at > start + timedelta(hours=30, days=14)
    async with db.read() as session:
        assert (await backlog(session)) == Backlog(waiting=0, dead=0)


async def test_h6_a_reminder_outlives_the_outage_too(db: Database, smtp_port: int) -> None:
    await install(db, reminders=1, reminder_days=1, reminders_count=True)
    async with db.write() as session:
        await set_asking_policy(session, AskingPolicy(asks=3, days=7))
    settings.cache_clear()
    start = now()
    with postbox(smtp_port) as box:
        await resolve(db, language="en")
        await work(db)
    await _look_every_two_hours(db, start + timedelta(hours=25), 30)
    assert [row.reminded for row in await rows(db, Invitation)] == [0]
    assert await rows(db, AskingMark) == [], "who was not asked has no mark"
    with postbox(smtp_port) as again:
        await _look_every_two_hours(db, start + timedelta(hours=57), 6)
    assert [str(mail["Subject"])[:8] for mail in [*box.mails, *again.mails]] == [
        str(box.mails[0]["Subject"])[:8],
        "Reminder",
    ]
    assert (len(await rows(db, AskingMark)), [row.reminded for row in await rows(db, Invitation)]) == (1, [1])


async def test_h7_a_mail_server_that_never_comes_is_a_visible_failure(
    db: Database, survey: None, smtp_port: int
) -> None:
    settings.cache_clear()
    await resolve(db)
    await _look_every_two_hours(db, now(), 100)
    async with db.read() as session:
        assert (await backlog(session)) == Backlog(waiting=0, dead=1)


async def _look_every_two_hours(db: Database, start: datetime, hours: int) -> None:
    for passed in range(0, hours + 1, 2):
        with time_machine.travel(start + timedelta(hours=passed), tick=False):
            await work(db)


async def test_somebody_who_opted_out_in_the_meantime_is_not_written_to(db: Database) -> None:
    await install(db, delay_minutes=60)
    await resolve(db)
    await work(db)
    async with db.write() as session:
        person = (await session.exec(select(Person))).one()
        person.opted_out_at = now()
        session.add(person)
    with time_machine.travel(now() + timedelta(hours=2), tick=False):
        await work(db)
    assert mails() == []
    async with db.read() as session:
        assert (await backlog(session)).waiting == 0


async def test_the_embedded_default_leaves_whole_mails_in_a_folder(db: Database, survey: None) -> None:
    await resolve(db)
    await work(db)
    assert [Path(name).suffix for name in os.listdir(settings().data_dir / "mail")] == [".eml"]
    assert mails()[0].get_content_type() == "multipart/alternative"


async def test_a2_the_score_buttons_only_open_the_form(db: Database, survey: None, smtp: Postbox) -> None:
    await resolve(db, language="en")
    await work(db)
    html = words_of(smtp.mails[0], "html")
    assert [f"?functional={step}" in html for step in range(7)] == [False, *[True] * 5, False]
    assert "Nothing is stored before you send it." in html


async def test_every_mail_speaks_the_other_language_too(db: Database, survey: None, smtp: Postbox) -> None:
    await resolve(db, "INC-1", person="a", address="a@example.org", language="en")
    await resolve(db, "INC-2", person="b", address="b@example.org", language="zh")
    await work(db)
    for mail in smtp.mails:
        for kind in ("plain", "html"):
            assert "half a minute" in words_of(mail, kind)
            assert "半分钟" in words_of(mail, kind)


@pytest.mark.parametrize("words", ['<a href="https://evil.example">click</a>', "$& {{ 7*7 }} {% if x %}", "\\1 %(n)s"])
async def test_f3_words_of_others_stay_words_in_a_mail(db: Database, survey: None, smtp: Postbox, words: str) -> None:
    """Escaped where they are put in; the plain text says them as they are."""
    await resolve(db, summary=words, language="en")
    await work(db)
    [mail] = smtp.mails
    assert words in words_of(mail)
    assert str(escape(words)) in words_of(mail, "html")
    assert '<a href="https://evil' not in words_of(mail, "html")


async def test_mails_keep_to_their_pace_and_all_go_out(
    db: Database, survey: None, smtp: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOUCHSTONE_MAIL_PER_MINUTE", "4")
    settings.cache_clear()
    start = now()
    with time_machine.travel(start, tick=False):
        for number in range(10):
            await resolve(db, f"INC-{number}", person=f"p{number}", address=f"p{number}@example.org")
    sent = []
    for minute in range(5):
        with time_machine.travel(start + timedelta(minutes=minute, seconds=minute), tick=False):
            await work(db)
            sent.append(len(smtp.mails))
    assert sent == [4, 8, 10, 10, 10]
    assert len({str(mail["To"]) for mail in smtp.mails}) == 10


async def test_a_policy_of_the_mail_server_costs_nobody_their_address(
    db: Database, survey: None, smtp: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A relay that is set up wrongly refuses everybody: that is a failure to be seen, not a bounce."""

    async def denied(*_arguments: Any) -> str:
        return "550 5.7.1 relaying denied"

    monkeypatch.setattr(Postbox, "handle_RCPT", denied)
    await resolve(db)
    await work(db)
    assert [row.bounced_at for row in await rows(db, Invitation)] == [None]
    async with db.read() as session:
        assert (await backlog(session)).waiting == 1
