"""A mail server on loopback with one mailbox, for what is fetched by IMAP."""

import imaplib
import subprocess
import sys
import time
from email.message import EmailMessage
from urllib.parse import quote

from tests.support.servers import free_port

STARTING_SECONDS = 30
USER, PASSWORD = "people", "p@ss: word/1"


class Mailbox:
    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"imap://{USER}:{quote(PASSWORD, safe='')}@127.0.0.1:{self.port}/INBOX"
        self._server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-c", "from pymap.main import main; main()"]
        command += ["--host", "127.0.0.1", "--port", str(self.port)]
        command += ["--no-tls", "dict", "--demo-user", USER, "--demo-password", PASSWORD]
        self._server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + STARTING_SECONDS
        while True:
            try:
                self._signed_in().logout()
            except (OSError, imaplib.IMAP4.error):
                assert self._server.poll() is None
                assert time.monotonic() < until
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        if self._server:
            self._server.terminate()
            self._server.wait(30)
            self._server = None

    def deliver(self, *mails: EmailMessage) -> None:
        imap = self._signed_in()
        for one in mails:
            imap.append("INBOX", "", "", bytes(one))
        imap.logout()

    def flags(self) -> list[str]:
        """Of each mail, in order."""
        imap = self._signed_in()
        imap.select("INBOX", readonly=True)
        _kind, found = imap.fetch("1:*", "(FLAGS)")
        imap.logout()
        told = [imaplib.ParseFlags(one) for one in found if isinstance(one, bytes)]
        return [b" ".join(sorted(flags)).decode() for flags in told]

    def empty(self) -> None:
        imap = self._signed_in()
        imap.select("INBOX")
        imap.store("1:*", "+FLAGS", r"(\Deleted)")
        imap.expunge()
        imap.logout()

    def _signed_in(self) -> imaplib.IMAP4:
        imap = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        imap.login(USER, PASSWORD)
        return imap
