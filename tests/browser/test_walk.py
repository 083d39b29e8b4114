"""The story as people live it: a mail, a form, thanks, and a report. In both languages, on a phone and on a desk."""

import json
import urllib.request
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Window, open_window
from tests.support.installation import Installation, link_in

pytestmark = pytest.mark.browser

PASSWORD = "correct horse battery staple"
NAMES = {
    "en": {"send": "Send", "thanks": "Thank you", "comment": "It took three days, but the colleague was kind."},
    "zh": {"send": "提交", "thanks": "谢谢", "comment": "等了三天才有人回复，不过同事很热情。"},
}


@pytest.fixture(scope="module")
def helpdesk(installation: Installation) -> str:
    installation.touchstone(
        "user", "add", "alice@x.example", "--role", "manager", "--customer", "acme", "--password-stdin", given=PASSWORD
    )
    installation.touchstone(
        "user",
        "add",
        "charlie@x.example",
        "--role",
        "manager",
        "--customer",
        "globex",
        "--password-stdin",
        given=PASSWORD,
    )
    return installation.touchstone("token", "add", "helpdesk", "--role", "integration")


def resolve_ticket(installation: Installation, token: str, ticket: str, person: str, language: str) -> None:
    """What a ticket system sends when a ticket was opened, answered and solved."""
    now = datetime.now(UTC)
    steps = [("created", 30.0), ("responded", 29.0), ("resolved", 0.01)]
    events = [
        {
            "source": "desk",
            "event_id": f"{ticket}/{kind}",
            "ticket": ticket,
            "type": kind,
            "at": (now - timedelta(hours=hours)).isoformat(),
            "kind": "incident",
            "service": "vpn",
            "customer": "acme",
            "requester": {"key": person, "email": f"{person}@acme.example", "language": language},
        }
        for kind, hours in steps
    ]
    assert post(installation, token, "/api/v1/tickets/events", events)["accepted"] == len(steps)


