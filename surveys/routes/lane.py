"""The quick lanes: of an answer sent by a program, and of a form that is opened or sent.

Most are alike: one short body, no cookie, no token of somebody signed in. Such a one is decoded and handed on as it
comes. Whatever is in any way different goes the framework's ordinary way, which knows how to refuse it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, cast

from litestar import Response
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send
from msgspec import MsgspecError
from msgspec.json import Decoder, encode

from core import i18n
from core.db import Database
from core.errors import NotFound
from core.requests import SLOWEST_BODY_SECONDS, AnyRequest, GuardedRequest, before_request, holds_nul
from surveys.routes.guards import miss
from surveys.schemas import Receipt, ResponseIn, ResponseOut, Submission
from surveys.service.answering import take

ORDINARY = frozenset({b"authorization", b"cookie", b"content-encoding"})  # who sends one of these takes the other way
Page = Callable[[AnyRequest, str], Awaitable[Response[str]]]
_decode = Decoder(ResponseIn).decode


def quick_lane(app: ASGIApp) -> ASGIApp:
    """Around the handler of the same address."""

    async def lane(scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        if headers.get(b"content-type") != b"application/json" or scope["query_string"] or ORDINARY & headers.keys():
            await app(scope, receive, send)
            return
        message = await _first(receive)
        data = _read(message) if message else None
        if data is None:
            await app(scope, _again(message, receive), send)
            return
        accepted = headers.get(b"accept-language", b"").decode("latin-1")
        i18n.use(i18n.choose(None, None, accepted or None))
        try:
            receipt = await taken(scope["litestar_app"].state.db, data, accepted or None)
        except NotFound:
            await miss(GuardedRequest(scope))
            raise
        await _confirm(send, receipt)

    return lane


def page_lane(page: Page) -> Callable[[ASGIApp], ASGIApp]:
    """Around the handler of a page about a link, which gives the page itself."""

    def around(app: ASGIApp) -> ASGIApp:
        async def lane(scope: Scope, receive: Receive, send: Send) -> None:
            if not _plain(cast(HTTPScope, scope)):
                await app(scope, receive, send)
                return
            request = GuardedRequest(scope, receive, send)
            await before_request(request)
            await _show(send, await page(request, scope["path_params"]["token"]))

        return lane

    return around


def _plain(scope: HTTPScope) -> bool:
    headers = dict(scope["headers"])
    form = scope["method"] == "GET" or headers.get(b"content-type") == b"application/x-www-form-urlencoded"
    return form and not scope["query_string"] and not ORDINARY & headers.keys()


async def _show(send: Send, page: Response[str]) -> None:
    body = page.content.encode()
    headers = [(name.lower().encode(), str(value).encode()) for name, value in page.headers.items()]
    headers += [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await _answer(send, page.status_code or 200, headers, body)


async def taken(db: Database, data: ResponseIn, accepted: str | None) -> Receipt:
    """Stored: an answer that came as a document."""
    submission = Submission(data.submission_key, i18n.choose(data.language, None, accepted), data.answers)
    return (await take(db, data.token, lambda _asked: submission)).confirmed()


async def _first(receive: Receive) -> Any | None:
    """None where it did not come in time: the ordinary way says so."""
    try:
        async with asyncio.timeout(SLOWEST_BODY_SECONDS):
            return await receive()
    except TimeoutError:
        return None


def _read(message: Any) -> ResponseIn | None:
    body = message.get("body", b"")
    if message["type"] != "http.request" or message.get("more_body") or holds_nul(body):
        return None
    try:
        return _decode(body)
    except (MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _again(first: Any | None, receive: Receive) -> Receive:
    """What was looked at here, and then the rest."""
    waiting = [first] if first else []

    async def received() -> Any:
        return waiting.pop() if waiting else await receive()

    return received


async def _confirm(send: Send, receipt: Receipt) -> None:
    body = encode(ResponseOut(receipt.confirmation))
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await _answer(send, 201 if receipt.new else 200, headers, body)


async def _answer(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    begin: Message = {"type": "http.response.start", "status": status, "headers": headers}
    await send(begin)
    await send({"type": "http.response.body", "body": body, "more_body": False})
