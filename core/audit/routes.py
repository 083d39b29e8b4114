import re
from datetime import datetime
from typing import Any

from litestar import Response, Router, get
from litestar.params import FromQuery

from core.audit import queries, rules, service
from core.audit.schemas import Verified
from core.auth.queries import users
from core.clock import now
from core.requests import Admin, AnyRequest, Read, staff_page

PAGE = 100
ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@get("/audit")
async def audit_log(
    request: AnyRequest, read: Read, admin: Admin, before: FromQuery[int | None] = None, what: FromQuery[str] = ""
) -> Response[str]:
    found = await queries.entries(read, before, PAGE, what)
    older = found[-1].number if len(found) == PAGE else None
    verified, checked_at = await _verified(request, read)
    page: dict[str, Any] = {"entries": found, "older": older, "verified": verified, "what": what, "first": not before}
    people = {str(one.id): one.email for one in await users(read)}
    about = {one.number: ID.sub(lambda id_: people.get(id_[0], id_[0]), one.about) for one in found}
    page |= {"checked_at": checked_at, "labels": rules.labels(), "about": about}
    return staff_page(request, admin, "core/audit.html", nav="audit", **page)


async def _verified(request: AnyRequest, read: Read) -> tuple[Verified, datetime]:
    """All of the chain once a day and after each start, in between what came since; and when that first look was."""
    known, at = request.app.state.get("audit_known") or (service.NOTHING, now())
    if at.date() != now().date():
        known, at = service.NOTHING, now()
    verified = await service.verify(read, known=known)
    request.app.state.audit_known = (verified, at) if verified.whole else None
    return verified, at


router = Router("/", route_handlers=[audit_log], include_in_schema=False)
