"""The form behind a link: what it shows, what it stores, what it never gives away."""

import asyncio
import re
from collections import defaultdict
from datetime import timedelta
from math import exp, log
from statistics import mean, median
from time import perf_counter

import httpx
import pytest
import time_machine
from scipy.stats import ttest_ind
from sqlalchemy import event
from sqlmodel import select

from core import ids
from core.clock import now
from core.db import Database
from core.pages import STATIC
from core.settings import settings
from surveys.models import Invitation, InvitationLink, Response
from tests.conftest import Visitor
from tests.surveys.story import link, rows

KEY = re.compile(r'name="submission_key" value="([^"]+)"')
SAID = {"functional": "2", "emotional": "1", "satisfaction": "3", "lost_time": "40", "comment": "nobody called back"}


async def opened(visitor: Visitor, token: str, query: str = "", **headers: str) -> httpx.Response:
    return await visitor.http.get(f"/s/{token}{query}", headers=headers)


async def sent(visitor: Visitor, token: str, query: str = "", **form: str) -> httpx.Response:
    return await visitor.http.post(f"/s/{token}{query}", data={"submission_key": "one-key-for-one-form", **form})


def ticked(page: httpx.Response) -> set[tuple[str, str]]:
    return set(re.findall(r'<input type="radio"[^>]* name="(\w+)" value="(\w*)" checked', page.text))


async def test_the_form_asks_in_the_persons_language_and_says_what_becomes_of_the_answer(
    visitor: Visitor, db: Database, survey: None
) -> None:
    page = await opened(visitor, await link(db, language="zh", summary="打印机坏了"))
    assert page.status_code == 200
    assert '<html lang="zh-Hans">' in page.text
    for said in (
        "打印机坏了",
        "保密，但不是匿名",
        "至少 5 人才展示数字，至少 8 人才展示留言",
        "整个过程给您的感受如何？",
    ):
        assert said in page.text
    assert page.text.index("保密") < page.text.index('name="functional"')


@pytest.mark.parametrize(
    ("known", "query", "accept", "shown"),
    [
        ("zh", "", "en", "zh-Hans"),
        ("en", "", "zh", "en"),
        ("zh", "?lang=en", "zh", "en"),
        (None, "", "zh-CN,zh;q=0.9", "zh-Hans"),
        (None, "", "fr", "en"),
        ("de", "", "zh", "zh-Hans"),
        ("zh", "?lang=xx", "en", "zh-Hans"),
    ],
)
async def test_the_language_is_the_one_asked_for_else_the_persons_else_the_browsers(
    visitor: Visitor, db: Database, survey: None, known: str | None, query: str, accept: str, shown: str
) -> None:
    page = await opened(visitor, await link(db, language=known), query, **{"Accept-Language": accept})
    assert f'<html lang="{shown}">' in page.text


async def test_another_language_keeps_what_the_address_selected(visitor: Visitor, db: Database, survey: None) -> None:
    page = await opened(visitor, await link(db), "?satisfaction=4&lost_time=40")
    other = re.search(r'href="(\?lang=zh[^"]*)"', page.text)
    assert other
    again = await visitor.http.get(str(page.url.join(other[1].replace("&amp;", "&"))))
    assert '<html lang="zh-Hans">' in again.text
    assert ticked(again) == {("satisfaction", "4"), ("lost_time", "40")}


