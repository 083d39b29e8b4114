import re
from io import BytesIO

import httpx
from pptx import Presentation
from pypdf import PdfReader
from sqlmodel import select

from core.clock import now
from core.db import Database
from surveys.models import Response, ResponseOrigin
from surveys.service import install_survey
from tests.conftest import Visitor
from tests.support.company import make_company
from web import builtin


async def send(person: Visitor, address: str, **form: object) -> httpx.Response:
    token = person.http.cookies.get("csrftoken") or ""
    return await person.http.post(address, data={**form, "_csrf_token": token})


async def test_what_is_said_in_a_review_becomes_a_voice_and_what_is_decided_an_improvement(
    db: Database, alice: Visitor, charlie: Visitor
) -> None:
    await make_company(db)
    async with db.write() as session:
        await install_survey(session, builtin.elsewhere())
    today = now().date().isoformat()
    opened = await send(alice, "/reviews", customer="acme", held_on=today, present="Ada, Bea")
    assert opened.status_code == 303, opened.text
    review = opened.headers["location"]
    page = (await alice.http.get(review)).text
    assert all(title in page for title in ("1. What changed", "3. Improvements", "5. Voices"))

    noted = await send(alice, review, do="note", text="The laptops come late again.", version="1")
    assert noted.status_code == 303, noted.text
    async with db.read() as session:
        (voice,) = (await session.exec(select(Response))).all()
        (origin,) = (await session.exec(select(ResponseOrigin))).all()
    assert origin.channel == "service_review"
    assert voice.comment == "The laptops come late again."

    late = await send(alice, review, do="decision", text="A second supplier", version="1")
    assert late.status_code == 409
    assert "A second supplier</textarea>" in late.text
    await send(alice, review, do="decision", text="A second supplier", version="2")
    found = re.search(r'href="(/improvements/[0-9a-f-]{36})">The improvement', (await alice.http.get(review)).text)
    assert found
    assert "A second supplier" in (await alice.http.get(found[1])).text

    assert f'href="{review}/pack.pdf"' in page
    assert (await charlie.http.get(f"{review}/pack.pdf")).status_code == 404
    printed = await alice.http.get(f"{review}/pack.pdf")
    told = "".join(sheet.extract_text() for sheet in PdfReader(BytesIO(printed.content)).pages)
    deck = Presentation(BytesIO((await alice.http.get(f"{review}/pack.pptx")).content))
    shown = "".join(shape.text_frame.text for slide in deck.slides for shape in slide.shapes if shape.has_text_frame)
    for words in ("Ada, Bea", "The laptops come late again.", "A second supplier", "4. Claims in doubt"):
        assert words.replace(" ", "") in told.replace(" ", "").replace("\n", "")
        assert words in shown

    assert (await charlie.http.get(review)).status_code == 404
    assert (await send(charlie, review, do="note", text="Mine", version="3")).status_code == 404
    assert (await send(charlie, "/reviews", customer="acme", held_on=today)).status_code == 422
