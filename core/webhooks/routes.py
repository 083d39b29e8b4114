"""Endpoints of other programs as administrators see them: how each is doing, and what can be done about it."""

from dataclasses import dataclass, field
from typing import Any

from litestar import Response, Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core.audit.service import record
from core.db import Session
from core.errors import Conflict, FieldError, Invalid, NotFound
from core.i18n import gettext as _
from core.requests import Admin, AnyRequest, Read, Write, staff_page
from core.webhooks import service
from core.webhooks.rules import EVENTS


@dataclass
class Typed:
    name: str = ""
    url: str = ""
    events: list[str] = field(default_factory=list)


@get("/webhooks")
async def webhooks(request: AnyRequest, read: Read, admin: Admin) -> Response[str]:
    return await _page(request, read, admin)


@post("/webhooks", status_code=200)
async def add(request: AnyRequest, write: Write, admin: Admin) -> Response[str]:
    """The secret is on the page that answers, and nowhere else ever again."""
    form = await request.form()
    typed = Typed(str(form.get("name", "")).strip(), str(form.get("url", "")).strip(), form.getall("event", []))
    try:
        secret = await service.add_endpoint(write, typed.name, typed.url, typed.events)
    except Invalid as wrong:
        return await _page(request, write, admin, 422, typed=typed, errors=_by_field(wrong.errors))
    except Conflict as there:
        return await _page(request, write, admin, 409, typed=typed, errors={"name": there.message})
    await record(write, admin.name, "webhook.add", typed.name)
    return await _page(request, write, admin, made=typed.name, secret=secret)


@post("/webhooks/{name:str}/{deed:str}", status_code=303)
async def act(write: Write, admin: Admin, name: FromPath[str], deed: FromPath[str]) -> Redirect:
    """`again`, `test`, `pause`, `resume` or `remove`."""
    if deed not in service.DEEDS:
        raise NotFound(_("There is nothing here"))
    await service.DEEDS[deed](write, name)
    await record(write, admin.name, f"webhook.{deed}", name)
    return Redirect("/webhooks", status_code=303)


async def _page(
    request: AnyRequest, session: Session, admin: Admin, status: int = 200, typed: Typed | None = None, **more: Any
) -> Response[str]:
    found = await service.standing(session)
    page = {"endpoints": found, "events": EVENTS, "typed": typed or Typed(), "errors": {}, "secret": "", **more}
    return staff_page(request, admin, "core/webhooks.html", status, nav="webhooks", **page)


def _by_field(errors: list[FieldError]) -> dict[str, str]:
    return {error.field: error.message for error in errors}


router = Router("/", route_handlers=[webhooks, add, act], include_in_schema=False)
