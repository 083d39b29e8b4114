"""A whole installation in a process of its own, as `touchstone run` makes it, with a folder for its mails."""

import email
import email.policy
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from email.message import EmailMessage
from pathlib import Path

from core.settings import ROOT
from tests.support.servers import free_port

STARTING_SECONDS = 180  # a machine may be busy with other things


class Installation:
    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("TOUCHSTONE_")},
            "TOUCHSTONE_PUBLISH_MINUTES": "0",
            "TOUCHSTONE_DATA_DIR": str(folder),
            "TOUCHSTONE_BASE_URL": self.url,
            **{f"TOUCHSTONE_{name}": value for name, value in settings.items()},
        }
        self._server: subprocess.Popen[bytes] | None = None
        self.inside = list[str]()  # what the server is started by, such as `unshare ...`

    @property
    def pid(self) -> int:
        assert self._server
        return self._server.pid

    def touchstone(self, *arguments: str, given: str = "") -> str:
        """Run one command, which has to succeed; what it printed."""
        return self.module("web.cli", *arguments, given=given)

    def module(self, name: str, *arguments: str, given: str = "") -> str:
        """The same for any module of the project."""
        done = subprocess.run(
            [sys.executable, "-m", name, *arguments],
            cwd=ROOT,
            env=self._environment,
            input=given,
            text=True,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, f"{name} {' '.join(arguments)}: {done.stderr or done.stdout}"
        return done.stdout.strip()

    def start(self, how: str = "run") -> None:
        command = [*self.inside, sys.executable, "-m", "web.cli", how, "--port", str(self.port)]
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "server.log").open("ab") as log:
            self._server = subprocess.Popen(command, cwd=ROOT, env=self._environment, stdout=log, stderr=log)
        try:
            self._wait(self._server)
        except AssertionError:
            self.kill()
            raise

    def _wait(self, server: subprocess.Popen[bytes]) -> None:
        until = time.monotonic() + STARTING_SECONDS
        while not self._answers():
            assert server.poll() is None, self.log()
            assert time.monotonic() < until, self.log()
            time.sleep(0.05)

    def start_worker(self) -> subprocess.Popen[bytes]:
        with (self.folder / "worker.log").open("ab") as log:
            command = [sys.executable, "-m", "web.cli", "worker"]
            return subprocess.Popen(command, cwd=ROOT, env=self._environment, stdout=log, stderr=log)

    def stop(self) -> None:
        if self._server:
            self._server.terminate()
            self._server.wait(30)
            self._server = None

    def kill(self) -> None:
        """As a power cut would: no chance to finish anything."""
        assert self._server
        self._server.kill()
        self._server.wait(30)
        self._server = None

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/health/live", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def log(self) -> str:
        return (self.folder / "server.log").read_text(errors="replace")

    def mail_to(self, address: str, seconds: float = 120) -> EmailMessage:
        """The mail to that address, waited for."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for path in sorted((self.folder / "mail").glob("*.eml")):
                message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
                assert isinstance(message, EmailMessage)
                if message["To"] == address:
                    return message
            time.sleep(0.1)
        raise AssertionError(f"no mail to {address} within {seconds} s\n{self.log()}")


def link_in(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    found = re.search(r"http\S+/s/[\w-]+", body.get_content())
    assert found, "the mail holds no link"
    return found.group()
