import re

import httpx
import msgspec
from sqlmodel import select

from core import clock
from core.db import Database
from core.outbox import drain_all
from journeys.models import Customer, Person
from surveys.events import OpenInvitationDue
from surveys.jobs import tell_of_open_surveys
from surveys.models import Invitation, Mode
from surveys.service import drafting
from tests.conftest import Visitor
from tests.support.company import TODAY, Says, make_company
from tests.support.mails import mails
from tests.surveys.questions import survey


async def send(person: Visitor, address: str, **form: object) -> httpx.Response:
    token = person.http.cookies.get("csrftoken") or ""
    return await person.http.post(address, data={**form, "_csrf_token": token})


async def test_those_who_were_asked_read_what_came_out(
    db: Database, alice: Visitor, charlie: Visitor, visitor: Visitor
) -> None:
    with clock.at(TODAY):
        await make_company(
            db, [Says("delivery", 50, people=8, days_ago=90), Says("delivery", 75, people=3, days_ago=1)]
        )
        wrong = await send(alice, "/employee-surveys", title="Climate", customer="acme", purpose="To know", sponsor="")
        assert wrong.status_code == 422
        assert "To know" in wrong.text
        form = {
            "title": "Climate",
            "customer": "acme",
            "sponsor": "Ada",
            "purpose": "To know",
            "attributes": "trust\nwork",
        }
        begun = await send(alice, "/employee-surveys", **form)
        assert begun.status_code == 303, begun.text
        page = (await alice.http.get(begun.headers["location"])).text
        found = re.search(r"/asked/[0-9a-f-]{36}\.[0-9a-f]{20}", page)
        assert found
        told = (await visitor.http.get(found[0])).text
        assert "Ada answers for it" in told
        assert "n = 8" in told, "the baseline is shown"
        assert "&lt;5" in told, "three people are not"
        for address in (found[0][:-1] + "z", "/asked/nothing"):
            assert (await visitor.http.get(address)).status_code == 404
        assert (await charlie.http.get(begun.headers["location"])).status_code == 404
        await changed_in_the_open(alice, charlie, visitor, begun.headers["location"], found[0])
        assert (await send(charlie, "/employee-surveys", **form)).status_code == 422


async def changed_in_the_open(alice: Visitor, charlie: Visitor, visitor: Visitor, page: str, asked: str) -> None:
    """What came of it is named; what stood before is kept; who is too late loses nothing."""
    made = await send(alice, "/improvements", title="Later mornings", customer="acme")
    form = {"title": "Climate", "sponsor": "Bea", "purpose": "To know", "asked": "120", "results_on": "2026-12-01"}
    form["actions"] = made.headers["location"].rsplit("/", 1)[1]
    bad = await send(alice, f"{page}/edit", **{**form, "asked": "many", "version": "1"})
    assert bad.status_code == 422
    assert 'value="many"' in bad.text
    assert (await send(charlie, f"{page}/edit", **form, version="1")).status_code == 404
    for sponsor, status in (("Bea", 303), ("Cleo", 409)):
        assert (await send(alice, f"{page}/edit", **{**form, "sponsor": sponsor, "version": "1"})).status_code == status
    assert "Ada → Bea" in re.sub(r"\s+", " ", (await alice.http.get(page)).text)
    told = (await visitor.http.get(asked)).text
    assert all(words in told for words in ("120 people were asked", "Later mornings", "Proposed"))


async def test_a_survey_that_names_its_place_is_shown_apart_and_by_the_same_gate(
    db: Database, alice: Visitor, visitor: Visitor
) -> None:
    with clock.at(TODAY):
        await make_company(
            db,
            [
                Says("delivery", 75, people=6, days_ago=1),
                Says("restoration", 0, people=9, days_ago=1),
                Says("approval", 25, people=3, days_ago=1),
            ],
        )
        for key, place in (("climate", "delivery"), ("small", "approval")):
            asked = survey("faces", "words", slug=key, customer="acme", touchpoint=place)
            async with db.write() as session:
                await drafting.take_in(session, msgspec.structs.replace(asked, key=key))
                await drafting.publish_draft(session, key)
        for key, shown, hidden in (("climate", "n = 6", "n = 9"), ("small", "&lt;5", "n = 3")):
            form = {"title": key, "customer": "acme", "sponsor": "Ada", "purpose": "To know", "survey": key}
            begun = await send(alice, "/employee-surveys", **form)
            page = (await alice.http.get(begun.headers["location"])).text
            apart = page[page.index("This survey alone") : page.index("What those who were asked can read")]
            assert shown in apart, apart
            assert hidden not in apart
            address = re.search(r"/asked/[0-9a-f-]{36}\.[0-9a-f]{20}", page)
            assert address
            assert "This survey alone" in (await visitor.http.get(address[0])).text


async def test_a_sample_is_drawn_asked_once_and_reads_what_came_of_it_without_a_trace_of_whom(
    db: Database, alice: Visitor, charlie: Visitor, visitor: Visitor
) -> None:
    with clock.at(TODAY):
        await make_company(db, [])
        async with db.write() as session:
            customer = (await session.exec(select(Customer).where(Customer.key == "acme"))).one()
            people = [
                Person(key=f"employee-{n}", email=f"e{n}@acme.example", customer_id=customer.id) for n in range(40)
            ]
            people[0].opted_out_at = clock.now()
            session.add_all(people)
            asked = survey("faces", "words", slug="climate", customer="acme", mode=Mode.ANONYMOUS)
            await drafting.take_in(session, msgspec.structs.replace(asked, key="climate"))
            await drafting.publish_draft(session, "climate")
            other = msgspec.structs.replace(asked, key="other", slug="other", customer="")
            await drafting.take_in(session, other)
            await drafting.publish_draft(session, "other")
        form = {"title": "Climate", "customer": "acme", "sponsor": "Ada", "purpose": "Why", "sample_percent": "50"}
        refused = (await send(alice, "/employee-surveys", **form, survey="other")).headers["location"]
        bad = await send(alice, f"{refused}/send", version="1")
        assert (bad.status_code, "has to name this organisation" in bad.text) == (422, True)
        page = (await send(alice, "/employee-surveys", **form, survey="climate")).headers["location"]
        assert "would be drawn" in (await alice.http.get(page)).text
        assert (await send(charlie, f"{page}/send", version="1")).status_code == 404
        for status in (303, 409):
            assert (await send(alice, f"{page}/send", version="1")).status_code == status
        sent = re.sub(r"\s+", " ", (await alice.http.get(page)).text)
        told = re.search(r"of (\d+) people with an address (\d+) were drawn, and (\d+) were asked", sent)
        assert told
        known, drawn, reached = map(int, told.groups())
        assert drawn == -(-known // 2)
        await drain_all(db, {OpenInvitationDue: [tell_of_open_surveys]})
        assert len(mails()) == reached >= drawn - 1
        assert {str(one["To"]) for one in mails()}.isdisjoint({"e0@acme.example"})
        async with db.read() as session:
            rows = (await session.exec(select(Invitation))).all()
        assert all(one.person_id is None for one in rows)
        assert sum(one.asked for one in rows) == reached
        answered = await visitor.http.post(
            "/q/climate", data={"submission_key": "one form", "faces": "4", "words": "x"}
        )
        address = re.search(r"/asked/of/climate\.[0-9a-f]{20}", answered.text)
        assert address, answered.text
        for where, to in ((address[0], "/asked/"), (address[0][:-1] + "z", "/said-and-done")):
            assert to in (await visitor.http.get(where)).headers["location"]
