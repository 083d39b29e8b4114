"""Nothing is measured per agent: no table names who worked on a ticket, and no filter can ask for it."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest
import time_machine
from sqlmodel import SQLModel

import web.models  # noqa: F401 - every table of every floor
from core.auth import service as auth
from core.auth.models import Role
from core.db import Database
from tests.support.company import TODAY, Says, make_company

ASKED = ("agent=lee", "assignee=lee", "assigned_to=lee", "group=lee", "resolver=lee", "user=lee", "person=lee")
REPORTS = ("experience", "flow", "moments", "response-rate")
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


@pytest.mark.parametrize("report", REPORTS)
async def test_no_filter_gets_it(db: Database, program: httpx.AsyncClient, report: str) -> None:
    """What is asked for by a person's name is answered as if nothing had been asked, or refused."""
    await make_company(db, [Says("delivery", score, people=8) for score in (25, 75)])
    plain = (await program.get(f"/api/v1/reports/{report}")).json()
    for asked in ASKED:
        answer = await program.get(f"/api/v1/reports/{report}?{asked}")
        assert answer.status_code >= 400 or answer.json() == plain
