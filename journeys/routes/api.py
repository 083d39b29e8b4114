from dataclasses import dataclass

from litestar import Router, post
from litestar.openapi.spec import OpenAPIMediaType, OpenAPIType, Operation, RequestBody, Schema

from core.requests import AnyRequest, Integration, database
from journeys.routes.names import names_brought
from journeys.rules.neutral import MOST_IN_A_LIST, parse_events
from journeys.schemas import Recorded
from journeys.service.intake import take_in

NDJSON = ("application/x-ndjson", "application/ndjson", "application/jsonl")
EXAMPLE = {
    "source": "jira",
    "event_id": "10427-3",
    "ticket": "INC-1",
    "type": "assigned",
    "at": "2025-03-03T08:15:00Z",
    "kind": "incident",
    "service": "vpn",
    "customer": "acme",
    "requester": {"key": "dana", "email": "dana@acme.example", "language": "en"},
    "group": "Service Desk",
}


@dataclass
class TakesEvents(Operation):
    """The body is read by hand, so that one wrong event spoils no other; this is what the API document says of it."""

    def __post_init__(self) -> None:
        one = Schema(type=OpenAPIType.OBJECT, description="The neutral form: docs/import.md", examples=[EXAMPLE])
        several = Schema(type=OpenAPIType.ARRAY, items=one, max_items=MOST_IN_A_LIST)
        lines = Schema(type=OpenAPIType.STRING, description="One object on each line")
        self.request_body = RequestBody(
            required=True,
            content={
                "application/json": OpenAPIMediaType(schema=Schema(one_of=[one, several])),
                NDJSON[0]: OpenAPIMediaType(schema=lines),
            },
        )


@post("/tickets/events", status_code=202, operation_class=TakesEvents)
async def ticket_events(request: AnyRequest, integration: Integration) -> Recorded:
    """One event, a list of at most 1,000, or NDJSON. Repeated, late and out-of-order events change nothing."""
    lines = request.headers.get("content-type", "").startswith(NDJSON)
    return await take_in(database(request), integration.scope, parse_events(await request.body(), lines))


router = Router(
    "/api/v1", route_handlers=[ticket_events, names_brought], opt={"exclude_from_csrf": True}, tags=["Tickets"]
)
