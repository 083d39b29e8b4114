"""E1: who may come through which door, and whose things lie behind it. The matrix is docs/addresses.md."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

import httpx
import pytest
import time_machine

from core.db import Database
from core.settings import ROOT
from tests.support.company import TODAY
from tests.support.house import House, furnish
from tests.test_docs import OF_THE_FRAMEWORK

ROW = re.compile(r"^\| (`/.*?) \| (.*?) \| (.*?) \|")
EVERYBODY = {"nobody", "admin", "manager", "customer", "stranger", "both", "integration", "program"}
MANAGERS = {"admin", "manager", "stranger", "both", "program"}
WHO = {
    "everybody": EVERYBODY,
    "administrator": {"admin"},
    "manager": MANAGERS,
    "reader": MANAGERS | {"customer"},
    "integration": {"integration"},
    "who is signed in": {"admin", "manager", "customer", "stranger", "both"},
}
STAFF = {"admin", "manager", "stranger", "both"}
ONE_OF_EACH = {"nobody", "admin", "manager", "customer", "integration", "program"}  # a door asks for the role alone
ONES_OWN = {
    "improvement_id",
    "review_id",
    "map_id",
    "programme_id",
    "moment_id",
    "feedback",
    "part",
    "reading",
    "correction",
    "note_id",
    "order_id",
    "session_id",
    "interview",
}
LAST = ("/users", "/sign-out")  # after these, somebody is shut out or signed out


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(TODAY, tick=False):
        yield


@pytest.fixture
async def house(db: Database, site: httpx.ASGITransport) -> House:
    return await furnish(db, site)


@dataclass(frozen=True)
class Door:
    method: str
    path: str
    who: str

    @property
    def roles(self) -> set[str]:
        """Whoever has a link, a receipt or a secret needs no account."""
        named, _, excepted = self.who.partition(", staff ")
        roles = set[str]().union(*(WHO.get(one, EVERYBODY) for one in named.split(", ")))
        return roles - (STAFF if excepted else set())

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def doors(house: House) -> list[Door]:
    told = dict(_matrix())
    every = [(method, path) for method, path in house.doors() if path not in OF_THE_FRAMEWORK]
    found = [Door(method, path, told[re.sub(r":\w+}", "}", path)].get(method, "")) for method, path in every]
    assert [one for one in found if not one.who] == []
    return sorted(found, key=lambda one: [one.path.startswith(last) for last in reversed(LAST)])


def _matrix() -> Iterator[tuple[str, dict[str, str]]]:
    """Address -> method -> who may: "GET, POST | manager; everybody" gives each method its own."""
    for line in (ROOT / "docs" / "addresses.md").read_text(encoding="utf-8").splitlines():
        if row := ROW.match(line):
            who = row[3].split("; ")
            methods = re.findall("GET|POST|DELETE", row[2])
            each = {method: who[min(at, len(who) - 1)] for at, method in enumerate(dict.fromkeys(methods))}
            yield from ((address, each) for address in re.findall("`(/[^`]*)`", row[1]))


def test_the_matrix_names_only_what_is_known() -> None:
    outsiders = ("who ", "whoever ", "a ticket system", "machines", "everybody", "pages of", "staff ")
    said = {part for _address, each in _matrix() for who in each.values() for part in who.split(", ")}
    assert [one for one in said if one not in WHO and not one.startswith(outsiders)] == []


async def ask(house: House, who: str, door: Door, address: str) -> httpx.Response:
    """With the form token that a browser would send: what is refused is refused for who asks, not for a token."""
    client = house.people[who]
    if door.method == "GET":
        return await client.get(address)
    given = {"_csrf_token": client.cookies.get("csrftoken") or ""}
    if address.startswith("/api/"):
        return await client.request(door.method, address, json={})
    return await client.request(door.method, address, data=given)


def turned_away(answer: httpx.Response) -> bool:
    to_the_door = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in?next=")
    return to_the_door or answer.status_code in (401, 403)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # doors are the same before either engine
async def test_e1_each_door_opens_to_those_of_the_matrix_and_to_nobody_else(house: House) -> None:
    every, wrong = doors(house), list[str]()
    for door in every:
        for who in sorted(ONE_OF_EACH - door.roles):
            answer = await ask(house, who, door, house.filled(door.path))
            wrong += [] if turned_away(answer) else [f"{who} {door} {answer.status_code}"]
    for door in every:
        for who in sorted(door.roles & {"admin", "manager", "customer", "integration", "nobody"}):
            answer = await ask(house, who, door, house.filled(door.path))
            let_in = not turned_away(answer) and answer.status_code < 500
            wrong += [] if let_in or door.path == "/sign-in" else [f"{who} {door} {answer.status_code}"]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_e1_ids_of_others_are_as_good_as_no_ids(house: House) -> None:
    """In addresses, behind an id of one's own, in filters and in bodies."""
    wrong, tried = list[str](), 0
    for door in doors(house):
        if not set(re.findall(r"{(\w+):", door.path)) & ONES_OWN:
            continue
        for who, mine, theirs in (("manager", "acme", "globex"), ("stranger", "globex", "acme")):
            for thing in [] if who not in door.roles else _swapped(house, door, mine, theirs):
                found, nothing = [await ask(house, who, door, _filled(house, door, mine, one)) for one in thing]
                tried += 1
                same = (found.status_code, plain(found)) == (nothing.status_code, plain(nothing))
                wrong += [] if same and found.status_code != 200 else [f"{who} {door} {found.status_code}"]
    assert not wrong, "\n".join(wrong)
    assert tried > 60
    await _filters_and_bodies_reach_no_further(house)