def post(installation: Installation, token: str, path: str, body: Any) -> Any:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(installation.url + path, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


@pytest.fixture(scope="module")
def colleagues(installation: Installation, helpdesk: str) -> None:
    """Ten people of `acme` have answered: enough for numbers and for comments."""
    for number in range(10):
        person, ticket = f"colleague-{number}", f"INC-colleague-{number}"
        resolve_ticket(installation, helpdesk, ticket, person, "zh" if number % 2 else "en")
        wanted = {"survey": "post-ticket", "ticket": {"source": "desk", "id": ticket}, "person": {"key": person}}
        link = post(installation, helpdesk, "/api/v1/invitations", {**wanted, "channel": "link"})
        answers = {
            "functional": 2,
            "emotional": 3,
            "satisfaction": 2,
            "comment": NAMES["zh" if number % 2 else "en"]["comment"],
            "contact": number == 0,
        }
        token = link["url"].rpartition("/")[2]
        post(
            installation, helpdesk, "/api/v1/responses", {"token": token, "submission_key": person, "answers": answers}
        )


async def assert_accessible(page: Page) -> None:
    await page.wait_for_load_state()
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


async def no_sideways_scrolling(page: Page) -> None:
    assert await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


async def fits_phone_and_desk(page: Page) -> None:
    """The size of a window decides how a page is laid out and nothing else: it is changed, and the page stays."""
    await page.wait_for_load_state()
    before = page.viewport_size
    assert before
    for size in (PHONE, DESKTOP):
        await page.set_viewport_size({"width": size["width"], "height": size["height"]})
        await no_sideways_scrolling(page)
    await page.set_viewport_size(before)


def asked_nobody_else(window: Window, installation: Installation) -> None:
    strangers = [url for url in window.asked if not url.startswith((installation.url, "data:"))]
    assert strangers == []
    assert window.complaints == []


@pytest.mark.parametrize(("language", "size"), [("zh", PHONE), ("en", DESKTOP)])
async def test_a_person_is_asked_and_answers(
    installation: Installation,
    helpdesk: str,
    browser: Browser,
    windows: list[Window],
    language: str,
    size: dict[str, int],
) -> None:
    person = f"dana-{language}-{size['width']}"
    resolve_ticket(installation, helpdesk, f"INC-{person}", person, language)
    mail = installation.mail_to(f"{person}@acme.example")
    window = await open_window(browser, size, "zh-CN" if language == "zh" else "en-GB")
    windows.append(window)
    page, words = window.page, NAMES[language]

    await page.goto(link_in(mail))
    assert await page.locator("html").get_attribute("lang") == ("zh-Hans" if language == "zh" else "en")
    await assert_accessible(page)
    await fits_phone_and_desk(page)
    for question, score in (("functional", "2"), ("emotional", "4"), ("satisfaction", "3")):
        await page.locator(f"input[name={question}][value='{score}']").check(force=True)
    await page.locator("textarea[name=comment]").fill(words["comment"])
    await page.get_by_role("button", name=words["send"]).click()
    await expect(page.get_by_role("heading", name=words["thanks"])).to_be_visible()
    await assert_accessible(page)
    asked_nobody_else(window, installation)
    assert await window.context.cookies() == []


async def test_the_form_is_answered_by_keyboard_alone_without_javascript(
    installation: Installation, helpdesk: str, browser: Browser, windows: list[Window]
) -> None:
    resolve_ticket(installation, helpdesk, "INC-keys", "keys", "en")
    window = await open_window(browser, PHONE, "en-GB", scripts=False)
    windows.append(window)
    page = window.page
    await page.goto(link_in(installation.mail_to("keys@acme.example")))
    await page.locator("input[name=functional]").first.focus()
    for _ in range(3):
        await page.keyboard.press("ArrowRight")
    await page.locator("textarea[name=comment]").focus()
    await page.keyboard.type("Typed without a mouse")
    await page.keyboard.press("Tab")  # to the box "you may contact me"
    await page.keyboard.press("Tab")  # to the button
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Thank you")).to_be_visible()


async def sign_in(window: Window, installation: Installation, name: str) -> None:
    await window.page.goto(f"{installation.url}/sign-in")
    await window.page.locator("input[name=email]").fill(f"{name}@x.example")
    await window.page.locator("input[name=password]").fill(PASSWORD)
    await window.page.locator("main form button").click()
    await window.page.wait_for_url(f"{installation.url}/")


@pytest.mark.parametrize(("language", "size"), [("zh", PHONE), ("en", DESKTOP)])
async def test_alice_sees_what_her_customers_people_said(
    installation: Installation,
    colleagues: None,
    browser: Browser,
    windows: list[Window],
    language: str,
    size: dict[str, int],
) -> None:
    window = await open_window(browser, size, "zh-CN" if language == "zh" else "en-GB")
    windows.append(window)
    page = window.page
    await page.goto(f"{installation.url}/sign-in")
    await assert_accessible(page)
    await fits_phone_and_desk(page)
    await sign_in(window, installation, "alice")
    await expect(page.locator("h1")).to_be_visible()
    place = "故障处理" if language == "zh" else "Restoring service"
    for _ in range(60):  # what was said is read within seconds
        if place in await page.locator("main").inner_text():
            break
        await page.wait_for_timeout(500)
        await page.reload()
    await expect(page.locator("main")).to_contain_text(place)
    for path in (
        "/",
        "/journeys/service",
        "/journeys/service/touchpoints/restoration",
        "/moments",
        "/flow",
        "/feedback/inbox",
        "/contact",
        "/account",
    ):
        await page.goto(installation.url + path)
        await assert_accessible(page)
        await fits_phone_and_desk(page)
    asked_nobody_else(window, installation)


async def test_charlie_sees_nothing_of_it(
    installation: Installation, helpdesk: str, browser: Browser, windows: list[Window]
) -> None:
    window = await open_window(browser, DESKTOP, "en-GB")
    windows.append(window)
    await sign_in(window, installation, "charlie")
    for path in ("/", "/flow", "/feedback/inbox", "/contact"):
        await window.page.goto(installation.url + path)
        shown = await window.page.locator("main").inner_text()
        assert "acme" not in shown.lower()
        assert "three days" not in shown


async def test_the_log_holds_no_words_names_or_links(installation: Installation, helpdesk: str) -> None:
    log = installation.log()
    for secret in ("three days", "三天", "acme.example", "/s/", helpdesk, "alice@"):
        assert secret not in log


async def test_the_interface_for_programs_is_drawn_and_asks_nobody_else(
    installation: Installation, browser: Browser, windows: list[Window]
) -> None:
    window = await open_window(browser, DESKTOP, "en-GB")
    windows.append(window)
    await window.page.goto(f"{installation.url}/api/docs")
    await expect(window.page.locator(".opblock-summary-path").first).to_contain_text("/")
    asked_nobody_else(window, installation)
