"""The door: address and password, the second step where there is one, and out again."""

from dataclasses import dataclass
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect

from core.auth import queries, service
from core.auth.budget import Budget, SharedBudget
from core.auth.routes.common import browser_of, same_site
from core.auth.schemas import NewSession
from core.auth.service.openid import is_offered
from core.errors import Invalid, NotFound, NotSignedIn, TooMany
from core.i18n import gettext as _
from core.requests import (
    SESSION_COOKIE,
    AnyRequest,
    Read,
    Write,
    client_address,
    database,
    session_cookie,
    staff_page,
)
from core.settings import settings


@dataclass
class SignIn:
    email: str = ""
    password: str = ""
    next: str = "/"


@dataclass
class Code:
    code: str = ""
    next: str = "/"


@dataclass
class Password:
    password: str = ""
    again: str = ""


def sign_in_page(request: AnyRequest, next_: str, email: str = "", error: str = "", status: int = 200) -> Response[str]:
    context: dict[str, Any] = {
        "next": same_site(next_),
        "email": email,
        "error": error,
        "openid": is_offered(),
        "openid_name": settings().oidc_name or _("your organisation"),
    }
    return staff_page(request, None, "core/sign_in.html", status, **context)


@get("/sign-in")
async def sign_in_form(request: AnyRequest, next: FromQuery[str] = "/") -> Response[str]:  # noqa: A002
    return sign_in_page(request, next)


@post("/sign-in")
async def sign_in(request: AnyRequest, write: Write, data: URLEncodedBody[SignIn]) -> Response[str]:
    budget: Budget = request.app.state.sign_in_budget
    try:
        budget.spend(data.email.strip().lower(), cost=10)
        budget.spend(client_address(request))  # many people may share an address
        made = await service.sign_in(write, data.email, data.password, browser_of(request))
    except (NotSignedIn, TooMany) as refused:
        busy = isinstance(refused, TooMany)
        error = _("Too many tries. Wait a few minutes.") if busy else _("Address or password is wrong.")
        return sign_in_page(request, data.next, data.email, error, 429 if busy else 401)
    return come_in(made, data.next)


def come_in(made: NewSession, next_: str) -> Response[str]:
    to = f"/sign-in/second-step?next={same_site(next_)}" if made.half else same_site(next_)
    return Redirect(to, status_code=303, cookies=[session_cookie(made.cookie)])


@get("/sign-in/second-step")
async def second_step_form(request: AnyRequest, read: Read, next: FromQuery[str] = "/") -> Response[str]:  # noqa: A002
    if await queries.half_signed_in(read, request.cookies.get(SESSION_COOKIE, "")) is None:
        return Redirect("/sign-in", status_code=303)
    return staff_page(request, None, "core/second_step.html", next=same_site(next), error="")


@post("/sign-in/second-step", status_code=303)
async def second_step(request: AnyRequest, data: URLEncodedBody[Code]) -> Response[str]:
    """The session is opened after the budget was spent: whoever guesses must not hold up those who write."""
    cookie = request.cookies.get(SESSION_COOKIE, "")
    async with database(request).read() as read:
        user = await queries.half_signed_in(read, cookie)
    if user is None:
        return Redirect("/sign-in", status_code=303)
    budget: SharedBudget = request.app.state.second_step_budget
    try:
        await budget.spend(str(user.id))
        async with database(request).write() as write:
            made = await service.second_step(write, cookie, data.code, browser_of(request))
    except (NotSignedIn, TooMany) as refused:
        busy = isinstance(refused, TooMany)
        error = _("Too many tries. Wait a few minutes.") if busy else _("That code is not right, or was used already.")
        context = {"next": same_site(data.next), "error": error}
        return staff_page(request, None, "core/second_step.html", 429 if busy else 401, **context)
    return come_in(made, data.next)


@post("/sign-out")
async def sign_out(request: AnyRequest, write: Write) -> Redirect:
    await service.sign_out(write, request.cookies.get(SESSION_COOKIE, ""))
    return Redirect("/sign-in", status_code=303, cookies=[session_cookie("")])


@get("/password/{secret:str}")
async def password_form(request: AnyRequest, read: Read, secret: FromPath[str]) -> Response[str]:
    user = await queries.user_by_link(read, secret)
    if user is None:
        raise NotFound(_("This link opens nothing any more. Ask an administrator for a new one."))
    return staff_page(request, None, "core/password.html", email=user.email, error="")


@post("/password/{secret:str}", status_code=303)
async def choose_password(
    request: AnyRequest, write: Write, secret: FromPath[str], data: URLEncodedBody[Password]
) -> Response[str]:
    user = await queries.user_by_link(write, secret)
    if user is None:
        raise NotFound(_("This link opens nothing any more. Ask an administrator for a new one."))
    error = _("The two passwords differ") if data.password != data.again else ""
    try:
        if not error:
            await service.use_link(write, secret, data.password)
            return Redirect("/sign-in", status_code=303, cookies=[session_cookie("")])
    except Invalid:
        error = _("A password needs at least 12 characters")
    return staff_page(request, None, "core/password.html", 422, email=user.email, error=error)
