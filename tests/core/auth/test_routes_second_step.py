"""The second step: set up, asked for, used once, lost and found."""

import asyncio
import re
from datetime import UTC, datetime

import httpx
import pyotp
import pytest
import time_machine

from core.auth import service as auth
from core.auth.models import Role
from core.auth.queries import user_by_email
from core.auth.rules import matching_step
from core.db import Database
from core.errors import NotSignedIn
from core.requests import SESSION_COOKIE
from core.settings import settings
from tests.conftest import PASSWORD, Visitor

ALICE = "alice@touchstone.example"
INSIDE = "/feedback/inbox"
NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)


async def post(who: Visitor, path: str, **form: str) -> httpx.Response:
    await who.http.get("/sign-in")
    return await who.http.post(path, data={"_csrf_token": who.http.cookies["csrftoken"], **form})


async def set_up(who: Visitor) -> tuple[pyotp.TOTP, list[str]]:
    page = (await post(who, "/account/second-step")).text
    found = re.search(r'class="secret">([A-Z2-7 ]+)<', page)
    assert found
    totp = pyotp.TOTP(found[1].replace(" ", ""))
    shown = (await post(who, "/account/second-step/confirm", code=totp.now())).text
    return totp, re.findall(r"<code>([a-z0-9]{5}-[a-z0-9]{5})</code>", shown)


async def is_inside(who: Visitor) -> bool:
    return (await who.http.get(INSIDE)).status_code == 200


async def test_the_password_alone_opens_nothing_any_more(alice: Visitor, visitor: Visitor) -> None:
    with time_machine.travel(NOON, tick=False):
        totp, codes = await set_up(alice)
        assert len(set(codes)) == 10
        half = await visitor.sign_in(ALICE)
        assert half.headers["location"].startswith("/sign-in/second-step")
        assert not await is_inside(visitor)
        first = visitor.http.cookies[SESSION_COOKIE]
    with time_machine.travel(NOON.replace(minute=1), tick=False):
        whole = await post(visitor, "/sign-in/second-step", code=totp.now(), next="/flow")
        assert (whole.status_code, whole.headers["location"]) == (303, "/flow")
        assert await is_inside(visitor)
        assert visitor.http.cookies[SESSION_COOKIE] != first
        visitor.http.cookies.set(SESSION_COOKIE, first)
        assert not await is_inside(visitor)


async def test_a_code_opens_once(alice: Visitor, visitor: Visitor) -> None:
    with time_machine.travel(NOON, tick=False):
        totp, _codes = await set_up(alice)
        await visitor.sign_in(ALICE)
        refused = await post(visitor, "/sign-in/second-step", code=totp.now())
        assert refused.status_code == 401  # it confirmed the set-up a moment ago
    with time_machine.travel(NOON.replace(minute=2), tick=False):
        assert (await post(visitor, "/sign-in/second-step", code=totp.now())).status_code == 303


async def test_of_two_who_use_a_code_in_the_same_moment_one_comes_in(alice: Visitor, db: Database) -> None:
    with time_machine.travel(NOON, tick=False):
        totp, _codes = await set_up(alice)
    with time_machine.travel(NOON.replace(minute=2), tick=False):
        async with db.write() as session:
            halves = [await auth.sign_in(session, ALICE, PASSWORD) for _ in range(2)]

        async def finish(cookie: str) -> bool:
            try:
                async with db.write() as session:
                    await auth.second_step(session, cookie, totp.now())
            except NotSignedIn:
                return False
            return True

        assert sorted(await asyncio.gather(*(finish(half.cookie) for half in halves))) == [False, True]


async def test_a_recovery_code_opens_once(alice: Visitor, visitor: Visitor) -> None:
    _totp, codes = await set_up(alice)
    for status in (303, 401):
        visitor.http.cookies.clear()
        await visitor.sign_in(ALICE)
        typed = codes[0].upper().replace("-", " ")
        assert (await post(visitor, "/sign-in/second-step", code=typed)).status_code == status
    assert "9 recovery codes left" in (await alice.http.get("/account")).text


async def test_guessing_is_slowed_down_for_the_account_and_nobody_else(
    alice: Visitor, bob: Visitor, visitor: Visitor
) -> None:
    await set_up(alice)
    await visitor.sign_in(ALICE)
    answers = [(await post(visitor, "/sign-in/second-step", code="000000")).status_code for _ in range(12)]
    assert answers[-1] == 429
    assert (await post(bob, "/account/second-step/confirm", code="000000")).status_code != 429


async def test_turning_it_off_takes_the_password(alice: Visitor, visitor: Visitor) -> None:
    await set_up(alice)
    assert (await post(alice, "/account/second-step/off", password="wrong")).status_code == 422
    assert (await post(alice, "/account/second-step/off", password=PASSWORD)).status_code == 303
    assert (await visitor.sign_in(ALICE)).headers["location"] == "/"


async def test_an_administrator_may_have_to_set_it_up_first(
    visitor: Visitor, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOUCHSTONE_ADMIN_SECOND_STEP", "true")
    settings.cache_clear()
    async with db.write() as session:
        await auth.add_user(session, "root@touchstone.example", PASSWORD, Role.ADMIN, [])
    await visitor.sign_in("root@touchstone.example")
    sent = await visitor.http.get("/surveys")
    assert (sent.status_code, sent.headers["location"]) == (303, "/account")
    assert (await visitor.http.get("/users", headers={"Accept": "application/json"})).status_code == 403
    await set_up(visitor)
    assert (await visitor.http.get("/surveys")).status_code == 200
    refused = await post(visitor, "/account/second-step/off", password=PASSWORD)
    assert refused.status_code in (303, 422)


async def test_who_lost_the_telephone_is_let_in_by_an_administrator(
    alice: Visitor, visitor: Visitor, db: Database
) -> None:
    await set_up(alice)
    async with db.write() as session:
        await auth.add_user(session, "root@touchstone.example", PASSWORD, Role.ADMIN, [])
        lost = await user_by_email(session, ALICE)
    assert lost
    await visitor.sign_in("root@touchstone.example")
    reset = await post(visitor, f"/users/{lost.id}/second-step/off")
    assert "is off, and they were signed out" in (await visitor.http.get(reset.headers["location"])).text
    log = (await visitor.http.get("/audit?what=auth.second_step_off")).text
    assert f'<span title="{lost.id}">{ALICE}</span>' in log
    assert not await is_inside(alice), "whoever found the telephone does not stay inside"
    await alice.sign_in(ALICE)
    assert await is_inside(alice)


async def test_the_database_keeps_no_secret_in_plain(alice: Visitor, db: Database) -> None:
    totp, codes = await set_up(alice)
    async with db.read() as session:
        user = await user_by_email(session, ALICE)
        assert user
        assert user.sealed_totp
        assert totp.secret.encode() not in user.sealed_totp
        kept = repr((await (await session.connection()).exec_driver_sql("SELECT * FROM auth_recovery_code")).all())
    assert not any(code in kept or code.replace("-", "") in kept for code in codes)


def test_a_neighbouring_step_fits_and_a_used_or_far_one_does_not() -> None:
    secret, at = pyotp.random_base32(), 1_750_000_000.0
    step = int(at) // 30
    code = pyotp.TOTP(secret).generate_otp(step)
    assert matching_step(secret, f" {code[:3]} {code[3:]} ", at, 0) == step
    assert matching_step(secret, code, at + 30, 0) == step
    assert matching_step(secret, code, at, step) is None
    assert matching_step(secret, code, at + 90, 0) is None
    assert matching_step(secret, "", at, 0) is None
    assert matching_step(secret, "１２３４５６", at, 0) is None
