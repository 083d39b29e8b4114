"""Who may come in: an administrator adds, changes, shuts out; Charlie may do none of it."""

import asyncio
import re
from collections.abc import AsyncIterator
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from core.audit.queries import entries
from core.auth import service as auth
from core.auth.models import Role, User
from core.auth.queries import user_by_email
from core.db import Database, upsert
from core.ids import ordered_id
from journeys.models import Customer
from tests.conftest import PASSWORD, Visitor, _browser

DANA = "dana@touchstone.example"


@pytest.fixture
async def root(db: Database, site: httpx.ASGITransport) -> AsyncIterator[Visitor]:
    """The administrator, in an installation with two customers."""
    async with db.write() as session:
        await auth.add_user(session, "root@touchstone.example", PASSWORD, Role.ADMIN, [])
        rows = [{"id": ordered_id(), "key": key, "name": key.title()} for key in ("acme", "globex")]
        await upsert(session, Customer, rows, ["key"], ["name"])
    person = Visitor(_browser(site))
    await person.sign_in("root@touchstone.example")
    yield person
    await person.http.aclose()


async def post(who: Visitor, path: str, **form: object) -> httpx.Response:
    await who.http.get("/sign-in")
    return await who.http.post(path, data={"_csrf_token": who.http.cookies["csrftoken"], **form})


async def account(db: Database, email: str) -> User:
    async with db.read() as session:
        found = await user_by_email(session, email)
    assert found
    return found


async def add(root: Visitor, **form: object) -> httpx.Response:
    return await post(root, "/users", **{"email": DANA, "role": "manager", "customer": ["acme"], **form})


def link_in(page: str) -> str:
    found = re.search(r"http://[^<\s]+(/password/[\w-]+)", page)
    assert found
    return found[1]


async def choose(who: Visitor, link: str, password: str, again: str = "") -> httpx.Response:
    return await post(who, link, password=password, again=again or password)


async def test_somebody_is_added_and_chooses_a_password_once(root: Visitor, visitor: Visitor, db: Database) -> None:
    link = link_in((await add(root)).text)
    assert (await visitor.http.get(link)).status_code == 200
    assert (await choose(visitor, link, "short")).status_code == 422
    assert (await choose(visitor, link, PASSWORD, "something else entirely")).status_code == 422
    assert (await choose(visitor, link, PASSWORD)).status_code == 303
    assert (await visitor.http.get(link)).status_code == 404
    assert (await choose(visitor, link, "another long password")).status_code == 404
    assert (await visitor.sign_in(DANA)).status_code == 303
    assert (await account(db, DANA)).customers == ["acme"]


async def test_an_account_without_a_password_cannot_be_entered_with_any(root: Visitor, visitor: Visitor) -> None:
    await add(root)
    for guess in ("", "nobody has this password", PASSWORD):
        assert (await visitor.sign_in(DANA, guess)).status_code == 401


async def test_a_newer_link_ends_the_one_before(root: Visitor, visitor: Visitor, db: Database) -> None:
    old = link_in((await add(root)).text)
    new = link_in((await post(root, f"/users/{(await account(db, DANA)).id}/link")).text)
    assert (await visitor.http.get(old)).status_code == 404
    assert (await visitor.http.get(new)).status_code == 200


WRONG: list[tuple[dict[str, object], str]] = [
    ({"email": "no address"}, "not a mail address"),
    ({"email": "root@touchstone.example"}, "already"),
    ({"customer": []}, "at least one customer"),
    ({"customer": ["initech"]}, "not known"),
    ({"role": "integration"}, "Choose what"),
    ({"role": "owner"}, "Choose what"),
]


async def test_what_is_wrong_is_said_and_what_was_typed_is_kept(root: Visitor) -> None:
    for wrong, said in WRONG:
        answer = await add(root, **wrong)
        assert answer.status_code == 422
        assert said in answer.text
        assert f'value="{wrong.get("email", DANA)}"' in answer.text


async def test_e4_another_role_shuts_the_old_session(root: Visitor, alice: Visitor, db: Database) -> None:
    hers = (await account(db, "alice@touchstone.example")).id
    assert (await post(root, f"/users/{hers}", role="customer", customer=["acme"])).status_code == 303
    assert (await alice.http.get("/flow")).status_code == 303
    await alice.sign_in("alice@touchstone.example")
    assert (await alice.http.get("/feedback/inbox")).status_code == 403