async def test_opening_writes_nothing(visitor: Visitor, db: Database, survey: None) -> None:
    token = await link(db)
    written = list[str]()

    def listen(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.split(maxsplit=1)[0] in ("INSERT", "UPDATE", "DELETE"):
            written.append(statement)

    event.listen(db.engine.sync_engine, "before_cursor_execute", listen)
    for query in ("", "?satisfaction=4", "?lang=zh"):
        assert (await opened(visitor, token, query)).status_code == 200
    assert written == []


async def test_a2_score_in_mail_is_only_a_prefill(visitor: Visitor, db: Database, survey: None) -> None:
    token = await link(db)
    pages = await asyncio.gather(*(opened(visitor, token, f"?satisfaction={score}") for score in range(11)))
    assert {page.status_code for page in pages} == {200}
    assert [ticked(page) for page in pages] == [{("satisfaction", str(n))} if 1 <= n <= 5 else set() for n in range(11)]
    assert await rows(db, Response) == []
    [invitation] = await rows(db, Invitation)
    assert invitation.answered_at is None


async def test_the_address_never_fills_in_words(visitor: Visitor, db: Database, survey: None) -> None:
    page = await opened(visitor, await link(db), "?comment=I+love+it&contact=1&submission_key=mine")
    assert "I love it" not in page.text
    assert "checked" not in page.text
    assert "mine" not in KEY.findall(page.text)


async def test_a11_the_page_leaks_nothing(visitor: Visitor, db: Database, survey: None) -> None:
    token = await link(db)
    page = await opened(visitor, token)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in page.headers
    assert token not in page.text
    addresses = re.findall(r'(?:href|src|action)="([^"]*)"', page.text)
    assert addresses
    assert all(address.startswith(("/static/", "?lang=", "#")) for address in addresses)
    assert re.findall(r"<script(?! src=\"/static/)", page.text) == []


async def test_everything_the_form_needs_stays_under_30_kilobytes(visitor: Visitor, db: Database, survey: None) -> None:
    page = await opened(visitor, await link(db, language="zh", summary="网" * 200))
    files = set(re.findall(r'"/static/([^"?]+)', page.text))
    assert "public.css" in files
    assert len(page.content) + sum((STATIC / name).stat().st_size for name in files) < 30_000


async def test_an_answer_is_stored_once_and_thanked_for(visitor: Visitor, db: Database, survey: None) -> None:
    token = await link(db)
    page = await sent(visitor, token, **SAID, contact="1")
    assert page.status_code == 200
    assert "Thank you" in page.text
    assert "Set-Cookie" not in page.headers
    [response] = await rows(db, Response)
    assert response.confirmation in page.text
    assert {entry["question"]: entry["value"] for entry in response.answers} == {
        "functional": 2,
        "emotional": 1,
        "satisfaction": 3,
        "lost_time": "40",
        "contact": True,
    }
    assert (response.comment, response.may_contact, response.language) == ("nobody called back", True, "en")


async def test_a_double_click_and_a_reload_are_confirmed_alike(visitor: Visitor, db: Database, survey: None) -> None:
    token = await link(db)
    pages = await asyncio.gather(*(sent(visitor, token, **SAID) for _ in range(5)))
    pages.append(await sent(visitor, token, **SAID))
    assert {page.status_code for page in pages} == {200}
    assert len({page.text for page in pages}) == 1
    assert len(await rows(db, Response)) == 1


async def test_a_spent_link_is_explained_and_stores_nothing(visitor: Visitor, db: Database, survey: None) -> None:
    token = await link(db)
    await sent(visitor, token, **SAID)
    for form in ({**SAID, "functional": "5"}, {**SAID, "submission_key": "another form"}, {"functional": "77"}):
        page = await sent(visitor, token, **form)
        assert page.status_code == 409
        assert "answered already" in page.text
        assert "was not stored" in page.text
    [response] = await rows(db, Response)
    assert response.answers[0]["value"] == 2


async def test_opening_a_spent_link_says_that_the_answer_arrived(visitor: Visitor, db: Database, survey: None) -> None:
    token = await link(db)
    await sent(visitor, token, **SAID)
    page = await opened(visitor, token, "?lang=zh")
    assert page.status_code == 200
    assert "已经回答过了" in page.text
    assert "<form" not in page.text
    assert "nobody called back" not in page.text


async def test_a_bad_answer_comes_back_with_everything_that_was_given(
    visitor: Visitor, db: Database, survey: None
) -> None:
    token = await link(db)
    long = "<b>slow</b> & late " * 120
    page = await sent(visitor, token, functional="9", emotional="2", lost_time="150", comment=long, contact="1")
    assert page.status_code == 422
    assert ticked(page) == {("emotional", "2"), ("lost_time", "150")}
    assert "&lt;b&gt;slow&lt;/b&gt; &amp; late" in page.text
    assert "<b>slow" not in page.text
    assert re.search(r'name="contact" value="1" checked', page.text)
    assert KEY.findall(page.text) == ["one-key-for-one-form"]
    for key in ("functional", "comment"):
        assert f'<a href="#f-{key}">' in page.text
        assert f'id="f-{key}-error"' in page.text
    assert "<title>Error:" in page.text
    assert await rows(db, Response) == []
    assert (await sent(visitor, token, **SAID)).status_code == 200


async def test_an_empty_form_is_asked_for_a_word(visitor: Visitor, db: Database, survey: None) -> None:
    page = await sent(visitor, await link(db), "?lang=zh", comment="  ")
    assert page.status_code == 422
    assert "请至少回答一个问题，或写几句话。" in page.text


async def test_a_form_without_its_key_is_asked_for_again(visitor: Visitor, db: Database, survey: None) -> None:
    page = await sent(visitor, await link(db), **SAID | {"submission_key": ""})
    assert page.status_code == 422
    assert "send it once more" in page.text
    assert KEY.findall(page.text)
    assert "nobody called back" in page.text


async def test_e2_fields_that_are_no_question_change_nothing(visitor: Visitor, db: Database, survey: None) -> None:
    extra = {"id": "x", "ticket_id": "x", "score": "9999", "sentiment": "positive", "answers": "[]", "may_contact": "1"}
    assert (await sent(visitor, await link(db), **SAID, **extra)).status_code == 200
    [response] = await rows(db, Response)
    assert not response.may_contact
    assert len(response.answers) == 4


async def test_f2_words_of_the_ticket_are_shown_as_words(visitor: Visitor, db: Database, survey: None) -> None:
    page = await opened(visitor, await link(db, summary="<script>alert(1)</script> {{ 7*7 }}"))
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7*7 }}" in page.text


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"submission_key=k&functional=4&comment=%00", "application/x-www-form-urlencoded"),
        (b"submission_key=k&functional=4&comment=" + b"x" * 300_000, "application/x-www-form-urlencoded"),
        (b'{"functional": 4}', "application/json"),
        (b"\xff\xfe", "text/plain"),
        (b"", "multipart/form-data"),
    ],
)
async def test_what_is_no_form_is_refused(
    visitor: Visitor, db: Database, survey: None, content: bytes, kind: str
) -> None:
    token = await link(db)
    page = await visitor.http.post(f"/s/{token}", content=content, headers={"Content-Type": kind})
    assert 400 <= page.status_code < 500
    assert await rows(db, Response) == []


