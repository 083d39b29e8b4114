"""Ada gives customers and services their names, in both languages; a program brings them; everybody reads their own."""

from collections.abc import AsyncIterator

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from core.audit.models import AuditEntry
from core.auth import service as auth
from core.auth.models import Role
from core.db import Database
from core.errors import Invalid
from core.i18n import apart, own_name
from journeys.models import Customer, Service
from journeys.rules.naming import together
from journeys.service.places import name_customer, name_service
from tests.conftest import Visitor, _browser, _signed_in
from tests.journeys.test_routes_journey_pages import post


@pytest.fixture
async def ada(db: Database, site: httpx.ASGITransport) -> AsyncIterator[Visitor]:
    async with db.write() as session:
        for key in ("acme", "globex"):
            await name_customer(session, key, key)
        await name_service(session, "vpn", "vpn")
    person = await _signed_in(db, site, "ada", Role.ADMIN, [])
    yield person
    await person.http.aclose()


async def names(db: Database) -> dict[str, str]:
    async with db.read() as session:
        customers = (await session.exec(select(Customer.key, Customer.name))).all()
        return dict([*customers, *(await session.exec(select(Service.key, Service.name))).all()])


async def test_names_are_given_in_both_languages_and_each_reader_sees_their_own(
    ada: Visitor, alice: Visitor, db: Database
) -> None:
    assert "customer.acme.en" in (await ada.http.get("/names")).text
    given = {"customer.acme.en": " Acme  Works ", "customer.acme.zh": "艾克美", "service.vpn.zh": "远程接入"}
    assert (await post(ada, "/names", **given)).status_code == 303
    assert await names(db) == {"acme": "Acme Works · 艾克美", "globex": "globex", "vpn": "远程接入"}
    for language, shown in (("en", "Acme Works"), ("zh", "艾克美")):
        page = await alice.http.get("/improvements/new", headers={"Accept-Language": language})
        assert f"<span>{shown}</span>" in page.text
    again = (await ada.http.get("/names?done=saved")).text
    assert 'value="Acme Works"' in again
    assert 'value="艾克美"' in again
    async with db.read() as session:
        told = (await session.exec(select(AuditEntry).where(AuditEntry.what == "places.named"))).all()
    assert sorted(one.about for one in told) == ["customer acme", "service vpn"]
    assert (await post(ada, "/names", **{"customer.acme.en": "", "customer.acme.zh": ""})).status_code == 303
    assert (await names(db))["acme"] == "acme"


async def test_a_wrong_name_is_told_and_nothing_that_was_typed_is_lost(ada: Visitor, db: Database) -> None:
    page = await post(
        ada, "/names", **{"customer.acme.en": "Acme", "customer.acme.zh": "Akme", "service.vpn.en": "VPN"}
    )
    assert page.status_code == 422
    assert "Leave it empty if the name is the same in both languages." in page.text
    assert all(f'value="{one}"' in page.text for one in ("Acme", "Akme", "VPN"))
    assert await names(db) == {"acme": "acme", "globex": "globex", "vpn": "vpn"}


async def test_managers_name_nobody_and_a_program_only_its_own(
    ada: Visitor, alice: Visitor, helpdesk: httpx.AsyncClient, db: Database, site: httpx.ASGITransport
) -> None:
    assert (await alice.http.get("/names")).status_code == 403
    brought = [{"kind": "customer", "key": "acme", "en": "Acme"}, {"kind": "service", "key": "vpn", "zh": "远程接入"}]
    answer = await helpdesk.post("/api/v1/names", json=brought)
    assert (answer.status_code, answer.json()) == (200, {"changed": 2})
    assert (await helpdesk.post("/api/v1/names", json=brought)).json() == {"changed": 0}
    unknown = [*brought[:1], {"kind": "customer", "key": "initech", "en": "Initech"}]
    assert (await helpdesk.post("/api/v1/names", json=unknown)).status_code == 404
    assert (await helpdesk.post("/api/v1/names", json=brought * 501)).status_code == 422
    async with db.write() as session:
        token = await auth.add_token(session, "theirs", Role.INTEGRATION, ["globex"])
    async with _browser(site) as theirs:
        theirs.headers["Authorization"] = f"Bearer {token}"
        for one in brought:
            assert (await theirs.post("/api/v1/names", json=[{**one, "en": "Mine"}])).status_code == 404
    assert await names(db) == {"acme": "Acme", "globex": "globex", "vpn": "远程接入"}


@given(st.text("ab ·", max_size=8), st.text("曙光 ·a", max_size=8))
def test_what_was_put_together_comes_apart_again(english: str, chinese: str) -> None:
    try:
        name = together(english, chinese)
    except Invalid:
        return
    clean = " ".join(english.split()), " ".join(chinese.split())
    if all(clean):
        assert apart(name) == clean
        assert (own_name(name, "en"), own_name(name, "zh")) == clean
    else:
        assert own_name(name) == max(clean)
