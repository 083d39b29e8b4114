import re
from datetime import timedelta

import httpx
import pytest
import time_machine
from sqlmodel import select

from core.auth import service as auth
from core.auth.budget import Budget
from core.auth.models import Role, User, UserSession
from core.auth.queries import user_by_email
from core.auth.rules import SESSION_LENGTH
from core.auth.service.passwords import hasher
from core.clock import now
from core.db import Database
from core.requests import SESSION_COOKIE, session_cookie
from core.settings import settings
from tests.conftest import PASSWORD, Visitor

ALICE = "alice@touchstone.example"
INSIDE = "/feedback/inbox"


@pytest.fixture
async def account(db: Database) -> None:
    async with db.write() as session:
        await auth.add_user(session, ALICE, PASSWORD, Role.MANAGER, ["acme"])


async def is_inside(who: Visitor) -> bool:
    return (await who.http.get(INSIDE)).status_code == 200


async def found(db: Database) -> User:
    async with db.read() as session:
        user = await user_by_email(session, ALICE)
    assert user
    return user


async def token_of(who: Visitor) -> str:
    await who.http.get("/sign-in")
    return who.http.cookies["csrftoken"]


async def post_form(who: Visitor, **form: str) -> httpx.Response:
    return await who.http.post("/sign-in", data={"_csrf_token": await token_of(who), **form})


async def test_alice_comes_in_and_goes_out_again(visitor: Visitor, account: None) -> None:
    assert not await is_inside(visitor)
    welcome = await visitor.sign_in(" ALICE@touchstone.example ")
    assert (welcome.status_code, welcome.headers["location"]) == (303, "/")
    assert await is_inside(visitor)
    goodbye = await visitor.http.post("/sign-out", data={"_csrf_token": await token_of(visitor)})
    assert (goodbye.status_code, goodbye.headers["location"]) == (303, "/sign-in")
    assert not await is_inside(visitor)


async def test_a_session_that_was_signed_out_is_gone_for_good(visitor: Visitor, account: None, db: Database) -> None:
    await visitor.sign_in(ALICE)
    stolen = visitor.http.cookies[SESSION_COOKIE]
    await visitor.http.post("/sign-out", data={"_csrf_token": await token_of(visitor)})
    visitor.http.cookies.set(SESSION_COOKIE, stolen)
    assert not await is_inside(visitor)
    async with db.read() as session:
        assert (await session.exec(select(UserSession))).all() == []


async def test_the_database_keeps_no_cookie_and_no_password(visitor: Visitor, account: None, db: Database) -> None:
    await visitor.sign_in(ALICE)
    async with db.read() as session:
        row = (await session.exec(select(UserSession))).one()
    assert visitor.http.cookies[SESSION_COOKIE] not in row.token_hash
    assert PASSWORD not in (await found(db)).password_hash


async def test_a_wrong_password_looks_like_an_unknown_address(
    visitor: Visitor, account: None, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    checks: list[str] = []
    verify = hasher.verify.__func__  # type: ignore[attr-defined]
    monkeypatch.setattr(type(hasher), "verify", lambda *given: checks.append(given[1]) or verify(*given))
    answers = {}
    for email in (ALICE, "nobody@touchstone.example"):
        answer = await post_form(visitor, email=email, password="wrong")
        answers[email] = (answer.status_code, answer.text.replace(email, "X"))
    assert len(set(answers.values())) == 1
    assert answers[ALICE][0] == 401
    assert len(checks) == 2  # both cost one comparison of passwords


async def test_a_disabled_account_looks_like_a_wrong_password(visitor: Visitor, account: None, db: Database) -> None:
    wrong = await post_form(visitor, email=ALICE, password="wrong")
    async with db.write() as session:
        await auth.disable(session, await found(db))
    right = await post_form(visitor, email=ALICE, password=PASSWORD)
    assert (right.status_code, right.text) == (wrong.status_code, wrong.text)


async def test_e4_a_new_password_ends_every_session(visitor: Visitor, account: None, db: Database) -> None:
    await visitor.sign_in(ALICE)
    async with db.write() as session:
        await auth.set_password(session, await found(db), "another long password")
    assert not await is_inside(visitor)
    assert (await visitor.sign_in(ALICE)).status_code == 401
    assert (await visitor.sign_in(ALICE, "another long password")).status_code == 303


async def test_e4_a_new_role_ends_every_session(visitor: Visitor, account: None, db: Database) -> None:
    await visitor.sign_in(ALICE)
    async with db.write() as session:
        await auth.change_role(session, await found(db), Role.MANAGER, ["globex"])
    assert not await is_inside(visitor)
    assert (await visitor.sign_in(ALICE)).status_code == 303


async def test_e4_a_disabled_account_ends_every_session(visitor: Visitor, account: None, db: Database) -> None:
    await visitor.sign_in(ALICE)
    async with db.write() as session:
        await auth.disable(session, await found(db))
    assert not await is_inside(visitor)


async def test_e4_a_revoked_token_opens_nothing(visitor: Visitor, db: Database) -> None:
    async with db.write() as session:
        visitor.http.headers["Authorization"] = f"Bearer {await auth.add_token(session, 'boss', Role.ADMIN, [])}"
    assert (await visitor.http.get("/api/v1/feedback")).status_code == 200
    async with db.write() as session:
        await auth.revoke_token(session, "boss")
    assert (await visitor.http.get("/api/v1/feedback")).status_code == 401


async def test_e4_the_session_is_a_new_one_at_every_sign_in(visitor: Visitor, account: None) -> None:
    visitor.http.cookies.set(SESSION_COOKIE, "planted-by-somebody-else")
    first = await visitor.sign_in(ALICE)
    second = await visitor.sign_in(ALICE)
    assert len({first.cookies[SESSION_COOKIE], second.cookies[SESSION_COOKIE], "planted-by-somebody-else"}) == 3


async def test_e4_a_session_ends_by_itself(visitor: Visitor, account: None) -> None:
    await visitor.sign_in(ALICE)
    with time_machine.travel(now() + SESSION_LENGTH + timedelta(seconds=1)):
        assert not await is_inside(visitor)


async def test_e4_signing_out_takes_a_post_with_the_form_token(visitor: Visitor, account: None) -> None:
    await visitor.sign_in(ALICE)
    assert (await visitor.http.get("/sign-out")).status_code == 405
    assert (await visitor.http.post("/sign-out")).status_code == 403
    assert (await visitor.http.post("/sign-out", data={"_csrf_token": "guess"})).status_code == 403
    assert await is_inside(visitor)


async def test_signing_in_takes_the_form_token(visitor: Visitor, account: None) -> None:
    await visitor.http.get("/sign-in")
    refused = await visitor.http.post("/sign-in", data={"email": ALICE, "password": PASSWORD})
    assert refused.status_code == 403
    assert "The form has expired" in refused.text
    assert SESSION_COOKIE not in visitor.http.cookies


OFF_SITE = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example/",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\nSet-Cookie: a=b",
    "javascript:alert(1)",
    "evil.example",
    "",
    " //evil.example",
    "/\u2028/evil.example",
]


