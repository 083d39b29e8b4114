"""Where somebody collects traces they hear what took how long, and not whose it was."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from tests.conftest import SECRET
from tests.support.installation import Installation

TOKEN, WORDS = "a-token-that-nobody-may-see", "Nobody told me why"


class Collector:
    def __init__(self) -> None:
        self.heard = b""
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                collector.heard += self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def hears(self, name: bytes, seconds: float = 40) -> bool:
        until = time.monotonic() + seconds
        while name not in self.heard and time.monotonic() < until:
            time.sleep(0.1)
        return name in self.heard

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def collector() -> Iterator[Collector]:
    made = Collector()
    yield made
    made.server.shutdown()


def test_traces_hold_shapes_and_counts_and_no_token_address_or_word(tmp_path: Path, collector: Collector) -> None:
    server = Installation(tmp_path / "traced", SECRET_KEY=SECRET, OTLP_URL=collector.url)
    server.start()
    with httpx.Client(base_url=server.url, headers={"User-Agent": "an agent"}, timeout=30) as http:
        assert http.get(f"/s/{TOKEN}?functional=2").status_code == 404
        told = {"text": WORDS, "kind": "complaint", "anonymous": False}
        assert http.post("/api/v1/feedback", json=told).status_code == 201
    assert collector.hears(b"job understand"), server.log()
    server.stop()
    assert b"GET /s/{token" in collector.heard
    assert b"POST /api/v1/feedback" in collector.heard
    for secret in (TOKEN, WORDS, "functional", "127.0.0.1:", "an agent"):
        assert secret.encode() not in collector.heard, secret
