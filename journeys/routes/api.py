from litestar import Router, post

from core.requests import AnyRequest, Integration, database
from journeys.rules.neutral import parse_events
from journeys.schemas import Recorded
from journeys.service.intake import take_in

NDJSON = ("application/x-ndjson", "application/ndjson", "application/jsonl")


@post("/tickets/events", status_code=202)
async def ticket_events(request: AnyRequest, integration: Integration) -> Recorded:
    """One event, a list of at most 1,000, or NDJSON. Repeated, late and out-of-order events change nothing."""
    lines = request.headers.get("content-type", "").startswith(NDJSON)
    return await take_in(database(request), integration.scope, parse_events(await request.body(), lines))


router = Router("/api/v1", route_handlers=[ticket_events], opt={"exclude_from_csrf": True}, tags=["Tickets"])
