"""Surveys of one's own, walked: the editor, every kind of question, a test that stores nothing, an open address."""

import json
import os
import time
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from surveys.rules.files import as_json
from tests.browser.conftest import DESKTOP, PHONE, Window, open_window
from tests.browser.test_walk import (
    PASSWORD,
    asked_nobody_else,
    assert_accessible,
    fits_phone_and_desk,
    no_sideways_scrolling,
)
from tests.support.installation import Installation
from tests.surveys.questions import survey

pytestmark = pytest.mark.browser
SCREENS = [("en-GB", DESKTOP), ("zh-CN", DESKTOP), ("en-GB", PHONE), ("zh-CN", PHONE)]
MOST_CLICKS, MOST_SECONDS = 20, 300
SHOTS = os.environ.get("TOUCHSTONE_TEST_SHOTS", "")


@pytest.fixture(scope="module")
def admin(installation: Installation) -> None:
    installation.touchstone("user", "add", "ada@x.example", "--role", "admin", "--password-stdin", given=PASSWORD)


@pytest.fixture(scope="module")
def every_kind(installation: Installation) -> str:
    """A published survey with all kinds of question, at an open address."""
    definition = survey(*[key for key in _keys() if key not in ("vpn", "contact")], slug="every-kind")
    path = installation.folder / "every-kind.json"
    path.write_text(as_json(msgspec.structs.replace(definition, key="every-kind")))
    installation.touchstone("survey", "import", str(path), "--publish")
    return f"{installation.url}/q/every-kind"


def _keys() -> list[str]:
    return [question.key for question in survey().questions]


async def shot(page: Page, name: str) -> None:
    """For a look with one's own eyes, where a folder is given."""
    if SHOTS:
        await page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def answers(installation: Installation, key: str) -> Any:
    return json.loads(installation.touchstone("survey", "export", key, "--format", "json"))


class Clicks:
    """Counts what a person has to press; typing into a field takes a click to get there."""

    def __init__(self, page: Page) -> None:
        self.page, self.n = page, 0

    async def press(self, locator: Any) -> None:
        self.n += 1
        await locator.click()

    async def write(self, selector: str, text: str) -> None:
        self.n += 1
        await self.page.locator(selector).first.click()
        await self.page.keyboard.type(text)


_come_in: dict[str, list[Any]] = {}


async def ada(installation: Installation, browser: Browser, windows: list[Window], **kind: Any) -> Window:
    """Ada signs in once and goes on in other windows: so many sign-ins in a row would be too many tries."""
    window = await open_window(
        browser, kind.get("size", DESKTOP), kind.get("locale", "en-GB"), kind.get("scripts", True)
    )
    windows.append(window)
    if known := _come_in.get(installation.url):
        await window.context.add_cookies(known)
        return window
    await window.page.goto(f"{installation.url}/sign-in")
    await window.page.locator("input[name=email]").fill("ada@x.example")
    await window.page.locator("input[name=password]").fill(PASSWORD)
    await window.page.locator("main form button").click()
    await window.page.wait_for_url(f"{installation.url}/")
    _come_in[installation.url] = list(await window.context.cookies())
    return window


@pytest.mark.parametrize("scripts", [True, False], ids=["with a script", "without"])
async def test_a_first_survey_of_ones_own_takes_few_clicks(
    installation: Installation, admin: None, browser: Browser, windows: list[Window], scripts: bool
) -> None:
    window = await open_window(browser, DESKTOP, "en-GB", scripts)
    windows.append(window)
    page, started, name = window.page, time.monotonic(), "Canteen" if scripts else "Cafeteria"
    await page.goto(f"{installation.url}/sign-in")
    clicks = Clicks(page)
    await clicks.write("input[name=email]", "ada@x.example")
    await clicks.write("input[name=password]", PASSWORD)
    await clicks.press(page.locator("main form button"))
    await clicks.press(page.get_by_role("link", name="Surveys", exact=True))
    await clicks.write("input[name='title.en']", name)
    await clicks.write("input[name='title.zh']", "食堂")
    await clicks.press(page.get_by_role("button", name="Begin"))
    await clicks.write("textarea[name='questions.0.wording.en']", "Today: ")
    await clicks.press(page.get_by_role("button", name="Publish", exact=True))
    await clicks.press(page.locator("main .notice a[href^='/q/']"))
    await clicks.press(page.locator(".step").nth(3))
    await clicks.press(page.get_by_role("button", name="Send"))
    await expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert clicks.n < MOST_CLICKS
    assert time.monotonic() - started < MOST_SECONDS
    asked_nobody_else(window, installation)


