from litestar import Response, Router, post
from litestar.params import JSONBody

from core import i18n
from core.errors import NotFound
from core.requests import AnyRequest, Integration, Write, database
from surveys.routes.guards import miss, not_for_staff
from surveys.schemas import InvitationIn, InvitationOut, NotAsked, ResponseIn, ResponseOut, Submission
from surveys.service.answering import take
from surveys.service.inviting_by_link import invite_by_link


@post("/invitations")
async def invite(
    write: Write, integration: Integration, data: JSONBody[InvitationIn]
) -> Response[InvitationOut | NotAsked]:
    """201 with the link, shown this once, or 200 with the reason why this person is not asked."""
    decided = await invite_by_link(write, integration.scope, data)
    return Response(decided, status_code=200 if isinstance(decided, NotAsked) else 201)


@post("/responses")
async def respond(request: AnyRequest, data: JSONBody[ResponseIn]) -> Response[ResponseOut]:
    """201 for a new response, 200 when the same one had arrived before."""
    await not_for_staff(request)
    language = i18n.choose(data.language, None, request.headers.get("accept-language"))
    submission = Submission(data.submission_key, language, data.answers)
    try:
        taken = await take(database(request), data.token, lambda _asked: submission)
    except NotFound:
        await miss(request)
        raise
    receipt = taken.confirmed()
    return Response(ResponseOut(receipt.confirmation), status_code=201 if receipt.new else 200)


router = Router("/api/v1", route_handlers=[invite, respond], opt={"exclude_from_csrf": True}, tags=["Surveys"])
