import re
from uuid import UUID

import pytest
from sqlmodel import select

from core.clock import now
from core.db import Database
from core.errors import Conflict
from feedback.models import Kind, Matter
from journeys.models import Customer
from tests.conftest import Visitor
from tests.support.company import make_company
from value.queries import improvements as queries
from value.service import register

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


async def test_for_whom_it_is_can_be_changed_and_taken_back(registered: str, db: Database, alice: Visitor) -> None:
    form = {"title": "Shorter waits", "customer": ["", "acme", "globex"], "version": "1"}
    answer = await alice.http.post(f"{registered}/edit", data={**form, **await token(alice)})
    assert answer.status_code == 422  # globex is not hers
    assert re.search(r'value="acme" checked', answer.text)
    async with db.write() as session:
        id_ = UUID(registered.rsplit("/", 1)[1])
        await register.edit(session, None, id_, "root", {"customers": ["acme", "globex"]}, 1)
    assert (await alice.http.get(registered)).status_code == 404
    async with db.write() as session:
        edits = await queries.edits_of(session, id_)
        assert edits[0].changes["customers"] == [["acme"], ["acme", "globex"]]
        await register.undo(session, None, id_, "root", edits[0].id)
    assert (await alice.http.get(registered)).status_code == 200


async def test_nobody_takes_back_what_hides_it_from_others(registered: str, db: Database) -> None:
    id_ = UUID(registered.rsplit("/", 1)[1])
    async with db.write() as session:
        await register.edit(session, None, id_, "root", {"customers": []}, 1)
        one = await register.edit(session, None, id_, "root", {"customers": ["acme"]}, 2)
        last = (await queries.edits_of(session, one.id))[0]
        with pytest.raises(Conflict):
            await register.undo(session, frozenset(["acme"]), id_, "alice", last.id)


async def test_a_message_is_added_to_an_improvement_that_is_there(
    registered: str, db: Database, alice: Visitor, charlie: Visitor
) -> None:
    matter = await a_message(db)
    page = f"/improvements/link?feedback={matter}"
    assert "Shorter waits" in (await alice.http.get(page)).text
    assert (await charlie.http.get(page)).status_code == 422
    form = {"feedback": matter, "improvement": ""}
    answer = await alice.http.post("/improvements/link", data={**form, **await token(alice)})
    assert answer.status_code == 422
    form["improvement"] = registered.rsplit("/", 1)[1]
    for _twice in range(2):
        answer = await alice.http.post("/improvements/link", data={**form, **await token(alice)})
        assert answer.headers["location"] == registered
    assert (await alice.http.get(registered)).text.count("a message or a moment was added") == 1
    assert "It led to" in (await alice.http.get(page)).text
    answer = await alice.http.post("/improvements/link", data={**form, "do": "off", **await token(alice)})
    assert answer.status_code == 303
    assert "It led to" not in (await alice.http.get(page)).text


async def a_message(db: Database) -> str:
    """Of somebody at acme."""
    async with db.write() as session:
        theirs = (await session.exec(select(Customer).where(Customer.key == "acme"))).one()
        day = now().date()
        one = Matter(
            anonymous=True,
            day=day,
            kind=Kind.COMPLAINT,
            channel="open",
            customer_id=theirs.id,
            due_on=day,
            remind_on=day,
            delete_on=day,
        )
        session.add(one)
        await session.flush()
        return str(one.id)
