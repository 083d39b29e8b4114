from typing import Any

from litestar import Response, Router, get
from litestar.params import FromQuery

from core.audit import queries, service
from core.requests import Admin, AnyRequest, Read, staff_page

PAGE = 100


@get("/audit")
async def audit_log(
    request: AnyRequest, read: Read, admin: Admin, before: FromQuery[int | None] = None, what: FromQuery[str] = ""
) -> Response[str]:
    found = await queries.entries(read, before, PAGE, what)
    older = found[-1].number if len(found) == PAGE else None
    verified = await service.verify(read)
    page: dict[str, Any] = {"entries": found, "older": older, "verified": verified, "what": what, "first": not before}
    return staff_page(request, admin, "core/audit.html", nav="audit", **page)


router = Router("/", route_handlers=[audit_log], include_in_schema=False)