def _swapped(house: House, door: Door, mine: str, theirs: str) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """One id of the other customer's in the place of one's own, and one that is nobody's."""
    for name in set(re.findall(r"{(\w+):", door.path)) & ONES_OWN:
        yield {name: house.things[theirs][name]}, {name: str(uuid4())}


def _filled(house: House, door: Door, mine: str, other: dict[str, str]) -> str:
    return House(house.app, house.people, {mine: house.things[mine] | other}).filled(door.path, mine)


def plain(answer: httpx.Response) -> str:
    """What differs between any two answers taken out: the id that was asked for, the form token."""
    return re.sub(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12,}", "", answer.text)


QUERIES = (
    "/?customer={customer}",
    "/flow?customer={customer}",
    "/journeys/service?customer={customer}",
    "/journeys/service/touchpoints/approval?customer={customer}",
    "/reports/experience.csv?customer={customer}",
    "/reports/experience.xlsx?customer={customer}",
    "/reports/experience.pptx?customer={customer}",
    "/reports/experience.pdf?customer={customer}",
    "/api/v1/reports/experience?customer={customer}",
    "/api/v1/reports/flow?customer={customer}",
    "/api/v1/reports/moments?customer={customer}",
    "/api/v1/reports/response-rate?customer={customer}",
)


async def _filters_and_bodies_reach_no_further(house: House) -> None:
    theirs = house.things["globex"]
    manager = house.people["manager"]
    for address in QUERIES:
        assert (await manager.get(address.format(customer="globex"))).status_code == 404, address
        assert (await manager.get(address.format(customer="acme"))).status_code == 200, address
    for address in (
        f"/improvements/new?moment={theirs['moment_id']}",
        f"/improvements/new?feedback={theirs['feedback']}",
    ):
        page = await manager.get(address)
        assert page.status_code == 404 or theirs["feedback"] not in page.text.replace(address, "")
    form = {"title": "Mine", "owner": "B", "hypothesis": "So", "target": "60", "touchpoints": "delivery"}
    token = {"_csrf_token": manager.cookies.get("csrftoken") or ""}
    for more in (
        {"customer": "globex"},
        {"customer": ["acme", "globex"]},
        {"customer": "acme", "moment": theirs["moment_id"]},
        {"customer": "acme", "feedback": theirs["feedback"]},
    ):
        answer = await manager.post("/improvements", data={**form, **more, **token})
        assert answer.status_code in (404, 422), more
    assert "Mine" not in (await house.people["stranger"].get("/improvements")).text
    bulk = {"do": "merge", "ids": [theirs["feedback"]], "into": theirs["feedback"], "with": theirs["feedback"], **token}
    inbox = f"/feedback/inbox/{house.things['acme']['feedback']}"
    merged = await manager.post(inbox, data=bulk)
    assert merged.status_code in (404, 422), merged.status_code
