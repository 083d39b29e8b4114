"""Coming in by the organisation's own sign-in, before a real provider on this machine."""

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from joserfc.jwk import RSAKey

from core.auth import service as auth
from core.auth.models import Role
from core.auth.queries import user_by_email
from core.db import Database
from core.settings import settings
from tests.conftest import PASSWORD, Visitor
from tests.support.provider import CLIENT, SECRET, Provider

ALICE = "alice@touchstone.example"
INSIDE = "/feedback/inbox"


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    made = Provider()
    for name, value in {"ISSUER": made.issuer, "CLIENT_ID": CLIENT, "CLIENT_SECRET": SECRET, "NAME": "Acme"}.items():
        monkeypatch.setenv(f"TOUCHSTONE_OIDC_{name}", value)
    settings.cache_clear()
    yield made
    made.stop()


@pytest.fixture
async def account(db: Database, provider: Provider) -> None:
    settings.cache_clear()
    async with db.write() as session:
        await auth.invite(session, ALICE, Role.MANAGER, ["acme"])


async def leave(who: Visitor, to: str = "/flow") -> str:
    """To the provider; the address it is asked with."""
    answer = await who.http.get("/sign-in/openid", params={"next": to})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def come_back(who: Visitor, brought: dict[str, str]) -> httpx.Response:
    return await who.http.get("/sign-in/openid/back", params=brought)


async def is_inside(who: Visitor) -> bool:
    return (await who.http.get(INSIDE)).status_code == 200


async def test_alice_comes_in_by_her_organisation_and_lands_where_she_wanted(
    visitor: Visitor, account: None, provider: Provider
) -> None:
    assert "Sign in with Acme" in (await visitor.http.get("/sign-in")).text
    asked = dict(parse_qsl(urlsplit(await leave(visitor)).query))
    assert {"state", "nonce", "code_challenge"} <= set(asked)
    answer = await come_back(visitor, provider.consent(await leave(visitor)))
    assert (answer.status_code, answer.headers["location"]) == (303, "/flow")
    assert await is_inside(visitor)


async def test_another_address_later_changes_nothing(visitor: Visitor, account: None, provider: Provider) -> None:
    await come_back(visitor, provider.consent(await leave(visitor)))
    visitor.http.cookies.clear()
    provider.email = "alice.married@touchstone.example"
    await come_back(visitor, provider.consent(await leave(visitor)))
    assert await is_inside(visitor)


async def test_a_stranger_with_her_address_but_another_subject_stays_out(
    visitor: Visitor, account: None, provider: Provider
) -> None:
    await come_back(visitor, provider.consent(await leave(visitor)))
    visitor.http.cookies.clear()
    provider.subject = "somebody else"
    assert (await come_back(visitor, provider.consent(await leave(visitor)))).status_code == 401
    assert not await is_inside(visitor)


async def test_who_has_no_account_or_a_disabled_one_stays_out(
    visitor: Visitor, account: None, provider: Provider, db: Database
) -> None:
    provider.email = "charlie@elsewhere.example"
    assert (await come_back(visitor, provider.consent(await leave(visitor)))).status_code == 401
    provider.email = ALICE
    async with db.write() as session:
        found = await user_by_email(session, ALICE)
        assert found
        await auth.disable(session, found)
    assert (await come_back(visitor, provider.consent(await leave(visitor)))).status_code == 401
    assert not await is_inside(visitor)


WRONG = {
    "an address that is not verified": {"email_verified": False},
    "a verified address in words": {"email_verified": "true"},
    "another nonce": {"nonce": "planted"},
    "another audience": {"aud": "another program"},
    "two audiences and no party": {"aud": [CLIENT, "another program"]},
    "another party": {"azp": "another program"},
    "another issuer": {"iss": "http://127.0.0.1:1"},
    "a token of yesterday": {"exp": 1_000_000_000},
}


async def test_a_token_that_does_not_fit_opens_nothing(visitor: Visitor, account: None, provider: Provider) -> None:
    for wrong, claims in WRONG.items():
        provider.claims = claims
        answer = await come_back(visitor, provider.consent(await leave(visitor)))
        assert (wrong, answer.status_code) == (wrong, 401)
    assert not await is_inside(visitor)
    provider.claims = {}
    provider.signer = RSAKey.generate_key(2048, {"kid": "one"})
    assert (await come_back(visitor, provider.consent(await leave(visitor)))).status_code == 401


async def test_a_sign_in_is_finished_by_the_browser_that_began_it_and_once(
    visitor: Visitor, account: None, provider: Provider
) -> None:
    brought = provider.consent(await leave(visitor))
    kept = dict(visitor.http.cookies)
    visitor.http.cookies.clear()
    assert (await come_back(visitor, brought)).status_code == 401  # a victim who is sent a link with a stranger's code
    visitor.http.cookies.update(kept)
    assert (await come_back(visitor, {**brought, "state": "guessed"})).status_code == 401
    visitor.http.cookies.update(kept)
    assert (await come_back(visitor, brought)).status_code == 303
    visitor.http.cookies.clear()
    visitor.http.cookies.update(kept)
    assert (await come_back(visitor, brought)).status_code == 401


async def test_a_provider_that_is_away_is_said_to_be(visitor: Visitor, account: None, provider: Provider) -> None:
    provider.stop()
    answer = await visitor.http.get("/sign-in/openid")
    assert answer.status_code == 502
    assert "cannot be reached" in answer.text
    assert (await visitor.sign_in(ALICE, PASSWORD)).status_code == 401  # she has no password


async def test_f7_the_way_back_stays_on_this_site(visitor: Visitor, account: None, provider: Provider) -> None:
    answer = await come_back(visitor, provider.consent(await leave(visitor, "//elsewhere.example/")))
    assert answer.headers["location"] == "/"


async def test_where_none_is_set_nothing_is_offered(visitor: Visitor) -> None:
    assert "/sign-in/openid" not in (await visitor.http.get("/sign-in")).text
    assert (await visitor.http.get("/sign-in/openid")).status_code == 404
    assert (await visitor.http.get("/sign-in/openid/back")).status_code == 404
