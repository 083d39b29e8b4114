"""The whole loop: a moment of truth, an improvement, done, measured, and told to those who spoke, named or not."""

import json
from typing import Any, Literal

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Window, open_window
from tests.browser.test_walk import (
    PASSWORD,
    asked_nobody_else,
    assert_accessible,
    fits_phone_and_desk,
    no_sideways_scrolling,
    sign_in,
)
from tests.support.installation import Installation
from tests.support.mails import words_of
from tests.value.past import CUSTOMERS, JUDGED_AFTER, WORDS

pytestmark = pytest.mark.browser

TITLE = {"en": "A second person on the night shift", "zh": "夜班增加一人"}
FIELDS = {
    "owner": "Bea",
    "hypothesis": "Then nobody waits until the morning",
    "target": "70",
    "margin": "8",
    "judge_after": str(JUDGED_AFTER),
    "said_en": "Repairs took days.",
    "said_zh": "修复要等好几天。",
    "done_en": "A second person works at night.",
    "done_zh": "夜间多一人值守。",
}
DONE = {"en": FIELDS["done_en"], "zh": FIELDS["done_zh"]}
HELPED = {"en": "helped, by", "zh": "有效"}
RECEIPT = {"en": "Open", "zh": "打开"}
Past = dict[str, Any]


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One whose people have spoken for months before it is started."""
    made = Installation(tmp_path_factory.mktemp("acting"))
    made.touchstone("init")
    yield made
    made.stop()


@pytest.fixture(scope="module")
def past(installation: Installation) -> Past:
    customers = [word for key in CUSTOMERS.values() for word in ("--customer", key)]
    installation.touchstone(
        "user", "add", "alice@x.example", "--role", "manager", *customers, "--password-stdin", given=PASSWORD
    )
    found: Past = json.loads(installation.module("tests.value.past"))
    installation.start()
    return found


async def looked_at(page: Page) -> None:
    await fits_phone_and_desk(page)
    await assert_accessible(page)


async def register(installation: Installation, page: Page, language: str, moment: str) -> None:
    """From the moment of truth, which names the place."""
    await page.goto(f"{installation.url}/moments/{moment}")
    await looked_at(page)
    await page.locator(f"a[href='/improvements/new?moment={moment}']").click()
    await looked_at(page)
    await expect(page.locator("input[name=touchpoints]:checked")).to_have_value("restoration")
    await page.locator("#f-title").fill(TITLE[language])
    await page.locator(f"#f-customer input[value={CUSTOMERS[language]}]").check()
    await page.locator("#f-audience").select_option("everybody")
    for name, text in FIELDS.items():
        await page.locator(f"#f-{name}").fill(text)
    await page.locator("form.register-form button[type=submit]").click()
    await expect(page.locator("h1")).to_contain_text(TITLE[language])


async def step(page: Page, state: str, day: str = "") -> None:
    form = page.locator("form", has=page.locator(f"button[name=to][value={state}]"))
    if day:
        await form.locator("input[type=date]").fill(day)
    await form.locator("button").click()
    await expect(page.locator("ol.trail [aria-current=step] time")).to_be_visible()
    await expect(page.locator(f"button[name=to][value={state}]")).to_have_count(0)


async def until_it_says(page: Page, text: str) -> None:
    """The verdict is found, and told, in the background."""
    for _ in range(60):
        if text in (await page.locator("main").text_content() or ""):
            break
        await page.wait_for_timeout(250)
        await page.reload()
    await expect(page.locator("main")).to_contain_text(text)


async def read_behind_the_receipt(installation: Installation, page: Page, language: str, receipt: str) -> None:
    for _ in range(40):
        await page.goto(f"{installation.url}/feedback/thread")
        await page.locator("#f-receipt").fill(receipt)
        await page.get_by_role("button", name=RECEIPT[language]).click()
        await expect(page.locator("dl.standing")).to_be_visible()
        if HELPED[language] in (await page.locator("main").text_content() or ""):
            break
        await page.wait_for_timeout(250)  # it is told in the background
    await expect(page.locator("main")).to_contain_text(DONE[language])
    await expect(page.locator("main")).to_contain_text(HELPED[language])
    await looked_at(page)


WALK = {
    "en": {
        "best": "Very positive",
        "right": "Put right",
        "undo": "Undo",
        "back": "Taken back",
        "before": "Side by side",
    },
    "zh": {"best": "非常正面", "right": "已更正", "undo": "撤销", "back": "已撤销", "before": "并排对比"},
}


async def go(page: Page, selector: str) -> None:
    """By a link that is there to be clicked; and what comes is looked at."""
    await page.locator(f"main {selector}").first.click()
    await page.wait_for_load_state()
    await looked_at(page)


async def taken(page: Page, ending: str) -> bytes:
    async with page.expect_download() as arriving:
        await page.locator(f"a[href^='/reports/experience.{ending}']").click()
    return (await (await arriving.value).path()).read_bytes()


@pytest.mark.parametrize(("language", "size", "scheme"), [("zh", PHONE, "dark"), ("en", DESKTOP, "light")])
async def test_the_ten_minutes_before_a_service_review(
    installation: Installation,
    past: Past,
    browser: Browser,
    windows: list[Window],
    language: str,
    size: dict[str, int],
    scheme: Literal["dark", "light"],
) -> None:
    """Start page, moment, touchpoint, comments, one put right and taken back, the journey beside its past, an
    improvement begun, and the pack: only by what is on the pages."""
    alice, words = await open_window(browser, size, "zh-CN" if language == "zh" else "en-GB"), WALK[language]
    windows.append(alice)
    page, moment = alice.page, past["moments"][language]
    await page.emulate_media(color_scheme=scheme)
    await sign_in(alice, installation, "alice")
    await looked_at(page)
    await go(page, f"a[href='/moments/{moment}']")
    await go(page, "a[href='/journeys/service/touchpoints/restoration']")
    await go(page, "a[href='/voices?touchpoint=restoration']")
    await page.locator("article.voice").first.get_by_role("button", name=words["best"]).first.click()
    await expect(page.get_by_role("status")).to_contain_text(words["right"])
    await looked_at(page)
    await page.get_by_role("button", name=words["undo"]).click()
    await expect(page.get_by_role("status")).to_contain_text(words["back"])
    await page.goto(f"{installation.url}/journeys/service")
    await page.locator("select[name=against]").select_option("before")
    await page.locator("form.filters button").click()
    await expect(page.locator("#beside h2")).to_have_text(words["before"])
    await expect(page.locator("#beside figure.chart")).to_have_count(3)
    await looked_at(page)
    await page.emulate_media(media="print")
    await page.set_viewport_size({"width": DESKTOP["width"], "height": DESKTOP["height"]})  # paper is no narrower
    await no_sideways_scrolling(page)
    await page.set_viewport_size({"width": size["width"], "height": size["height"]})
    await page.emulate_media(media="screen")
    await page.goto(f"{installation.url}/")
    await go(page, f"a[href='/moments/{moment}']")
    await go(page, f"a[href='/improvements/new?moment={moment}']")
    await expect(page.locator("input[name=touchpoints]:checked")).to_have_value("restoration")
    await page.goto(f"{installation.url}/")
    assert (await taken(page, "pdf")).startswith(b"%PDF")
    assert (await taken(page, "pptx")).startswith(b"PK")
    asked_nobody_else(alice, installation)


@pytest.mark.parametrize(("language", "size"), [("zh", PHONE), ("en", DESKTOP)])
async def test_from_a_moment_to_those_who_spoke(
    installation: Installation,
    past: Past,
    browser: Browser,
    windows: list[Window],
    language: str,
    size: dict[str, int],
) -> None:
    locale = "zh-CN" if language == "zh" else "en-GB"
    alice, person = [await open_window(browser, size, locale) for _ in range(2)]
    windows += [alice, person]
    desk, page = alice.page, person.page
    await sign_in(alice, installation, "alice")
    await register(installation, desk, language, past["moments"][language])
    await step(desk, "planned")
    await step(desk, "doing", past["start"])
    await looked_at(desk)  # the baseline stands there, with its interval
    await expect(desk.locator(".facts")).to_contain_text("n = 40")
    await step(desk, "done", past["start"])
    await until_it_says(desk, HELPED[language])
    await expect(desk.locator(".big-verdict")).to_contain_text(HELPED[language])
    await looked_at(desk)

    mail = words_of(installation.mail_to(f"dana-{language}@x.example"))
    assert DONE[language] in mail
    assert WORDS[language] not in mail
    await read_behind_the_receipt(installation, page, language, past["receipts"][language])
    await page.goto(f"{installation.url}/said-and-done")
    await expect(page.locator("main")).to_contain_text(DONE[language])
    await expect(page.locator("main")).to_contain_text(HELPED[language])
    assert WORDS[language] not in await page.content()
    await looked_at(page)
    assert await person.context.cookies() == []
    asked_nobody_else(alice, installation)
    asked_nobody_else(person, installation)
