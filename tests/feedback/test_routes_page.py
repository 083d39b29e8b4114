import re
from typing import Any

import httpx
import pytest
from sqlmodel import select

from core.db import Database
from core.outbox import Fact
from feedback.models import Feedback
from feedback.service.receiving import author_of
from tests.conftest import Visitor

pytestmark = pytest.mark.usefixtures("places")

TYPED = {
    "text": "Nobody told me that the laptop had arrived.",
    "kind": "complaint",
    "service": "laptop",
    "touchpoint": "delivery",
    "functional": "4",
    "emotional": "2",
    "satisfaction": "",
    "name": "Dana Doe",
    "email": "dana@acme.example",
    "closeness": "named",
}


def submission_key(page: httpx.Response) -> str:
    found = re.search(r'name="submission_key" value="([^"]+)"', page.text)
    assert found
    return found[1]


async def stored(db: Database) -> list[Feedback]:
    async with db.read() as session:
        assert len((await session.exec(select(Fact))).all()) == len((await session.exec(select(Feedback))).all())
        return list((await session.exec(select(Feedback))).all())


async def send(visitor: Visitor, **typed: Any) -> httpx.Response:
    return await visitor.http.post("/feedback", data=TYPED | typed)


async def test_opening_the_page_writes_nothing_and_sets_no_cookie(visitor: Visitor, db: Database) -> None:
    page = await visitor.http.get("/feedback")
    assert page.status_code == 200
    assert "set-cookie" not in page.headers
    assert await stored(db) == []


async def test_what_was_typed_is_stored_with_its_author(visitor: Visitor, db: Database) -> None:
    page = await visitor.http.get("/feedback")
    thanks = await send(visitor, submission_key=submission_key(page))
    assert thanks.status_code == 201
    assert "set-cookie" not in thanks.headers
    assert "Your message is stored" in thanks.text
    (row,) = await stored(db)
    assert (row.text, row.kind, row.channel) == (TYPED["text"], "complaint", "web")
    assert (row.author_name, row.author_email, row.language) == ("Dana Doe", "dana@acme.example", "en")
    assert (row.functional, row.emotional, row.satisfaction) == (4, 2, None)
    assert row.service_id
    assert row.touchpoint_id
    assert row.customer_id


async def test_one_box_and_a_kind_are_enough_and_nobody_is_known_by_an_oversight(
    visitor: Visitor, db: Database
) -> None:
    thanks = await visitor.http.post("/feedback", data={"text": "Thank you!", "kind": "compliment"})
    assert thanks.status_code == 201
    assert "This is your receipt" in thanks.text
    assert await stored(db) == []


async def test_with_a_name_and_no_address_nobody_can_answer(visitor: Visitor, db: Database) -> None:
    form = {"text": "Thank you!", "kind": "compliment", "name": "Dana"}
    assert "nobody can answer you" in (await visitor.http.post("/feedback", data=form)).text
    assert len(await stored(db)) == 1


async def test_what_is_chosen_and_what_is_given_have_to_agree(visitor: Visitor, db: Database) -> None:
    named = await send(visitor, closeness="anonymous")
    assert named.status_code == 422
    assert "Take it out, or choose another way" in named.text
    assert 'value="Dana Doe"' in named.text
    unreachable = await send(visitor, closeness="confidential", email="")
    assert unreachable.status_code == 422
    assert "we need a mail address" in unreachable.text
    assert await stored(db) == []


async def test_who_speaks_confidentially_is_known_to_no_reader(visitor: Visitor, db: Database) -> None:
    assert (await send(visitor, closeness="confidential")).status_code == 201
    (row,) = await stored(db)
    assert (row.author_name, row.author_email) == ("", "")
    assert b"dana" not in (row.sealed_author or b"").lower()
    assert author_of(row) == ("Dana Doe", "dana@acme.example")
    assert row.customer_id


async def test_a_double_click_is_thanked_twice_and_stored_once(visitor: Visitor, db: Database) -> None:
    key = submission_key(await visitor.http.get("/feedback"))
    first, second = await send(visitor, submission_key=key), await send(visitor, submission_key=key)
    assert (first.status_code, second.status_code) == (201, 200)
    assert len(await stored(db)) == 1


async def test_going_back_and_writing_something_else_asks_first(visitor: Visitor, db: Database) -> None:
    key = submission_key(await visitor.http.get("/feedback"))
    await send(visitor, submission_key=key)
    again = await send(visitor, submission_key=key, text="And another thing.")
    assert again.status_code == 409
    assert "And another thing." in again.text
    assert submission_key(again) != key
    assert (await send(visitor, submission_key=submission_key(again), text="And another thing.")).status_code == 201
    assert len(await stored(db)) == 2


