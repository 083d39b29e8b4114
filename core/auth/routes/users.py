"""Who may come in: people by link, programs by token. For administrators."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from core.audit import service as audit
from core.auth import queries, service
from core.auth.models import Role, User
from core.auth.routes.words import role_names, role_words
from core.auth.rules import LINK_LENGTH, needs_customers
from core.errors import Conflict, Invalid, NotFound
from core.i18n import gettext as _
from core.requests import Admin, AnyRequest, Read, Write, staff_page
from core.settings import settings

PEOPLE = (Role.MANAGER, Role.CUSTOMER, Role.ADMIN)
CustomerNames = NamedDependency[Mapping[str, str]]


@get("/users")
async def users(request: AnyRequest, read: Read, admin: Admin, customer_names: CustomerNames) -> Response[str]:
    return await _list(request, read, admin, customer_names)


async def _list(
    request: AnyRequest, session: Any, admin: Any, customers: Mapping[str, str], status: int = 200, **more: Any
) -> Response[str]:
    page = {
        "users": await queries.users(session),
        "tokens": await queries.tokens(session),
        "customers": customers,
        "names": role_names(),
        "words": role_words(),
        "people": PEOPLE,
        "given": {},
        "errors": {},
        "link": "",
        "token": "",
        "days": LINK_LENGTH.days,
        **more,
    }
    return staff_page(request, admin, "core/users.html", status, nav="users", **page)


@post("/users", status_code=201)
async def add(request: AnyRequest, write: Write, admin: Admin, customer_names: CustomerNames) -> Response[str]:
    form: Any = await request.form()
    given: dict[str, Any] = {
        "email": str(form.get("email", "")),
        "role": str(form.get("role", "")),
        "customers": _listed(form),
    }
    errors = _wrong(given, customer_names)
    try:
        if not errors:
            made, secret = await service.invite(write, given["email"], Role(given["role"]), given["customers"])
            await audit.record(write, admin.name, "auth.user_added", f"{made.id} as {made.role}")
            shown = {"link": _address(secret), "whose": made.email}
            return await _list(request, write, admin, customer_names, 201, **shown)
    except Conflict:
        errors = {"email": _("There is an account with this address already")}
    except Invalid:
        errors = {"email": _("That is not a mail address")}
    return await _list(request, write, admin, customer_names, 422, given=given, errors=errors)


def _listed(form: Any) -> list[str]:
    return sorted({str(value) for name, value in form.multi_items() if name == "customer"})


def _wrong(given: dict[str, Any], customers: Mapping[str, str]) -> dict[str, str]:
    if given["role"] not in PEOPLE:
        return {"role": _("Choose what this person may do")}
    if not set(given["customers"]) <= set(customers):
        return {"customer": _("That customer is not known")}
    if needs_customers(Role(given["role"])) and not given["customers"]:
        return {"customer": _("Choose at least one customer: without one they would see nothing")}
    return {}


def _address(secret: str) -> str:
    return f"{settings().base_url}/password/{secret}"


async def _found(session: Any, id_: UUID) -> User:
    found = await queries.user(session, id_)
    if found is None:
        raise NotFound(_("There is nothing here"))
    return found


@get("/users/{user_id:uuid}")
async def user(
    request: AnyRequest, read: Read, admin: Admin, customer_names: CustomerNames, user_id: FromPath[UUID]
) -> Response[str]:
    return await _one(request, read, admin, customer_names, await _found(read, user_id))


async def _one(
    request: AnyRequest,
    session: Any,
    admin: Any,
    customers: Mapping[str, str],
    who: User,
    status: int = 200,
    **more: Any,
) -> Response[str]:
    page = {
        "who": who,
        "sessions": await queries.sessions_of(session, who.id),
        "customers": customers,
        "names": role_names(),
        "words": role_words(),
        "people": PEOPLE,
        "given": {"role": who.role, "customers": who.customers},
        "errors": {},
        "link": "",
        "days": LINK_LENGTH.days,
        "done": request.query_params.get("done", ""),
        **more,
    }
    return staff_page(request, admin, "core/user.html", status, nav="users", **page)


@post("/users/{user_id:uuid}", status_code=303)
async def change(
    request: AnyRequest, write: Write, admin: Admin, customer_names: CustomerNames, user_id: FromPath[UUID]
) -> Response[str]:
    form: Any = await request.form()
    who = await _found(write, user_id)
    given: dict[str, Any] = {"role": str(form.get("role", "")), "customers": _listed(form)}
    errors = _wrong(given, customer_names)
    try:
        if not errors:
            await service.change_role(write, who, Role(given["role"]), given["customers"])
            await audit.record(write, admin.name, "auth.role_changed", f"{who.id} to {who.role}")
            return Redirect(f"/users/{who.id}?done=changed", status_code=303)
    except Conflict:
        errors = {"role": _only_admin()}
    return await _one(request, write, admin, customer_names, who, 422, given=given, errors=errors)


@post("/users/{user_id:uuid}/disable", status_code=303)
async def disable(
    request: AnyRequest, write: Write, admin: Admin, customer_names: CustomerNames, user_id: FromPath[UUID]
) -> Response[str]:
    who = await _found(write, user_id)
    try:
        await service.disable(write, who)
    except Conflict:
        return await _one(request, write, admin, customer_names, who, 409, errors={"role": _only_admin()})
    await audit.record(write, admin.name, "auth.user_disabled", str(who.id))
    return Redirect(f"/users/{who.id}?done=disabled", status_code=303)


def _only_admin() -> str:
    return _("This is the only administrator. Make somebody else one first.")


@post("/users/{user_id:uuid}/enable", status_code=303)
async def enable(write: Write, admin: Admin, user_id: FromPath[UUID]) -> Redirect:
    who = await _found(write, user_id)
    await service.enable(write, who)
    await audit.record(write, admin.name, "auth.user_enabled", str(who.id))
    return Redirect(f"/users/{who.id}?done=enabled", status_code=303)


@post("/users/{user_id:uuid}/link", status_code=201)
async def link(
    request: AnyRequest, write: Write, admin: Admin, customer_names: CustomerNames, user_id: FromPath[UUID]
) -> Response[str]:
    """A new link to choose a password: shown once, to be handed over by whoever asked for it."""
    who = await _found(write, user_id)
    secret = await service.new_link(write, who)
    await audit.record(write, admin.name, "auth.password_link_made", str(who.id))
    return await _one(request, write, admin, customer_names, who, 201, link=_address(secret))


@post("/users/{user_id:uuid}/second-step/off", status_code=303)
async def second_step_off(write: Write, admin: Admin, user_id: FromPath[UUID]) -> Redirect:
    who = await _found(write, user_id)
    await service.reset_second_step(write, who, admin.name)
    return Redirect(f"/users/{who.id}?done=reset", status_code=303)


@post("/users/tokens", status_code=201)
async def add_token(request: AnyRequest, write: Write, admin: Admin, customer_names: CustomerNames) -> Response[str]:
    form: Any = await request.form()
    given: dict[str, Any] = {
        "name": str(form.get("name", "")).strip()[:80],
        "role": Role.INTEGRATION.value,
        "customers": _listed(form),
    }
    errors = {} if given["name"] else {"name": _("Give it a name to know it by")}
    try:
        if not errors:
            token = await service.add_token(write, str(given["name"]), Role.INTEGRATION, _listed(form))
            await audit.record(write, admin.name, "auth.token_added", str(given["name"]))
            return await _list(request, write, admin, customer_names, 201, token=token, whose=given["name"])
    except Conflict:
        errors = {"name": _("There is a token of this name already")}
    return await _list(request, write, admin, customer_names, 422, given=given, errors=errors)


@post("/users/tokens/revoke", status_code=303)
async def revoke_token(request: AnyRequest, write: Write, admin: Admin) -> Redirect:
    form: Any = await request.form()
    name = str(form.get("name", ""))
    await service.revoke_token(write, name)
    await audit.record(write, admin.name, "auth.token_revoked", name)
    return Redirect("/users", status_code=303)
