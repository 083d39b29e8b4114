"""Who reads what belongs to no customer: appointed by administrators, told on the promises page by number."""

from typing import Any

from litestar import Response, get, post
from litestar.response import Redirect

from core.auth.schemas import Principal
from core.db import Session
from core.errors import Invalid
from core.i18n import own_name
from core.requests import Admin, AnyRequest, Read, Write, staff_page
from feedback.queries import inbox
from feedback.service import reading
from journeys.queries import places


@get("/feedback/readers")
async def readers(request: AnyRequest, read: Read, admin: Admin) -> Response[str]:
    return await _page(request, read, admin)


async def _page(
    request: AnyRequest,
    session: Session,
    admin: Principal,
    status: int = 200,
    error: Invalid | None = None,
    who: str = "",
) -> Response[str]:
    services = {one.key: own_name(one.name) for one in await places.services(session)}
    page: dict[str, Any] = {
        "readers": await inbox.readers(session),
        "services": services,
        "errors": {one.field: one.message for one in error.errors} if error else {},
        "who": who,
    }
    return staff_page(request, admin, "feedback/readers.html", status, nav="inbox", **page)


@post("/feedback/readers", status_code=200)
async def appoint(request: AnyRequest, write: Write, admin: Admin) -> Response[Any]:
    form = {name: str(value) for name, value in (await request.form()).items()}
    who, service = form.get("who", ""), form.get("service", "")
    try:
        if form.get("do") == "dismiss":
            await reading.dismiss(write, who, service, admin.name)
        else:
            await reading.appoint(write, who, service, admin.name)
    except Invalid as wrong:
        return await _page(request, write, admin, 422, wrong, who)
    return Redirect("/feedback/readers", status_code=303)
