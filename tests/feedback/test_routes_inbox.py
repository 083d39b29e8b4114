import re
from typing import Any

import httpx
import pytest

from tests.conftest import Visitor

pytestmark = pytest.mark.usefixtures("places")


async def said(helpdesk: httpx.AsyncClient, customer: str, text: str, **more: Any) -> None:
    body = {"text": text, "kind": "suggestion", "anonymous": False, "customer": customer, **more}
    assert (await helpdesk.post("/api/v1/feedback", json=body)).status_code == 201


async def test_alice_reads_what_her_customers_said(helpdesk: httpx.AsyncClient, alice: Visitor) -> None:
    dana = {"name": "Dana", "email": "dana@acme.example"}
    await said(helpdesk, "acme", "More keyboards,\nplease", service="laptop", contact=dana, emotional=3)
    page = await alice.http.get("/feedback/inbox")
    assert page.status_code == 200
    for words in ("More keyboards,", "Acme Works", "Laptops", "Suggestion", "mailto:dana@acme.example", "of 5"):
        assert words in page.text


async def test_charlie_sees_nothing_of_it(helpdesk: httpx.AsyncClient, charlie: Visitor) -> None:
    await said(helpdesk, "acme", "More keyboards")
    page = await charlie.http.get("/feedback/inbox")
    assert "keyboards" not in page.text
    assert "Acme" not in page.text
    assert "Nobody has said anything yet" in page.text


async def test_who_is_not_signed_in_is_sent_to_the_door(visitor: Visitor) -> None:
    answer = await visitor.http.get("/feedback/inbox")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/feedback/inbox")


async def test_a_program_is_no_reader(helpdesk: httpx.AsyncClient) -> None:
    assert (await helpdesk.get("/feedback/inbox")).status_code == 403


async def test_markup_in_a_message_is_shown_and_never_obeyed(helpdesk: httpx.AsyncClient, alice: Visitor) -> None:
    payload = '<script>alert(1)</script><img src=x onerror="alert(1)">{{ 7*7 }}'
    await said(helpdesk, "acme", payload, contact={"name": "<i>Dana</i>", "email": '"><b>@acme.example'})
    page = (await alice.http.get("/feedback/inbox")).text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "<i>Dana" not in page
    assert '"><b>' not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "{{ 7*7 }}" in page


async def test_older_messages_follow_by_a_link(
    helpdesk: httpx.AsyncClient, alice: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedback.routes.common.PAGE", 1)
    await said(helpdesk, "acme", "the first one")
    await said(helpdesk, "acme", "the second one")
    page = (await alice.http.get("/feedback/inbox")).text
    assert "the second one" in page
    assert "the first one" not in page
    link = re.search(r'href="(/feedback/inbox\?cursor=[^"]+)"', page)
    assert link
    older = (await alice.http.get(link[1])).text
    assert "the first one" in older
    assert "Older" not in older
    assert "Newest" in older


async def test_the_inbox_speaks_chinese(helpdesk: httpx.AsyncClient, alice: Visitor) -> None:
    await said(helpdesk, "acme", "键盘太少", touchpoint="approval")
    page = (await alice.http.get("/feedback/inbox?lang=zh")).text
    for words in ("建议", "审批", "键盘太少"):
        assert words in page
    assert "Suggestion" not in page
