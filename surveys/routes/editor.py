"""The editor: every button sends the whole page first, so nothing written is lost, with or without a script."""

from typing import Any

from litestar import Response, Router, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Redirect

from core import i18n
from core.auth.schemas import Principal
from core.db import Session
from core.errors import FieldError, Invalid
from core.i18n import gettext as _
from core.requests import Admin, AnyRequest, Read, Write, csrf_input, database, staff_page
from core.settings import settings
from journeys.queries import places
from journeys.schemas.places import Bilingual
from surveys import queries
from surveys.routes.editor_words import constructs, kinds, modes, place_of, subjects
from surveys.routes.forms import form_page, sent_by, submission_of, thanks_page
from surveys.rules.answers import checked_answers
from surveys.rules.conditions import written
from surveys.rules.definitions import faults, missing_translations
from surveys.rules.drafting import added, begun, doubled, draft_from, key_for, moved, without
from surveys.rules.files import LARGEST_FILE, MEDIA, WRITERS, from_file
from surveys.rules.preview import as_shown
from surveys.rules.scales import scale_of, steps_of
from surveys.schemas import Asked, Draft, Kind, SurveyDefinition
from surveys.service import drafting, testing
from surveys.service.elsewhere import SURVEY as ELSEWHERE

TESTS_SHOWN = 20
OWN_FIELDS = ("_csrf_token", "action", "seen", "kind", "whole")
FRAMED = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)


@get("/surveys")
async def overview(request: AnyRequest, read: Read, admin: Admin) -> Response[str]:
    return await _overview(request, read, admin)


async def _overview(
    request: AnyRequest, session: Session, admin: Principal, wrong: Invalid | None = None, **given: str
) -> Response[str]:
    rows = await queries.surveys(session)
    context = {
        "triggers": await queries.triggers_by_key(session),
        "rows": [row for row in rows if row.key != ELSEWHERE],
        "elsewhere": next((row for row in rows if row.key == ELSEWHERE), None),
        "modes": modes(),
        "few": settings().min_group,
        "errors": {error.field: error.message for error in wrong.errors} if wrong else {},
        "given": given,
    }
    return staff_page(request, admin, "surveys/overview.html", 422 if wrong else 200, nav="surveys", **context)


@post("/surveys", status_code=303)
async def create(request: AnyRequest, write: Write, admin: Admin) -> Response[Any]:
    """A survey of one's own: begun with a title, or read from a file."""
    form = await request.form()
    file, title = form.get("file"), {name: str(form.get(f"title.{name}", "")).strip() for name in ("zh", "en")}
    try:
        if isinstance(file, UploadFile) and file.filename:
            definition = from_file(_decoded(await file.read(LARGEST_FILE)))
        else:
            definition = await _begun(write, title)
        await drafting.take_in(write, definition)
    except Invalid as wrong:
        return await _overview(request, write, admin, wrong, **title)
    return Redirect(f"/surveys/{definition.key}/edit", status_code=303)


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as wrong:
        raise Invalid(_("The file cannot be read"), [FieldError("file", _("The file is not UTF-8 text"))]) from wrong


async def _begun(session: Session, title: dict[str, str]) -> SurveyDefinition:
    if not any(title.values()):
        raise Invalid(_("Some fields are not right"), [FieldError("title", _("Please give it a title."))])
    taken = {row.key for row in await queries.surveys(session)}
    return begun(key_for(title["en"], taken), Bilingual(**title))


@get("/surveys/{key:str}/edit")
async def edit(request: AnyRequest, read: Read, admin: Admin, key: FromPath[str]) -> Response[str]:
    survey = await drafting.survey_named(read, key)
    published = await queries.newest_version(read, survey.id) is not None
    return await _editor(request, read, admin, await drafting.draft_or_published(read, survey), published)


