"""What stands under a mail: the page that ends them. GET only shows, whoever fetches it; POST acts."""

from litestar import Response, Router, get, post
from litestar.params import FromPath

from core import i18n
from core.errors import NotFound
from core.requests import AnyRequest, database, public_page
from surveys import queries
from surveys.routes.guards import is_staff, miss
from surveys.rules.piping import said
from surveys.schemas import Reader, Step, Wish
from surveys.service.opting_out import follow_wish
from surveys.service.seeing import record_step

SMALL = 4 * 1024
# What a mail program sends when its reader presses "unsubscribe" (RFC 8058).
ONE_CLICK = ("List-Unsubscribe", "One-Click")


@get("/opt-out/{token:str}")
async def choose(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    reader = await _reader(request, token)
    return _page(request, reader) if reader else public_page(request, "surveys/nothing.html", 404, of_mails=True)


@post("/opt-out/{token:str}", status_code=200)
async def decide(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """One click from the mail program ends all mails: it cannot ask which, and who presses it has had enough."""
    form = await request.form()
    wanted = form.get("wish", Wish.NONE_AT_ALL if form.get(ONE_CLICK[0]) == ONE_CLICK[1] else "")
    reader = await _reader(request, token)
    if not reader:
        return public_page(request, "surveys/nothing.html", 404, of_mails=True)
    if wanted not in list(Wish):
        return _page(request, reader, status=422)
    wish = Wish(str(wanted))
    if wish is Wish.NOT_THIS and not reader.survey_id:
        wish = Wish.NONE_AT_ALL
    async with database(request).write() as session:
        await follow_wish(session, reader.person_id, reader.survey_id, wish)
    return _page(request, reader, wish=wish, done=True)


@post("/s/{token:str}/seen", status_code=204)
async def seen(request: AnyRequest, token: FromPath[str]) -> None:
    """A person has the form before them, who is not staff. Whatever is sent here, nothing is told in return."""
    step = (await request.form()).get("step")
    if step not in list(Step) or await is_staff(request):
        return
    async with database(request).read() as session:
        try:
            asked = await queries.behind_link(session, token)
        except NotFound:
            await miss(request)
            return
    if asked.invitation_id:
        async with database(request).write() as session:
            await record_step(session, asked.invitation_id, Step(str(step)))


async def _reader(request: AnyRequest, token: str) -> Reader | None:
    async with database(request).read() as session:
        try:
            reader = await queries.reader_of(session, token)
        except NotFound:
            await miss(request)
            return None
    i18n.use(i18n.choose(request.query_params.get("lang"), reader.language, request.headers.get("accept-language")))
    return reader


def _page(
    request: AnyRequest, reader: Reader, wish: Wish | None = None, done: bool = False, status: int = 200
) -> Response[str]:
    title, wished = reader.title and said(reader.title, {}), (wish or reader.wish).value
    return public_page(request, "surveys/opt_out.html", status, title=title, wish=wished, done=done)


router = Router(
    "/",
    route_handlers=[choose, decide, seen],
    opt={"exclude_from_csrf": True},
    include_in_schema=False,
    request_max_body_size=SMALL,
)
