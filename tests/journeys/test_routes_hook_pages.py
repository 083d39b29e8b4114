"""The pages of hooks: administrators look at payloads and try a mapping before it counts."""

import re
from typing import Any

import httpx
import pytest

from core.auth import service as auth
from core.auth.models import Role
from core.db import Database
from core.outbox import drain_all
from journeys.models import Hook, HookSystem, TicketEvent
from journeys.service import hooks
from tests.conftest import PASSWORD
from tests.journeys.story import rows
from tests.journeys.test_routes_hooks import HOOK, MAPPING, OPENED
from web.worker import SUBSCRIPTIONS

PAGE = "/tickets/hooks/custom/tower"


@pytest.fixture
async def dora(db: Database, visitor: Any) -> Any:
    """Dora runs the installation; its hook has been called once."""
    async with db.write() as session:
        await auth.add_user(session, "dora@provider.example", PASSWORD, Role.ADMIN, [])
        secret = await hooks.add_hook(session, HookSystem.CUSTOM, "tower", MAPPING)
    client: httpx.AsyncClient = visitor.http
    await client.post(HOOK, json=OPENED, headers={"Authorization": f"Bearer {secret}"})
    await drain_all(db, SUBSCRIPTIONS)
    await visitor.sign_in("dora@provider.example")
    return visitor


async def submit(dora: Any, **fields: str) -> httpx.Response:
    form = fields | {"_csrf_token": dora.http.cookies.get("csrftoken") or ""}
    answer: httpx.Response = await dora.http.post(PAGE, data=form)
    return answer


async def test_an_administrator_sees_what_became_of_calls(dora: Any) -> None:
    assert "custom/tower" in (await dora.http.get("/tickets/hooks")).text
    page = (await dora.http.get(PAGE)).text
    assert "T-1" in page
    assert "1 event" in page


async def test_a_manager_sees_no_payload(alice: Any, db: Database) -> None:
    for path in ("/tickets/hooks", PAGE):
        assert (await alice.http.get(path)).status_code in (403, 404)


async def test_trying_a_mapping_changes_nothing(dora: Any, db: Database) -> None:
    tried = await submit(dora, mapping=MAPPING.replace('open = "created"', 'open = "waiting:vendor"'), action="try")
    assert "vendor" in tried.text
    (hook,) = await rows(db, Hook)
    assert hook.mapping == MAPPING


async def test_a_saved_mapping_reads_what_is_kept_again(dora: Any, db: Database) -> None:
    await submit(dora, mapping=MAPPING + 'parked = "waiting:vendor"\n', action="save")
    (hook,) = await rows(db, Hook)
    assert "parked" in hook.mapping
    again = await submit(dora, mapping=hook.mapping, action="replay")
    assert "1 payloads are being read again" in again.text
    await drain_all(db, SUBSCRIPTIONS)
    assert len(await rows(db, TicketEvent)) == 1


async def test_a_mapping_that_cannot_work_is_refused_and_its_text_kept(dora: Any, db: Database) -> None:
    broken = MAPPING.replace('"created"', '"begun"')
    refused = await submit(dora, mapping=broken, action="save")
    assert refused.status_code == 422
    assert "begun" in refused.text
    assert "Nothing was saved" in refused.text
    (hook,) = await rows(db, Hook)
    assert hook.mapping == MAPPING


async def opened(person: Any, **fields: str) -> httpx.Response:
    form = fields | {"_csrf_token": person.http.cookies.get("csrftoken") or ""}
    answer: httpx.Response = await person.http.post("/tickets/hooks", data=form)
    return answer


async def test_an_address_is_opened_in_the_browser_and_its_secret_shown_once(dora: Any, db: Database) -> None:
    page = (await opened(dora, system="jira", key="Helpdesk")).text
    assert "http://127.0.0.1:8000/hooks/jira/helpdesk" in page
    secret = re.search(r"</dt><dd><code>([\w-]{20,})</code>", page)
    assert secret
    assert secret[1] not in (await dora.http.get("/tickets/hooks")).text
    call = {"Authorization": f"Bearer {secret[1]}"}
    assert (await dora.http.post("/hooks/jira/helpdesk", json={"x": 1}, headers=call)).status_code == 202
    assert "already" in (await opened(dora, system="jira", key="helpdesk")).text
    theirs = await opened(dora, system="zendesk", key="desk", secret="what Zendesk made")
    assert "what Zendesk made" in theirs.text


@pytest.mark.parametrize(
    ("key", "mapping"), [("", ""), ("../x", ""), ("tower2", "no toml ["), ("tower2", 'source = "x"')]
)
async def test_what_cannot_work_is_named_and_nothing_typed_is_lost(
    dora: Any, db: Database, key: str, mapping: str
) -> None:
    page = await opened(dora, system="custom", key=key, mapping=mapping)
    assert page.status_code == 422
    assert mapping.replace('"', "&#34;") in page.text
    assert len(await rows(db, Hook)) == 1


async def test_a_system_nobody_coded_for_needs_only_its_mapping(dora: Any, db: Database) -> None:
    assert (await opened(dora, system="custom", key="tower2", mapping=MAPPING)).status_code == 200
    assert len(await rows(db, Hook)) == 2


async def test_a_manager_opens_no_address(alice: Any, db: Database) -> None:
    assert (await opened(alice, system="jira", key="mine")).status_code == 403
    assert await rows(db, Hook) == []
