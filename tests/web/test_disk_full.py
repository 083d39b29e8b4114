"""A disk that is really full: the whole installation on a file system of a few megabytes."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.conftest import SECRET
from tests.support.installation import Installation

MEGABYTES = 24
SMALL = ["unshare", "--mount", "--map-root-user", "--user"]
WORDS = "The printer has been broken since Tuesday. " * 60


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Installation]:
    """In a mount namespace of its own, which needs no rights that the user has not."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = f"mount -t tmpfs -o size={MEGABYTES}m tmpfs {folder}"
    if not shutil.which("unshare") or subprocess.run([*SMALL, "sh", "-c", mount], check=False).returncode:
        pytest.skip("this machine lets nobody mount a small disk of their own")
    made = Installation(folder, SECRET_KEY=SECRET)
    made.inside = [*SMALL, "sh", "-c", f'{mount} && exec "$@"', "sh"]
    made.start()
    yield made
    made.stop()


def test_h10_a_disk_that_fills_up_keeps_the_words_and_comes_back_by_itself(small: Installation) -> None:
    disk = Path(f"/proc/{small.pid}/root{small.folder}")
    with httpx.Client(base_url=small.url, timeout=30) as http:
        assert said(http).status_code == 201
        fill(disk / "filler")
        full = said(http)
        while full.status_code == 201:
            full = said(http)
        assert full.status_code == 503
        assert full.headers["retry-after"]
        assert WORDS.strip() in full.text
        (disk / "filler").unlink()
        assert said(http).status_code == 201


def said(http: httpx.Client) -> httpx.Response:
    page = http.get("/feedback").text
    [key] = re.findall(r'name="submission_key" value="([^"]+)"', page)
    typed = {"closeness": "named", "kind": "complaint", "email": "dana@acme.example", "text": WORDS.strip()}
    return http.post("/feedback", data=typed | {"submission_key": key})


def fill(path: Path) -> None:
    """To the last byte."""
    out = os.open(path, os.O_CREAT | os.O_WRONLY)
    for size in (4096, 64, 1):
        with suppress(OSError):
            while True:
                os.write(out, b"x" * size)
    os.close(out)
