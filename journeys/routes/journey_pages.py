"""The editor of journeys: touchpoints, personas and scenarios, in both languages. For administrators."""

from typing import Any

from litestar import Response, Router, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from core.errors import FieldError, Invalid, NotFound
from core.files import MEDIA, WRITERS
from core.i18n import gettext as _
from core.requests import Admin, AnyRequest, Read, Write, staff_page
from journeys.queries import places
from journeys.routes.journey_forms import EMPTY, kind_names, piece_of, streams
from journeys.rules import editing as rules
from journeys.rules import streams_and_practices
from journeys.rules.stages import stage_names
from journeys.schemas.places import JourneyDefinition
from journeys.service import editing as service

NEW = "new"


@get("/")
async def journeys_page(request: AnyRequest, read: Read, admin: Admin) -> Response[str]:
    return await _list(request, read, admin)


async def _list(request: AnyRequest, session: Any, admin: Any, errors: dict[str, str] | None = None) -> Response[str]:
    known = await places.journeys(session)
    told = {"journeys": known, "errors": errors or {}}
    return staff_page(request, admin, "journeys/journeys.html", 422 if errors else 200, nav="journeys", **told)


@post("/", status_code=303)
async def bring_in(request: AnyRequest, write: Write, admin: Admin) -> Response[str]:
    """A whole journey from a file, in the place of the one of its key."""
    form: Any = await request.form()
    try:
        definition = rules.from_file(await _text(form.get("file")))
        await service.save(write, definition, admin.name, "")
    except Invalid as wrong:
        return await _list(request, write, admin, {"file": "; ".join(one.message for one in wrong.errors[:5])})
    return Redirect(f"/journeys/{definition.key}/edit?done=saved", status_code=303)


async def _text(file: Any) -> str:
    content = await file.read(rules.LARGEST_FILE + 1) if hasattr(file, "read") else b""
    if not content or len(content) > rules.LARGEST_FILE:
        raise Invalid(_("The file cannot be read"), [FieldError("file", _("Choose a file of up to 1 MB"))])
    try:
        return str(content.decode("utf-8"))
    except UnicodeDecodeError:
        told = _("The file is not written in UTF-8")
        raise Invalid(told, [FieldError("file", told)]) from None


async def _definition(session: Any, key: str) -> JourneyDefinition:
    found = await places.journey(session, key)
    if found is None:
        raise NotFound(_("There is nothing here"))
    return await places.definition(session, found)


@get("/{key:str}/edit")
async def edit(
    request: AnyRequest, read: Read, admin: Admin, key: FromPath[str], done: FromQuery[str] = ""
) -> Response[str]:
    found = await places.journey(read, key)
    definition = await _definition(read, key)
    told: dict[str, Any] = {
        "journey": definition,
        "versions": await places.versions(read, found.id) if found else [],
        "stages": stage_names(),
        "kinds": kind_names(),
        "done": done,
        "formats": list(WRITERS),
        "practice": streams_and_practices.told,
    }
    return staff_page(request, admin, "journeys/edit.html", nav="journeys", **told)


@post("/{key:str}/undo", status_code=303)
async def undo(write: Write, admin: Admin, key: FromPath[str]) -> Redirect:
    await service.undo(write, key, admin.name)
    return Redirect(f"/journeys/{key}/edit?done=undone", status_code=303)


@get("/{key:str}/export")
async def export(
    read: Read,
    admin: Admin,
    key: FromPath[str],
    format: FromQuery[str] = "toml",  # noqa: A002
) -> Response[str]:
    if format not in WRITERS:
        raise NotFound(_("There is nothing here"))
    headers = {"Content-Disposition": f'attachment; filename="{key}.{format}"'}
    return Response(WRITERS[format](await _definition(read, key)), media_type=MEDIA[format], headers=headers)


@get("/{key:str}/edit/{kind:str}/{piece:str}")
async def piece_page(
    request: AnyRequest, read: Read, admin: Admin, key: FromPath[str], kind: FromPath[str], piece: FromPath[str]
) -> Response[str]:
    journey = await _definition(read, key)
    return _piece_page(request, admin, journey, kind, piece, _piece(journey, kind, piece))


def _piece(journey: JourneyDefinition, kind: str, key: str) -> Any:
    if kind not in rules.KINDS:
        raise NotFound(_("There is nothing here"))
    found = next((one for one in getattr(journey, kind) if one.key == key), EMPTY[kind] if key == NEW else None)
    if found is None:
        raise NotFound(_("There is nothing here"))
    return found


def _piece_page(
    request: AnyRequest,
    admin: Any,
    journey: JourneyDefinition,
    kind: str,
    at: str,
    piece: Any,
    errors: dict[str, str] | None = None,
) -> Response[str]:
    told = {
        "journey": journey,
        "kind": kind,
        "at": at,
        "piece": piece,
        "errors": errors or {},
        "stages": stage_names(),
        "kinds": kind_names(),
        "streams": streams(journey),
    }
    return staff_page(request, admin, "journeys/piece.html", 422 if errors else 200, nav="journeys", **told)


@post("/{key:str}/edit/{kind:str}/{piece:str}", status_code=303)
async def save_piece(
    request: AnyRequest, write: Write, admin: Admin, key: FromPath[str], kind: FromPath[str], piece: FromPath[str]
) -> Response[str]:
    """The key of a piece stays once it has one: what was said about a touchpoint is found by it."""
    journey = await _definition(write, key)
    before = _piece(journey, kind, piece)
    form: Any = await request.form()
    given = piece_of(kind, form, "" if piece == NEW else before.key, getattr(before, "contexts", []))
    try:
        await service.save(write, rules.put(journey, kind, piece, given), admin.name, f"{kind}/{given.key}")
    except Invalid as wrong:
        errors = {one.field: one.message for one in wrong.errors}
        return _piece_page(request, admin, journey, kind, piece, given, errors)
    return Redirect(f"/journeys/{key}/edit?done=saved#{given.key}", status_code=303)


@post("/{key:str}/edit/{kind:str}/{piece:str}/move", status_code=303)
async def move_piece(
    request: AnyRequest, write: Write, admin: Admin, key: FromPath[str], kind: FromPath[str], piece: FromPath[str]
) -> Redirect:
    journey = await _definition(write, key)
    _piece(journey, kind, piece)
    form: Any = await request.form()
    step = 1 if form.get("step") == "later" else -1
    await service.save(write, rules.moved(journey, kind, piece, step), admin.name, f"{kind}/{piece}")
    return Redirect(f"/journeys/{key}/edit?done=saved#{piece}", status_code=303)


@post("/{key:str}/edit/{kind:str}/{piece:str}/remove", status_code=303)
async def remove_piece(
    write: Write, admin: Admin, key: FromPath[str], kind: FromPath[str], piece: FromPath[str]
) -> Redirect:
    journey = await _definition(write, key)
    _piece(journey, kind, piece)
    await service.save(write, rules.removed(journey, kind, piece), admin.name, f"{kind}/{piece}")
    return Redirect(f"/journeys/{key}/edit?done=removed", status_code=303)


journey_pages = Router(
    "/journeys",
    route_handlers=[
        journeys_page,
        bring_in,
        edit,
        undo,
        export,
        piece_page,
        save_piece,
        move_piece,
        remove_piece,
    ],
    include_in_schema=False,
)
