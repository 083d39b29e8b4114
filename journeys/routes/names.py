"""What customers and services are called, in both languages: a page for administrators, an address for programs."""

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Response, Router, get, post
from litestar.params import FromQuery, JSONBody
from litestar.response import Redirect

from core.errors import Invalid
from core.i18n import apart
from core.i18n import gettext as _
from core.requests import Admin, AnyRequest, Integration, Read, Write, staff_page
from journeys.queries import places
from journeys.service.naming import MOST, Named, name_all


class NameIn(msgspec.Struct, forbid_unknown_fields=True):
    kind: str
    key: str
    en: str = ""
    zh: str = ""


@get("/names")
async def names(request: AnyRequest, read: Read, admin: Admin, done: FromQuery[str] = "") -> Response[str]:
    return await _page(request, read, admin, await _known(read), done=done)


async def _known(session: Any) -> list[Named]:
    """A key that has no name yet has empty fields."""
    every: list[tuple[str, Any]] = [("customer", one) for one in await places.customers_in(session, None)]
    every += [("service", one) for one in await places.services(session)]
    return [Named(kind, one.key, *(apart(one.name) if one.name != one.key else ("", ""))) for kind, one in every]


async def _page(
    request: AnyRequest, session: Any, admin: Any, known: list[Named], wrong: Invalid | None = None, done: str = ""
) -> Response[str]:
    errors = {one.field: one.message for one in wrong.errors} if wrong else {}
    page = {"known": known, "errors": errors, "done": done}
    return staff_page(request, admin, "journeys/names.html", 422 if wrong else 200, nav="names", **page)


@post("/names", status_code=303)
async def rename(request: AnyRequest, write: Write, admin: Admin) -> Response[str] | Redirect:
    form = await request.form()
    typed = [_typed(one, form) for one in await _known(write)]
    try:
        await name_all(write, None, admin.name, typed)
    except Invalid as wrong:
        return await _page(request, write, admin, typed, wrong)
    return Redirect("/names?done=saved", status_code=303)


def _typed(one: Named, form: Mapping[str, Any]) -> Named:
    """What a form leaves out stays as it was."""
    return one._replace(
        english=str(form.get(f"{one.field}.en", one.english)), chinese=str(form.get(f"{one.field}.zh", one.chinese))
    )


@post("/names", status_code=200)
async def names_brought(write: Write, integration: Integration, data: JSONBody[list[NameIn]]) -> dict[str, int]:
    """Names of customers and services whose keys are known, at most 1,000 at a time: all of them or none."""
    if len(data) > MOST:
        raise Invalid(_("At most %(n)s names at a time.") % {"n": MOST})
    given = [Named(one.kind, one.key, one.en, one.zh) for one in data]
    return {"changed": await name_all(write, integration.scope, integration.name, given)}


names_pages = Router("/", route_handlers=[names, rename], include_in_schema=False)