@pytest.mark.parametrize("aim", OFF_SITE)
async def test_f7_nobody_is_sent_off_the_site(visitor: Visitor, account: None, aim: str) -> None:
    answer = await post_form(visitor, email=ALICE, password=PASSWORD, next=aim)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    form = await visitor.http.get("/sign-in", params={"next": aim})
    assert '<input type="hidden" name="next" value="/">' in form.text


async def test_after_signing_in_alice_is_where_she_wanted_to_be(visitor: Visitor, account: None) -> None:
    sent = await visitor.http.get("/feedback/inbox?cursor=&lang=en")
    assert sent.status_code == 303
    form = await visitor.http.get(sent.headers["location"])
    aim = re.search(r'name="next" value="([^"]+)"', form.text)
    assert aim
    answer = await post_form(visitor, email=ALICE, password=PASSWORD, next=aim[1].replace("&amp;", "&"))
    assert answer.headers["location"] == "/feedback/inbox?cursor=&lang=en"


async def test_tries_are_counted_by_address_and_by_who_asks(
    visitor: Visitor, site: httpx.ASGITransport, account: None
) -> None:
    site.app.state.sign_in_budget = Budget("30/5minutes")  # type: ignore[attr-defined]
    statuses = [(await post_form(visitor, email=ALICE, password="wrong")).status_code for _ in range(4)]
    assert statuses == [401, 401, 401, 429]
    busy = await post_form(visitor, email=ALICE.upper(), password=PASSWORD)
    assert busy.status_code == 429
    assert "Too many tries" in busy.text
    assert SESSION_COOKIE not in visitor.http.cookies
    assert (await post_form(visitor, email="bob@touchstone.example", password="wrong")).status_code == 401


async def test_one_sender_cannot_try_many_addresses(visitor: Visitor, site: httpx.ASGITransport, account: None) -> None:
    site.app.state.sign_in_budget = Budget("10/5minutes")  # type: ignore[attr-defined]
    tries = [await post_form(visitor, email=f"user{n}@x.example", password="wrong") for n in range(11)]
    assert [answer.status_code for answer in tries] == [401] * 10 + [429]


async def test_a_password_of_a_megabyte_is_only_wrong(visitor: Visitor, account: None) -> None:
    assert (await post_form(visitor, email=ALICE, password="x" * 1_000_000)).status_code == 401


async def test_a_missing_field_is_a_wrong_password_and_no_crash(visitor: Visitor) -> None:
    assert (await post_form(visitor)).status_code == 401


@pytest.mark.parametrize(("address", "secure"), [("http://127.0.0.1:8000", False), ("https://voice.example", True)])
def test_the_cookie_cannot_be_read_or_sent_along(monkeypatch: pytest.MonkeyPatch, address: str, secure: bool) -> None:
    monkeypatch.setenv("TOUCHSTONE_BASE_URL", address)
    settings.cache_clear()
    cookie = session_cookie("secret")
    assert (cookie.httponly, cookie.samesite, cookie.secure, cookie.max_age) == (True, "lax", secure, None)


async def test_the_sign_in_page_speaks_chinese(visitor: Visitor) -> None:
    page = await visitor.http.get("/sign-in", headers={"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"})
    assert "登录" in page.text
    assert "Sign in" not in page.text


async def test_the_address_typed_is_kept_and_never_obeyed(visitor: Visitor) -> None:
    answer = await post_form(visitor, email='"><script>alert(1)</script>', password="wrong")
    assert "<script>" not in answer.text
    assert "&#34;&gt;&lt;script&gt;" in answer.text
