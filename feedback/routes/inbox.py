"""What managers read."""

from typing import Any

from litestar import Response, get
from litestar.params import FromQuery

from core.requests import AnyRequest, Manager, Read, staff_page
from core.settings import settings
from feedback.routes.common import inbox_page
from feedback.routes.labels import kind_labels, touchpoint_labels
from journeys.queries import places


@get("/feedback/inbox")
async def inbox(request: AnyRequest, read: Read, manager: Manager, cursor: FromQuery[str] = "") -> Response[str]:
    items, following = await inbox_page(read, manager, cursor)
    labels = {
        "kinds": kind_labels(),
        "touchpoints": await touchpoint_labels(read),
        "services": {service.key: service.name for service in await places.services(read)},
        "customers": {customer.key: customer.name for customer in await places.customers_in(read, manager.scope)},
    }
    page: dict[str, Any] = {"items": items, "following": following, "cursor": cursor, **labels}
    page["address"] = f"{settings().base_url}/feedback"
    return staff_page(request, manager, "feedback/inbox.html", nav="inbox", **page)
