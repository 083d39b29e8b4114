"""The reports for programs: every number says how many and how sure, and small groups say nothing."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import time_machine

from analysis import classifier
from core.auth import service as auth
from core.auth.models import Role
from core.db import Database
from tests.conftest import Visitor
from tests.support.company import TODAY, Says, make_company

REPORTS = ["experience", "flow", "response-rate"]


@pytest.fixture(autouse=True)
def today() -> object:
    with time_machine.travel(TODAY, tick=False):
        yield


@pytest.fixture
async def acme_speaks(db: Database) -> None:
    says = [Says("support-contact", score, people=12) for score in (75, 100)]
    says += [Says("delivery", score, people=8) for score in (0, 25)]
    says += [Says("demand", 50, people=2), Says("access", 50, people=6, customer="globex", service="mail")]
    await make_company(db, says)


@pytest.fixture
async def program(db: Database, site: httpx.ASGITransport) -> AsyncIterator[httpx.AsyncClient]:
    """Holds a manager's token for acme."""
    async with db.write() as session:
        token = await auth.add_token(session, "dashboard", Role.MANAGER, ["acme"])
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(transport=site, base_url="http://127.0.0.1:8000", headers=headers) as http:
        yield http


async def get(http: httpx.AsyncClient, path: str) -> dict[str, Any]:
    answer = await http.get(f"/api/v1/reports/{path}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize("report", REPORTS)
async def test_nobody_reads_reports_without_signing_in(db: Database, visitor: Visitor, report: str) -> None:
    answer = await visitor.http.get(f"/api/v1/reports/{report}")
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("report", REPORTS)
async def test_an_integration_may_write_tickets_but_not_read_reports(
    db: Database, helpdesk: httpx.AsyncClient, report: str
) -> None:
    assert (await helpdesk.get(f"/api/v1/reports/{report}")).status_code == 403


@pytest.mark.usefixtures("acme_speaks")
@pytest.mark.parametrize("report", REPORTS)
async def test_every_report_says_what_it_is_about(program: httpx.AsyncClient, report: str) -> None:
    found = await get(program, f"{report}?period=3")
    assert found["window"] == {"from": "2026-04-01", "to": "2026-06-30"}
    assert found["filters"] == {"service": None, "customer": None, "touchpoint": None}
    assert found["versions"]["classifier"] == classifier.VERSION
    assert found["formula"]
    assert "n" in found


@pytest.mark.usefixtures("acme_speaks")
async def test_a_figure_carries_its_interval_and_its_n(program: httpx.AsyncClient) -> None:
    satisfaction = (await get(program, "experience"))["dimensions"]["satisfaction"]
    low, high = satisfaction["ci95"]
    assert low < satisfaction["value"] < high
    assert satisfaction["n"] == 40, "the two who spoke about a new demand wait"


@pytest.mark.usefixtures("acme_speaks")
async def test_two_people_count_nowhere_and_are_not_what_is_left_of_a_total(program: httpx.AsyncClient) -> None:
    found = await get(program, "experience")
    shown = {one["touchpoint"]: one["satisfaction"] for one in found["touchpoints"]}
    assert shown["demand"] == {"suppressed": True}
    assert (shown["delivery"]["n"], shown["support-contact"]["n"]) == (16, 24)
    assert found["touchpoints_not_shown_singly"]["satisfaction"] == {"suppressed": True}


@pytest.mark.usefixtures("acme_speaks")
async def test_a_touchpoint_may_be_asked_for_alone(program: httpx.AsyncClient) -> None:
    found = await get(program, "experience?touchpoint=support-contact")
    assert [one["touchpoint"] for one in found["touchpoints"]] == ["support-contact"]
    assert found["touchpoints"][0]["level"] == "fine"


@pytest.mark.usefixtures("acme_speaks")
async def test_charlie_sees_his_own_and_nothing_of_acme(charlie: Visitor) -> None:
    found = await get(charlie.http, "experience")
    assert found["dimensions"]["satisfaction"]["n"] == 6
    assert {one["touchpoint"] for one in found["touchpoints"] if "n" in one["satisfaction"]} == {"access"}


@pytest.mark.usefixtures("acme_speaks")
@pytest.mark.parametrize("report", REPORTS)
async def test_what_is_not_his_is_not_there(charlie: Visitor, report: str) -> None:
    for query in ("customer=acme", "service=laptop", "touchpoint=nowhere", "customer=nobody"):
        answer = await charlie.http.get(f"/api/v1/reports/{report}?{query}")
        assert answer.status_code == 404
        assert answer.json()["detail"] == "There is nothing here"


async def test_wrong_filters_are_named(db: Database, program: httpx.AsyncClient) -> None:
    await make_company(db)
    wrong = {"from": "from=yesterday", "to": "to=2026-13-01", "period": "period=2"}
    for field, query in wrong.items():
        answer = await program.get(f"/api/v1/reports/experience?{query}")
        assert answer.status_code == 422
        assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_an_empty_report_is_suppressed_not_broken(db: Database, program: httpx.AsyncClient) -> None:
    await make_company(db)
    found = await get(program, "experience")
    assert found["n"] == {"suppressed": True}
    assert found["dimensions"]["functional"]["suppressed"] is True
    assert (await get(program, "flow"))["flow"] == {"suppressed": True}


async def test_an_admin_sees_every_customer_and_may_choose_one(db: Database, site: httpx.ASGITransport) -> None:
    says = [Says("delivery", 50, people=10), Says("delivery", 75, people=10, customer="globex")]
    await make_company(db, says)
    async with db.write() as session:
        token = await auth.add_token(session, "all", Role.ADMIN, [])
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(transport=site, base_url="http://127.0.0.1:8000", headers=headers) as http:
        assert (await get(http, "experience"))["n"] == 20
        assert (await get(http, "experience?customer=globex"))["n"] == 10


async def test_a_customer_cannot_be_worked_out_from_the_others(db: Database, site: httpx.ASGITransport) -> None:
    says = [Says("delivery", 50, people=10), Says("delivery", 75, people=3, customer="globex")]
    await make_company(db, says)
    async with db.write() as session:
        token = await auth.add_token(session, "all", Role.ADMIN, [])
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(transport=site, base_url="http://127.0.0.1:8000", headers=headers) as http:
        found = [(await get(http, f"experience{which}"))["n"] for which in ("", "?customer=acme", "?customer=globex")]
        assert found == [10, 10, {"suppressed": True}], "what cannot be shown by itself waits everywhere"
