"""A house with something behind every address: two customers, who speak, are looked after, and know nothing of each
other; and the means to go through all its doors."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
from litestar import Litestar
from sqlmodel import col, select

from analysis.models import Experience, MomentLook
from analysis.queries.orders import orders
from core.auth import service as auth
from core.auth.models import Role
from core.db import Database
from core.ids import veiled
from surveys.models import Response
from surveys.service import drafting
from tests.analysis.test_queries_moments import found
from tests.conftest import PASSWORD, Visitor
from tests.support.company import TODAY, Says, make_company
from tests.surveys.questions import survey
from web import builtin

PARAMETER = re.compile(r"{(\w+):(\w+)}")
NOTHING = {"uuid": "0" * 32, "int": "1"}  # what nobody has; words are nobody's either
CUSTOMERS = ("acme", "globex")
CROWDS = [
    Says(place, score, people, text, customer, service, days)
    for customer in CUSTOMERS
    for service, days in (("laptop", 20), ("mail", 50))
    for place, score, people, text in (
        ("delivery", 75, 9, "The new laptop came quickly and worked at once"),
        ("approval", 25, 9, "Nobody told me who has to approve, I waited for days"),
        ("approval", 50, 2 if customer == "acme" else 4, ""),
    )
]  # counts are told in steps of five: two more of `acme` complete none
FIGURES = {
    "effect": 0.4,
    "passes": 400,
    "bad": 80,
    "bad_share": 0.2,
    "loss_by_contrast": 0.1,
    "loss_over_all": 0.05,
    "repair_share": None,
    "months": [],
    "p_value": 0.001,
}


@dataclass
class House:
    """`people`: a browser or program for each role, and of each customer's manager; `things`: of each customer, what
    the parameters of addresses are filled with, by the name of the parameter and where the address begins."""

    app: Litestar
    people: dict[str, httpx.AsyncClient]
    things: dict[str, dict[str, str]] = field(default_factory=dict)

    def filled(self, path: str, customer: str = "acme") -> str:
        """The address of a route, with the things of this customer."""
        known = self.things[customer]

        def one(found: re.Match[str]) -> str:
            begins = path[: found.start()]
            return known.get(f"{begins}{found[1]}") or known.get(found[1]) or NOTHING.get(found[2], "nothing")

        return PARAMETER.sub(one, path)

    def doors(self) -> Iterator[tuple[str, str]]:
        """Every method of every address of the application."""
        for path, methods in sorted(self.app.route_handler_method_map.items()):
            yield from ((str(method), path) for method in sorted(methods) if method not in ("OPTIONS", "HEAD"))


async def furnish(db: Database, site: httpx.ASGITransport) -> House:
    await make_company(db, CROWDS)
    await builtin.install(db)
    async with db.write() as session:
        await drafting.take_in(session, survey("faces", "words", slug="lunch"))
        await drafting.publish_draft(session, "mine")
    app: Any = site.app
    house = House(app, {"nobody": _client(site)})
    for name, role, customers in (
        ("admin", Role.ADMIN, []),
        ("manager", Role.MANAGER, ["acme"]),
        ("customer", Role.CUSTOMER, ["acme"]),
        ("stranger", Role.MANAGER, ["globex"]),
        ("both", Role.MANAGER, [*CUSTOMERS]),
    ):
        house.people[name] = await _signed_in(db, site, name, role, customers)
    for name, role, customers in (("integration", Role.INTEGRATION, []), ("program", Role.MANAGER, ["acme"])):
        house.people[name] = await _holding_token(db, site, name, role, customers)
    for customer, manager in (("acme", "manager"), ("globex", "stranger")):
        house.things[customer] = await _things(db, house.people[manager], house.people["integration"], customer)
    return house


def _client(site: httpx.ASGITransport) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=site, base_url="http://127.0.0.1:8000", headers={"Accept-Language": "en"})


async def _signed_in(
    db: Database, site: httpx.ASGITransport, name: str, role: Role, customers: list[str]
) -> httpx.AsyncClient:
    async with db.write() as session:
        await auth.add_user(session, f"{name}@x.example", PASSWORD, role, customers)
    client = _client(site)
    assert (await Visitor(client).sign_in(f"{name}@x.example")).status_code == 303
    return client


async def _holding_token(
    db: Database, site: httpx.ASGITransport, name: str, role: Role, customers: list[str]
) -> httpx.AsyncClient:
    async with db.write() as session:
        token = await auth.add_token(session, name, role, customers)
    client = _client(site)
    client.headers["Authorization"] = f"Bearer {token}"
    return client


async def send(client: httpx.AsyncClient, address: str, **form: Any) -> httpx.Response:
    return await client.post(address, data={**form, "_csrf_token": client.cookies.get("csrftoken") or ""})


async def _made(client: httpx.AsyncClient, address: str, **form: Any) -> str:
    """The id of what was made there."""
    answer = await send(client, address, **form)
    assert answer.status_code == 303, (address, answer.text)
    return str(answer.headers["location"]).partition("?")[0].rpartition("/")[2]


async def _things(
    db: Database, manager: httpx.AsyncClient, program: httpx.AsyncClient, customer: str
) -> dict[str, str]:
    map_id = await _made(manager, "/value", title="Workplace", purpose="People can work", q_happened="Twice a week")
    programme = await _made(
        manager, "/employee-surveys", title="Climate", customer=customer, sponsor="Ada", purpose="To know"
    )
    page = (await manager.get(f"/employee-surveys/{programme}")).text
    feedback = {"text": "More keyboards, please", "kind": "suggestion", "anonymous": False, "customer": customer}
    feedback |= {"contact": {"email": f"li@{customer}.example"}}
    said = (await program.post("/api/v1/feedback", json=feedback)).json()
    improvement = {"title": "Shorter waits", "owner": "Bea", "hypothesis": "Because", "target": "60"}
    shown = await _released(db, customer)
    found_moment = await _moment(db, customer)
    users = {one.email: str(one.id) for one in await _users(db)}
    correction = (await manager.post(f"/api/v1/readings/{shown}/corrections", json={"label": "positive"})).json()
    fields = {"customer": customer, "touchpoints": "delivery"}
    return {
        "improvement_id": await _made(manager, "/improvements", **improvement, **fields),
        "review_id": await _made(manager, "/reviews", customer=customer, held_on=TODAY.date().isoformat(), present="A"),
        "map_id": map_id,
        "what": "claims",
        "thing": "new",
        "programme_id": programme,
        "moment_id": found_moment,
        "feedback": said["id"],
        "part": said["id"],
        "reading": shown,
        "correction": correction["id"],
        "note_id": await _note(db, manager, customer),
        "order_id": await _order(db, manager, customer),
        "/asked/address": _in(page, r"/asked/([\w.-]+)"),
        "/said-and-done/address": _in((await manager.get("/improvements")).text, r"/said-and-done/([\w.-]+)"),
        "user_id": users["manager@x.example" if customer == "acme" else "stranger@x.example"],
        "session_id": _in((await manager.get("/account")).text, r"/account/sessions/([\w-]+)/end", "0" * 32),
        "/journeys/key": "service",
        "touchpoint_key": "approval",
        "/api/v1/surveys/key": "post-ticket",
        "/surveys/key": "mine",
        "kind": "touchpoints",
        "piece": "approval",
        "slug": "lunch",
        "version": "1",
        "/left/survey": "mine",
        "/t/survey": "post-ticket",
        "source": "desk",
        "ticket": "INC-1",
        "token": "no-such-link",
        "secret": "no-such-link",
        "file": "lunch.js",
        "file_path": "app.css",
        "/api/path": "none",
        "job": "publish",
        "system": "jira",
        "hook": "helpdesk",
        "/tickets/hooks/{system:str}/key": "helpdesk",
        "indicator_id": "0" * 32,
        "interview": "0" * 32,
    }


def _in(page: str, pattern: str, otherwise: str = "") -> str:
    found_there = re.search(pattern, page)
    return found_there[1] if found_there else otherwise


async def _users(db: Database) -> list[Any]:
    from core.auth.queries import users

    async with db.read() as session:
        return list(await users(session))


async def _released(db: Database, customer: str) -> str:
    """A comment that its manager is shown, under the id that it is shown by."""
    async with db.read() as session:
        wanted = select(Experience.id).where(Experience.customer == customer, col(Experience.released) > 0)
        id_ = (await session.exec(wanted.order_by(col(Experience.id)))).first()
    assert id_
    return str(veiled("reading", id_))


async def _moment(db: Database, customer: str) -> str:
    row = found("approval", 1, dimension="customer", value=customer, since=TODAY.date(), figures=FIGURES)
    async with db.write() as session:
        session.add(row)
        if customer == CUSTOMERS[0]:
            session.add(MomentLook(day=TODAY.date(), method="moments-1", announcing=True, report={}))
    return str(row.id)


async def _order(db: Database, manager: httpx.AsyncClient, customer: str) -> str:
    form = {"customer": customer, "rhythm": "monthly", "role": "manager", "language": "en"}
    assert (await send(manager, "/reports/schedule", **form)).status_code == 303
    async with db.read() as session:
        return str((await orders(session, frozenset([customer])))[0].id)


async def _note(db: Database, manager: httpx.AsyncClient, customer: str) -> str:
    form = {"meeting": "service_review", "day": TODAY.date().isoformat(), "customer": customer, "points": "All well"}
    answer = await send(manager, "/notes", **form)
    assert answer.status_code == 303, answer.text
    async with db.read() as session:
        newest = (await session.exec(select(Response).order_by(col(Response.id).desc()))).first()
    assert newest
    return _in(answer.headers["location"], r"kept=([\w-]+)")
