"""The link in a ticket system's own mails. It can be guessed: so it opens nothing, and every ticket looks the same."""

from litestar import Response, Router, get, post
from litestar.params import FromPath

from core.requests import AnyRequest, database, public_page
from surveys import queries
from surveys.routes.forms import speak
from surveys.routes.guards import follow_once_more, not_for_staff
from surveys.routes.mails import SMALL
from surveys.rules.piping import piped
from surveys.service.asking_back import askable, follow


@get("/t/{survey:str}/{source:str}/{ticket:str}")
async def offer(
    request: AnyRequest, survey: FromPath[str], source: FromPath[str], ticket: FromPath[str]
) -> Response[str]:
    """The same page for every ticket, known or not; nothing is looked up, so previews and scanners cause nothing."""
    return await _page(request, survey)


@post("/t/{survey:str}/{source:str}/{ticket:str}", status_code=200)
async def send(
    request: AnyRequest, survey: FromPath[str], source: FromPath[str], ticket: FromPath[str]
) -> Response[str]:
    await not_for_staff(request)
    await follow_once_more(request)
    async with database(request).write() as session:
        if found := await askable(session, survey):
            await follow(session, found, source[:64], ticket[:200])
    return await _page(request, survey, sent=True)


async def _page(request: AnyRequest, survey: str, sent: bool = False) -> Response[str]:
    speak(request, None)
    async with database(request).read() as session:
        found = await askable(session, survey)
        newest = await queries.newest_version(session, found.id) if found else None
    if not newest:
        return public_page(request, "surveys/nothing.html", 404)
    definition = piped(queries.as_definition(newest.definition))
    return public_page(request, "surveys/tag.html", title=definition.title, intro=definition.intro, sent=sent)


router = Router(
    "/",
    route_handlers=[offer, send],
    opt={"exclude_from_csrf": True},
    include_in_schema=False,
    request_max_body_size=SMALL,
)
