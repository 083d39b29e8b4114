"""Who opened a form is counted by what a person does, and the pages about asking work for everybody."""

import json
import urllib.request
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Browser, Page

from tests.browser.conftest import DESKTOP, PHONE, Window, open_window
from tests.browser.test_walk import assert_accessible, fits_phone_and_desk
from tests.support.installation import Installation, link_in

pytestmark = pytest.mark.browser

PASSWORD = "correct horse battery staple"


@pytest.fixture(scope="module")
def admin(installation: Installation) -> str:
    """Dora runs the installation; a program of hers reads the funnel."""
    installation.touchstone("user", "add", "dora@x.example", "--role", "admin", "--password-stdin", given=PASSWORD)
    return installation.touchstone("token", "add", "reader", "--role", "admin")


@pytest.fixture(scope="module")
def link(installation: Installation, admin: str) -> str:
    """The survey that a resolved ticket led to."""
    desk = installation.touchstone("token", "add", "desk", "--role", "integration")
    ended = datetime.now(UTC)
    told = {"source": "desk", "ticket": "INC-1", "kind": "incident", "service": "vpn", "customer": "acme"}
    requester = {"key": "li", "email": "li@acme.example", "language": "en"}
    events = [
        {
            **told,
            "event_id": kind,
            "type": kind,
            "at": (ended - timedelta(hours=ago)).isoformat(),
            "requester": requester,
        }
        for kind, ago in (("created", 3.0), ("resolved", 0.01))
    ]
    headers = {"Authorization": f"Bearer {desk}", "Content-Type": "application/json"}
    body = json.dumps(events).encode()
    urllib.request.urlopen(urllib.request.Request(f"{installation.url}/api/v1/tickets/events", body, headers)).close()
    return link_in(installation.mail_to("li@acme.example"))


def counted(installation: Installation, admin: str) -> tuple[int, int, int]:
    headers = {"Authorization": f"Bearer {admin}"}
    request = urllib.request.Request(f"{installation.url}/api/v1/surveys/post-ticket/funnel", headers=headers)
    with urllib.request.urlopen(request) as answer:
        told = json.load(answer)
    return told["opened"], told["started"], told["finished"]


async def comes_to(page: Page, installation: Installation, admin: str, figures: tuple[int, int, int]) -> None:
    for _ in range(100):
        if counted(installation, admin) == figures:
            return
        await page.wait_for_timeout(100)
    assert counted(installation, admin) == figures


async def test_a2_only_a_person_opens_a_form(
    installation: Installation, admin: str, link: str, browser: Browser, windows: list[Window]
) -> None:
    window = await open_window(browser, PHONE, "en-GB")
    windows.append(window)
    page = window.page
    await page.goto(f"{link}?functional=4")
    # What a scanner with a browser of its own may do: scroll, and press things by script.
    await page.evaluate("window.scrollTo(0, 9999); document.querySelector('input[type=radio]').click()")
    await page.wait_for_timeout(500)
    assert counted(installation, admin) == (0, 0, 0)
    await page.keyboard.press("Tab")
    await comes_to(page, installation, admin, (1, 0, 0))
    await page.locator("label:has(input[name=satisfaction])").nth(3).click()
    await comes_to(page, installation, admin, (1, 1, 0))
    assert not any("/seen" in url and "step" in url for url in window.asked)
    assert window.complaints == []


async def sign_in(page: Page, installation: Installation, language: str) -> None:
    await page.goto(f"{installation.url}/sign-in?lang={language}")
    await page.fill("[name=email]", "dora@x.example")
    await page.fill("[name=password]", PASSWORD)
    await page.click("main button[type=submit]")


@pytest.mark.parametrize(("language", "size"), [("zh", PHONE), ("en", DESKTOP)])
async def test_admins_see_whom_would_have_been_asked_before_it_is_so(
    installation: Installation,
    admin: str,
    link: str,
    browser: Browser,
    windows: list[Window],
    language: str,
    size: dict[str, int],
) -> None:
    window = await open_window(browser, size, "zh-CN" if language == "zh" else "en-GB")
    windows.append(window)
    page = window.page
    await sign_in(page, installation, language)
    for path in ("/asking", "/surveys/post-ticket/funnel", "/surveys/post-ticket/asking"):
        await page.goto(installation.url + path)
        await _works_for_everybody(page)
    await page.fill("[name=reminders]", "1")
    await page.click("button[value=look]")
    await _works_for_everybody(page)
    await page.click("button[value=keep]")
    assert await page.locator(".notice.good").count() == 1
    assert window.complaints == []


async def _works_for_everybody(page: Page) -> None:
    await assert_accessible(page)
    await fits_phone_and_desk(page)
