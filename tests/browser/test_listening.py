"""Somebody nobody knows speaks up, gets a receipt, is asked back, answers, reads what was done, and takes it back."""

import re
import urllib.error
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from feedback.rules import cost
from tests.browser.conftest import DESKTOP, PHONE, Window, open_window
from tests.browser.test_surveys import admin
from tests.browser.test_walk import (
    asked_nobody_else,
    assert_accessible,
    helpdesk,
    no_sideways_scrolling,
    post,
    sign_in,
)
from tests.support.installation import Installation

__all__ = ["admin", "helpdesk"]
pytestmark = pytest.mark.browser

WORDS: dict[str, dict[str, Any]] = {
    "en": {
        "said": "Nobody dares to say it: the on-call list is unfair.",
        "kind": "Complaint",
        "send": "Send",
        "receipt": "This is your receipt",
        "other": "中文",
        "compare": "Compare",
        "differs": "That is not the same",
        "right": "It is right",
        "open": "Open",
        "waits": "Received, not passed on yet",
        "asked": "On which day of the week?",
        "question": "A question to you",
        "reply": "Always on Fridays.",
        "passed": "will be passed on",
        "more": "And on every holiday.",
        "two": "2 messages of yours",
        "answer": "We drew up a new list.",
        "done": "The list rotates from January on.",
        "acted": "Something was done",
        "yes": "Yes",
        "back": "Take it back",
        "delete": "Delete",
        "deleted": "It is deleted",
        "nothing": "Nothing was found",
    },
    "zh": {
        "said": "没人敢说：值班表排得不公平。",
        "kind": "投诉",
        "send": "发送",
        "receipt": "这是您的回执",
        "other": "English",
        "compare": "比较",
        "differs": "不一致",
        "right": "无误",
        "open": "打开",
        "waits": "已收到，尚未转交",
        "asked": "是星期几？",
        "question": "想问您",
        "reply": "总是星期五。",
        "passed": "转交",
        "more": "节假日也总是同样的人。",
        "two": "2 条",
        "answer": "我们排了新的值班表。",
        "done": "一月起轮换排班。",
        "acted": "已采取行动",
        "yes": "是",
        "back": "撤回",
        "delete": "删除",
        "deleted": "已删除",
        "nothing": "没有找到",
    },
}


@pytest.fixture(scope="module")
def channel(installation: Installation, admin: None, helpdesk: str) -> None:
    """Ada appoints Alice as a reader of all there is: in the browser, in the first walk."""


async def window_of(
    browser: Browser, windows: list[Window], language: str, size: dict[str, int], scripts: bool = True
) -> Window:
    window = await open_window(browser, size, "zh-CN" if language == "zh" else "en-GB", scripts)
    windows.append(window)
    return window


async def looked_at(page: Page, scripts: bool = True) -> None:
    """axe itself is a script: where a browser runs none, the same pages were looked at in the other walks."""
    await no_sideways_scrolling(page)
    if scripts:
        await assert_accessible(page)


async def appoint(installation: Installation, browser: Browser, windows: list[Window]) -> None:
    window = await window_of(browser, windows, "en", DESKTOP)
    await sign_in(window, installation, "ada")
    await window.page.goto(f"{installation.url}/feedback/readers")
    if not await window.page.get_by_text("alice@x.example").count():
        await window.page.get_by_label("Mail address with which they sign in").fill("alice@x.example")
        await window.page.get_by_role("button", name="Appoint", exact=True).click()
        await expect(window.page.get_by_role("cell", name="alice@x.example")).to_be_visible()
    await looked_at(window.page)


async def speak(installation: Installation, page: Page, words: dict[str, Any], scripts: bool) -> str:
    """Three taps: the box, the kind, the button. The receipt."""
    answer = await page.goto(f"{installation.url}/feedback")
    assert answer
    assert not {"date", "etag", "last-modified", "server", "set-cookie"} & set(answer.headers)
    await looked_at(page, scripts)
    await page.locator("#f-text").fill(words["said"])
    await page.get_by_role("button", name=words["other"]).click()  # the other language loses nothing
    await expect(page.locator("#f-text")).to_have_value(words["said"])
    await page.locator(".languages button:not([aria-current], [aria-hidden])").click()
    await page.get_by_role("radio", name=words["kind"]).check()
    await page.locator("main form button").click()
    await expect(page.get_by_text(words["receipt"])).to_be_visible()
    await looked_at(page, scripts)
    return await page.locator("p.receipt").inner_text()


