"""The page for everybody: one box, and what its author likes to add. It works without JavaScript and sets no cookie."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from litestar import Response, get, post

from core import i18n
from core.clock import now
from core.db import Session
from core.errors import Conflict, FieldError, Invalid
from core.i18n import gettext as _
from core.requests import AnyRequest, Read, Write
from core.settings import settings
from feedback import service
from feedback.models import Closeness
from feedback.queries import inbox
from feedback.routes.common import challenge_for, channel_page, new_submission_key
from feedback.routes.labels import kind_labels, touchpoint_labels
from feedback.routes.promise import promise
from feedback.routes.receipts import receipt_page
from feedback.rules import cost
from feedback.schemas import BEST, LONGEST_NAME, LONGEST_TEXT, WORST, Said
from feedback.service import anonymous
from feedback.service.guarding import Asked
from journeys.queries import places

FIELDS = (
    "text",
    "kind",
    "closeness",
    "service",
    "touchpoint",
    "functional",
    "emotional",
    "satisfaction",
    "name",
    "email",
    "submission_key",
    "challenge",
    "proof",
)
FOLDED = FIELDS[3:8]
PREFILLED = ("kind", "service", "touchpoint")
# A longer list is no help on a phone; a link with ?service=KEY still names one.
MOST_SERVICES = 60
SCORES = {str(score): score for score in range(WORST, BEST + 1)}
LATELY = timedelta(days=90)


@dataclass(frozen=True)
class Trouble:
    """Why the form comes back."""

    status: int = 200
    errors: list[FieldError] = field(default_factory=list)
    notice: str = ""
    asked: Asked | None = None


FRESH = Trouble()


@get("/feedback")
async def form(request: AnyRequest, read: Read) -> Response[str]:
    values = {name: request.query_params.get(name, "") for name in PREFILLED}
    return await _page(request, read, values)


@post("/feedback")
async def send(request: AnyRequest, write: Write) -> Response[str]:
    typed = await request.form()
    values = {name: str(typed.get(name, "")) for name in FIELDS}
    values["submission_key"] = values["submission_key"] or new_submission_key()
    if typed.get("again"):  # in the other language: nothing is checked and nothing stored
        return await _page(request, write, values)
    said = _said(values)
    try:
        service.check(said)  # what is wrong is said before anybody has to work for it
        asked = await challenge_for(request, write, values["proof"] or values["challenge"])
        if asked:
            return await _page(request, write, values, Trouble(429, asked=asked))
        if said.closeness is Closeness.ANONYMOUS:
            return receipt_page(request, await anonymous.post(write, said), 201)
        received = await service.receive(write, said)
    except Invalid as refused:
        return await _page(request, write, values, Trouble(422, refused.errors))
    except Conflict:
        values["submission_key"] = ""
        again = _("Your first message is stored already. Send this one too, if it says something else.")
        return await _page(request, write, values, Trouble(409, notice=again))
    answerable = bool(said.author_email.strip())
    return channel_page(request, "feedback/thanks.html", 201 if received.new else 200, answerable=answerable)


def _said(values: Mapping[str, str]) -> Said:
    return Said(
        source="web",
        submission_key=values["submission_key"],
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
        closeness=_closeness(values),
    )


def _closeness(values: Mapping[str, str]) -> Closeness:
    """As chosen. A form without the choice is anonymous, unless it says who sends it."""
    chosen = values["closeness"]
    if chosen in list(Closeness):
        return Closeness(chosen)
    return Closeness.NAMED if values["name"] or values["email"] else Closeness.ANONYMOUS


def _score(typed: str) -> int | None:
    """None when left open; what is no score on the form becomes one that the rules refuse."""
    return SCORES.get(typed, 0) if typed else None


async def _page(
    request: AnyRequest, session: Session, values: Mapping[str, str], trouble: Trouble = FRESH
) -> Response[str]:
    wrong = {error.field: error.message for error in trouble.errors}
    context = {
        "values": dict.fromkeys(FIELDS, "") | {"closeness": Closeness.ANONYMOUS.value} | dict(values),
        "errors": wrong,
        "switch": {"action": "/feedback", "form": "say"},
        "notice": trouble.notice,
        "asked": trouble.asked,
        "submission_key": values.get("submission_key") or new_submission_key(),
        "more_open": any(values.get(name) or name in wrong for name in FOLDED),
        "kinds": list(kind_labels().items()),
        "services": await _services(session, values.get("service", "")),
        "touchpoints": list((await touchpoint_labels(session)).items()),
        "others": await _others(session, values.get("service", "")),
        "promise": await promise(session),
        "longest_text": LONGEST_TEXT,
        "longest_name": LONGEST_NAME,
    }
    page = channel_page(request, "feedback/form.html", trouble.status, **context)
    if trouble.asked:
        page.headers["Retry-After"] = str(trouble.asked.seconds)
    return page


async def _services(session: Session, chosen: str) -> list[tuple[str, str]]:
    found = [(one.key, one.name) for one in await places.services(session)]
    return found if len(found) <= MOST_SERVICES else [one for one in found if one[0] == chosen]


async def _others(session: Session, service_key: str) -> int:
    """How many messages lately about the service that the link names; 0 where that must not be told."""
    if not service_key:
        return 0
    found = await inbox.how_many_about(session, service_key, (now() - LATELY).date())
    return cost.told_of(found, settings().min_group)
