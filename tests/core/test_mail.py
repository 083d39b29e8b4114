from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from hypothesis import given
from hypothesis import strategies as st

from core import mail
from core.settings import settings
from tests.support.servers import free_port

HEADERS = {
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Content-Language",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type",
}
HOSTILE = [
    "Hello\r\nBcc: victim@x.example",
    "Hello\n\nBody of another mail",
    "=?utf-8?q?hello=0aBcc=3A_victim=40x.example?=",
    "=?utf-8?q?hello=0d=0aBcc=3A_victim=40x.example?=",
    "=?utf-8?b?aGVsbG8KQmNjOiB2aWN0aW1AeC5leGFtcGxl?=",
    "a =?utf-8?q?=0a?==?utf-8?q?Bcc=3A_v?= b",
    "==?utf-8?q?=0aBcc:v?=",
    "\x0bBcc: v\x0c\x1c\x85\u2028",
    "审批 " * 2000,
    "x" * 10_000,
    "",
]


def composed(subject: str = "Hello", to: str = "dana@acme.example") -> EmailMessage:
    return mail.compose(to, subject, "plain words", "<p>words</p>", "en")


def as_sent(message: EmailMessage) -> EmailMessage:
    found = message_from_bytes(message.as_bytes(), policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def header_names(message: EmailMessage) -> set[str]:
    """As any program sees them that splits lines at line ends."""
    raw = message.as_bytes().replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    lines = raw.split(b"\n\n")[0].split(b"\n")
    return {line.split(b":")[0].decode() for line in lines if not line.startswith((b" ", b"\t"))}


@pytest.mark.parametrize("subject", HOSTILE)
def test_f4_a_subject_becomes_one_clean_header(subject: str) -> None:
    message = composed(subject)
    assert header_names(message) == HEADERS
    sent = as_sent(message)
    assert sent["To"] == "dana@acme.example"
    assert len(sent["Subject"]) <= mail.LONGEST_SUBJECT
    assert all(len(line) <= 998 for line in message.as_bytes().splitlines())


PIECES = ["=?", "?=", "utf-8", "?q?", "?b?", "=0a", "=0d", "Bcc:", " ", "\n"]


@given(st.text() | st.lists(st.sampled_from(PIECES)).map("".join))
def test_f4_no_subject_at_all_makes_another_header(subject: str) -> None:
    encodable = subject.encode("utf-8", "ignore").decode()
    assert header_names(composed(encodable)) == HEADERS


@pytest.mark.parametrize(
    "address",
    [
        "a@b.example\r\nBcc: victim@x.example",
        "a@b.example, victim@x.example",
        "=?utf-8?q?a=0aBcc=3Av?=@x.example",
        "<a@b.example>, b@c.example",
        "a b@c.example",
        "nobody",
        "a@b.example\x00",
    ],
)
def test_f4_an_address_that_is_more_than_one_is_refused(address: str) -> None:
    with pytest.raises((ValueError, MessageError)):
        composed(to=address)


def test_a_subject_is_kept_as_it_was_written() -> None:
    for subject in ("Your ticket INC-1 is solved", "您的工单已解决：审批 100%", "Zoë’s “laptop” 😀"):
        assert as_sent(composed(subject))["Subject"] == subject


def test_a_mail_has_a_plain_and_a_html_part_that_say_the_same_language() -> None:
    sent = as_sent(composed())
    parts = {part.get_content_type(): part.get_content().strip() for part in sent.walk() if not part.is_multipart()}
    assert parts == {"text/plain": "plain words", "text/html": "<p>words</p>"}
    assert sent["Content-Language"] == "en"
    assert sent["Auto-Submitted"] == "auto-generated"


async def test_without_a_mail_server_mails_are_files_that_are_never_half_there(tmp_path: Path) -> None:
    await mail.send(composed())
    await mail.send(composed())
    files = sorted((tmp_path / "data" / "mail").iterdir())
    assert [path.suffix for path in files] == [".eml", ".eml"]
    assert b"Subject: Hello" in files[0].read_bytes()


class Mailbox:
    """A mail server that keeps what it is given."""

    def __init__(self) -> None:
        self.arrived: list[tuple[list[str], bytes]] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: object) -> str:  # noqa: N802
        self.arrived.append((envelope.rcpt_tos, envelope.content))  # type: ignore[attr-defined]
        return "250 OK"


@contextmanager
def mail_server(mailbox: Mailbox, **options: object) -> Iterator[int]:
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


async def test_with_a_mail_server_the_mail_arrives(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    mailbox = Mailbox()
    with mail_server(mailbox) as port:
        monkeypatch.setenv("TOUCHSTONE_SMTP_URL", f"smtp://127.0.0.1:{port}")
        settings.cache_clear()
        await mail.send(composed("您好"))
    ((recipients, content),) = mailbox.arrived
    assert recipients == ["dana@acme.example"]
    assert message_from_bytes(content, policy=policy.default)["Subject"] == "您好"
    assert not (tmp_path / "data" / "mail").exists()


async def test_a_name_and_password_in_the_address_are_decoded_and_used(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[bytes, bytes]] = []

    def check(_server: object, _session: object, _envelope: object, _mechanism: str, login: object) -> AuthResult:
        asked.append((login.login, login.password))  # type: ignore[attr-defined]
        return AuthResult(success=True)

    with mail_server(Mailbox(), authenticator=check, auth_require_tls=False, auth_required=True) as port:
        monkeypatch.setenv("TOUCHSTONE_SMTP_URL", f"smtp://post%40acme:p%3Aw%2F@127.0.0.1:{port}")
        settings.cache_clear()
        await mail.send(composed())
    assert asked == [(b"post@acme", b"p:w/")]


async def test_a_mail_server_that_is_away_is_an_error_and_no_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOUCHSTONE_SMTP_URL", f"smtp://127.0.0.1:{free_port()}")
    settings.cache_clear()
    with pytest.raises(mail.ServerAway):
        await mail.send(composed())