@post("/surveys/{key:str}/edit", status_code=303)
async def change(request: AnyRequest, admin: Admin, key: FromPath[str]) -> Response[Any]:
    sent = {name: value for name, value in (await sent_by(request)).items() if isinstance(value, str)}
    action, _dot, place = sent.get("action", "save").partition(".")
    number = int(place) if place.isdecimal() else 0
    try:
        _not_cut_off(sent)
        async with database(request).write() as session:
            seen = await _save(session, key, sent, action, number)
            await _press(session, key, action)
    except Invalid as wrong:
        return await _refused(request, admin, key, wrong)
    if action == "keep":
        return Response({"seen": seen}, status_code=200)
    if action == "publish":
        return Redirect(f"/surveys/{key}?published=1", status_code=303)
    return Redirect(f"/surveys/{key}/edit{_anchor(action, number)}", status_code=303)


def _not_cut_off(sent: dict[str, str]) -> None:
    """The form's last field: a button pressed while the page still loads sends only the questions above it."""
    if "whole" not in sent:
        message = _("The page had not loaded to its end. Nothing was changed: please do it once more.")
        raise Invalid(message, [FieldError("title", message)])


async def _save(session: Session, key: str, sent: dict[str, str], action: str, number: int) -> int:
    fields = {name: value for name, value in sent.items() if name not in OWN_FIELDS}
    seen = int(sent["seen"]) if sent.get("seen", "").isdecimal() else -1

    def written(before: SurveyDefinition) -> SurveyDefinition:
        draft = draft_from(key, fields, before)
        if action == "add":
            return added(draft, Kind(sent.get("kind", "rating")) if sent.get("kind") in list(Kind) else Kind.RATING)
        return _pressed(draft, action, number)

    return await drafting.save(session, key, seen, written)


def _pressed(draft: SurveyDefinition, action: str, number: int) -> SurveyDefinition:
    if action in ("up", "down"):
        return moved(draft, number, -1 if action == "up" else 1)
    if action == "remove":
        return without(draft, number)
    return doubled(draft, number) if action == "copy" else draft


async def _press(session: Session, key: str, action: str) -> None:
    if action == "undo":
        await drafting.undo(session, key)
    elif action == "discard":
        await drafting.discard(session, key)
    elif action == "publish":
        await drafting.publish_draft(session, key)


def _anchor(action: str, number: int) -> str:
    places = {"up": max(number - 1, 0), "down": number + 1, "copy": number + 1, "remove": max(number - 1, 0)}
    return "#add" if action == "add" else f"#q-{places[action]}" if action in places else ""


async def _refused(request: AnyRequest, admin: Principal, key: str, wrong: Invalid) -> Response[Any]:
    """What was written is a step of the draft even where it cannot be published."""
    sent = {name: value for name, value in (await sent_by(request)).items() if isinstance(value, str)}
    async with database(request).write() as session:
        if sent.get("action") == "publish" and "whole" in sent:
            await _save(session, key, sent, "save", 0)
        survey = await drafting.survey_named(session, key)
        draft = await drafting.draft_or_published(session, survey)
        published = await queries.newest_version(session, survey.id) is not None
        if sent.get("action") != "keep":
            return await _editor(request, session, admin, draft, published, wrong)
    raise wrong


async def _editor(
    request: AnyRequest,
    session: Session,
    admin: Principal,
    draft: Draft,
    published: bool,
    wrong: Invalid | None = None,
) -> Response[str]:
    survey = draft.definition
    troubles = wrong.errors if wrong else list(faults(survey))
    context: dict[str, Any] = {
        "survey": survey,
        "draft": draft,
        "published": published,
        "refused": wrong is not None,
        "troubles": [(place_of(error.field), error.message) for error in troubles],
        "missing": [place_of(place) for place in missing_translations(survey)],
        "kinds": kinds(),
        "constructs": constructs(),
        "modes": modes(),
        "subjects": subjects(survey),
        "scale_of": scale_of,
        "steps_of": steps_of,
        "values_of": lambda condition: written(survey.questions, condition, i18n.current()),
        "base_url": settings().base_url,
        **await _places(session, survey),
    }
    return staff_page(request, admin, "surveys/editor.html", 422 if wrong else 200, nav="surveys", **context)


