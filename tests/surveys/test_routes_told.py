"""Answers given elsewhere, taken in from a file in the browser."""

from typing import Any

import httpx
from sqlmodel import select

from core.auth.models import Role
from core.db import Database
from surveys.models import Response
from surveys.service import install_survey
from tests.conftest import Visitor, _signed_in
from tests.support.company import make_company
from web import builtin

FILE = b"event_id,ts,touchpoint,satisfaction,comment\n1,2026-05-01T08:00:00Z,delivery,4,late\n2,yesterday,delivery,4,\n"


async def send(person: Visitor, content: bytes | None, **form: str) -> httpx.Response:
    files: Any = {"file": ("told.csv", content, "text/csv")} if content is not None else None
    data = {**form, "_csrf_token": person.http.cookies.get("csrftoken") or ""}
    return await person.http.post("/surveys-told-elsewhere", data=data, files=files)


async def test_a_file_is_looked_at_and_taken_in_once(db: Database, site: Any, alice: Visitor) -> None:
    await make_company(db)
    admin = await _signed_in(db, site, "ada", Role.ADMIN, [])
    async with db.write() as session:
        await install_survey(session, builtin.elsewhere())
    looked = await send(admin, FILE, do="look", source="paper")
    assert "nothing is stored" in looked.text
    assert "2</th>" in looked.text or "3</th>" in looked.text
    for told in ("New: 1.", "Known before: 1."):
        taken = await send(admin, FILE, do="take", source="paper")
        assert told in taken.text
    async with db.read() as session:
        (one,) = (await session.exec(select(Response))).all()
    assert one.comment == "late"
    too_large = b"x" * (2 << 20) + b"y"
    for content, message in ((None, "Choose a file."), (b"a,b\n1,2\n", "column is missing"), (too_large, "MB")):
        wrong = await send(admin, content, do="take", source="paper")
        assert wrong.status_code == 422
        assert message in wrong.text
        assert 'value="paper"' in wrong.text
    assert (await alice.http.get("/surveys-told-elsewhere")).status_code in (403, 404)
    assert (await send(alice, FILE, do="take")).status_code in (403, 404)
    await admin.http.aclose()