@pytest.mark.parametrize(("locale", "size"), [("en-GB", DESKTOP), ("zh-CN", PHONE)])
async def test_every_page_of_the_editor_can_be_used_by_everybody(
    installation: Installation,
    admin: None,
    every_kind: str,
    browser: Browser,
    windows: list[Window],
    locale: str,
    size: dict[str, int],
) -> None:
    window = await ada(installation, browser, windows, locale=locale, size=size)
    page = window.page
    for path in ("/surveys", "/surveys/every-kind", "/surveys/every-kind/edit", "/surveys/every-kind/preview"):
        await page.goto(installation.url + path)
        await page.wait_for_load_state("networkidle")
        await shot(page, f"{path.strip('/').replace('/', '-')}-{locale}-{size['width']}")
        await page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true })")
        await assert_accessible(page)
        await fits_phone_and_desk(page)
    asked_nobody_else(window, installation)


@pytest.mark.parametrize("scripts", [True, False], ids=["with a script", "without"])
async def test_questions_are_added_moved_copied_removed_and_taken_back(
    installation: Installation, admin: None, browser: Browser, windows: list[Window], scripts: bool
) -> None:
    key = f"steps-{str(scripts).lower()}"
    window = await ada(installation, browser, windows, scripts=scripts)
    page = window.page
    await page.goto(f"{installation.url}/surveys")
    await page.locator("input[name='title.en']").fill(key)
    await page.get_by_role("button", name="Begin").click()

    async def stand(*keys: str) -> None:
        """Waited for: without a script each button loads the page anew, and what is sent before its end is cut off."""
        found = page.locator("input[name$='.key']")
        await expect(found).to_have_count(len(keys))
        for place, key in enumerate(keys):
            await expect(found.nth(place)).to_have_value(key)
        await page.wait_for_load_state()

    await page.locator("#add select").select_option("nps")
    await page.get_by_role("button", name="Add it").click()
    await stand("satisfaction", "comment", "nps")
    await expect(page.locator("main")).to_contain_text("missing")
    await page.locator("textarea[name='questions.2.wording.en']").fill("Would you <b>tell</b> a friend?")
    await page.locator("#q-2 button[value='up.2']").click()
    await stand("satisfaction", "nps", "comment")
    assert (
        await page.locator("textarea[name='questions.1.wording.en']").input_value() == "Would you <b>tell</b> a friend?"
    )
    await page.locator("button[value='copy.1']").click()
    await stand("satisfaction", "nps", "nps_2", "comment")
    await page.locator("button[value='remove.1']").click()
    await stand("satisfaction", "nps_2", "comment")
    await page.get_by_role("button", name="Undo").click()
    await stand("satisfaction", "nps", "nps_2", "comment")
    await page.get_by_role("button", name="Publish", exact=True).click()
    await expect(page.locator("main")).to_contain_text("not published yet")
    assert window.complaints == [] or all("422" in one for one in window.complaints)


async def test_what_is_written_is_kept_and_shown_at_once(
    installation: Installation, admin: None, browser: Browser, windows: list[Window]
) -> None:
    window = await ada(installation, browser, windows)
    page = window.page
    await page.goto(f"{installation.url}/surveys")
    await page.locator("input[name='title.en']").fill("Live")
    await page.get_by_role("button", name="Begin").click()
    await page.locator("textarea[name='questions.0.wording.en']").fill("Written a moment ago?")
    await expect(page.locator(".saved")).to_have_text("Saved")
    await expect(page.frame_locator(".phone").locator("legend").first).to_contain_text("Written a moment ago?")
    await page.reload()
    assert await page.locator("textarea[name='questions.0.wording.en']").input_value() == "Written a moment ago?"


