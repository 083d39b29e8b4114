"""No page, no answer and no job reads a table that grows from end to end: PostgreSQL is asked how it would."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import httpx
import pytest
from sqlalchemy import Engine, event, text

from core.auth.models import Role
from core.clock import at, now
from core.db import Database
from core.direct import Spoken
from core.months import PART
from core.outbox import drain_all
from core.sqlite import InPlace
from tests.conftest import Visitor, _signed_in
from tests.support.company import make_company
from tests.surveys.story import install, link
from web.worker import SUBSCRIPTIONS

# With every voice, ticket or task one row more, or several.
GROWING = {
    "experience",
    "feedback",
    "invitation",
    "invitation_link",
    "mention",
    "outbox",
    "outbox_delivery",
    "person",
    "response",
    "ticket",
    "ticket_event",
}
PAGES = (
    "/",
    "/moments",
    "/voices",
    "/voices?touchpoint=delivery&sentiment=negative",
    "/voices?q=laptop",
    "/flow",
    "/flow/stream",
    "/flow/green",
    "/journeys/service",
    "/journeys/service?against=before",
    "/journeys/service/touchpoints/delivery",
    "/drivers",
    "/how-sure",
    "/matters",
    "/compare",
    "/feedback/inbox",
    "/improvements",
    "/contact",
    "/api/v1/reports/experience",
    "/api/v1/reports/flow",
    "/api/v1/reports/moments",
    "/api/v1/reports/response-rate?survey=post-ticket",
    "/api/v1/readings",
)
# Not /health/ready and /metrics: they count what waits, which is what is left of the work, not all that ever was.
ADMIN_PAGES = (
    "/surveys/post-ticket/funnel",
    "/audit",
    "/tasks",
    "/classifier",
    "/voices/unplaced",
    "/said-and-done",
)
A_MONTH = timedelta(days=32)
SCANNED, READ = re.compile(r"Seq Scan on (\w+)"), re.compile(r"Scan (?:Backward )?(?:using \w+ )?on (\w+)")
HELD = re.compile(r"^( *)SubPlan \d+\n((?:\1 +.*\n?)+)", re.MULTILINE)


@contextmanager
def listening() -> Iterator[dict[str, Any]]:
    """Every statement that is run meanwhile, with the parameters of its first time."""
    heard = dict[str, Any]()

    def hear(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        if not many and statement.lstrip().upper().startswith(("SELECT", "UPDATE", "DELETE", "WITH")):
            heard.setdefault(statement, parameters)

    def hears(rows: Any) -> Any:
        async def said(self: Any, statement: str, values: Any) -> Any:
            hear(None, None, statement, tuple(values), None, False)
            return await rows(self, statement, values)

        return said

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        with patch.object(InPlace, "rows", hears(InPlace.rows)), patch.object(Spoken, "rows", hears(Spoken.rows)):
            yield heard
    finally:
        event.remove(Engine, "before_cursor_execute", hear)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_no_table_that_grows_is_read_from_end_to_end(
    db: Database, site: httpx.ASGITransport, visitor: Visitor, alice: Visitor
) -> None:
    await make_company(db)
    await install(db)
    token, second = await link(db), await link(db, "INC-2")
    ada = await _signed_in(db, site, "ada", Role.ADMIN, [])
    with listening() as heard:
        await visitor.http.get(f"/s/{token}")
        for one in (token, second):  # the second of two takes a way of its own
            said = {"token": one, "submission_key": "k", "answers": {"functional": 2, "comment": "Too slow"}}
            assert (await visitor.http.post("/api/v1/responses", json=said)).status_code == 201
        assert any("sent AS MATERIALIZED" in statement for statement in heard)
        for anonymous in (True, False):
            told = {"text": "Nobody answers", "kind": "complaint", "anonymous": anonymous}
            assert (await visitor.http.post("/api/v1/feedback", json=told)).status_code == 201
        await drain_all(db, SUBSCRIPTIONS)
        with at(now() + A_MONTH):  # what is planned: by night, by week, and when a month begins
            await drain_all(db, SUBSCRIPTIONS)
        for person, pages in ((alice, PAGES), (ada, ADMIN_PAGES)):
            for page in pages:
                assert (await person.http.get(page)).status_code == 200, page
    assert await scanned(db, heard) == []


async def scanned(db: Database, heard: dict[str, Any]) -> list[str]:
    found = []
    async with db.engine.connect() as connection:
        await connection.execute(text("SET enable_seqscan = off"))
        for statement, parameters in heard.items():
            plan = "\n".join(row[0] for row in await connection.exec_driver_sql(f"EXPLAIN {statement}", parameters))
            if tables := sorted(GROWING & {PART.sub("", name) for name in SCANNED.findall(plan)}):
                found.append(f"{', '.join(tables)}: {statement}")
            if tables := sorted(_held(plan) if "EXISTS" not in statement else ()):
                found.append(f"{', '.join(tables)} held to look rows up in: {statement}")
    return found


def _held(plan: str) -> set[str]:
    """Tables that grow, of which rows are looked up in a list: hashed while it fits into memory, and walked through
    again for each row when it does not. For what is asked by EXISTS the database has another way."""
    return GROWING & {PART.sub("", name) for _, inside in HELD.findall(plan) for name in READ.findall(inside)}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_sqlite_finds_whom_a_link_asks_by_the_link_alone(db: Database, visitor: Visitor) -> None:
    """It takes any index whose first column is compared for one that tells rows apart: of all who were asked, too."""
    await install(db)
    token = await link(db)
    with listening() as heard:
        await visitor.http.get(f"/s/{token}")
        await visitor.http.post("/api/v1/responses", json={"token": token, "submission_key": "k", "answers": {}})
    looks = {said: given for said, given in heard.items() if "JOIN invitation_link" in said}
    assert len(looks) >= 1
    async with db.engine.connect() as connection:
        for said, given in looks.items():
            plan = [row[3] for row in await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}", given)]
            assert any("invitation_link USING" in step and "token_hash=?" in step for step in plan), plan
            assert any("SEARCH invitation USING" in step and "(id=?)" in step for step in plan), plan
