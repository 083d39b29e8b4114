import re

import pytest

from core.db import Database
from tests.conftest import Visitor
from tests.support.company import make_company

FORM = {"title": "Shorter waits", "owner": "Bea", "hypothesis": "Because", "target": "60", "customer": "acme"}


async def token(person: Visitor) -> dict[str, str]:
    return {"_csrf_token": person.http.cookies.get("csrftoken") or ""}


@pytest.fixture
async def registered(db: Database, alice: Visitor) -> str:
    await make_company(db)
    answer = await alice.http.post(
        "/improvements", data={**FORM, "touchpoints": ["", "delivery"], **await token(alice)}
    )
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def test_alice_registers_and_bob_reads_it(registered: str, alice: Visitor, bob: Visitor) -> None:
    for person in (alice, bob):
        page = await person.http.get(registered)
        assert page.status_code == 200
        assert "Shorter waits" in page.text
    for view in ("board", "list"):
        assert "Shorter waits" in (await bob.http.get(f"/improvements?view={view}")).text


async def test_charlie_finds_nothing(registered: str, charlie: Visitor) -> None:
    assert "Shorter waits" not in (await charlie.http.get("/improvements")).text
    for address in (registered, f"{registered}/edit", f"/api/v1{registered}"):
        assert (await charlie.http.get(address)).status_code == 404
    for step, form in (("move", {"to": "planned", "version": "1"}), ("edit", {"title": "Mine", "version": "1"})):
        answer = await charlie.http.post(f"{registered}/{step}", data={**form, **await token(charlie)})
        assert answer.status_code == 404
    answer = await charlie.http.post("/improvements", data={**FORM, **await token(charlie)})
    assert answer.status_code == 422


async def test_a_wrong_form_keeps_its_text(registered: str, alice: Visitor) -> None:
    form = {"title": "", "plan": "Buy more of them", "target": "many", "touchpoints": "delivery"}
    answer = await alice.http.post("/improvements", data={**form, **await token(alice)})
    assert answer.status_code == 422
    assert "Buy more of them" in answer.text
    assert 'value="many"' in answer.text
    assert "Write a number" in answer.text
    assert re.search(r'value="delivery" checked', answer.text)


async def test_a_version_that_is_old_comes_back_with_its_text(registered: str, alice: Visitor, bob: Visitor) -> None:
    for person, plan, status in ((bob, "Bob's way", 303), (alice, "Alice's way", 409)):
        form = {"title": "Shorter waits", "plan": plan, "version": "1"}
        answer = await person.http.post(f"{registered}/edit", data={**form, **await token(person)})
        assert answer.status_code == status
    assert "Somebody has changed this" in answer.text
    assert "Alice&#39;s way" in answer.text


async def test_a_step_that_lacks_something_says_what(registered: str, alice: Visitor) -> None:
    for to, status in (("planned", 303), ("done", 409), ("nonsense", 422)):
        form = {"to": to, "version": "1" if to == "planned" else "2"}
        answer = await alice.http.post(f"{registered}/move", data={**form, **await token(alice)})
        assert answer.status_code == status


async def test_both_languages(registered: str, alice: Visitor) -> None:
    page = await alice.http.get(f"{registered}?lang=zh")
    assert "改进之路" in page.text
    assert "回告" in page.text


async def test_a_customers_page_has_an_address_that_nobody_guesses(
    registered: str, alice: Visitor, visitor: Visitor
) -> None:
    board = (await alice.http.get("/improvements")).text
    found = re.search(r"/said-and-done/acme\.[0-9a-f]{20}", board)
    assert found
    assert (await visitor.http.get(found[0])).status_code == 200
    assert (await visitor.http.get(found[0][:-1] + "z")).status_code == 404
    assert (await visitor.http.get("/said-and-done/acme")).status_code == 404
    everybody = await visitor.http.get("/said-and-done")
    assert everybody.status_code == 200
    assert "set-cookie" not in everybody.headers


async def test_programs_read_the_same(registered: str, alice: Visitor) -> None:
    one = (await alice.http.get(f"/api/v1{registered}")).json()
    assert one["state"] == "proposed"
    assert one["customers"] == ["acme"]
    assert one["figures"] == {}
    listed = (await alice.http.get("/api/v1/improvements?state=proposed")).json()
    assert [entry["title"] for entry in listed] == ["Shorter waits"]
