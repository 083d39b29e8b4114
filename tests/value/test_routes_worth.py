import re
from uuid import UUID

import httpx
import pytest

from core.auth import service as auth
from core.auth.models import Role
from core.db import Database
from tests.conftest import PASSWORD, Visitor
from tests.support.company import make_company


async def token(person: Visitor) -> dict[str, str]:
    return {"_csrf_token": person.http.cookies.get("csrftoken") or ""}


async def send(person: Visitor, address: str, **form: object) -> httpx.Response:
    return await person.http.post(address, data={**form, **await token(person)})


@pytest.fixture
async def mapped(db: Database, alice: Visitor) -> str:
    await make_company(db)
    answer = await send(alice, "/value", title="Workplace", purpose="People can work", q_happened="Twice a week")
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def added(person: Visitor, mapped: str, what: str, **form: object) -> str:
    """The id of a new thing on the map, found by the link to it."""
    before = set(re.findall(rf"/{what}/([0-9a-f-]{{36}})", (await person.http.get(mapped)).text))
    answer = await send(person, f"{mapped}/{what}/new", **form)
    assert answer.status_code == 303, answer.text
    after = set(re.findall(rf"/{what}/([0-9a-f-]{{36}})", (await person.http.get(mapped)).text))
    (new,) = after - before
    return str(new)


async def test_what_an_indicator_still_lacks_is_said(mapped: str, alice: Visitor) -> None:
    await added(alice, mapped, "indicators", name="Calm", measure="imported.", target="80", owner="Bea")
    for what in ("indicators", "nodes", "claims"):
        wrong = await send(alice, f"{mapped}/{what}/new", name="Half", title="Half", text="Half a form")
        assert (wrong.status_code, "Choose one of the list" in wrong.text) == (422, True)
    assert "Not said yet: a day to reach it, the objective it tells about" in (await alice.http.get(mapped)).text


async def test_a_network_is_drawn_measured_and_put_right(mapped: str, alice: Visitor) -> None:
    imported = {"name": "On time", "measure": "imported.", "target": "95", "better": "up", "unit": "%"}
    figure = await added(alice, mapped, "indicators", view="finance", agreed="sla", **imported)
    goal = await added(alice, mapped, "nodes", title="Cost falls", kind="objective", indicator_id=figure)
    await added(alice, mapped, "nodes", title="Month-end closes", kind="benefit", leads_to=[goal])
    page = (await alice.http.get(mapped)).text
    assert page.count('class="edge"') == 1
    assert 'class="node off"' in page
    answer = await send(alice, f"{mapped}/indicators/{figure}", do="readings", readings="month,value\n2026-01,97\n")
    assert answer.status_code == 303
    page = (await alice.http.get(mapped)).text
    assert 'class="node good"' in page
    assert "97" in page
    taken = await send(alice, f"{mapped}/nodes/{goal}", do="out")
    page = (await alice.http.get(taken.headers["location"])).text
    assert "Cost falls" not in page
    await send(alice, f"{mapped}/nodes/{goal}", do="back")
    assert "Cost falls" in (await alice.http.get(mapped)).text


async def test_who_changed_what_stands_there_and_the_last_change_is_taken_back(
    mapped: str, alice: Visitor, bob: Visitor, charlie: Visitor
) -> None:
    goal = await added(alice, mapped, "nodes", title="Cost falls", kind="objective", owner="Bea")
    node = f"{mapped}/nodes/{goal}"
    assert (await send(bob, node, title="Cost rises", kind="objective", owner="Bea")).status_code == 303
    page = (await alice.http.get(node)).text
    assert "bob@touchstone.example" in page
    assert "Cost falls → Cost rises" in page
    assert page.count("→") == 1  # what stayed as it was is no change
    (last,) = re.findall(r'name="edit" value="([0-9a-f-]{36})"', page)
    assert (await send(charlie, node, do="undo", edit=last)).status_code == 404
    assert (await send(alice, node, do="undo", edit=last)).status_code == 303
    page = (await alice.http.get(node)).text
    assert 'value="Cost falls"' in page
    assert "taken back" in page
    refused = await send(alice, node, do="undo", edit=last)
    assert refused.status_code == 409
    assert "there is a newer one" in refused.text


