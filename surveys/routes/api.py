from litestar import Response, Router, post
from litestar.params import JSONBody

from core.errors import NotFound
from core.requests import AnyRequest, Integration, Write, database
from surveys.routes.guards import miss, not_for_staff
from surveys.routes.lane import taken, told_before
from surveys.schemas import InvitationIn, InvitationOut, NotAsked, ResponseIn, ResponseOut
from surveys.service.inviting_by_link import invite_by_link


@post("/invitations")
async def invite(
    write: Write, integration: Integration, data: JSONBody[InvitationIn]
) -> Response[InvitationOut | NotAsked]:
    """201 with the link, shown this once, or 200 with the reason why this person is not asked."""
    decided = await invite_by_link(write, integration.scope, data)
    return Response(decided, status_code=200 if isinstance(decided, NotAsked) else 201)


@post("/responses", middleware=[told_before])
async def respond(request: AnyRequest, data: JSONBody[ResponseIn]) -> Response[ResponseOut]:
    """201 for a new response, 200 when the same one had arrived before."""
    await not_for_staff(request)
    try:
        receipt = await taken(database(request), data, request.headers.get("accept-language"))
    except NotFound:
        await miss(request)
        raise
    return Response(ResponseOut(receipt.confirmation), status_code=201 if receipt.new else 200)


router = Router("/api/v1", route_handlers=[invite, respond], opt={"exclude_from_csrf": True}, tags=["Surveys"])