async def _near_misses(token: str) -> list[str]:
    flipped = [token[:i] + ("A" if token[i] != "A" else "B") + token[i + 1 :] for i in range(len(token))]
    return [*flipped, token[:-1], token + "A", token.swapcase(), token[::-1], ids.keyed_hash("invitation", token)]


async def test_a5_forged_token(visitor: Visitor, db: Database, survey: None, monkeypatch: pytest.MonkeyPatch) -> None:
    token = await link(db)
    expired = await link(db, "INC-2")
    async with db.write() as session:
        old = (await session.exec(select(Invitation).order_by(Invitation.id.desc()))).first()  # type: ignore[attr-defined]
        assert old
        old.expires_at = now() - timedelta(seconds=1)
        session.add(old)
    monkeypatch.setenv("TOUCHSTONE_SECRET_KEY", "another secret key that signs nothing here")
    settings.cache_clear()
    other_key = await link(db, "INC-3")
    monkeypatch.undo()
    settings.cache_clear()
    forged = [*await _near_misses(token), expired, other_key, "eyJhbGciOiJub25lIn0.e30.", "x" * 5000, "%F0%9F%98%80"]
    answers = [await opened(visitor, one) for one in forged] + [await sent(visitor, one, **SAID) for one in forged]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert await rows(db, Response) == []


async def test_a_link_ends_when_its_time_is_over(visitor: Visitor, db: Database, survey: None) -> None:
    token = await link(db)
    with time_machine.travel(now() + timedelta(days=14, seconds=1), tick=False):
        assert (await opened(visitor, token)).status_code == 404
        assert (await sent(visitor, token, **SAID)).status_code == 404
    assert (await opened(visitor, token)).status_code == 200


async def test_an_invitation_that_was_taken_back_opens_nothing(visitor: Visitor, db: Database, survey: None) -> None:
    token = await link(db)
    async with db.write() as session:
        invitation = (await session.exec(select(Invitation))).one()
        invitation.asked = False
        session.add(invitation)
    assert (await opened(visitor, token)).status_code == 404


async def test_a9_no_enumeration(visitor: Visitor, db: Database, survey: None) -> None:
    """Guesses: one status and size, a near miss takes no longer than a wild one, and before long there is no answer.

    Taken in turn, so that what else the machine does weighs on both alike, and compared by the medians of tens
    (Welch). `python -m bench.guessing` does so with 20,000.
    """
    token = await link(db)
    near = await _near_misses(token)
    took: dict[bool, list[float]] = {True: [], False: []}
    seen = defaultdict[int, set[int]](set)
    for number in range(600):
        is_near = number % 2 == 0
        start = perf_counter()
        answer = await opened(visitor, near[number // 2 % len(near)] if is_near else ids.new_secret())
        seen[answer.status_code].add(len(answer.content))
        if answer.status_code == 404:
            took[is_near].append(perf_counter() - start)
    assert seen.keys() == {404, 429}
    assert {len(sizes) for sizes in seen.values()} == {1}
    assert len(took[True]) + len(took[False]) == 300
    tens = {kind: [log(median(times[i : i + 10])) for i in range(0, 150, 10)] for kind, times in took.items()}
    welch = ttest_ind(tens[True], tens[False], equal_var=False)
    ratio = exp(mean(tens[True]) - mean(tens[False]))
    assert welch.pvalue > 1e-4 or 0.8 < ratio < 1.25, f"a near miss takes {ratio:.2f} times as long"
    assert (await opened(visitor, token)).status_code == 200, "whoever holds a link gets in, from the same address too"


async def test_a9_neither_links_nor_rows_behind_them_follow_from_each_other(db: Database, survey: None) -> None:
    tokens = [await link(db, f"INC-{number}") for number in range(20)]
    assert len({token[:6] for token in tokens}) == len(tokens)
    kept = {row.token_hash for row in await rows(db, InvitationLink)}
    assert not kept & set(tokens)
    assert sorted(tokens) != tokens
