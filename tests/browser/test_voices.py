"""Alice reads comments, puts one right, takes that back, and places what waits; both languages, phone and desk."""

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Window, open_window
from tests.browser.test_walk import (
    asked_nobody_else,
    assert_accessible,
    helpdesk,
    no_sideways_scrolling,
    post,
    resolve_ticket,
    sign_in,
)
from tests.support.installation import Installation

__all__ = ["helpdesk"]
pytestmark = pytest.mark.browser

SAID = {
    "en": "The approval took far too long, this is number {}.",
    "zh": "审批等了太久，太慢了，这是第 {} 次。",
    "nowhere": "Terrible soup, number {}.",
}
WORDS = {
    "en": {"best": "Very positive", "right": "Put right: Very positive", "undo": "Undo", "back": "Taken back"},
    "zh": {"best": "非常正面", "right": "已更正为：非常正面", "undo": "撤销", "back": "已撤销"},
}


@pytest.fixture(scope="module")
def comments(installation: Installation, helpdesk: str) -> None:
    """Twelve people of `acme` wrote about approvals, nine about something that no touchpoint knows."""
    resolve_ticket(installation, helpdesk, "INC-acme", "first", "en")  # by its tickets a customer is known
    for number in range(12):
        text = SAID["zh" if number % 2 else "en"].format(number)
        post(installation, helpdesk, "/api/v1/feedback", _feedback(text, f"approval-{number}"))
    for number in range(9):
        text = SAID["nowhere"].format(number)
        post(installation, helpdesk, "/api/v1/feedback", _feedback(text, f"soup-{number}"))


def _feedback(text: str, key: str) -> dict[str, object]:
    return {"text": text, "kind": "complaint", "customer": "acme", "anonymous": False, "submission_key": key}


async def read_within_seconds(page: Page, address: str) -> None:
    """Comments are read in the background."""
    await page.goto(address)
    for _ in range(60):
        if await page.locator("article.voice").count():
            break
        await page.wait_for_timeout(500)
        await page.reload()
    await expect(page.locator("article.voice").first).to_be_visible()


async def looked_at(page: Page) -> None:
    await assert_accessible(page)
    await no_sideways_scrolling(page)


@pytest.mark.parametrize(("language", "size"), [("zh", PHONE), ("en", DESKTOP)])
async def test_one_click_puts_a_reading_right_and_one_takes_it_back(
    installation: Installation,
    comments: None,
    browser: Browser,
    windows: list[Window],
    language: str,
    size: dict[str, int],
) -> None:
    window, words = await open_window(browser, size, "zh-CN" if language == "zh" else "en-GB"), WORDS[language]
    windows.append(window)
    page = window.page
    await sign_in(window, installation, "alice")
    await read_within_seconds(page, f"{installation.url}/voices")
    await looked_at(page)
    face = page.locator("article.voice").first.get_by_role("button", name=words["best"]).first
    await face.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_contain_text(words["right"])
    await looked_at(page)
    await page.locator("details.other summary").first.click()
    await looked_at(page)
    await page.get_by_role("button", name=words["undo"]).click()
    await expect(page.get_by_role("status")).to_contain_text(words["back"])
    await page.goto(f"{installation.url}/classifier")
    await looked_at(page)
    asked_nobody_else(window, installation)


@pytest.mark.parametrize(("language", "size"), [("zh", PHONE), ("en", DESKTOP)])
async def test_what_waits_is_placed_skipped_and_brought_back(
    installation: Installation,
    comments: None,
    browser: Browser,
    windows: list[Window],
    language: str,
    size: dict[str, int],
) -> None:
    window, words = await open_window(browser, size, "zh-CN" if language == "zh" else "en-GB"), WORDS[language]
    windows.append(window)
    page = window.page
    await sign_in(window, installation, "alice")
    await read_within_seconds(page, f"{installation.url}/voices/unplaced")
    await looked_at(page)
    asked = await page.locator("article.voice .said").inner_text()
    await page.locator(".candidates a").click()
    assert await page.locator("article.voice .said").inner_text() != asked
    await page.goto(f"{installation.url}/voices/unplaced")
    await page.locator("details.other summary").click()
    await page.locator(".places button").first.click()
    await expect(page.get_by_role("status")).to_contain_text(words["right"].split(":")[0].split("：")[0])
    assert await page.locator("article.voice .said").inner_text() != asked
    await looked_at(page)
    await page.get_by_role("button", name=words["undo"]).click()
    await expect(page.get_by_role("status")).to_contain_text(words["back"])
    asked_nobody_else(window, installation)


async def test_it_works_without_a_script(
    installation: Installation, comments: None, browser: Browser, windows: list[Window]
) -> None:
    window = await open_window(browser, PHONE, "en-GB", scripts=False)
    windows.append(window)
    page = window.page
    await page.goto(f"{installation.url}/sign-in")
    await page.locator("input[name=email]").fill("alice@x.example")
    await page.locator("input[name=password]").fill("correct horse battery staple")
    await page.locator("main form button").click()
    await read_within_seconds(page, f"{installation.url}/voices")
    await page.locator("article.voice").first.get_by_role("button", name="Very positive").first.click()
    await expect(page.get_by_role("status")).to_contain_text("Put right")
    await page.get_by_role("button", name="Undo").click()
    await expect(page.get_by_role("status")).to_contain_text("Taken back")


async def test_the_log_holds_no_words_of_comments(installation: Installation, comments: None) -> None:
    assert not any(word in installation.log() for word in ("soup", "审批", "far too long", "alice@"))
