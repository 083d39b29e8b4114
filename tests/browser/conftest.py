"""A real browser before a real installation."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from tests.support import browser as chromium
from tests.support.installation import Installation

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Iterator[Installation]:
    """A fresh installation on embedded defaults."""
    made = Installation(tmp_path_factory.mktemp("installation"))
    shutil.copy(migrated_sqlite, made.folder / "touchstone.db")
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    found = chromium.find()
    if not found:
        pytest.skip("NO CHROMIUM: the browser tests did not run; see `python -m tests.support.browser`")
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=found, args=QUIET)
        yield opened
        await opened.close()


class Window:
    """A browser window that remembers every address it asked for."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self.context, self.page = context, page
        self.asked: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("console", lambda message: message.type == "error" and self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))


async def open_window(browser: Browser, size: dict[str, int], locale: str, scripts: bool = True) -> Window:
    context = await browser.new_context(
        viewport={"width": size["width"], "height": size["height"]}, locale=locale, java_script_enabled=scripts
    )
    return Window(context, await context.new_page())


@pytest.fixture
async def windows(browser: Browser) -> AsyncIterator[list[Window]]:
    opened: list[Window] = []
    yield opened
    await asyncio.gather(*(window.context.close() for window in opened))
