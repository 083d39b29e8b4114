"""One's own account: password, second step, and the browsers that are signed in."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import segno
from litestar import Response, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from core.auth import queries, service
from core.auth.budget import SharedBudget
from core.auth.models import User
from core.auth.routes.common import browser_of
from core.auth.schemas import Principal
from core.auth.service.passwords import is_right
from core.errors import Invalid, NotFound, NotSignedIn
from core.i18n import gettext as _
from core.requests import AnyRequest, Member, Read, Write, session_cookie, staff_page
from core.settings import settings

ACCOUNT = "/account"


@dataclass
class NewPassword:
    old: str = ""
    password: str = ""
    again: str = ""


@dataclass
class Confirm:
    code: str = ""
    password: str = ""


async def _own(session: Any, member: Principal) -> User:
    found = await queries.user(session, member.user) if member.user else None
    if found is None:
        raise NotFound(_("There is nothing here"))
    return found


async def _page(
    request: AnyRequest, session: Any, member: Principal, errors: dict[str, str] | None = None, **more: Any
) -> Response[str]:
    own = await _own(session, member)
    page = {
        "own": own,
        "sessions": await queries.sessions_of(session, own.id),
        "codes_left": await queries.codes_left(session, own.id),
        "forced": settings().admin_second_step,
        "errors": errors or {},
        "codes": [],
        **more,
    }
    return staff_page(request, member, "core/account.html", 422 if errors else 200, nav="account", **page)


@get("/account")
async def account(request: AnyRequest, read: Read, member: Member) -> Response[str]:
    return await _page(request, read, member)


@post("/account/password", status_code=303)
async def change_password(
    request: AnyRequest, write: Write, member: Member, data: URLEncodedBody[NewPassword]
) -> Response[str]:
    own = await _own(write, member)
    await _spend(request, own)
    try:
        if data.password != data.again:
            return await _page(request, write, member, {"again": _("The two passwords differ")})
        made = await service.change_own_password(write, own, data.old, data.password, browser_of(request))
    except NotSignedIn:
        return await _page(request, write, member, {"old": _("The old password is wrong")})
    except Invalid:
        return await _page(request, write, member, {"password": _("A password needs at least 12 characters")})
    return Redirect(f"{ACCOUNT}?done=password", status_code=303, cookies=[session_cookie(made.cookie)])


@post("/account/sessions/{session_id:uuid}/end", status_code=303)
async def end_session(write: Write, member: Member, session_id: FromPath[UUID]) -> Redirect:
    if member.user:
        await service.end_session(write, member.user, session_id)
    return Redirect(ACCOUNT, status_code=303)


@post("/account/sessions/end-others", status_code=303)
async def end_other_sessions(write: Write, member: Member) -> Redirect:
    if member.user:
        await service.end_other_sessions(write, member.user, member.session)
    return Redirect(ACCOUNT, status_code=303)


@post("/account/second-step", status_code=200)
async def second_step_set_up(request: AnyRequest, write: Write, member: Member) -> Response[str]:
    return await _set_up_page(request, write, member)


async def _set_up_page(request: AnyRequest, write: Any, member: Principal, error: str = "") -> Response[str]:
    made = await service.enrol(write, await _own(write, member))
    picture = segno.make(made.uri, error="m").svg_data_uri(scale=5, border=3, dark="#1d2124", light="#fff")
    page = {"picture": picture, "secret": made.secret, "error": error}
    return staff_page(request, member, "core/enrol.html", 422 if error else 200, nav="account", **page)


@post("/account/second-step/confirm", status_code=200)
async def second_step_confirm(
    request: AnyRequest, write: Write, member: Member, data: URLEncodedBody[Confirm]
) -> Response[str]:
    own = await _own(write, member)
    await _spend(request, own)
    try:
        codes = await service.confirm_enrolment(write, own, data.code)
    except NotSignedIn:
        error = _("That code is not right. Wait for the next one and try again.")
        return await _set_up_page(request, write, member, error)
    return staff_page(request, member, "core/recovery_codes.html", nav="account", codes=codes)


@post("/account/second-step/off", status_code=303)
async def second_step_off(
    request: AnyRequest, write: Write, member: Member, data: URLEncodedBody[Confirm]
) -> Response[str]:
    own = await _own(write, member)
    await _spend(request, own)
    if not is_right(own, data.password):
        return await _page(request, write, member, {"off": _("The password is wrong")})
    await service.turn_off_second_step(write, own, member.name)
    return Redirect(ACCOUNT, status_code=303)


@post("/account/recovery-codes", status_code=200)
async def recovery_codes(
    request: AnyRequest, write: Write, member: Member, data: URLEncodedBody[Confirm]
) -> Response[str]:
    own = await _own(write, member)
    await _spend(request, own)
    if own.totp_since is None or not is_right(own, data.password):
        return await _page(request, write, member, {"codes": _("The password is wrong")})
    codes = await service.new_recovery_codes(write, own)
    return staff_page(request, member, "core/recovery_codes.html", nav="account", codes=codes)


async def _spend(request: AnyRequest, own: User) -> None:
    budget: SharedBudget = request.app.state.second_step_budget
    await budget.spend(str(own.id))