async def test_a_test_never_counts(
    installation: Installation, admin: None, every_kind: str, browser: Browser, windows: list[Window]
) -> None:
    window = await ada(installation, browser, windows)
    page = window.page
    await page.goto(f"{installation.url}/surveys/every-kind/preview")
    await page.locator("input[name=faces][value='1']").check(force=True)
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator("main")).to_contain_text("Please answer this question.")
    await page.locator("textarea[name=words]").fill("because")
    await page.get_by_role("button", name="Send").click()
    await expect(page.get_by_role("heading", name="The test went well")).to_be_visible()
    await page.goto(f"{installation.url}/surveys")
    await expect(page.locator("tr", has_text="every-kind").locator("td.num")).to_contain_text("<5")


async def test_a_test_link_is_answered_on_a_phone_and_never_counts(
    installation: Installation, admin: None, every_kind: str, browser: Browser, windows: list[Window]
) -> None:
    desk, phone = await ada(installation, browser, windows), await open_window(browser, PHONE, "zh-CN")
    windows.append(phone)
    page = desk.page
    await page.goto(f"{installation.url}/surveys/every-kind")
    await page.get_by_role("button", name="Make a test link").click()
    address = await page.locator(".test-link a").get_attribute("href")
    assert address
    assert await page.locator(".test-link img").evaluate("one => one.decode().then(() => one.naturalWidth > 0)")
    await phone.page.goto(address)
    await expect(phone.page.locator(".notice")).to_contain_text("This is a test")
    await expect(phone.page.locator(".notice")).to_contain_text("这是试填")
    await assert_accessible(phone.page)
    await phone.page.locator("input[name=faces][value='5']").check(force=True)
    await phone.page.locator("main form button.main").click()
    await expect(phone.page.locator(".thanks h1")).to_contain_text("不计入任何结果")
    await page.reload()
    await expect(page.locator("#test dl")).to_contain_text("5")
    await assert_accessible(page)
    await page.get_by_role("button", name="Delete the test answers").click()
    await expect(page.locator("#test dl")).to_have_count(0)
    assert await phone.context.cookies() == []
    asked_nobody_else(phone, installation)


@pytest.mark.parametrize(("locale", "size"), [("en-GB", DESKTOP), ("zh-CN", PHONE)])
async def test_every_kind_of_question_can_be_answered(
    installation: Installation,
    every_kind: str,
    browser: Browser,
    windows: list[Window],
    locale: str,
    size: dict[str, int],
) -> None:
    window = await open_window(browser, size, locale)
    windows.append(window)
    page = window.page
    await page.goto(every_kind)
    await shot(page, f"every-kind-{locale}-{size['width']}")
    await assert_accessible(page)
    await fits_phone_and_desk(page)
    await expect(page.locator("input[name=since]")).to_be_hidden()
    await expect(page.locator(".only-if")).to_have_count(0)
    for name, value in (("faces", "2"), ("stars", "na"), ("pain", "7"), ("csat", "4"), ("ces", "6"), ("nps", "0")):
        await page.locator(f"input[name={name}][value='{value}']").check(force=True)
    await expect(page.locator("input[name=why][value=kind]")).to_be_hidden()
    for name, value in (("many", "a"), ("many", "c"), ("why", "slow"), ("felt", "calm"), ("solved", "no")):
        await page.locator(f"input[name={name}][value='{value}']").check(force=True)
    await page.locator("input[name='one.other']").fill("in the lift")
    await page.locator("input[name=short]").fill("a line")
    await page.locator("input[name=lost]").fill("45")
    await page.locator("input[name='grid.speed'][value='3']").check(force=True)
    await page.locator("input[name=since]").fill("2026-03-31")
    await page.locator("main form button.main").click()
    await expect(page.locator("#f-words-error")).to_be_visible()
    await expect(page.locator(".notice.bad a")).to_contain_text("About words?")
    await shot(page, f"every-kind-wrong-{locale}-{size['width']}")
    await assert_accessible(page)
    assert await page.locator("input[name='one.other']").input_value() == "in the lift"
    assert await page.locator("input[name=many]:checked").count() == 2
    await page.locator("textarea[name=words]").fill("It took <b>three</b> days")
    await page.locator("main form button.main").click()
    await expect(page.locator(".thanks h1")).to_be_visible()
    await assert_accessible(page)
    await shot(page, f"thanks-{locale}-{size['width']}")
    assert await window.context.cookies() == []
    assert await page.evaluate("localStorage.length") == 0


