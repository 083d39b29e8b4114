"""Nothing is measured per agent: no table names who worked on a ticket, and no filter can ask for it."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest
import time_machine
from sqlmodel import SQLModel, col, select

import web.models  # noqa: F401 - every table of every floor
from analysis.schemas.matters import Entry, Strand, WholeMatter
from core.auth import service as auth
from core.auth.models import Role
from core.db import Database
from journeys.models import Ticket
from journeys.schemas.matters import MatterTicket
from tests.conftest import Visitor
from tests.support.company import TODAY, Says, make_company
from tests.surveys.story import resolve

ASKED = ("agent=lee", "assignee=lee", "assigned_to=lee", "group=lee", "resolver=lee", "user=lee", "person=lee")
REPORTS = ("experience", "flow", "moments", "response-rate")
PAGES = (
    "/", "/flow", "/drivers", "/flow/stream", "/flow/green", "/how-sure", "/compare", "/moments", "/voices", "/matters",
    "/matters?touchpoint=delivery", "/compare?how=services&one=laptop&other=mail", "/journeys/service",
)  # fmt: skip
WORKERS = re.compile(r"agent|assignee|assigned|resolver|resolved_by|worker|employee")


@pytest.fixture(autouse=True)
def today() -> object:
    with time_machine.travel(TODAY, tick=False):
        yield


@pytest.fixture
async def program(db: Database, site: httpx.ASGITransport) -> AsyncIterator[httpx.AsyncClient]:
    async with db.write() as session:
        token = await auth.add_token(session, "dashboard", Role.MANAGER, ["acme"])
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(transport=site, base_url="http://127.0.0.1:8000", headers=headers) as http:
        yield http


def test_no_table_says_who_worked_on_a_ticket() -> None:
    about_work = ("ticket", "ticket_event", "experience", "mention", "rollup", "rollup_month", "moment", "moment_cell")
    columns = {f"{name}.{column.name}" for name in about_work for column in SQLModel.metadata.tables[name].columns}
    assert {name for name in columns if WORKERS.search(name)} == set()


def test_whole_matters_carry_nothing_of_who_worked() -> None:
    told = {name for table in (MatterTicket, Strand, Entry, WholeMatter) for name in table.__dataclass_fields__}
    assert {name for name in told if WORKERS.search(name) or name == "group"} == set()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # pages are the same before either engine
async def test_no_page_can_be_asked_for_it(db: Database, alice: Visitor) -> None:
    """Two who worked on tickets, by name in what their system tells beside; no page shows one or narrows to one."""
    await make_company(db, [Says("delivery", score, people=8) for score in (25, 75)])
    for number in range(8):
        told = {"agent": "lee" if number % 2 else "kim", "assignee": "lee"}
        await resolve(db, f"INC-{number}", person=f"p{number}", address=f"p{number}@x.example", attributes=told)
    async with db.read() as session:
        part = (await session.exec(select(Ticket.id).order_by(col(Ticket.key)))).first()
    for page in (*PAGES, f"/matters/{part}"):
        plain = (await alice.http.get(page)).text
        assert not re.search(r"\b(lee|kim)\b", plain), page
        answer = await alice.http.get(f"{page}{'&' if '?' in page else '?'}{'&'.join(ASKED)}")
        assert answer.status_code >= 400 or passing(answer.text) == passing(plain), page


def passing(text: str) -> str:
    """Without keys of forms and the address that the page was asked for."""
    return re.sub(r"[\w.-]{40,}|[?&](amp;)?\w+=lee", "", text)


@pytest.mark.parametrize("report", REPORTS)
async def test_no_filter_gets_it(db: Database, program: httpx.AsyncClient, report: str) -> None:
    """What is asked for by a person's name is answered as if nothing had been asked, or refused."""
    await make_company(db, [Says("delivery", score, people=8) for score in (25, 75)])
    plain = (await program.get(f"/api/v1/reports/{report}")).json()
    for asked in ASKED:
        answer = await program.get(f"/api/v1/reports/{report}?{asked}")
        assert answer.status_code >= 400 or answer.json() == plain