async def test_who_is_disabled_is_out_and_comes_back_when_enabled(root: Visitor, alice: Visitor, db: Database) -> None:
    hers = (await account(db, "alice@touchstone.example")).id
    done = await post(root, f"/users/{hers}/disable")
    assert "/enable" in (await root.http.get(done.headers["location"])).text  # the way back stands beside it
    assert (await alice.http.get("/flow")).status_code == 303
    assert (await alice.sign_in("alice@touchstone.example")).status_code == 401
    await post(root, f"/users/{hers}/enable")
    assert (await alice.sign_in("alice@touchstone.example")).status_code == 303


async def test_the_last_administrator_stays(root: Visitor, db: Database) -> None:
    own = (await account(db, "root@touchstone.example")).id
    assert (await post(root, f"/users/{own}/disable")).status_code == 409
    assert (await post(root, f"/users/{own}", role="manager", customer=["acme"])).status_code == 422
    assert (await root.http.get("/users")).status_code == 200


async def test_a_token_is_shown_once_and_revoked(root: Visitor, site: httpx.ASGITransport) -> None:
    page = (await post(root, "/users/tokens", name="desk 1/2")).text
    token = re.search(r'class="secret">([\w-]{20,})<', page)
    assert token
    assert token[1] not in (await root.http.get("/users")).text
    async with _browser(site) as program:
        program.headers["Authorization"] = f"Bearer {token[1]}"
        assert (await program.post("/api/v1/tickets/events", json=[])).status_code == 202
        assert (await post(root, "/users/tokens/revoke", name="desk 1/2")).status_code == 303
        assert (await program.post("/api/v1/tickets/events", json=[])).status_code == 401


async def test_charlie_and_a_customer_see_none_of_it(charlie: Visitor, root: Visitor, db: Database) -> None:
    own = (await account(db, "charlie@touchstone.example")).id
    assert (await charlie.http.get("/users")).status_code == 403
    assert (await charlie.http.get(f"/users/{own}")).status_code == 403
    assert (await post(charlie, f"/users/{own}", role="admin")).status_code == 403
    assert (await post(charlie, "/users", email=DANA, role="admin")).status_code == 403
    assert (await account(db, "charlie@touchstone.example")).role == Role.MANAGER


async def test_one_sees_ones_own_sessions_and_ends_them(
    alice: Visitor, charlie: Visitor, visitor: Visitor, db: Database
) -> None:
    visitor.http.headers["User-Agent"] = "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0"
    await visitor.sign_in("alice@touchstone.example")
    page = (await alice.http.get("/account")).text
    assert "Firefox, Windows" in page
    found = re.search(r"/account/sessions/([0-9a-f-]{36})/end", page)
    assert found
    assert (await post(charlie, f"/account/sessions/{UUID(found[1])}/end")).status_code == 404
    assert (await visitor.http.get("/flow")).status_code == 200
    assert (await post(alice, f"/account/sessions/{found[1]}/end")).status_code == 303
    assert (await visitor.http.get("/flow")).status_code == 303
    assert (await alice.http.get("/flow")).status_code == 200


async def test_a_new_password_keeps_this_browser_and_ends_the_others(alice: Visitor, visitor: Visitor) -> None:
    await visitor.sign_in("alice@touchstone.example")
    new = "another long password"
    assert (await post(alice, "/account/password", old="wrong", password=new, again=new)).status_code == 422
    assert (await post(alice, "/account/password", old=PASSWORD, password=new, again=new)).status_code == 303
    assert (await alice.http.get("/flow")).status_code == 200
    assert (await visitor.http.get("/flow")).status_code == 303


async def test_what_was_done_is_written_down(root: Visitor, db: Database) -> None:
    await add(root)
    dana = (await account(db, DANA)).id
    await post(root, f"/users/{dana}/disable")
    async with db.read() as session:
        written = [(entry.who, entry.what, str(dana) in entry.about) for entry in await entries(session, what="auth")]
    assert ("root@touchstone.example", "auth.user_added", True) in written
    assert ("root@touchstone.example", "auth.user_disabled", True) in written
    assert ("root@touchstone.example", "auth.signed_in", False) in written


async def test_who_is_turned_away_holds_up_nobody_who_writes(charlie: Visitor, db: Database) -> None:
    kept = [await post(charlie, "/users", email=DANA, role="admin") for _ in range(3)]
    assert {answer.status_code for answer in kept} == {403}
    async with asyncio.timeout(10), db.write() as session:
        assert (await (await session.connection()).execute(text("SELECT 1"))).scalar() == 1
