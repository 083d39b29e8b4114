"""One request to an address that somebody typed in: only out onto the net, and only to where it was looked at."""

import asyncio
import socket
from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpcore
import httpx
from httpcore import AnyIOBackend, AsyncNetworkBackend, AsyncNetworkStream
from standardwebhooks.webhooks import Webhook

from core.webhooks.rules import is_public

SECONDS = 10.0
Allowed = Callable[[str], bool]


class NotPublic(Exception):
    """The name leads to a place that is none of its business."""


class OutwardsOnly(AsyncNetworkBackend):
    """Looks the name up once, connects to the address that was looked at, and looks again at the connected socket: a
    name that leads elsewhere the second time gains nothing."""

    def __init__(self, allowed: Allowed = is_public) -> None:
        self._allowed, self._plain = allowed, AnyIOBackend()

    async def connect_tcp(self, host: str, port: int, *args: Any, **more: Any) -> AsyncNetworkStream:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [str(where[4][0]) for where in found]
        if not addresses or not all(map(self._allowed, addresses)):
            raise NotPublic
        stream = await self._plain.connect_tcp(addresses[0], port, *args, **more)
        if not self._allowed(str(stream.get_extra_info("server_addr")[0])):
            await stream.aclose()
            raise NotPublic
        return stream


def client(allowed: Allowed = is_public, verify: Any = True) -> httpx.AsyncClient:
    """No redirects, no proxies from the environment, no cookies kept."""
    transport = httpx.AsyncHTTPTransport(verify=verify, retries=0)
    ssl = httpx.create_ssl_context(verify=verify)
    transport._pool = httpcore.AsyncConnectionPool(ssl_context=ssl, network_backend=OutwardsOnly(allowed))
    return httpx.AsyncClient(transport=transport, timeout=SECONDS, follow_redirects=False, trust_env=False)


async def post(http: httpx.AsyncClient, url: str, secret: str, message_id: str, at: datetime, content: str) -> int:
    """The status of the answer; 0 when there was none."""
    signed = Webhook(secret).sign(message_id, at, content)
    headers = {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signed,
        "user-agent": "Touchstone",
    }
    try:
        async with asyncio.timeout(SECONDS), http.stream("POST", url, content=content, headers=headers) as answer:
            return answer.status_code  # what it says is not read
    except (httpx.HTTPError, NotPublic, OSError, TimeoutError):
        return 0