async def type_back(page: Page, words: dict[str, Any], receipt: str, scripts: bool) -> None:
    await page.get_by_role("button", name=words["other"]).click()
    await expect(page.locator("p.receipt")).to_have_text(receipt)  # nor does it lose the receipt
    await page.locator(".languages button:not([aria-current])").click()
    await page.locator("#f-typed").fill(receipt[:-1])
    await page.get_by_role("button", name=words["compare"]).click()
    await expect(page.locator(".error").first).to_contain_text(words["differs"])
    await looked_at(page, scripts)
    await page.locator("#f-typed").fill(receipt.lower().replace("-", " "))
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_contain_text(words["right"])
    await looked_at(page, scripts)
    assert receipt not in await page.content()


async def open_thread(
    installation: Installation, page: Page, words: dict[str, Any], receipt: str, scripts: bool = True
) -> None:
    await page.goto(f"{installation.url}/feedback/thread")
    await looked_at(page, scripts)
    await page.locator("#f-receipt").fill(receipt)
    await page.get_by_role("button", name=words["open"]).click()
    await expect(page.locator("dl.standing")).to_be_visible()
    await looked_at(page, scripts)
    assert receipt not in page.url
    assert receipt not in await page.title()


async def write_as_alice(
    installation: Installation, page: Page, words: dict[str, Any], kind: str, text: str, sees: str
) -> None:
    await page.goto(f"{installation.url}/feedback/inbox")
    await no_sideways_scrolling(page)
    await page.locator("article.card", has_text=words["said"]).locator("h2 a").click()
    await expect(page.locator("main")).to_contain_text(sees)
    await looked_at(page, kind == "answer")  # with all that there is on it
    await page.locator(f"label:has(input[name=kind][value={kind}])").click()
    await page.locator("#f-text").fill(text)
    await page.locator("form:has(#f-text) > button").click()
    await expect(page.locator(".message", has_text=text)).to_be_visible()