async def test_a_refused_form_keeps_everything_that_was_typed(visitor: Visitor, db: Database) -> None:
    key = submission_key(await visitor.http.get("/feedback"))
    page = await send(visitor, submission_key=key, email="dana at acme", text="Keep <b>this</b>")
    assert page.status_code == 422
    assert submission_key(page) == key
    assert "Keep &lt;b&gt;this&lt;/b&gt;</textarea>" in page.text
    assert "This does not look like a mail address" in page.text
    assert 'value="dana at acme"' in page.text
    assert 'value="Dana Doe"' in page.text
    for chosen in ("complaint", "4", "2"):
        assert re.search(rf'type="radio"[^>]*value="{chosen}" checked', page.text)
    for chosen in ("laptop", "delivery"):
        assert f'<option value="{chosen}" selected>' in page.text
    assert '<details class="field" open>' in page.text
    assert await stored(db) == []


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"text": " "}, "Please write something first"),
        ({"kind": ""}, "Please choose what kind of message this is"),
        ({"functional": "9"}, "A score is a whole number from 1 to 5"),
        ({"emotional": "٣"}, "A score is a whole number from 1 to 5"),
        ({"service": "fax"}, "This is not known here"),
        ({"text": "x" * 10_001}, "At most 10000 characters, please"),
    ],
)
async def test_it_says_beside_the_field_what_is_wrong(
    visitor: Visitor, db: Database, wrong: dict[str, str], message: str
) -> None:
    page = await send(visitor, **wrong)
    assert page.status_code == 422
    assert page.text.count(message) == 2  # in the summary and at the field
    assert await stored(db) == []


async def test_fields_sent_twice_or_as_a_file_are_no_way_around_the_rules(visitor: Visitor, db: Database) -> None:
    twice = await visitor.http.post(
        "/feedback",
        content="text=a&text=b&kind=rant&kind=complaint",
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    assert twice.status_code == 422
    nul = await visitor.http.post("/feedback", data={"kind": "question"}, files={"text": (None, "a\x00b")})
    assert nul.status_code == 422
    assert await stored(db) == []


async def test_a_link_may_name_the_service_but_stores_nothing(visitor: Visitor, db: Database) -> None:
    page = await visitor.http.get("/feedback", params={"service": "vpn", "kind": "suggestion", "text": "not mine"})
    assert '<option value="vpn" selected>' in page.text
    assert 'value="suggestion" checked' in page.text
    assert "not mine" not in page.text
    assert await stored(db) == []


async def test_a_long_list_of_services_is_left_out(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feedback.routes.page.MOST_SERVICES", 1)
    assert "Which service" not in (await visitor.http.get("/feedback")).text
    page = await visitor.http.get("/feedback", params={"service": "vpn"})
    assert '<option value="vpn" selected>' in page.text
    assert "Laptops" not in page.text


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_the_page_is_small_and_asks_nobody_else(visitor: Visitor, language: str) -> None:
    page = await visitor.http.get("/feedback", params={"lang": language})
    addresses = re.findall(r'(?:src|href)="([^"#?]*)', page.text)
    files = {address for address in addresses if address.startswith("/static/")}
    sizes = [len((await visitor.http.get(address)).content) for address in files]
    assert len(files) == 2
    assert len(page.content) + sum(sizes) < 30_000
    assert not re.search(r"https?://", page.text)
    assert "<script" not in page.text


async def test_it_says_honestly_what_it_is_in_both_languages(visitor: Visitor) -> None:
    english = (await visitor.http.get("/feedback?lang=en")).text
    assert "no name, no account, no network address" in english
    assert "fewer than 5 people" in english
    assert "deleted for good after 365 days" in english
    chinese = (await visitor.http.get("/feedback?lang=zh")).text
    assert "匿名" in chinese
    assert '<html lang="zh-Hans">' in chinese
    assert "What would you like" not in chinese


async def test_the_words_stand_in_no_log(
    visitor: Visitor, caplog: pytest.LogCaptureFixture, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("canary words")

    await send(visitor, text="canary words")
    monkeypatch.setattr("feedback.service.receiving.insert_new", broken)
    failed = await send(visitor, text="canary words")
    assert failed.status_code == 500
    assert "canary" not in caplog.text + failed.text
