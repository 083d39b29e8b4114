"""Somebody asks what is kept of them: at an administrator's desk, and by the link in their own mail."""

import re
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.browser.conftest import DESKTOP, PHONE, Window, open_window
from tests.browser.test_surveys import ada, admin, shot
from tests.browser.test_walk import asked_nobody_else, assert_accessible, helpdesk, no_sideways_scrolling, post
from tests.support.installation import Installation

__all__ = ["admin", "helpdesk"]
pytestmark = pytest.mark.browser
SCREENS = [("en-GB", DESKTOP), ("zh-CN", PHONE)]


def speaks(installation: Installation, helpdesk: str, address: str) -> str:
    """A ticket and a message by name, which is answered: the link in the mail that tells of it."""
    who = {"key": address, "email": address, "name": "Kim"}
    event = {"source": "desk", "ticket": f"T-{address}", "kind": "incident", "service": "vpn", "customer": "acme"}
    event |= {"event_id": f"e-{address}", "type": "created", "at": "2026-01-05T09:00:00Z", "summary": "No network"}
    post(installation, helpdesk, "/api/v1/tickets/events", [{**event, "requester": who}])
    body = {"kind": "complaint", "anonymous": False, "text": "The lift is slow", "contact": {"email": address}}
    id_ = post(installation, helpdesk, "/api/v1/feedback", body)["id"]
    manager = installation.touchstone("token", "add", address, "--role", "admin").split()[-1]
    post(installation, manager, f"/api/v1/feedback/{id_}/replies", {"kind": "answer", "text": "It will be faster."})
    words = installation.mail_to(address).get_body(("plain",))
    assert words
    found = re.search(r"http\S+/feedback/mine/\S+", words.get_content())
    assert found
    return found[0]


async def looked_at(window: Window, name: str) -> None:
    await no_sideways_scrolling(window.page)
    await assert_accessible(window.page)
    await shot(window.page, name)


@pytest.mark.parametrize(("locale", "size"), SCREENS)
async def test_who_asks_is_shown_all_of_it_and_it_goes(
    installation: Installation,
    admin: None,
    helpdesk: str,
    browser: Browser,
    windows: list[Window],
    locale: str,
    size: dict[str, Any],
) -> None:
    address = f"kim-{locale.lower()}@acme.example"
    link = speaks(installation, helpdesk, address)
    desk = await ada(installation, browser, windows, size=size, locale=locale)
    await desk.page.goto(f"{installation.url}/feedback/person")
    await desk.page.locator("#f-email").fill(address)
    await desk.page.locator("main form button").first.click()
    await expect(desk.page.locator("table").first).to_contain_text("1")
    await looked_at(desk, f"person-{locale}")

    own = await open_window(browser, size, locale)
    windows.append(own)
    await own.page.goto(link)
    await own.page.locator("details summary").click()
    await looked_at(own, f"mine-{locale}")
    await own.page.locator("input[name=sure]").check()
    await own.page.locator("details form button").last.click()
    await expect(own.page.locator("h1")).to_contain_text("删除" if locale == "zh-CN" else "It is deleted")
    await looked_at(own, f"forgotten-{locale}")
    assert (await own.page.request.get(link)).status == 404
    assert await own.context.cookies() == []

    await desk.page.locator("#f-again").fill(address)
    await desk.page.locator("main form button").last.click()
    await expect(desk.page.locator(".notice").first).to_be_visible()
    await looked_at(desk, f"erased-{locale}")
    asked_nobody_else(desk, installation)
