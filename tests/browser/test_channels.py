"""Answering elsewhere: on paper's other side, in a page of another site, at a counter, and by telephone."""

import http.server
import json
import threading
from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest
from playwright.async_api import Browser, Page, expect

from core.clock import now
from surveys.rules.files import as_json
from tests.browser.conftest import DESKTOP, PHONE, Window, open_window
from tests.browser.test_surveys import ada, admin, shot
from tests.browser.test_walk import asked_nobody_else, assert_accessible, no_sideways_scrolling
from tests.support.installation import Installation
from tests.surveys.questions import survey

__all__ = ["admin"]
pytestmark = pytest.mark.browser
TABLET = {"width": 1024, "height": 768}
SCREENS = [("en-GB", TABLET), ("zh-CN", TABLET), ("zh-CN", PHONE)]
HOST_PAGE = """<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>Intranet</title></head>
<body><main><h1>Intranet</h1><p>Our page.</p><script src="{home}/widget/lunch.js" {attributes} async></script>
</main></body></html>"""


class Site:
    """A page of another origin, with a strict content policy of its own."""

    def __init__(self) -> None:
        self.page, self.policy = "", ""
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Security-Policy", outer.policy)
                self.end_headers()
                self.wfile.write(outer.page.encode())

            def log_message(self, *_: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def shows(self, home: str, lang: str = "en", attributes: str = "") -> None:
        self.page = HOST_PAGE.format(home=home, lang=lang, attributes=attributes)
        self.policy = f"default-src 'none'; script-src {home}; frame-src {home}"


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture(scope="module")
def lunch(installation: Installation, admin: None, site: Site) -> str:
    """An open survey that the other site may show."""
    definition = survey("faces", "nps", "many", "words", slug="lunch", origins=[site.url])
    path = installation.folder / "lunch.json"
    path.write_text(as_json(msgspec.structs.replace(definition, key="lunch")))
    installation.touchstone("survey", "import", str(path), "--publish")
    return installation.url


async def until(page: Page, holds: str) -> None:
    """The page's own policy forbids what `wait_for_function` does."""
    for _ in range(100):
        if await page.evaluate(holds):
            return
        await page.wait_for_timeout(100)
    pytest.fail(f"never came true: {holds}")


async def complained(window: Window, of: str) -> None:
    for _ in range(100):
        if any(of in said for said in window.complaints):
            return
        await window.page.wait_for_timeout(100)
    pytest.fail(f"the browser never complained of {of}: {window.complaints}")


async def opened(browser: Browser, windows: list[Window], locale: str = "en-GB", **kind: object) -> Window:
    window = await open_window(browser, kind.get("size", DESKTOP), locale, bool(kind.get("scripts", True)))  # type: ignore[arg-type]
    windows.append(window)
    return window


@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
async def test_the_leaflet_is_one_sheet_of_paper(
    installation: Installation, lunch: str, browser: Browser, windows: list[Window], locale: str
) -> None:
    window = await ada(installation, browser, windows, locale=locale)
    await window.page.goto(f"{lunch}/surveys/lunch/leaflet")
    await window.page.wait_for_load_state("networkidle")
    await assert_accessible(window.page)
    assert await window.page.evaluate("document.querySelector('.code img').naturalWidth") > 0
    await shot(window.page, f"leaflet-{locale}")
    printed = await window.page.pdf(prefer_css_page_size=True)
    assert printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ") == 1
    await window.page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    await no_sideways_scrolling(window.page)
    asked_nobody_else(window, installation)


@pytest.mark.parametrize(("attributes", "lang"), [("", "en"), ("", "zh"), ('data-mode="button"', "zh")])
async def test_a_page_of_another_origin_shows_it_and_hears_when_it_was_sent(
    lunch: str, site: Site, browser: Browser, windows: list[Window], attributes: str, lang: str
) -> None:
    site.shows(lunch, lang, attributes)
    window = await opened(browser, windows)
    page = window.page
    await page.add_init_script(
        "addEventListener('message', (e) => { (window.heard ??= []).push([e.origin, JSON.stringify(e.data)]) });"
        "document.addEventListener('touchstone:finished', (e) => { window.finished = e.detail.survey });"
    )
    await page.goto(site.url)
    if attributes:
        await page.get_by_role("button", name="提意见").click()
    frame = page.frame_locator("iframe")
    await expect(frame.get_by_role("heading", level=1)).to_be_visible()
    await until(page, "document.querySelector('iframe').style.height !== '600px'")
    await shot(page, f"widget-{lang}-{'button' if attributes else 'inline'}")
    await assert_accessible(page)
    await frame.locator("[data-question=faces] .step").nth(3).click()
    await frame.locator("textarea").fill("quick enough")
    await frame.locator("form .button").click()
    await until(page, "window.finished === 'lunch'")
    heard = await page.evaluate("window.heard")
    assert {origin for origin, _said in heard} == {lunch}
    assert all("quick" not in said for _origin, said in heard)
    assert window.complaints == []


async def test_other_sites_can_neither_show_it_nor_fool_the_script(
    lunch: str, site: Site, browser: Browser, windows: list[Window]
) -> None:
    site.shows(lunch)
    window = await opened(browser, windows)
    stranger = Site()
    stranger.shows(lunch)
    await window.page.goto(stranger.url)
    await expect(window.page.locator("iframe")).to_be_attached()
    await complained(window, "frame-ancestors")
    assert await window.page.evaluate("document.querySelector('iframe').style.height") == "600px"
    stranger.server.shutdown()
    await window.page.goto(site.url)
    await until(window.page, "document.querySelector('iframe')?.style.height !== '600px'")
    await window.page.wait_for_load_state("networkidle")  # it has its last height then
    before = await window.page.evaluate("document.querySelector('iframe').style.height")
    await window.page.evaluate("postMessage({touchstone: 'lunch', height: 4321, finished: true}, '*')")
    await window.page.wait_for_timeout(200)
    assert await window.page.evaluate("document.querySelector('iframe').style.height") == before


@pytest.mark.parametrize(("locale", "size"), SCREENS)
async def test_the_tablet_asks_whether_somebody_is_there_and_forgets(
    lunch: str, installation: Installation, browser: Browser, windows: list[Window], locale: str, size: dict[str, int]
) -> None:
    window = await opened(browser, windows, locale, size=size)
    page = window.page
    await page.clock.install()
    await page.goto(f"{lunch}/kiosk/lunch")
    await assert_accessible(page)
    await no_sideways_scrolling(page)
    await shot(page, f"kiosk-{locale}-{size['width']}")
    smallest = await page.evaluate(
        "Math.min(...[...document.querySelectorAll('.tile, .chip span, .button, .languages a, .again')]"
        ".filter((one) => one.checkVisibility()).map((one) => one.getBoundingClientRect().height))"
    )
    assert smallest >= 44
    await page.locator("textarea").fill("somebody's secret")
    await page.clock.fast_forward(61_000)
    await expect(page.locator("dialog")).to_be_visible()
    await assert_accessible(page)
    await shot(page, f"kiosk-idle-{locale}-{size['width']}")
    await page.locator("dialog button").click()
    assert await page.locator("textarea").input_value() == "somebody's secret"
    await page.clock.fast_forward(61_000)
    async with page.expect_navigation():
        await page.clock.fast_forward(26_000)
    assert await page.locator("textarea").input_value() == ""
    assert await page.evaluate("localStorage.length + sessionStorage.length + document.cookie.length") == 0
    asked_nobody_else(window, installation)


async def test_the_thanks_on_the_tablet_give_way_to_the_next_person(
    lunch: str, browser: Browser, windows: list[Window]
) -> None:
    window = await opened(browser, windows, size=TABLET)
    page = window.page
    await page.clock.install()
    await page.goto(f"{lunch}/kiosk/lunch?lang=zh")
    await answer_lunch(page)
    await assert_accessible(page)
    await shot(page, "kiosk-thanks")
    async with page.expect_navigation():
        await page.clock.fast_forward(16_000)
    assert page.url == f"{lunch}/kiosk/lunch"
    assert await page.locator("input:checked").count() == 0
    await page.go_back()
    assert await page.locator("input:checked").count() == 0


async def answer_lunch(page: Page) -> None:
    await page.locator("[data-question=faces] .step").nth(4).click()
    await page.locator("form .button").first.click()
    await expect(page.locator(".thanks")).to_be_visible()


async def test_without_a_script_the_thanks_go_back_too(lunch: str, browser: Browser, windows: list[Window]) -> None:
    window = await opened(browser, windows, size=TABLET, scripts=False)
    await window.page.goto(f"{lunch}/kiosk/lunch")
    await answer_lunch(window.page)
    await window.page.wait_for_url(f"{lunch}/kiosk/lunch", timeout=30_000)
    await expect(window.page.locator("form [data-question=faces]")).to_be_visible(timeout=30_000)


@pytest.fixture(scope="module")
def telephone(installation: Installation, lunch: str) -> str:
    """A survey without a trigger, and people whose tickets were just resolved."""
    definition = survey("faces", "nps", "many", "words")
    path = installation.folder / "telephone.json"
    path.write_text(as_json(msgspec.structs.replace(definition, key="telephone")))
    installation.touchstone("survey", "import", str(path), "--publish")
    events = installation.folder / "resolved.ndjson"
    told = {"source": "jira", "kind": "incident", "service": "mail", "customer": "acme"}
    lines = [
        told
        | {"ticket": f"TEL-{number}", "event_id": f"tel-{number}-{type_}", "type": type_, "at": at.isoformat()}
        | {"requester": {"key": f"tel{number}", "name": f"Li Wei {number}", "language": "en"}}
        for number in range(8)
        for type_, at in (("created", now() - timedelta(hours=3)), ("resolved", now() - timedelta(hours=1)))
    ]
    events.write_text("\n".join(json.dumps(line) for line in lines))
    installation.touchstone("import", "tickets", str(events))
    return f"{lunch}/surveys/telephone/interview"


@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
async def test_an_interview_is_held_with_the_keyboard_alone(
    installation: Installation, telephone: str, browser: Browser, windows: list[Window], locale: str
) -> None:
    window = await ada(installation, browser, windows, locale=locale)
    page = window.page
    await page.goto(telephone)
    await assert_accessible(page)
    await shot(page, f"interviews-{locale}")
    await page.locator("main form button[type=submit]").focus()
    await page.keyboard.press("Enter")
    await page.wait_for_selector("form[data-draft]")
    await expect(page.locator(".interviewee")).to_contain_text("Li Wei")
    await assert_accessible(page)
    await shot(page, f"interview-{locale}")
    for key in ("4", "Enter", "1", "0", "Enter", "2", "Enter"):
        await page.keyboard.press(key)
    await page.keyboard.type("10 of 10 words")
    chosen = await page.evaluate("[...document.querySelectorAll('input:checked')].map((one) => one.value)")
    assert chosen == ["4", "10", "b"]
    assert await page.locator("textarea").input_value() == "10 of 10 words"
    await page.keyboard.press("Control+Enter")
    await page.wait_for_url("**/interview?done=answered**")
    await assert_accessible(page)
    asked_nobody_else(window, installation)