@pytest.mark.parametrize("what", ["nodes", "indicators"])
async def test_each_kind_of_value_comes_back_from_the_history(mapped: str, alice: Visitor, what: str) -> None:
    figure = await added(alice, mapped, "indicators", name="On time", measure="imported.", target="95", better="up")
    goal = await added(alice, mapped, "nodes", title="Cost falls", kind="objective", indicator_id=figure)
    forms: dict[str, dict[str, str]] = {
        "nodes": {"title": "Cost falls", "kind": "objective", "indicator_id": ""},
        "indicators": {
            "name": "On time",
            "measure": "experience.satisfaction",
            "objective_id": goal,
            "due_on": "2026-09-01",
        },
    }
    address = f"{mapped}/{what}/{figure if what == 'indicators' else goal}"
    before = (await alice.http.get(address)).text.partition('class="history"')[0]
    assert (await send(alice, address, **forms[what])).status_code == 303
    (last,) = re.findall(r'name="edit" value="([0-9a-f-]{36})"', (await alice.http.get(address)).text)
    assert (await send(alice, address, do="undo", edit=last)).status_code == 303
    assert (await alice.http.get(address)).text.partition('class="history"')[0] == before


async def test_a_customer_reads_its_own_maps_and_changes_none(
    mapped: str, db: Database, site: httpx.ASGITransport
) -> None:
    for name, customers, status in (("dana", ["acme"], 200), ("carol", ["globex"], 404)):
        async with db.write() as session:
            await auth.add_user(session, f"{name}@touchstone.example", PASSWORD, Role.CUSTOMER, customers)
        async with httpx.AsyncClient(transport=site, base_url="http://127.0.0.1:8000") as http:
            person = Visitor(http)
            assert (await person.sign_in(f"{name}@touchstone.example")).status_code == 303
            page = await http.get("/value")
            assert page.status_code == 200
            assert ("Workplace" in page.text) is (status == 200)
            assert "/value/new" not in page.text
            one = await http.get(mapped)
            assert one.status_code == status
            assert "/edit" not in one.text
            assert "/nodes/new" not in one.text
            for address in ("/value/new", f"{mapped}/edit", f"{mapped}/nodes/new"):
                assert (await http.get(address)).status_code in (403, 404)
            refused = await send(person, f"{mapped}/nodes/new", title="Mine", kind="objective")
            assert refused.status_code in (403, 404)


async def test_what_speaks_against_a_claim_puts_it_in_doubt(mapped: str, alice: Visitor) -> None:
    claim = await added(alice, mapped, "claims", text="Nobody waits.", kind="benefit")
    assert "not checked" in (await alice.http.get(mapped)).text
    for question, status in (("nobody asks this", 422), ("eaten", 303)):
        form = {"do": "against", "note": "Three weeks in May", "question": question}
        assert (await send(alice, f"{mapped}/claims/{claim}", **form)).status_code == status
    page = (await alice.http.get(mapped)).text
    assert "in doubt" in page
    asked = page[page.index("Did a weak value stream eat the value?") :]
    assert "Three weeks in May" in asked[: asked.index("</tr>")]


async def test_texts_of_a_map_and_imported_figures_are_kept_and_taken_back(
    mapped: str, alice: Visitor, bob: Visitor
) -> None:
    assert (
        await send(bob, f"{mapped}/edit", title="Workplace", purpose="Less", q_best="No", version="1")
    ).status_code == 303
    page = (await alice.http.get(f"{mapped}/edit")).text
    assert "bob@touchstone.example" in page
    assert "→ Less" in page
    assert "Was the service the best way? No" in page
    (last,) = re.findall(r'name="edit" value="([0-9a-f-]{36})"', page)
    for status in (303, 409):
        assert (await send(alice, f"{mapped}/edit", do="undo", edit=last)).status_code == status
    assert ">Less</textarea>" not in (await alice.http.get(f"{mapped}/edit")).text

    figure = f"{mapped}/indicators/" + await added(
        alice, mapped, "indicators", name="On time", measure="imported.", target="95", better="up"
    )
    for lines in ("2026-01,97", "2026-01,90\n2026-02,91,90,92,12"):
        assert (await send(alice, figure, do="readings", readings=lines)).status_code == 303
    page = (await alice.http.get(figure)).text
    assert "97.0 → 90.0" in page
    last = re.findall(r'name="edit" value="([0-9a-f-]{36})"', page)[0]
    assert (await send(bob, figure, do="undo", edit=last)).status_code == 303
    page = (await alice.http.get(figure)).text
    assert "2026-02</th>" not in page
    assert ">97<" in page