async def test_without_a_script_every_question_says_when_it_is_meant(
    installation: Installation, every_kind: str, browser: Browser, windows: list[Window]
) -> None:
    window = await open_window(browser, PHONE, "en-GB", scripts=False)
    windows.append(window)
    page = window.page
    await page.goto(every_kind)
    await shot(page, "every-kind-no-script")
    await expect(page.locator(".only-if")).to_have_text("Only if you answered “About solved?” with: No")
    await page.locator("input[name=faces]").first.focus()
    for _ in range(4):
        await page.keyboard.press("ArrowRight")
    await page.locator("textarea[name=words]").focus()
    await page.keyboard.type("Typed without a mouse")
    await page.locator("main form button.main").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Thank you")).to_be_visible()


FOCUSED = """() => {
  const one = document.activeElement, shown = one.closest('label') || one, box = shown.getBoundingClientRect();
  const marked = (element) => ['outlineStyle', 'boxShadow'].some((name) => getComputedStyle(element)[name] !== 'none');
  const seen = box.bottom > 0 && box.top < innerHeight && box.height > 0;
  const ring = [one, shown, ...shown.querySelectorAll('*')].some(marked);
  return { name: one.name || '', kind: one.type || one.tagName, ring, seen };
}"""


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
async def test_the_form_is_walked_through_and_sent_by_keyboard_alone(
    installation: Installation, every_kind: str, browser: Browser, windows: list[Window], size: dict[str, int]
) -> None:
    """Nothing but Tab, arrows, letters and Enter; what has the focus is seen to have it."""
    window = await open_window(browser, size, "en-GB")
    windows.append(window)
    page, reached = window.page, list[str]()
    await page.goto(every_kind)
    await page.keyboard.press("Tab")
    assert "Skip" in await page.evaluate("document.activeElement.textContent")
    await page.keyboard.press("Enter")
    for _ in range(60):
        await page.keyboard.press("Tab")
        focus = await page.evaluate(FOCUSED)
        if not focus["name"] and focus["kind"] != "submit":
            continue
        assert focus["seen"], focus
        assert focus["ring"], focus
        first = focus["name"] not in reached
        reached.append(focus["name"])
        if focus["kind"] == "submit":
            await page.keyboard.press("Enter")
            break
        if focus["kind"] in ("radio", "checkbox") and first:
            await page.keyboard.press("Space")
        elif focus["kind"] in ("text", "textarea", "number"):
            await page.keyboard.type("45" if focus["name"] == "lost" else "Typed")
    await expect(page.locator(".thanks h1")).to_be_visible()
    wanted = {"faces", "stars", "pain", "csat", "ces", "nps", "one", "many", "why", "felt", "short", "words", "lost"}
    assert wanted | {"grid.speed", "solved"} <= set(reached)
    assert list(dict.fromkeys(reached))[:3] == ["faces", "stars", "pain"], "in the order in which it is read"