@pytest.mark.parametrize(("language", "desk_size", "scripts"), [("zh", PHONE, True), ("en", DESKTOP, False)])
async def test_the_page_and_the_dialogue_are_walked(
    installation: Installation,
    channel: None,
    browser: Browser,
    windows: list[Window],
    language: str,
    desk_size: dict[str, int],
    scripts: bool,
) -> None:
    """On a phone, in both languages, with scripts and without: asked back, added to, answered, told what was done, and
    taken back."""
    words = WORDS[language]
    await appoint(installation, browser, windows)
    person = await window_of(browser, windows, language, PHONE, scripts)
    alice = await window_of(browser, windows, language, desk_size)
    page, desk = person.page, alice.page
    receipt = await speak(installation, page, words, scripts)
    await type_back(page, words, receipt, scripts)
    await open_thread(installation, page, words, receipt, scripts)
    await expect(page.locator("dl.standing")).to_contain_text(words["waits"])
    installation.touchstone("feedback", "release")
    await sign_in(alice, installation, "alice")
    await write_as_alice(installation, desk, words, "question", words["asked"], words["said"])
    await open_thread(installation, page, words, receipt, False)
    await expect(page.locator(".message", has_text=words["asked"])).to_contain_text(words["question"])
    assert words["said"] not in await page.content()
    await page.locator("#f-text").fill(words["reply"])
    await page.locator("form#more > button").click()
    await expect(page.get_by_role("status")).to_contain_text(words["passed"])
    await page.locator("#f-text").fill(words["more"])  # and once more, asked by nobody
    await page.locator("form#more > button").click()
    await expect(page.locator("dl.standing")).to_contain_text(words["two"])
    installation.touchstone("feedback", "release")
    await write_as_alice(installation, desk, words, "answer", words["answer"], words["reply"])
    await write_as_alice(installation, desk, words, "done", words["done"], words["more"])
    await open_thread(installation, page, words, receipt, scripts)
    await expect(page.locator("dl.standing")).to_contain_text(words["acted"])
    for told in (words["answer"], words["done"]):
        await expect(page.locator(".message", has_text=told)).to_be_visible()
    await page.get_by_role("button", name=words["yes"], exact=True).click()
    await expect(page.get_by_role("status")).to_be_visible()
    await page.get_by_text(words["back"], exact=True).click()
    await page.locator("#f-sure").check()
    await page.get_by_role("button", name=words["delete"], exact=True).click()
    await expect(page.locator("h1")).to_contain_text(words["deleted"])
    await looked_at(page, scripts)
    await page.goto(f"{installation.url}/feedback/thread")
    await page.locator("#f-receipt").fill(receipt)
    await page.get_by_role("button", name=words["open"]).click()
    await expect(page.get_by_role("alert")).to_contain_text(words["nothing"])
    await looked_at(page, scripts)
    assert not [url for url in person.asked if not url.startswith((installation.url, "data:"))]
    assert await person.context.cookies() == []
    asked_nobody_else(alice, installation)


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_it_fits_a_narrow_dark_screen_and_is_gone_through_by_keyboard(
    installation: Installation, browser: Browser, windows: list[Window], language: str
) -> None:
    """A phone at 200 % zoom lays out as one of half the width."""
    narrow = {"width": PHONE["width"] // 2, "height": PHONE["height"] // 2}
    window = await window_of(browser, windows, language, narrow)
    page, words = window.page, WORDS[language]
    await page.emulate_media(color_scheme="dark")
    for path in ("/feedback", "/promises"):
        await page.goto(installation.url + path)
        await looked_at(page)
    await page.goto(f"{installation.url}/feedback")
    await page.locator("#f-text").focus()
    await page.keyboard.type(words["said"])
    for key in ("Tab", "Space", "Tab", "Tab", "Tab", "Enter"):  # kind, how near, more, send
        await page.keyboard.press(key)
    await expect(page.get_by_text(words["receipt"])).to_be_visible()
    await looked_at(page)
    assert await window.context.cookies() == []


def junk(installation: Installation) -> None:
    for number in range(cost.FREE + 1):
        body = {"kind": "complaint", "anonymous": True, "text": f"junk {number}"}
        post(installation, "", "/api/v1/feedback", body)


async def test_under_a_flood_the_browser_works_and_the_message_still_comes_in(
    installation: Installation, channel: None, helpdesk: str, browser: Browser, windows: list[Window]
) -> None:
    """The last one here: from now on, and for ten minutes, each message costs something."""
    with pytest.raises(urllib.error.HTTPError, match="429"):
        junk(installation)
    window = await window_of(browser, windows, "en", PHONE)
    page, words = window.page, WORDS["en"]
    await page.goto(f"{installation.url}/feedback")
    await page.locator("#f-text").fill(words["said"])
    await page.get_by_role("radio", name=words["kind"]).check()
    await page.locator("main form button").click()
    await expect(page.get_by_text(words["receipt"])).to_be_visible(timeout=60_000)
    receipt = await page.locator("p.receipt").inner_text()
    quiet = await window_of(browser, windows, "en", PHONE, scripts=False)
    await quiet.page.goto(f"{installation.url}/feedback")
    await quiet.page.locator("#f-text").fill("Kept while it waits")
    await quiet.page.get_by_role("radio", name=words["kind"]).check()
    await quiet.page.locator("main form button").click()
    await expect(quiet.page.locator(".notice")).to_contain_text(re.compile(r"Wait \d+ seconds"))
    await expect(quiet.page.locator("#f-text")).to_have_value("Kept while it waits")
    await no_sideways_scrolling(quiet.page)
    assert "Passed on: " in installation.touchstone("feedback", "release")  # of what was accepted nothing is dropped
    await open_thread(installation, page, words, receipt, scripts=False)
    await expect(page.locator("dl.standing")).to_contain_text("New")
