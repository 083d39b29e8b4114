"""An open survey on a device that many use."""

import re

from core.db import Database
from surveys.models import Response
from tests.conftest import Visitor
from tests.surveys.questions import survey
from tests.surveys.story import rows
from tests.surveys.test_routes_open import publish

SAID = {"faces": "4", "words": "my own words"}


async def test_it_stores_an_answer_and_goes_back_without_a_script(visitor: Visitor, db: Database) -> None:
    await publish(db, survey("faces", "words", slug="lunch"))
    thanks = await visitor.http.post("/kiosk/lunch?lang=zh", data={"submission_key": "a", **SAID})
    assert '<noscript><meta http-equiv="refresh" content="15;url=/kiosk/lunch"></noscript>' in thanks.text
    [response] = await rows(db, Response)
    assert response.comment == "my own words"
    assert response.confirmation not in thanks.text
    again = await visitor.http.post("/kiosk/lunch", data={"submission_key": "a", "faces": "5"})
    assert again.status_code == 409
    assert 'content="15;url=/kiosk/lunch"' in again.text


async def test_nothing_of_the_former_person_is_left(visitor: Visitor, db: Database) -> None:
    await publish(db, survey("faces", "words", slug="lunch"))
    sent = await visitor.http.post("/kiosk/lunch", data={"submission_key": "a", **SAID})
    page = await visitor.http.get("/kiosk/lunch")
    for shown in (sent, page):
        assert "my own words" not in shown.text
        assert " checked" not in shown.text
        assert shown.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in shown.headers
    assert 'autocomplete="off" data-draft=""' in page.text
    keys = [
        re.search(r'name="submission_key" value="([^"]+)"', one.text)
        for one in (page, await visitor.http.get("/kiosk/lunch"))
    ]
    assert len({one[1] for one in keys if one}) == 2


async def test_what_is_wrong_is_said_with_everything_kept(visitor: Visitor, db: Database) -> None:
    await publish(db, survey("faces", "words", slug="lunch"))
    page = await visitor.http.post("/kiosk/lunch", data={"submission_key": "a", "faces": "7", "words": "my own words"})
    assert page.status_code == 422
    assert "my own words" in page.text
    assert (await visitor.http.get("/kiosk/never-was")).status_code == 404
