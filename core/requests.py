"""What every route is given: who asks, in which language, a session, and how to answer with a page.

Beside the `routes` rooms this is the one module of the floors that knows Litestar.
"""

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie, FormMultiDict
from litestar.di import NamedDependency
from litestar.enums import MediaType
from litestar.exceptions import ClientException, HTTPException
from litestar.types import Empty, Receive, Scope
from litestar.utils.scope.state import ScopeState
from markupsafe import Markup
from sqlmodel.ext.asyncio.session import AsyncSession

from core import i18n, navigation
from core.auth import queries as auth
from core.auth.models import Role
from core.auth.schemas import Principal
from core.db import Database
from core.errors import Invalid, NotAllowed, NotEnrolled, NotSignedIn
from core.packing import MOST_UNPACKED, Unpackable, unpacked
from core.pages import render
from core.settings import settings

_OPEN = "touchstone_open"
SESSION_COOKIE = "touchstone_session"
LANGUAGE_COOKIE = "touchstone_language"
SLOWEST_BODY_SECONDS = 60.0  # 10 MB over a line of 1.4 Mbit/s
# A NUL cannot be stored by PostgreSQL: as a byte, as a JSON escape (not a literal backslash), or in a form.
_NUL_IN_JSON = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")

AnyConnection = ASGIConnection[Any, Any, Any, Any]
AnyRequest = Request[Any, Any, Any]

# What a handler may ask for, by these parameter names: `read: Read`, `write: Write`, `manager: Manager` and so on.
Read = NamedDependency[AsyncSession]
Write = NamedDependency[AsyncSession]
Somebody = NamedDependency[Principal | None]  # `principal: Somebody`
Viewer = NamedDependency[Principal]  # whoever may read reports: managers, admins, and customers of their own people
Manager = NamedDependency[Principal]
Admin = NamedDependency[Principal]
Integration = NamedDependency[Principal]
Member = NamedDependency[Principal]  # anybody with an account, also before their second step is set up


class GuardedRequest(Request[Any, Any, Any]):
    """A request whose body is refused at the door when it holds what no database can keep, is too large once it is
    unpacked, or never ends."""

    async def stream(self) -> AsyncGenerator[bytes, None]:
        """Unpacked on the way, and no further than a body may be large that comes as it is."""
        packing = self.headers.get("content-encoding", "identity").strip().lower()
        self.receive = _in_time(self.receive)
        arriving = super().stream()
        most = self.route_handler.resolve_request_max_body_size() or MOST_UNPACKED
        try:
            async for chunk in arriving if packing == "identity" else unpacked(arriving, packing, most):
                yield chunk
        except Unpackable as wrong:
            raise HTTPException(wrong.told, status_code=wrong.status) from None

    async def body(self) -> bytes:
        content = await super().body()
        kind = self.headers.get("content-type", "")
        form = kind.startswith("application/x-www-form-urlencoded")
        if not kind.startswith("multipart/") and (holds_nul(content) or (form and b"%00" in content)):
            raise _nul()
        return content

    async def form(self) -> FormMultiDict:
        try:
            fields = await super().form()
        except ClientException as wrong:
            if wrong.detail == "Request Entity Too Large":  # too many parts: the framework says 400 for that
                raise HTTPException(i18n.gettext("The form has too many parts"), status_code=413) from wrong
            raise
        if any("\x00" in value for _name, value in fields.multi_items() if isinstance(value, str)):
            raise _nul()
        return fields


def _in_time(receive: Receive) -> Receive:
    ends = asyncio.get_running_loop().time() + SLOWEST_BODY_SECONDS

    async def received() -> Any:
        try:
            async with asyncio.timeout_at(ends):
                return await receive()
        except TimeoutError:
            told = i18n.gettext("The body took too long to arrive. Nothing was stored; please send it again.")
            raise HTTPException(told, status_code=408) from None

    return received


def holds_nul(content: bytes) -> bool:
    """The pattern is slow, and hardly ever needed."""
    return b"\x00" in content or (b"\\u0000" in content and _NUL_IN_JSON.search(content) is not None)


def _nul() -> Invalid:
    return Invalid(i18n.gettext("The text holds a NUL character, which cannot be stored"))


def sent_form(request: AnyRequest) -> list[tuple[str, str]]:
    """The fields of a form that was read already; nothing where there was none, or where it held a password."""
    form = ScopeState.from_scope(request.scope).form
    if form is Empty:
        return []
    fields = list(FormMultiDict.from_form_data(form).multi_items())
    if any("password" in name for name, _value in fields):
        return []
    return [(name, value) for name, value in fields if isinstance(value, str)]


def database(connection: AnyConnection) -> Database:
    found: Database = connection.app.state.db
    return found


async def provide_read(request: AnyRequest) -> AsyncIterator[AsyncSession]:
    async with AsyncExitStack() as stack:
        yield await _entered(request, stack, database(request).read())


async def provide_write(request: AnyRequest) -> AsyncIterator[AsyncSession]:
    """One transaction a request; Litestar closes it before it answers, so a failed commit is no false 2xx."""
    async with AsyncExitStack() as stack:
        yield await _entered(request, stack, database(request).write())


async def _entered(
    request: AnyRequest, stack: AsyncExitStack, opened: AbstractAsyncContextManager[AsyncSession]
) -> AsyncSession:
    session = await stack.enter_async_context(opened)
    request.scope.setdefault(_OPEN, []).append(stack)  # type: ignore[misc]
    return session