async def _places(session: Session, survey: SurveyDefinition) -> dict[str, Any]:
    """What may be chosen, and what is chosen even where it is gone."""
    name = "name_zh" if i18n.current() == "zh" else "name_en"
    customers = {one.key: i18n.own_name(one.name) for one in await places.customers_in(session, None)}
    touchpoints = {one.key: str(getattr(one, name)) for one in await places.touchpoints(session)}
    customers.setdefault(survey.customer, survey.customer)
    touchpoints.setdefault(survey.touchpoint, survey.touchpoint)
    return {
        "customers": [("", _("as the ticket says, else nobody's")), *((k, v) for k, v in customers.items() if k)],
        "touchpoints": [("", _("as the ticket or the words say")), *((k, v) for k, v in touchpoints.items() if k)],
    }


@get("/surveys/{key:str}/export")
async def export(request: AnyRequest, read: Read, admin: Admin, key: FromPath[str]) -> Response[str]:
    """The draft where there is one, else what is published; `?version=2` for one that was asked."""
    number, form = _number(request), request.query_params.get("format", "toml")
    form = form if form in WRITERS else "toml"
    definition = await drafting.as_it_stood(read, key, number)
    name = key if number is None else f"{key}-{number}"
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    return Response(WRITERS[form](definition), media_type=MEDIA[form], headers=headers)


@get("/surveys/{key:str}/preview")
async def preview(request: AnyRequest, read: Read, admin: Admin, key: FromPath[str]) -> Response[str]:
    asked = await _shown(request, read, key)
    return _framed(form_page(request, asked, {}, **_testing(request)))


@post("/surveys/{key:str}/preview", status_code=200)
async def try_out(request: AnyRequest, read: Read, admin: Admin, key: FromPath[str]) -> Response[str]:
    """A test: answers are checked like everybody's, and thrown away."""
    asked, sent = await _shown(request, read, key), await sent_by(request)
    try:
        checked_answers(asked.survey, submission_of(asked.survey.definition, sent).given, asked.attributes)
    except Invalid as wrong:
        return _framed(form_page(request, asked, sent, wrong, **_testing(request)))
    return _framed(thanks_page(request, asked, "", testing=True, edit_minutes=0))


async def _shown(request: AnyRequest, session: Session, key: str) -> Asked:
    """What the editor holds; `?version=2`: what was asked under that number."""
    survey, number = await drafting.survey_named(session, key), _number(request)
    return as_shown(survey.id, await drafting.as_it_stood(session, key, number))


def _number(request: AnyRequest) -> int | None:
    number = request.query_params.get("version", "")
    return int(number) if number.isdecimal() and len(number) < 9 else None


def _testing(request: AnyRequest) -> dict[str, Any]:
    return {"testing": True, "steps": "", "fresh": False, "draft": "", "extra_input": csrf_input(request)}


def _framed(response: Response[str]) -> Response[str]:
    """The editor shows it in a frame of this same installation."""
    response.headers["Content-Security-Policy"] = FRAMED
    return response


@get("/surveys/{key:str}")
async def one(request: AnyRequest, read: Read, admin: Admin, key: FromPath[str]) -> Response[str]:
    survey = await drafting.survey_named(read, key)
    versions = await queries.versions(read, survey.id)
    newest = queries.as_definition(versions[0].definition) if versions else None
    context: dict[str, Any] = {
        "row": await queries.survey_row(read, survey),
        "versions": versions,
        "asked": newest.questions if newest else [],
        "origins": newest.origins if newest else [],
        "left": await queries.left_after(read, versions[0].id) if versions else {},
        "widget": f'<script src="{settings().base_url}/widget/{survey.slug}.js" async></script>',
        "modes": modes(),
        "few": settings().min_group,
        "base_url": settings().base_url,
        "published": bool(request.query_params.get("published")),
        "asks": key != ELSEWHERE,
        "trigger": (await queries.triggers_by_key(read)).get(key),
        "test_link": testing.link_to_test(survey),
        "tests": await queries.tests_of(read, survey.id, TESTS_SHOWN),
    }
    return staff_page(request, admin, "surveys/survey.html", nav="surveys", **context)


@post("/surveys/{key:str}", status_code=303)
async def archive(request: AnyRequest, write: Write, admin: Admin, key: FromPath[str]) -> Redirect:
    await drafting.set_archived(write, key, (await sent_by(request)).get("action") == "archive")
    return Redirect(f"/surveys/{key}", status_code=303)


router = Router(
    "/",
    route_handlers=[overview, create, edit, change, export, preview, try_out, one, archive],
    include_in_schema=False,
)