async def test_wrong_forms_keep_their_text(mapped: str, alice: Visitor) -> None:
    bad = await send(alice, f"{mapped}/indicators/new", name="On time", measure="imported.", target="many", owner="Bea")
    assert bad.status_code == 422
    assert 'value="many"' in bad.text
    assert 'value="Bea"' in bad.text
    figure = await added(alice, mapped, "indicators", name="On time", measure="imported.", better="up")
    bad = await send(alice, f"{mapped}/indicators/{figure}", do="readings", readings="2026-01,x")
    assert bad.status_code == 422
    assert "2026-01,x" in bad.text
    files = {"file": ("figures.csv", "month;value\n2026-02;9x\n2026-03;9,5".encode("utf-16"), "text/csv")}
    typed = {"do": "readings", "readings": "", **await token(alice)}
    bad = await alice.http.post(f"{mapped}/indicators/{figure}", data=typed, files=files)
    assert bad.status_code == 422
    assert "Line 2" in bad.text
    assert "2026-03;9,5" in bad.text  # what the file held stands in the form, to be put right
    files = {"file": ("figures.csv", b"month,value,n,sd\n2026-02,9.5,16,2", "text/csv")}
    assert (await alice.http.post(f"{mapped}/indicators/{figure}", data=typed, files=files)).status_code == 303
    assert "8.434–10.57" in (await alice.http.get(f"{mapped}/indicators/{figure}")).text
    old = await send(alice, f"{mapped}/edit", title="Mine", purpose="Kept", version="9")
    assert old.status_code == 409
    assert "Kept" in old.text


async def test_charlie_finds_nothing(mapped: str, alice: Visitor, charlie: Visitor) -> None:
    claim = await added(alice, mapped, "claims", text="Nobody waits.", kind="benefit")
    assert "Workplace" not in (await charlie.http.get("/value")).text
    for address in (mapped, f"{mapped}/edit", f"{mapped}/claims/{claim}", f"{mapped}/nodes/new"):
        assert (await charlie.http.get(address)).status_code == 404
    for address in (f"{mapped}/edit", f"{mapped}/claims/{claim}", f"{mapped}/nodes/new"):
        assert (await send(charlie, address, title="Mine", version="1")).status_code == 404
    assert (await send(charlie, "/value", title="Mine", customer="acme")).status_code == 422


async def test_programs_bring_figures(
    mapped: str, alice: Visitor, helpdesk: httpx.AsyncClient, db: Database, site: httpx.ASGITransport
) -> None:
    figure = UUID(await added(alice, mapped, "indicators", name="On time", measure="imported.", better="up"))
    address, body = f"/api/v1/indicators/{figure}/readings", [{"month": "2026-01-15", "value": 96.5}]
    for _ in range(2):
        assert (await helpdesk.post(address, json=body)).json() == {"accepted": 1}
    page = (await alice.http.get(mapped)).text
    assert "96.5" in page
    assert "no interval: only the figure was given" in page
    wrong = await helpdesk.post(address, json=[{"month": "2026-01-15", "value": 1, "low": 2, "high": 3}])
    assert (wrong.status_code, "Line 1" in wrong.text) == (422, True)
    assert (await helpdesk.post(f"{address}.csv", content="2026-01,90,80,95\n")).json() == {"accepted": 1}
    assert "no interval" not in (await alice.http.get(mapped)).text
    async with db.write() as session:
        other = await auth.add_token(session, "other", Role.INTEGRATION, ["globex"])
    async with httpx.AsyncClient(transport=site, base_url="http://127.0.0.1:8000") as http:
        answer = await http.post(address, json=body, headers={"Authorization": f"Bearer {other}"})
    assert answer.status_code == 404
