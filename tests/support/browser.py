"""A Chromium for the browser tests: found, else installed, else missed loudly.

`python -m tests.support.browser` does the finding and installing before a test run.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
VARIABLE = "TOUCHSTONE_TEST_CHROMIUM"


def find() -> str | None:
    named = os.environ.get(VARIABLE)
    if named:
        return named if Path(named).exists() else None
    return next((path for name in NAMES if (path := shutil.which(name))), None) or _of_playwright()


def _of_playwright() -> str | None:
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache" / "ms-playwright"))
    found = sorted([*cache.glob("chromium-*/chrome-linux*/chrome"), *cache.glob("chromium-*/chrome-mac*/Chromium.app")])
    return str(found[-1]) if found else None


def install() -> None:
    """Playwright's own build, else the system's package where we may install one."""
    attempts = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if shutil.which("apt-get") and os.geteuid() == 0:
        attempts += [["apt-get", "-qq", "update"], ["apt-get", "-qq", "install", "-y", "chromium", "fonts-noto-cjk"]]
    for attempt in attempts:
        print("browser tests need Chromium; trying:", " ".join(attempt[-3:]))  # noqa: T201
        try:
            done = subprocess.run(attempt, timeout=600, capture_output=True, check=False)
        except subprocess.TimeoutExpired:
            continue
        if done.returncode == 0 and find():
            return


def main() -> None:
    if not find():
        install()
    if found := find():
        print(f"browser tests use {found}")  # noqa: T201
        return
    line = "!" * 78
    print(f"{line}\nNO CHROMIUM: none found and none could be installed, so the BROWSER TESTS WILL NOT RUN.")  # noqa: T201
    print(f"Install Chromium or set {VARIABLE} to one, and run `make test` again.\n{line}")  # noqa: T201


if __name__ == "__main__":
    main()
