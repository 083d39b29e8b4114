"""Who may stand before a customer's link."""

import httpx
import pytest

from core.auth.budget import SharedBudget
from core.db import Database
from core.errors import Misconfigured, TooMany
from core.ids import new_secret
from core.settings import settings
from surveys.models import Invitation, Response
from tests.conftest import SECRET, Visitor
from tests.support.mails import mails
from tests.surveys.story import link, resolve, rows, work

GOOD = {"submission_key": "k", "functional": "4"}
NEW_KEY = "the next key of this installation, quite long enough"


async def test_staff_cannot_answer_in_a_customers_name(
    db: Database, survey: None, alice: Visitor, visitor: Visitor
) -> None:
    token = await link(db)
    assert (await alice.http.post(f"/s/{token}", data=GOOD)).status_code == 403
    body = {"token": token, "submission_key": "k", "answers": {"functional": 4}}
    assert (await alice.http.post("/api/v1/responses", json=body)).status_code == 403
    await alice.http.post(f"/s/{token}/seen", data={"step": "started"})
    assert [row.opened_at for row in await rows(db, Invitation)] == [None]
    assert await rows(db, Response) == []
    assert (await visitor.http.post(f"/s/{token}", data=GOOD)).status_code == 200


def use_keys(monkeypatch: pytest.MonkeyPatch, key: str, before: str = "") -> None:
    monkeypatch.setenv("TOUCHSTONE_SECRET_KEY", key)
    monkeypatch.setenv("TOUCHSTONE_PREVIOUS_SECRET_KEY", before)
    settings.cache_clear()


async def test_a10_key_rotation(db: Database, survey: None, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    token = await link(db)
    await resolve(db, "INC-2", person="b", address="b@example.org")
    await work(db)
    ending = str(mails()[0]["List-Unsubscribe"])[1:-1].removeprefix(settings().base_url)
    use_keys(monkeypatch, NEW_KEY, before=SECRET)
    assert (await visitor.http.get(f"/s/{token}")).status_code == 200
    assert (await visitor.http.get(ending)).status_code == 200
    assert (await visitor.http.get(f"/s/{await link(db, 'INC-3')}")).status_code == 200
    use_keys(monkeypatch, NEW_KEY)
    revoked, unknown = await visitor.http.get(f"/s/{token}"), await visitor.http.get(f"/s/{new_secret()}")
    assert (revoked.status_code, revoked.content) == (404, unknown.content)
    assert (await visitor.http.get(ending)).status_code == 404


async def test_a10_clocks_hold_while_the_key_changes(
    db: Database, survey: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    await resolve(db)
    await work(db)
    use_keys(monkeypatch, NEW_KEY, before=SECRET)
    await resolve(db, "INC-2")
    await work(db)
    assert sorted(row.asked for row in await rows(db, Invitation)) == [False, True]


@pytest.mark.parametrize(
    ("key", "before"),
    [
        ("short", ""),
        ("changeme-changeme-changeme-changeme-changeme", ""),
        ("a" * 64, ""),
        ("replace-me with something long enough to count", ""),
        (NEW_KEY, "short"),
    ],
)
def test_a10_it_refuses_a_key_that_is_none(key: str, before: str, monkeypatch: pytest.MonkeyPatch) -> None:
    use_keys(monkeypatch, key, before)
    with pytest.raises(Misconfigured):
        _ = settings().secrets


async def probe(site: httpx.ASGITransport, client: str, **headers: str) -> int:
    """One guess, from this address."""
    transport = httpx.ASGITransport(app=site.app, client=(client, 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", headers=headers) as http:
        return (await http.get(f"/s/{new_secret()}")).status_code


async def guess_until_stopped(site: httpx.ASGITransport, client: str, forwarded: list[str]) -> int:
    for tries in range(1, 12):
        named = {"X-Forwarded-For": forwarded[tries % len(forwarded)]} if forwarded else {}
        if await probe(site, client, **named) == 429:
            return tries
    return 0


@pytest.fixture
def few(site: httpx.ASGITransport) -> httpx.ASGITransport:
    site.app.state.miss_budget = SharedBudget("5/minute", "miss")  # type: ignore[attr-defined]
    return site


async def test_g6_a_made_up_header_buys_no_more_guesses(few: httpx.ASGITransport, survey: None) -> None:
    """No proxy in front: what the client says of itself counts for nothing."""
    made_up = [f"10.0.0.{number}" for number in range(12)]
    assert await guess_until_stopped(few, "203.0.113.7", made_up) == 6


@pytest.mark.parametrize("hops", [1, 2])
async def test_g6_only_what_the_counted_proxy_saw_counts(
    few: httpx.ASGITransport, survey: None, hops: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOUCHSTONE_TRUSTED_PROXIES", str(hops))
    settings.cache_clear()
    inner = ", 10.1.1.1" if hops == 2 else ""
    forged = [f"198.51.100.{number}, 203.0.113.7{inner}" for number in range(12)]
    assert await guess_until_stopped(few, "10.1.1.2", forged) == 6
    neighbour = {"X-Forwarded-For": f"203.0.113.8{inner}"}
    assert await probe(few, "10.1.1.2", **neighbour) == 404, "who is behind the same proxy is not held up"
    assert await probe(few, "10.1.1.2", **{"cf-connecting-ip": "203.0.113.9", **neighbour}) == 404


async def test_g6_all_addresses_of_one_line_are_one(few: httpx.ASGITransport, survey: None) -> None:
    for number in range(5):
        assert await probe(few, f"2001:db8:1:2::{number + 1}") == 404
    assert await probe(few, "2001:db8:1:2:ffff::9") == 429
    assert await probe(few, "2001:db8:1:3::1") == 404
    assert await probe(few, "unreadable") == 404


async def test_the_counter_is_shared_by_all_processes_and_survives_the_loss_of_redis(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import os

    monkeypatch.setenv("TOUCHSTONE_REDIS_URL", os.environ["TOUCHSTONE_TEST_REDIS_URL"])
    settings.cache_clear()
    name = new_secret()
    one, other = SharedBudget("4/minute", name), SharedBudget("4/minute", name)
    for budget in (one, other, one, other):
        await budget.spend("k")
    with pytest.raises(TooMany):
        await one.spend("k")
    monkeypatch.setenv("TOUCHSTONE_REDIS_URL", "redis://127.0.0.1:1/0")
    settings.cache_clear()
    alone = SharedBudget("1/minute", name)
    await alone.spend("k")
    with pytest.raises(TooMany):
        await alone.spend("k")