async def test_targets_are_large_enough_and_every_rule_of_wcag_22_aa_holds(
    installation: Installation, admin: None, every_kind: str, browser: Browser, windows: list[Window]
) -> None:
    """The rules for 2.2 are switched off in axe unless they are asked for."""
    rules = {
        "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
        "rules": {"target-size": {"enabled": True}},
    }
    for locale in ("en-GB", "zh-CN"):
        window = await ada(installation, browser, windows, locale=locale, size=PHONE)
        pages = ("/q/every-kind", "/t/post-ticket/glpi/7", "/notes", "/tickets/hooks", "/surveys/post-ticket/asking")
        for path in pages:
            await window.page.goto(installation.url + path)
            found = await Axe().run(window.page, options=rules)
            assert found.violations_count == 0, f"{path} {found.generate_report()}"
            await no_sideways_scrolling(window.page)
            await shot(window.page, f"wcag22{path.replace('/', '-')}-{locale}")
        asked_nobody_else(window, installation)


async def test_an_unfinished_answer_waits_on_the_device_and_nowhere_else(
    installation: Installation, every_kind: str, browser: Browser, windows: list[Window]
) -> None:
    window = await open_window(browser, PHONE, "en-GB")
    windows.append(window)
    page = window.page
    await page.goto(every_kind)
    await page.locator("input[name=faces][value='2']").check(force=True)
    await page.locator("textarea[name=words]").fill("I will finish this later")
    await page.goto("about:blank")
    await page.goto(every_kind)
    await expect(page.locator("main form [role=status]")).to_contain_text("is here again")
    assert await page.locator("textarea[name=words]").input_value() == "I will finish this later"
    assert await page.locator("input[name=faces][value='2']").is_checked()
    await page.get_by_role("button", name="Start afresh").click()
    assert await page.locator("textarea[name=words]").input_value() == ""
    await page.reload()
    assert not await page.locator("input[name=faces][value='2']").is_checked()


def ring(installation: Installation, hook: str, secret: str, payload: dict[str, Any]) -> int:
    """A ticket system calls."""
    proof = {"Authorization": f"Bearer {secret}"}
    return httpx.post(f"{installation.url}/hooks/{hook}", json=payload, headers=proof).status_code


async def test_a_mapping_is_edited_beside_what_it_reads(
    installation: Installation, admin: None, browser: Browser, windows: list[Window]
) -> None:
    """Live, in both languages: the events, what is not read, errors by line; a path is put in by a press."""
    told = installation.touchstone("hook", "add", "jira", "desk")
    secret = told.strip().split()[-1]
    fields: dict[str, Any] = {
        "created": "2025-03-03T08:12:00.000+0000",
        "reporter": {"accountId": "li"},
        "site": "Wuhan",
    }
    fields["issuetype"] = {"name": "[System] Incident"}
    payload = {"webhookEvent": "jira:issue_created", "issue": {"id": "7", "key": "IT-7", "fields": fields}}
    assert ring(installation, "jira/desk", secret, payload) == 202
    for locale, size in (("en-GB", DESKTOP), ("zh-CN", PHONE)):
        window = await ada(installation, browser, windows, locale=locale, size=size)
        page, look = window.page, window.page.locator("[data-look]")
        await page.goto(f"{installation.url}/tickets/hooks/jira/desk")
        await expect(look).to_contain_text("IT-7")
        await expect(look.locator("tr.unread", has_text="issue.fields.site")).to_be_visible()
        await assert_accessible(page)
        await no_sideways_scrolling(page)
        text = page.locator("textarea[name=mapping]")
        good = await text.input_value()
        await text.fill(good.replace("[event]\n", "[event]\ngroup = \n", 1))
        wrong = look.locator(".wrongs button")
        await expect(look.locator(".wrongs")).to_contain_text("TOML")
        await shot(page, f"mapping-wrong-{locale}")
        await wrong.click()
        chosen = await text.evaluate("one => one.value.slice(one.selectionStart, one.selectionEnd)")
        assert chosen == "group = "
        await text.evaluate("one => one.setSelectionRange(one.selectionEnd, one.selectionEnd)")
        await page.keyboard.type('"issue.fields.site"')
        await expect(look.locator("dl.event")).to_contain_text("Wuhan")
        await look.locator(".path", has_text="issue.key").first.click()
        assert '"issue.key"' in await text.input_value()
        await text.fill(good)
        asked_nobody_else(window, installation)
