"""An open survey on paper."""

from io import BytesIO

import pytest
from msgspec import structs
from pypdf import PdfReader

from core.db import Database
from surveys.rules.leaflet import qr_svg, spoken
from surveys.service import drafting
from tests.conftest import Visitor
from tests.surveys.questions import survey
from tests.surveys.test_routes_open import publish


async def test_the_leaflet_speaks_both_languages_and_names_the_address(ada: Visitor, db: Database) -> None:
    await publish(db, survey("faces", "words", slug="lunch"))
    for screen in ("en", "zh"):
        page = (await ada.http.get(f"/surveys/mine/leaflet?lang={screen}")).text
        assert "Scan the code with the camera of your phone" in page
        assert "用手机" in page
        assert "http://127.0.0.1:8000/q/lunch" in page
        assert 'src="/surveys/mine/qr.svg"' in page


async def test_the_code_is_a_picture_of_this_very_address(ada: Visitor, db: Database) -> None:
    await publish(db, survey("faces", slug="lunch"))
    answer = await ada.http.get("/surveys/mine/qr.svg")
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert answer.content == qr_svg("http://127.0.0.1:8000/q/lunch") != qr_svg("http://127.0.0.1:8000/q/lunches")
    assert b"style=" not in answer.content
    assert b"<script" not in answer.content


async def test_the_pdf_is_one_tagged_page_in_both_languages(ada: Visitor, db: Database) -> None:
    words = survey("faces", slug="lunch")
    clever = structs.replace(words.title, en='Lunch #read("/etc/passwd") *today*')
    await publish(db, structs.replace(words, title=clever))
    answer = await ada.http.get("/surveys/mine/leaflet.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    paper = PdfReader(BytesIO(answer.content))
    assert len(paper.pages) == 1
    text = " ".join(paper.pages[0].extract_text().split())
    assert 'Lunch#read("/etc/passwd")*today*' in text.replace(" ", ""), "words of people are never code"
    assert "Scan the code with the camera of your phone" in text
    assert "用手机" in text
    assert "http://127.0.0.1:8000/q/lunch" in text
    catalogue = paper.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert "/StructTreeRoot" in catalogue  # type: ignore[operator]


async def test_nothing_is_printed_that_leads_nowhere(ada: Visitor, db: Database) -> None:
    await publish(db, survey("faces"))
    assert (await ada.http.get("/surveys/mine/leaflet")).status_code == 404
    await publish(db, survey("faces", slug="lunch"))
    assert (await ada.http.get("/surveys/mine/leaflet")).status_code == 200
    async with db.write() as session:
        await drafting.set_archived(session, "mine", True)
    assert (await ada.http.get("/surveys/mine/leaflet")).status_code == 404
    assert (await ada.http.get("/surveys/mine/leaflet.pdf")).status_code == 404
    assert (await ada.http.get("/surveys/never-was/qr.svg")).status_code == 404


@pytest.mark.parametrize("page", ["leaflet", "leaflet.pdf", "qr.svg"])
async def test_it_is_for_administrators(alice: Visitor, visitor: Visitor, db: Database, page: str) -> None:
    await publish(db, survey("faces", slug="lunch"))
    assert (await alice.http.get(f"/surveys/mine/{page}")).status_code == 403
    assert (await visitor.http.get(f"/surveys/mine/{page}")).status_code in (303, 401)


def test_only_what_browsers_add_by_themselves_is_left_out_of_the_address() -> None:
    assert spoken("https://ask.example/q/lunch") == "ask.example/q/lunch"
    assert spoken("http://ask.example/q/lunch") == "http://ask.example/q/lunch"
