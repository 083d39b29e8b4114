"""The page for everybody: one box, and what its author likes to add. It works without JavaScript and sets no cookie."""

from collections.abc import Mapping

from litestar import Response, get, post

from core import i18n
from core.db import Session
from core.errors import Conflict, FieldError, Invalid, TooMany
from core.i18n import gettext as _
from core.ids import new_secret
from core.requests import AnyRequest, Read, Write, public_page
from core.settings import settings
from feedback import service
from feedback.routes.common import spend_budget
from feedback.routes.labels import kind_labels, touchpoint_labels
from feedback.schemas import BEST, LONGEST_NAME, LONGEST_TEXT, WORST, Said
from journeys.queries import places

FIELDS = (
    "text",
    "kind",
    "service",
    "touchpoint",
    "functional",
    "emotional",
    "satisfaction",
    "name",
    "email",
    "submission_key",
)
PREFILLED = ("kind", "service", "touchpoint")
# A longer list is no help on a phone; a link with ?service=KEY still names one.
MOST_SERVICES = 60
SCORES = {str(score): score for score in range(WORST, BEST + 1)}


@get("/feedback")
async def form(request: AnyRequest, read: Read) -> Response[str]:
    values = {name: request.query_params.get(name, "") for name in PREFILLED}
    return await _page(request, read, values)


@post("/feedback")
async def send(request: AnyRequest, write: Write) -> Response[str]:
    typed = await request.form()
    values = {name: str(typed.get(name, "")) for name in FIELDS}
    try:
        spend_budget(request)
        received = await service.receive(write, _said(values))
    except Invalid as refused:
        return await _page(request, write, values, 422, refused.errors)
    except Conflict:
        values["submission_key"] = ""
        again = _("Your first message is stored already. Send this one too, if it says something else.")
        return await _page(request, write, values, 409, notice=again)
    except TooMany as refused:
        busy = await _page(request, write, values, 429, notice=refused.message)
        busy.headers["Retry-After"] = str(refused.retry_after)
        return busy
    answerable = bool(values["email"].strip())
    return public_page(request, "feedback/thanks.html", 201 if received.new else 200, answerable=answerable)


def _said(values: Mapping[str, str]) -> Said:
    return Said(
        source="web",
        submission_key=values["submission_key"] or new_secret(),
        text=values["text"],
        kind=values["kind"],
        channel="web",
        language=i18n.current(),
        service=values["service"],
        touchpoint=values["touchpoint"],
        author_name=values["name"],
        author_email=values["email"],
        functional=_score(values["functional"]),
        emotional=_score(values["emotional"]),
        satisfaction=_score(values["satisfaction"]),
    )


def _score(typed: str) -> int | None:
    """None when left open; what is no score on the form becomes one that the rules refuse."""
    return SCORES.get(typed, 0) if typed else None


async def _page(
    request: AnyRequest,
    session: Session,
    values: Mapping[str, str],
    status: int = 200,
    errors: list[FieldError] | None = None,
    notice: str = "",
) -> Response[str]:
    wrong = {error.field: error.message for error in errors or []}
    context = {
        "values": dict.fromkeys(FIELDS, "") | dict(values),
        "errors": wrong,
        "notice": notice,
        "submission_key": values.get("submission_key") or new_secret(),
        "more_open": any(values.get(name) or name in wrong for name in FIELDS[2:-1]),
        "kinds": list(kind_labels().items()),
        "services": await _services(session, values.get("service", "")),
        "touchpoints": list((await touchpoint_labels(session)).items()),
        "longest_text": LONGEST_TEXT,
        "longest_name": LONGEST_NAME,
        "min_group": settings().min_group,
        "min_group_comments": settings().min_group_comments,
    }
    return public_page(request, "feedback/form.html", status, **context)


async def _services(session: Session, chosen: str) -> list[tuple[str, str]]:
    found = [(one.key, one.name) for one in await places.services(session)]
    return found if len(found) <= MOST_SERVICES else [one for one in found if one[0] == chosen]
