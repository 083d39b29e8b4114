"""Value: propositions and their evidence, the scorecard, the benefits dependency network."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from core import charts
from core.errors import Conflict, FieldError, Invalid, NotFound
from core.i18n import gettext as _
from core.requests import AnyRequest, Manager, Read, Viewer, Write, staff_page
from core.settings import settings
from value.models import Agreed, Indicator, Node, NodeKind, Source, ValueMap
from value.queries import worth as queries
from value.queries.improvements import improvements
from value.routes import worth_fields as fields
from value.routes import worth_words as words
from value.routes.forms import errors_of, number_in, sent
from value.rules import worth_forms as rules
from value.rules.forms import Form, one
from value.rules.network import draw
from value.schemas.register import Wish
from value.schemas.worth import Worth
from value.service import mapping as service
from value.service.indicators import FLOW
from value.service.known import known_to
from value.service.worth import existing_map, worth

NAV = "value"
WHATS = ("nodes", "indicators", "claims")


@get("/value")
async def value(request: AnyRequest, read: Read, viewer: Viewer) -> Response[str]:
    found = await queries.maps(read, viewer.scope)
    known = await known_to(read, viewer.scope)
    page: dict[str, Any] = {"maps": found, "known": known, "may_edit": viewer.is_manager}
    return staff_page(request, viewer, "value/maps.html", nav=NAV, **page)


@get("/value/new")
async def new_map(request: AnyRequest, read: Read, manager: Manager) -> Response[str]:
    return await _map_form(request, read, manager, {}, None)


async def _map_form(
    request: AnyRequest,
    session: Any,
    manager: Any,
    values: dict[str, Any],
    entry: ValueMap | None,
    status: int = 200,
    **told: Any,
) -> Response[str]:
    page: dict[str, Any] = {
        "title": entry.title if entry else _("A new value map"),
        "fields": fields.of_map(),
        "values": values,
        "errors": errors_of(told.get("wrong")),
        "conflict": told.get("conflict", ""),
        "action": f"/value/{entry.id}/edit" if entry else "/value",
        "back": f"/value/{entry.id}" if entry else "/value",
        "questions": words.questions(),
        "customers": None if entry else (await known_to(session, manager.scope)).customers,
        "version": entry.version if entry else None,
    }
    return staff_page(request, manager, "value/thing.html", status, nav=NAV, **page)


@post("/value", status_code=303)
async def add_map(request: AnyRequest, write: Write, manager: Manager) -> Response[str] | Redirect:
    form = await sent(request)
    try:
        found = {**rules.read(form, rules.of_map()), "challenged": rules.challenged(form)}
        customers = await _customers(write, manager.scope, form)
    except Invalid as wrong:
        return await _map_form(request, write, manager, _given(form), None, 422, wrong=wrong)
    made = await service.add_map(write, manager.scope, found, customers)
    return Redirect(f"/value/{made.id}", status_code=303)


async def _customers(session: Any, scope: frozenset[str] | None, form: Form) -> list[str]:
    known, wanted = (await known_to(session, scope)).customers, one(form, "customer")
    if wanted and wanted not in known:
        message = _("This is not known here")
        raise Invalid(message, [FieldError("customer", message)])
    return [wanted] if wanted else [] if scope is None else sorted(scope)


def _given(form: Form) -> dict[str, Any]:
    return {name: list(sent_) if name == "leads_to" else sent_[-1] if sent_ else "" for name, sent_ in form.items()}


@get("/value/{map_id:uuid}")
async def show_map(
    request: AnyRequest, read: Read, viewer: Viewer, map_id: FromPath[UUID], out: FromQuery[str] = ""
) -> Response[str]:
    found = await worth(read, viewer.scope, map_id)
    known = await known_to(read, viewer.scope)
    page: dict[str, Any] = {
        "found": found,
        "one": found.map,
        "drawing": draw(found.nodes, found.states, found.words, words.kinds()),
        "sparks": {each.indicator.id: _spark(each.months) for each in found.indicators},
        "pairs": _pairs(found),
        "words": words,
        "known": known,
        "few": settings().min_group,
        "may_edit": viewer.is_manager,
        "out": out if out.count("/") == 1 and out.split("/")[0] in WHATS else "",
    }
    return staff_page(request, viewer, "value/map.html", nav=NAV, **page)


def _spark(months: tuple[tuple[int, float | None], ...]) -> Any:
    return charts.spark([value for _month, value in months]) if len(months) > 2 else None


def _pairs(found: Worth) -> list[tuple[str, list[Any], list[Any]]]:
    """What was agreed on at one place: levels of service beside levels of experience."""
    places: dict[str, tuple[list[Any], list[Any]]] = {}
    for each in found.indicators:
        if each.indicator.agreed != Agreed.NO:
            place = places.setdefault(each.indicator.touchpoint, ([], []))
            place[each.indicator.agreed == Agreed.XLA].append(each)
    return [(key, levels, experience) for key, (levels, experience) in places.items()]


@get("/value/{map_id:uuid}/edit")
async def edit_map(request: AnyRequest, read: Read, manager: Manager, map_id: FromPath[UUID]) -> Response[str]:
    entry = await existing_map(read, manager.scope, map_id)
    values = {name: getattr(entry, name) for name, *_rest in fields.of_map()}
    values |= {f"q_{name}": text for name, text in entry.challenged.items()}
    return await _map_form(request, read, manager, values, entry)


@post("/value/{map_id:uuid}/edit", status_code=303)
async def save_map(
    request: AnyRequest, write: Write, manager: Manager, map_id: FromPath[UUID]
) -> Response[str] | Redirect:
    form = await sent(request)
    entry = await existing_map(write, manager.scope, map_id)
    try:
        found = {**rules.read(form, rules.of_map()), "challenged": rules.challenged(form)}
        await service.change_map(write, manager.scope, map_id, found, number_in(form, "version"))
    except Invalid as wrong:
        return await _map_form(request, write, manager, _given(form), entry, 422, wrong=wrong)
    except Conflict as other:
        return await _map_form(request, write, manager, _given(form), entry, 409, conflict=other.message)
    return Redirect(f"/value/{map_id}", status_code=303)


@get("/value/{map_id:uuid}/{what:str}/{thing:str}")
async def thing_form(
    request: AnyRequest, read: Read, manager: Manager, map_id: FromPath[UUID], what: FromPath[str], thing: FromPath[str]
) -> Response[str]:
    """`thing`: an id, or `new`."""
    id_ = _id(what, thing)
    values = fields.values(await service.existing(read, manager.scope, map_id, what, id_)) if id_ else {}
    kind = request.query_params.get("kind", "")
    return await _thing_page(request, read, manager, map_id, what, id_, {"kind": kind, **values})


def _id(what: str, thing: str) -> UUID | None:
    try:
        if what in WHATS:
            return None if thing == "new" else UUID(thing)
    except ValueError:
        pass
    raise NotFound(_("There is nothing here"))


async def _thing_page(
    request: AnyRequest,
    session: Any,
    manager: Any,
    map_id: UUID,
    what: str,
    id_: UUID | None,
    values: dict[str, Any],
    status: int = 200,
    wrong: Invalid | None = None,
    conflict: str = "",
) -> Response[str]:
    entry = await existing_map(session, manager.scope, map_id)
    shown, _readers = await _spec(session, manager.scope, map_id, what, id_)
    edits = await queries.edits_of(session, map_id, id_) if id_ else []
    imported = what == "indicators" and id_ is not None and str(values.get("measure", "")).startswith("imported")
    page: dict[str, Any] = {
        "title": _title(what, id_),
        "fields": shown,
        "values": values,
        "errors": errors_of(wrong),
        "conflict": conflict,
        "action": f"/value/{map_id}/{what}/{id_ or 'new'}",
        "back": f"/value/{map_id}",
        "map": entry,
        "removable": id_ is not None,
        "imported": imported,
        "edits": words.edits(edits, shown),
        "undoable": service.last_undoable(edits),
        "notable": what == "claims" and id_ is not None,
        "readings": await queries.readings(session, id_) if imported and id_ else [],
        "customers": None,
        "questions": {},
        "version": None,
    }
    return staff_page(request, manager, "value/thing.html", status, nav=NAV, **page)


def _title(what: str, id_: UUID | None) -> str:
    new = {"nodes": _("A new node"), "indicators": _("A new indicator"), "claims": _("A new claim")}
    old = {"nodes": _("Change the node"), "indicators": _("Change the indicator"), "claims": _("Change the claim")}
    return (old if id_ else new)[what]


async def _spec(session: Any, scope: Any, map_id: UUID, what: str, id_: UUID | None) -> tuple[Any, Any]:
    """The fields of a form, and how they are read."""
    known = await known_to(session, scope)
    nodes = [each for each in await queries.things(session, Node, map_id) if not each.gone and each.id != id_]
    indicators = [each for each in await queries.things(session, Indicator, map_id) if not each.gone]
    ids = [str(each.id) for each in indicators]
    if what == "nodes":
        made = await improvements(session, scope, Wish())
        shown = fields.of_node(nodes, made, indicators)
        return shown, rules.of_node([str(each.id) for each in nodes], [str(each.id) for each in made], ids)
    if what == "indicators":
        objectives = [each for each in nodes if each.kind == NodeKind.OBJECTIVE]
        readers = rules.of_indicator(known, FLOW, [str(each.id) for each in objectives])
        return fields.of_indicator(known, objectives), readers
    return fields.of_claim(known, indicators), rules.of_claim(known, ids)


@post("/value/{map_id:uuid}/{what:str}/{thing:str}", status_code=303)
async def save_thing(
    request: AnyRequest,
    write: Write,
    manager: Manager,
    map_id: FromPath[UUID],
    what: FromPath[str],
    thing: FromPath[str],
) -> Response[str] | Redirect:
    """Save, take out, put back, note evidence, or take figures in."""
    id_, form = _id(what, thing), await sent(request)
    await existing_map(write, manager.scope, map_id)
    try:
        await _act(write, manager, map_id, what, id_, form)
    except Invalid as wrong:
        values = fields.values(await service.existing(write, manager.scope, map_id, what, id_)) if id_ else {}
        return await _thing_page(
            request, write, manager, map_id, what, id_, {**values, **_given(form)}, status=422, wrong=wrong
        )
    except Conflict as other:
        values = fields.values(await service.existing(write, manager.scope, map_id, what, id_)) if id_ else {}
        return await _thing_page(request, write, manager, map_id, what, id_, values, status=409, conflict=other.message)
    if one(form, "do") == "undo":
        return Redirect(f"/value/{map_id}/{what}/{id_}", status_code=303)
    out = f"?out={what}/{id_}" if one(form, "do") == "out" else ""
    return Redirect(f"/value/{map_id}{out}", status_code=303)


async def _act(session: Any, manager: Any, map_id: UUID, what: str, id_: UUID | None, form: Form) -> None:
    do, scope = one(form, "do"), manager.scope
    if do in ("out", "back") and id_:
        await service.take_out(session, scope, map_id, what, id_, manager.name, gone=do == "out")
    elif do == "undo" and id_:
        await service.undo(session, scope, map_id, what, id_, manager.name, one(form, "edit"))
    elif do == "readings" and id_:
        await service.existing(session, scope, map_id, what, id_)
        await service.keep_readings(session, scope, id_, rules.readings(one(form, "readings")))
    elif do in ("for", "against") and id_ and what == "claims":
        if not one(form, "note"):
            raise Invalid(_("Write what you know"), [FieldError("note", _("Write what you know"))])
        await service.note(session, scope, map_id, id_, manager.name, one(form, "note")[:500], do == "for")
    else:
        _shown, readers = await _spec(session, scope, map_id, what, id_)
        found = _columns(rules.read({**_ticked(what), **form}, readers))
        await service.put(session, scope, map_id, what, id_, found, manager.name)


def _ticked(what: str) -> dict[str, list[str]]:
    """A form in which nothing is ticked says nothing of it."""
    return {"leads_to": []} if what == "nodes" else {}


def _columns(found: dict[str, Any]) -> dict[str, Any]:
    if isinstance(found.get("measure"), tuple):
        source, measure = found.pop("measure")
        return {**found, "source": Source(source), "measure": measure}
    return found
