"""Domain errors and framework errors, turned into statuses, problem documents and pages: here and nowhere else."""

import logging
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from litestar import Litestar, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.openapi import ResponseSpec
from litestar.response import Redirect
from litestar.routes import HTTPRoute
from msgspec import Struct, to_builtins

from core.db import UNAVAILABLE
from core.errors import (
    Busy,
    Conflict,
    FieldError,
    Invalid,
    NotAllowed,
    NotEnrolled,
    NotFound,
    NotSignedIn,
    TooMany,
    TouchstoneError,
)
from core.i18n import gettext as _
from core.log import cause
from core.requests import AnyRequest, choose_language, public_page, sent_form

log = logging.getLogger(__name__)

STATUSES: dict[type[TouchstoneError], HTTPStatus] = {
    NotFound: HTTPStatus.NOT_FOUND,
    NotSignedIn: HTTPStatus.UNAUTHORIZED,
    NotAllowed: HTTPStatus.FORBIDDEN,
    NotEnrolled: HTTPStatus.FORBIDDEN,
    Conflict: HTTPStatus.CONFLICT,
    TooMany: HTTPStatus.TOO_MANY_REQUESTS,
    Busy: HTTPStatus.SERVICE_UNAVAILABLE,
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
}


class Problem(Struct, omit_defaults=True):
    """What programs are told when something was refused or failed (RFC 9457)."""

    title: str
    status: int
    detail: str
    type: str = "about:blank"
    errors: list[FieldError] = []


TOLD = {
    400: "It could not be read.",
    401: "Nobody is signed in, and there is no valid bearer token.",
    403: "This token may not do that.",
    404: "It is not there, or not for you.",
    408: "The body took too long to arrive.",
    409: "It collides with what is already stored.",
    413: "The body is too large.",
    415: "The body is packed, or of a kind that is not read.",
    422: "Some fields are not right; each is named.",
    429: "Asked too often; Retry-After says when to come again.",
    503: "Not just now, and nothing was stored; Retry-After says when to send it again.",
}
PROBLEMS = {
    status: ResponseSpec(Problem, generate_examples=False, description=told, media_type="application/problem+json")
    for status, told in TOLD.items()
}


def described(app: Litestar) -> None:
    """Every address of the interface for programs says that it may refuse, and how."""
    for route in app.routes:
        for handler in route.route_handlers if isinstance(route, HTTPRoute) else []:
            if route.path.startswith(("/api/v", "/hooks/")):
                handler.responses = PROBLEMS | dict(handler.responses or {})


MACHINE_PATHS = ("/api/", "/hooks/", "/health/", "/metrics")


def domain_error(request: AnyRequest, error: TouchstoneError) -> Response[Any]:
    status = STATUSES.get(type(error), HTTPStatus.INTERNAL_SERVER_ERROR)
    if isinstance(error, NotSignedIn) and not _for_machines(request) and request.method == "GET":
        return Redirect(f"/sign-in?next={_back_to(request)}", status_code=303)
    if isinstance(error, NotEnrolled) and not _for_machines(request) and request.method == "GET":
        return Redirect("/account", status_code=303)
    errors = error.errors if isinstance(error, Invalid) else []
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, TooMany | Busy) else {}
    return _answer(request, status, error.message, errors, headers)


def _back_to(request: AnyRequest) -> str:
    query = f"?{request.url.query}" if request.url.query else ""
    return quote(request.url.path + query, safe="/")


def http_error(request: AnyRequest, error: HTTPException) -> Response[Any]:
    choose_language(request)  # an unknown address or a missing form token is refused before the language is chosen
    status = HTTPStatus(error.status_code)
    if isinstance(error, ValidationException):
        return _answer(request, HTTPStatus.UNPROCESSABLE_ENTITY, _("Some fields are not right"), _fields(error))
    return _answer(request, status, _detail(status, error))


def too_deep(request: AnyRequest, _error: RecursionError) -> Response[Any]:
    return _answer(request, HTTPStatus.BAD_REQUEST, _("The document is nested too deeply"))


def unexpected(request: AnyRequest, error: Exception) -> Response[Any]:
    log.error("%s %s", request.method, cause(error))
    if isinstance(error, UNAVAILABLE):
        return _away(request)
    detail = _("Something went wrong on our side. Nothing was stored; please try again.")
    return _answer(request, HTTPStatus.INTERNAL_SERVER_ERROR, detail)


def _away(request: AnyRequest) -> Response[Any]:
    """What was written in a form comes back in one: nobody writes it twice because a disk was full."""
    away = _("The database does not answer just now. Nothing was stored; please try again in a moment.")
    fields, again = sent_form(request), {"Retry-After": "5"}
    if not fields or _for_machines(request):
        return _answer(request, HTTPStatus.SERVICE_UNAVAILABLE, away, headers=again)
    query = f"?{request.url.query}" if request.url.query else ""
    page = public_page(request, "web/again.html", 503, detail=away, action=request.url.path + query, fields=fields)
    page.headers.update(again)
    return page


def _detail(status: HTTPStatus, error: HTTPException) -> str:
    known = {
        HTTPStatus.NOT_FOUND: _("There is nothing here"),
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _("The body is larger than 10 MB. Send it in smaller parts."),
        HTTPStatus.FORBIDDEN: _("The form has expired. Go back, reload the page and send it again."),
        HTTPStatus.METHOD_NOT_ALLOWED: _("This address does not take that kind of request"),
    }
    return known.get(status, error.detail)


def _fields(error: ValidationException) -> list[FieldError]:
    extra = error.extra if isinstance(error.extra, list) else []
    return [FieldError(str(e.get("key", "")), str(e.get("message", ""))) for e in extra if isinstance(e, dict)]


def _for_machines(request: AnyRequest) -> bool:
    return request.url.path.startswith(MACHINE_PATHS) or "application/json" in request.headers.get("accept", "")


def _answer(
    request: AnyRequest,
    status: HTTPStatus,
    detail: str,
    errors: list[FieldError] | None = None,
    headers: dict[str, str] | None = None,
) -> Response[Any]:
    if not _for_machines(request):
        response: Response[Any] = public_page(request, "web/error.html", status, code=int(status), detail=detail)
    else:
        problem = {"type": "about:blank", "title": status.phrase, "status": int(status), "detail": detail}
        if errors:
            problem["errors"] = to_builtins(errors)
        response = Response(problem, status_code=status, media_type="application/problem+json")
    for name, value in (headers or {}).items():
        response.headers[name] = value
    return response


HANDLERS: dict[int | type[Exception], Any] = {
    TouchstoneError: domain_error,
    HTTPException: http_error,
    RecursionError: too_deep,
    Exception: unexpected,
}
