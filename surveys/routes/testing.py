"""Trying a survey on any device: who has the link may answer, and everybody is told that it is a test."""

from typing import Any

from litestar import Response, Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core import i18n
from core.errors import Invalid, NotFound
from core.i18n import gettext as _
from core.requests import Admin, AnyRequest, Read, Write, database, public_page
from surveys.queries import definitions
from surveys.routes.forms import LARGEST_FORM, form_page, sent_by, speak, submission_of, thanks_page
from surveys.routes.guards import miss
from surveys.rules.leaflet import qr_svg
from surveys.schemas import Asked
from surveys.service import testing as service

DEEDS = {"open": service.open_test, "close": service.close_test, "forget": service.forget_tests}


@get("/try/{key:str}/{proof:str}")
async def form(request: AnyRequest, key: FromPath[str], proof: FromPath[str]) -> Response[str]:
    asked = await _behind(request, key, proof)
    speak(request, None)
    return form_page(request, asked, {}, fresh=False, **_marked()) if asked else _nothing(request)


@post("/try/{key:str}/{proof:str}", status_code=200)
async def submit(request: AnyRequest, key: FromPath[str], proof: FromPath[str]) -> Response[str]:
    asked, sent = await _behind(request, key, proof), await sent_by(request)
    speak(request, sent.get("language"))
    if asked is None:
        return _nothing(request)
    try:
        async with database(request).write() as session:
            await service.keep_test(session, asked, submission_of(asked.survey.definition, sent))
    except Invalid as wrong:
        return form_page(request, asked, sent, wrong, **_marked())
    return thanks_page(request, asked, "", edit_minutes=0, **_marked())


def _marked() -> dict[str, Any]:
    """Said in all languages at once, whichever the form speaks: nobody is to take a test for the survey."""
    here, told = i18n.current(), []
    for language in i18n.LANGUAGES:
        i18n.use(language)
        told.append(
            (i18n.LANGUAGE_TAGS[language], _("This is a test: it is kept apart for a while and counts nowhere."))
        )
    i18n.use(here)
    return {"testing": True, "kept_apart": told, "steps": "", "draft": ""}


async def _behind(request: AnyRequest, key: str, proof: str) -> Asked | None:
    async with database(request).read() as session:
        asked = await service.behind_test_link(session, key, proof)
    if asked is None:
        await miss(request)
    return asked


def _nothing(request: AnyRequest) -> Response[str]:
    return public_page(request, "surveys/nothing.html", 404)


@post("/surveys/{key:str}/test", status_code=303)
async def change(request: AnyRequest, write: Write, admin: Admin, key: FromPath[str]) -> Redirect:
    """Open a test link, or another one; close it; forget what was sent through it."""
    deed = DEEDS.get(str((await sent_by(request)).get("do", "")))
    if deed is None:
        raise NotFound(_("There is no such survey"))
    await deed(write, key)
    return Redirect(f"/surveys/{key}#test", status_code=303)


@get("/surveys/{key:str}/test.svg")
async def code(read: Read, admin: Admin, key: FromPath[str]) -> Response[bytes]:
    survey = await definitions.survey_by_key(read, key)
    if survey is None or not survey.test_nonce:
        raise NotFound(_("There is no such survey"))
    return Response(qr_svg(service.link_to_test(survey)), media_type="image/svg+xml")


public = Router(
    "/",
    route_handlers=[form, submit],
    opt={"exclude_from_csrf": True},
    include_in_schema=False,
    request_max_body_size=LARGEST_FORM,
)
router = Router("/", route_handlers=[change, code], include_in_schema=False)
