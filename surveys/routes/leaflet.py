"""An open survey on paper: a QR code, and a leaflet in both languages as a page and as PDF."""

from typing import Any

from litestar import Response, Router, get
from litestar.params import FromPath

from core import i18n
from core.db import Session
from core.errors import NotFound
from core.i18n import gettext as _
from core.printing import pdf
from core.requests import Admin, AnyRequest, Read, staff_page
from core.settings import settings
from surveys import queries
from surveys.rules.leaflet import qr_svg, spoken
from surveys.rules.piping import piped
from surveys.schemas import SurveyDefinition


@get("/surveys/{key:str}/qr.svg")
async def qr(read: Read, admin: Admin, key: FromPath[str]) -> Response[bytes]:
    definition = await _open(read, key)
    return Response(qr_svg(_address(definition)), media_type="image/svg+xml")


@get("/surveys/{key:str}/leaflet")
async def leaflet(request: AnyRequest, read: Read, admin: Admin, key: FromPath[str]) -> Response[str]:
    definition = await _open(read, key)
    context: dict[str, Any] = {
        "key": key,
        "address": spoken(_address(definition)),
        "columns": [_column(definition, language) for language in i18n.LANGUAGES],
        "title_here": str(getattr(definition.title, i18n.current())),
    }
    return staff_page(request, admin, "surveys/leaflet.html", nav="surveys", **context)


@get("/surveys/{key:str}/leaflet.pdf")
async def printed(read: Read, admin: Admin, key: FromPath[str]) -> Response[bytes]:
    """The same page, tagged, for the printer's shop or as an attachment."""
    definition = await _open(read, key)
    address = _address(definition)
    told = {
        "title": " · ".join(str(getattr(definition.title, language)) for language in i18n.LANGUAGES),
        "publisher": settings().base_url,
        "address": spoken(address),
        "alt": _("QR code that leads to %(address)s") % {"address": spoken(address)},
        "columns": [_column(definition, language) for language in i18n.LANGUAGES],
    }
    headers = {"Content-Disposition": f'inline; filename="{key}-leaflet.pdf"'}
    content = await pdf("surveys/leaflet.typ", told, {"code.svg": qr_svg(address)})
    return Response(content, media_type="application/pdf", headers=headers)


async def _open(session: Session, key: str) -> SurveyDefinition:
    """What stands at the address at this moment: a leaflet of a draft would lead to nothing."""
    survey = await queries.survey_by_key(session, key)
    if not survey or not survey.slug:
        raise NotFound(_("This survey has no open address. Give it one and publish it."))
    return piped((await queries.open_survey(session, survey.slug)).survey.definition)


def _address(definition: SurveyDefinition) -> str:
    return f"{settings().base_url}/q/{definition.slug}"


def _column(definition: SurveyDefinition, language: str) -> dict[str, str]:
    """One language of the paper, whichever is spoken on the screen."""
    here = i18n.current()
    i18n.use(language)
    try:
        return {
            "language": language,
            "tag": i18n.LANGUAGE_TAGS[language],
            "title": str(getattr(definition.title, language)),
            "intro": str(getattr(definition.intro, language)),
            "scan": _("Scan the code with the camera of your phone"),
            "type": _("or type this address into a browser:"),
            "promise": _promise(definition),
            "own": _("No app, no account. Nothing is loaded from anyone else."),
        }
    finally:
        i18n.use(here)


def _promise(definition: SurveyDefinition) -> str:
    if definition.mode == "anonymous":
        return _("Anonymous: we do not record who you are.")
    return _("Confidential: no name is asked for, and answers are shown only in groups.")


router = Router("/", route_handlers=[qr, leaflet, printed], include_in_schema=False)
