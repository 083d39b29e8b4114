"""Feedback from other channels, and what is kept of a person."""

from email.message import EmailMessage

import pytest
from sqlmodel import select

from core.audit.models import AuditEntry
from core.db import Database
from core.errors import Invalid
from feedback.models import Feedback, Matter
from feedback.schemas import Received
from feedback.service import importing, incoming, person
from tests.conftest import Visitor
from tests.feedback.test_inbox import named

pytestmark = pytest.mark.usefixtures("places")

CSV = b"""source,external_id,text,kind,channel,service,satisfaction
forum,1,"The VPN drops, again",complaint,community,vpn,2
forum,2,Nice laptops,compliment,,laptop,
"""


async def take_in(db: Database, name: str, content: bytes) -> tuple[int, int]:
    async with db.write() as session:
        counts = await importing.import_rows(session, importing.rows(name, content))
    return counts.new, counts.known


async def stored(db: Database) -> list[tuple[str, str]]:
    async with db.read() as session:
        return [(one.channel, one.text) for one in (await session.exec(select(Feedback))).all()]


async def test_a_file_comes_in_once(db: Database) -> None:
    assert await take_in(db, "f.csv", CSV) == (2, 0)
    assert await take_in(db, "f.csv", CSV) == (0, 2)
    assert await stored(db) == [("community", "The VPN drops, again"), ("social", "Nice laptops")]
    line = b'{"source": "forum", "external_id": 3, "text": "ok", "emotional": null}\n'
    assert await take_in(db, "f.ndjson", line) == (1, 0)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("forum,9,,,,,", "text"),
        ("forum,9,x,rant,,,", "kind"),
        ("forum,9,x,,fax,,", "channel"),
        ("f,9,x,,,,9", "satisf"),
    ],
)
async def test_a_wrong_row_is_named_and_nothing_comes_in(db: Database, row: str, told: str) -> None:
    with pytest.raises(Invalid) as refused:
        await take_in(db, "f.csv", CSV + row.encode() + b"\n")
    assert refused.value.errors[0].field.startswith(f"Row 3: {told}")
    assert await stored(db) == []


async def mailed(db: Database, **headers: str) -> Received | None:
    message = EmailMessage()
    message["From"], message["Subject"] = "Dana Doe <dana@acme.example>", "The lift"
    message["Message-ID"] = "<1@acme.example>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content("It is broken.\n\n> what you wrote before\n")
    async with db.write() as session:
        return await incoming.take_mail(session, message.as_bytes())


async def test_a_mail_comes_in_once_with_its_author(db: Database) -> None:
    assert await mailed(db, Auto_Submitted="auto-replied") is None
    first, again = await mailed(db), await mailed(db)
    assert first
    assert again
    assert (first.new, again.new, first.id) == (True, False, again.id)
    assert await stored(db) == [("mail", "The lift\n\nIt is broken.")]
    async with db.read() as session:
        (matter,) = (await session.exec(select(Matter))).all()
    assert matter.customer_id  # by the address


async def test_a_manager_writes_down_what_she_heard(alice: Visitor, db: Database) -> None:
    page = await alice.http.get("/feedback/note")
    assert page.status_code == 200
    token = alice.http.cookies.get("csrftoken") or ""
    form = {"text": "She waited an hour", "kind": "complaint", "channel": "phone", "customer": "acme"}
    wrong = await alice.http.post("/feedback/note", data={**form, "customer": "globex", "_csrf_token": token})
    assert (wrong.status_code, "She waited an hour" in wrong.text) == (422, True)
    assert (await alice.http.post("/feedback/note", data={**form, "_csrf_token": token})).status_code == 303
    assert await stored(db) == [("phone", "She waited an hour")]


async def test_what_is_kept_of_a_person_is_shown_and_forgotten(helpdesk: object, db: Database) -> None:
    dana = {"name": "Dana", "email": "dana@acme.example"}
    await named(helpdesk, "by name", contact=dana)
    await named(helpdesk, "confidentially", contact=dana, confidential=True)
    await named(helpdesk, "somebody else", contact={"email": "gil@globex.example"})
    async with db.write() as session:
        told = await person.export(session, "Dana@acme.example", "ada")
    assert sorted((one["text"], one["email"]) for one in told) == [
        ("by name", "dana@acme.example"),
        ("confidentially", "dana@acme.example"),
    ]
    async with db.write() as session:
        assert await person.forget_person(session, "dana@acme.example", "ada") == 2
    assert [text for _channel, text in await stored(db)] == ["somebody else"]
    async with db.read() as session:
        log = [(one.what, "dana" in one.about) for one in (await session.exec(select(AuditEntry))).all()]
    assert [entry for entry in log if "person" in entry[0]] == [
        ("feedback.person_exported", False),
        ("feedback.person_erased", False),
    ]
