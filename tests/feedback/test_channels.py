"""Feedback from other channels, and what is kept of a person."""

import gzip
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlmodel import select

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


def written(name: str, content: bytes) -> Path:
    """Tests run in a folder of their own."""
    path = Path(name)
    path.write_bytes(content)
    return path


async def take_in(db: Database, name: str, content: bytes) -> tuple[int, int]:
    async with db.write() as session:
        counts = await importing.import_rows(session, importing.rows(written(name, content)))
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
    assert refused.value.errors[0].field.startswith(f"Row 4: {told}")
    assert await stored(db) == []


async def test_every_row_that_is_wrong_is_named_at_once(db: Database) -> None:
    wrong = b"forum,7,x,rant,,,\nforum,8,y\nforum,9,z,,,,\n"
    with pytest.raises(Invalid) as refused:
        await take_in(db, "f.csv", CSV + wrong)
    assert [one.field for one in refused.value.errors] == ["Row 4: kind", "Row 5"]
    assert "3 cells where the header has 7" in refused.value.errors[1].message
    assert await stored(db) == []


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + CSV,
        gzip.compress(CSV),
        CSV.replace(b"VPN drops, again", b"VPN drops").replace(b",", b";").replace(b"source", b"Source "),
    ],
    ids=["byte order mark", "packed", "semicolons"],
)
async def test_files_as_programs_write_them_come_in(db: Database, content: bytes) -> None:
    assert await take_in(db, "f.csv", content) == (2, 0)


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
        told = await person.export(session, "Dana@acme.example")
    assert sorted((one["text"], one["email"]) for one in told) == [
        ("by name", "dana@acme.example"),
        ("confidentially", "dana@acme.example"),
    ]
    async with db.write() as session:
        await person.forget_person(session, "dana@acme.example")
    assert [text for _channel, text in await stored(db)] == ["somebody else"]
