"""Nodes, indicators and claims of a value map: their forms, their history, figures from elsewhere, evidence."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core.errors import Conflict, FieldError, Invalid, NotFound
from core.i18n import gettext as _
from core.requests import AnyRequest, Manager, Read, Write, staff_page
from value.models import Indicator, Node, NodeKind, Source
from value.queries import worth as queries
from value.queries.improvements import improvements
from value.routes import worth_fields as fields
from value.routes import worth_words as words
from value.routes.forms import errors_of, file_in, sent
from value.routes.worth import NAV, WHATS, given
from value.rules import worth_forms as rules
from value.rules.forms import Form, one
from value.rules.readings import LARGEST_FILE, readings, text_of
from value.schemas.register import Wish
from value.service import mapping as service
from value.service.indicators import FLOW, read_figure
from value.service.known import known_to
from value.service.worth import existing_map


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
    readings_so_far = await queries.readings(session, id_) if imported and id_ else []
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
        "readings": [(each, read_figure(each)) for each in readings_so_far],
        "customers": None,
        "questions": {},
        "asked": words.questions(),
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
        form = await _with_file(request, form)
        await _act(write, manager, map_id, what, id_, form)
    except Invalid as wrong:
        values = fields.values(await service.existing(write, manager.scope, map_id, what, id_)) if id_ else {}
        return await _thing_page(
            request, write, manager, map_id, what, id_, {**values, **given(form)}, status=422, wrong=wrong
        )
    except Conflict as other:
        values = fields.values(await service.existing(write, manager.scope, map_id, what, id_)) if id_ else {}
        return await _thing_page(request, write, manager, map_id, what, id_, values, status=409, conflict=other.message)
    if one(form, "do") in ("undo", "readings"):
        return Redirect(f"/value/{map_id}/{what}/{id_}", status_code=303)
    out = f"?out={what}/{id_}" if one(form, "do") == "out" else ""
    return Redirect(f"/value/{map_id}{out}", status_code=303)


async def _with_file(request: AnyRequest, form: Form) -> Form:
    """The text of a chosen file stands in the form as if it had been pasted, so that a wrong line can be put right."""
    content = await file_in(request, "file", LARGEST_FILE) if one(form, "do") == "readings" else None
    return form if content is None else {**form, "readings": [text_of(content)]}


async def _act(session: Any, manager: Any, map_id: UUID, what: str, id_: UUID | None, form: Form) -> None:
    do, scope = one(form, "do"), manager.scope
    if do in ("out", "back") and id_:
        await service.take_out(session, scope, map_id, what, id_, manager.name, gone=do == "out")
    elif do == "undo" and id_:
        await service.undo(session, scope, map_id, what, id_, manager.name, one(form, "edit"))
    elif do == "readings" and id_:
        await service.existing(session, scope, map_id, what, id_)
        await service.keep_readings(session, scope, id_, readings(one(form, "readings")), manager.name)
    elif do in ("for", "against") and id_ and what == "claims":
        if not one(form, "note"):
            raise Invalid(_("Write what you know"), [FieldError("note", _("Write what you know"))])
        question = rules.question(form)
        await service.note(session, scope, map_id, id_, manager.name, one(form, "note")[:500], do == "for", question)
    else:
        _shown, readers = await _spec(session, scope, map_id, what, id_)
        found = _columns(rules.read({**_ticked(what), **form}, readers, new=id_ is None))
        await service.put(session, scope, map_id, what, id_, found, manager.name)


def _ticked(what: str) -> dict[str, list[str]]:
    """A form in which nothing is ticked says nothing of it."""
    return {"leads_to": []} if what == "nodes" else {}


def _columns(found: dict[str, Any]) -> dict[str, Any]:
    if isinstance(found.get("measure"), tuple):
        source, measure = found.pop("measure")
        return {**found, "source": Source(source), "measure": measure}
    return found
