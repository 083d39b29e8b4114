"""Alice may not; the administrator edits the journey, takes it back, and carries it to another installation."""

from collections.abc import AsyncIterator

import httpx
import pytest
from sqlmodel import select

from core.auth import service as auth
from core.auth.models import Role
from core.db import Database
from core.outbox import Fact
from journeys.models import Touchpoint
from journeys.queries.places import touchpoints
from tests.conftest import PASSWORD, Visitor, _browser
from web import builtin

EDIT = "/journeys/service/edit"
NAMES = {"name_en": "Calling us", "name_zh": "打电话"}
FIELDS = {**NAMES, "stage": "engage", "keywords": "hotline\n热线，占线", "visible": "1"}


@pytest.fixture
async def root(db: Database, site: httpx.ASGITransport) -> AsyncIterator[Visitor]:
    await builtin.install(db)
    async with db.write() as session:
        await auth.add_user(session, "root@touchstone.example", PASSWORD, Role.ADMIN, [])
    person = Visitor(_browser(site))
    await person.sign_in("root@touchstone.example")
    yield person
    await person.http.aclose()


async def post(who: Visitor, path: str, **form: str) -> httpx.Response:
    await who.http.get("/sign-in")
    return await who.http.post(path, data={"_csrf_token": who.http.cookies["csrftoken"], **form})


async def found(db: Database, key: str) -> Touchpoint:
    async with db.read() as session:
        return (await session.exec(select(Touchpoint).where(Touchpoint.key == key))).one()


async def announced(db: Database) -> int:
    async with db.read() as session:
        return len((await session.exec(select(Fact).where(Fact.name == "TouchpointsChanged"))).all())


async def test_a_touchpoint_is_edited_comments_are_placed_again_and_all_of_it_is_taken_back(
    root: Visitor, db: Database
) -> None:
    before = await found(db, "first-contact")
    saved = await post(root, f"{EDIT}/touchpoints/first-contact", **FIELDS)
    assert saved.status_code == 303
    now = await found(db, "first-contact")
    assert (now.name_en, now.keywords, now.interaction) == ("Calling us", ["hotline", "热线", "占线"], False)
    assert await announced(db) == 1
    await builtin.install(db)  # the next start of the program
    assert (await found(db, "first-contact")).name_en == "Calling us"
    assert "/journeys/service/undo" in (await root.http.get(saved.headers["location"])).text
    assert (await post(root, "/journeys/service/undo")).status_code == 303
    again = await found(db, "first-contact")
    assert (again.name_en, again.keywords) == (before.name_en, before.keywords)
    assert (await post(root, "/journeys/service/undo")).status_code == 404


async def test_what_is_taken_off_is_kept_and_comes_back(root: Visitor, db: Database) -> None:
    await post(root, f"{EDIT}/touchpoints/approval/remove")
    async with db.read() as session:
        assert "approval" not in {one.key for one in await touchpoints(session)}
    assert (await found(db, "approval")).retired
    await post(root, "/journeys/service/undo")
    assert not (await found(db, "approval")).retired


async def test_a_new_one_gets_its_key_from_its_name_and_a_wrong_one_loses_nothing(root: Visitor, db: Database) -> None:
    assert (await post(root, f"{EDIT}/touchpoints/new", **FIELDS)).status_code == 303
    assert (await found(db, "calling-us")).stage == "engage"
    twice = await post(root, f"{EDIT}/touchpoints/new", **FIELDS)
    assert twice.status_code == 422
    assert "热线" in twice.text
    assert (await post(root, f"{EDIT}/touchpoints/new", **{**FIELDS, "name_zh": ""})).status_code == 422


async def test_personas_and_scenarios_are_kept_with_it(root: Visitor) -> None:
    names = {"name_en": "Lin", "name_zh": "小林"}
    await post(root, f"{EDIT}/personas/new", **names)
    way = {"persona": "lin", "touchpoints": "first-contact\nrestoration", "name_en": "In a hurry", "name_zh": "赶时间"}
    await post(root, f"{EDIT}/scenarios/new", **way)
    assert (await post(root, f"{EDIT}/scenarios/new", **{**way, "touchpoints": "nowhere"})).status_code == 422
    exported = (await root.http.get("/journeys/service/export?format=yaml")).text
    assert "- first-contact\n" in exported
    assert "小林" in exported


async def test_it_goes_out_and_comes_in_as_a_file(root: Visitor, db: Database) -> None:
    text = (await root.http.get("/journeys/service/export")).text.replace('"First contact"', '"Ringing up"')
    token = {"_csrf_token": root.http.cookies["csrftoken"]}
    assert (await root.http.post("/journeys", data=token, files={"file": ("j.toml", text)})).status_code == 303
    assert (await found(db, "first-contact")).name_en == "Ringing up"
    broken = await root.http.post("/journeys", data=token, files={"file": ("j.toml", "key = 3")})
    assert broken.status_code == 422


async def test_alice_may_read_journeys_and_not_edit_them(root: Visitor, alice: Visitor, db: Database) -> None:
    for path in ("/journeys", EDIT, f"{EDIT}/touchpoints/approval", "/journeys/service/export"):
        assert (await alice.http.get(path)).status_code == 403
    assert (await post(alice, f"{EDIT}/touchpoints/approval", **FIELDS)).status_code == 403
    assert (await post(alice, f"{EDIT}/touchpoints/approval/remove")).status_code == 403
    assert (await found(db, "approval")).name_en == "Approval"
