"""What the pages weigh: bytes, requests, first paint and layout shift in a real browser, before a running installation.

    python -m bench.pages http://127.0.0.1:8000 rita@demo.example < password.txt

Bytes are of the bodies before compression, style sheet and mark counted for every page, cached or not. Times depend on
the machine: compare within a run.
"""

import asyncio
import sys

from playwright.async_api import Browser, Page, Response, async_playwright

from tests.support.browser import find

PATHS = (
    "/",
    "/journeys/service",
    "/journeys/service?against=before",
    "/moments",
    "/voices",
    "/voices?q=slow",
    "/feedback/inbox",
    "/improvements",
    "/reviews",
    "/drivers",
    "/flow",
    "/flow/stream",
    "/account",
    "/feedback",
)
PAINT = "(performance.getEntriesByName('first-contentful-paint')[0] || {startTime: 0}).startTime"

# The sum of all layout shifts since the page began (https://web.dev/articles/cls), those of the first paint too.
SHIFT = """new Promise(told => {
  let sum = 0;
  new PerformanceObserver(seen => { for (const one of seen.getEntries()) sum += one.value })
    .observe({type: 'layout-shift', buffered: true});
  setTimeout(() => told(sum), 100);
})"""


async def signed_in(browser: Browser, base: str, email: str, password: str) -> Page:
    page = await (await browser.new_context(viewport={"width": 1280, "height": 800})).new_page()
    await page.goto(f"{base}/sign-in")
    await page.fill("input[name=email]", email)
    await page.fill("input[name=password]", password)
    await page.click("main form button")
    await page.wait_for_url(f"{base}/")
    await page.wait_for_load_state("networkidle")
    return page


async def measured(page: Page, address: str) -> tuple[int, int, int, float]:
    """Requests, bytes, milliseconds to the first paint, and layout shift."""
    answers: list[Response] = []

    def note(answer: Response) -> None:
        answers.append(answer)

    page.on("response", note)
    await page.goto(address, wait_until="networkidle")
    page.remove_listener("response", note)
    sizes = [len(await answer.body()) for answer in answers if answer.status == 200]
    return len(answers), sum(sizes), round(await page.evaluate(PAINT)), await page.evaluate(SHIFT)


async def main(base: str, email: str, password: str) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find(), args=["--no-sandbox", "--disable-gpu"])
        page = await signed_in(browser, base, email, password)
        print(f"{'page':34} {'requests':>8} {'bytes':>9} {'first paint, ms':>16} {'shift':>7}")
        for path in PATHS:
            requests, size, paint, shift = await measured(page, base + path)
            print(f"{path:34} {requests:8} {size:9,} {paint:16,} {shift:7.3f}")
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1].rstrip("/"), sys.argv[2], sys.stdin.readline().strip()))
