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
from surveys.service.foreseeing import receive

ANSWERS = "/api/v1/responses"
JSON = (b"application/json", b"application/json; charset=utf-8")
ORDINARY = frozenset({b"authorization", b"cookie", b"content-encoding"})  # who sends one of these takes the other way
_REFUSED = "touchstone_refused"
Headers = list[tuple[bytes, bytes]]
Page = Callable[[AnyRequest, str], Awaitable[Response[str]]]
_decode = Decoder(ResponseIn).decode


def told_before(app: ASGIApp) -> ASGIApp:
    """Around the handler of answers: what the quick lane was refused with is told in the framework's way."""

    async def telling(scope: Scope, receive: Receive, send: Send) -> None:
        refused = cast(Exception | None, scope.get(_REFUSED))
        if isinstance(refused, NotFound):
            await miss(GuardedRequest(scope))
        if refused:
            raise refused
        await app(scope, receive, send)

    return telling


async def answered(db: Database, scope: Scope, receive: Receive, send: Send, more: Headers) -> Receive | None:
    """Before the framework, for `ANSWERS`: None where it is answered, with `more` headers. Else what the framework
    receives, to whom everything is left that is in any way different or is refused."""
    called, headers = cast(HTTPScope, scope), dict(scope["headers"])
    out_of_the_way = called["method"] != "POST" or called["query_string"] or ORDINARY & headers.keys()
    if out_of_the_way or headers.get(b"content-type") not in JSON:
        return receive
    message = await _first(receive)
    data = _read(message) if message else None
    if data is None:
        return _again(message, receive)
    accepted = headers.get(b"accept-language", b"").decode("latin-1")
    i18n.use(i18n.choose(None, None, accepted or None))
    try:
        receipt = await taken(db, data, accepted or None)
    except Exception as refused:  # whatever it is, the framework's handlers know how to tell it
        scope[_REFUSED] = refused  # type: ignore[literal-required]
        return _again(message, receive)
    await _confirm(send, receipt, more)
    return None


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
    return await receive(db, data.token, submission)


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


async def _confirm(send: Send, receipt: Receipt, more: Headers) -> None:
    body = encode(ResponseOut(receipt.confirmation))
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body)), *more]
    await _answer(send, 201 if receipt.new else 200, headers, body)


async def _answer(send: Send, status: int, headers: Headers, body: bytes) -> None:
    begin: Message = {"type": "http.response.start", "status": status, "headers": headers}
    await send(begin)
    await send({"type": "http.response.body", "body": body, "more_body": False})