async def let_go(scope: Scope) -> None:
    """Roll back what is still open when an answer begins.

    Litestar closes a session before it answers, but not where another dependency turned the caller away: then the
    session, and on SQLite the one place of a writer, would be kept until garbage is collected.
    """
    for stack in scope.pop(_OPEN, []):  # type: ignore[misc]
        refused = NotAllowed("")
        await stack.__aexit__(NotAllowed, refused, None)


async def provide_principal(request: AnyRequest) -> Principal | None:
    if "authorization" not in request.headers and "cookie" not in request.headers:
        return None
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    cookie = request.cookies.get(SESSION_COOKIE)
    if not token and not cookie:
        return None
    async with database(request).read() as session:
        if scheme.lower() == "bearer":
            return await auth.token_holder(session, token.strip())
        return await auth.signed_in(session, cookie) if cookie else None


async def provide_viewer(principal: Somebody) -> Principal:
    return _holding(principal, Role.CUSTOMER, Role.MANAGER, Role.ADMIN)


async def provide_manager(principal: Somebody) -> Principal:
    return _holding(principal, Role.MANAGER, Role.ADMIN)


async def provide_admin(principal: Somebody) -> Principal:
    return _holding(principal, Role.ADMIN)


async def provide_integration(principal: Somebody) -> Principal:
    return _holding(principal, Role.INTEGRATION)


async def provide_member(principal: Somebody) -> Principal:
    if principal is None or principal.user is None:
        raise NotSignedIn(i18n.gettext("Sign in first, or send a valid bearer token"))
    return principal


def _holding(principal: Principal | None, *roles: Role) -> Principal:
    if principal is None:
        raise NotSignedIn(i18n.gettext("Sign in first, or send a valid bearer token"))
    if principal.must_enrol:
        raise NotEnrolled(i18n.gettext("Set up the second step of your sign-in first, under My account"))
    if principal.role not in roles:
        raise NotAllowed(i18n.gettext("Your role may not do this"))
    return principal


def choose_language(request: AnyRequest) -> None:
    asked = request.query_params.get("lang") if request.scope["query_string"] else None
    kept = request.cookies.get(LANGUAGE_COOKIE) if "cookie" in request.headers else None
    i18n.use(i18n.choose(asked, kept, request.headers.get("accept-language")))


async def before_request(request: AnyRequest) -> None:
    """Async although nothing is awaited: a plain hook runs in a thread, where the chosen language would stay."""
    choose_language(request)
    if "\x00" in request.scope["path"] or b"%00" in request.scope["query_string"]:
        raise _nul()


def public_page(request: AnyRequest, template: str, status: int = 200, **context: Any) -> Response[str]:
    """A page for everybody: no cookie, nobody signed in."""
    content = render(template, path=request.url.path, **context)
    return Response(content, media_type=MediaType.HTML, status_code=status)


def staff_page(
    request: AnyRequest,
    principal: Principal | None,
    template: str,
    status: int = 200,
    nav: str = "",
    **context: Any,
) -> Response[str]:
    """A page for those who sign in: with navigation, a form token, and the language they chose last."""
    nav_groups = navigation.groups(principal, _served(request))
    frame = {"principal": principal, "nav": nav, "nav_groups": nav_groups, "csrf_input": csrf_input(request)}
    response = public_page(request, template, status, **frame, **context)
    if request.query_params.get("lang"):
        response.cookies.append(_cookie(LANGUAGE_COOKIE, i18n.current(), max_age=365 * 86400))
    return response


def _served(request: AnyRequest) -> frozenset[str]:
    """The paths of all routes, gathered once."""
    state = request.app.state
    if "served" not in state:
        state.served = frozenset(route.path for route in request.app.routes)
    return frozenset(state.served)


def csrf_input(request: AnyRequest) -> Markup:
    token = ScopeState.from_scope(request.scope).csrf_token or ""
    return Markup('<input type="hidden" name="_csrf_token" value="{}">').format(token)


def session_cookie(value: str) -> Cookie:
    return _cookie(SESSION_COOKIE, value, max_age=None if value else 0)


def attempt_cookie(name: str, value: str) -> Cookie:
    """Kept for the way to a provider and back."""
    return _cookie(name, value, max_age=600 if value else 0)


def _cookie(name: str, value: str, max_age: int | None) -> Cookie:
    return Cookie(
        key=name,
        value=value,
        max_age=max_age,
        httponly=True,
        secure=settings().secure_cookies,
        samesite="lax",
        path="/",
    )


def client_address(request: AnyRequest) -> str:
    """Who asks, for budgets only: the hop that the last trusted proxy saw, never a header of the client's own."""
    hops = [hop.strip() for hop in request.headers.get("x-forwarded-for", "").split(",") if hop.strip()]
    trusted = settings().trusted_proxies
    if trusted and len(hops) >= trusted:
        return hops[-trusted]
    return request.client.host if request.client else ""


def client_network(request: AnyRequest) -> str:
    """The same, as far as one household or office holds it: an IPv6 line has as many addresses as it likes."""
    try:
        found = ip_address(client_address(request).partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(found, IPv6Address) and not found.ipv4_mapped:
        return str(ip_network(f"{found}/64", strict=False))
    return str(getattr(found, "ipv4_mapped", None) or found)
