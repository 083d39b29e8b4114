"""Value: propositions and their evidence, the scorecard, the benefits dependency network."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from core import charts
from core.errors import Conflict, FieldError, Invalid
from core.i18n import gettext as _
from core.requests import AnyRequest, Manager, Read, Viewer, Write, staff_page
from core.settings import settings
from value.models import Agreed, ValueMap
from value.queries import worth as queries
from value.routes import worth_fields as fields
from value.routes import worth_words as words
from value.routes.forms import errors_of, number_in, sent
from value.rules import worth_forms as rules
from value.rules.forms import Form, one
from value.rules.network import draw
from value.schemas.worth import Worth
from value.service import mapping as service
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
    edits = await queries.edits_of(session, entry.id, entry.id) if entry else []
    page: dict[str, Any] = {
        "title": entry.title if entry else _("A new value map"),
        "fields": fields.of_map(),
        "values": values,
        "errors": errors_of(told.get("wrong")),
        "conflict": told.get("conflict", ""),
        "action": f"/value/{entry.id}/edit" if entry else "/value",
        "back": f"/value/{entry.id}" if entry else "/value",
        "questions": words.questions(),
        "customers": (await known_to(session, manager.scope)).customers,
        "edits": words.edits(edits, [*fields.of_map(), *fields.of_challenge()]),
        "undoable": service.last_undoable(edits),
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
        return await _map_form(request, write, manager, given(form), None, 422, wrong=wrong)
    made = await service.add_map(write, manager.scope, found, customers)
    return Redirect(f"/value/{made.id}", status_code=303)


async def _customers(session: Any, scope: frozenset[str] | None, form: Form) -> list[str]:
    known = (await known_to(session, scope)).customers
    wanted = {key for key in form.get("customer", []) if key}
    if not wanted <= set(known):
        message = _("This is not known here")
        raise Invalid(message, [FieldError("customer", message)])
    return sorted(wanted or scope or [])


def given(form: Form) -> dict[str, Any]:
    return {
        name: list(sent_) if name in ("leads_to", "customer") else sent_[-1] if sent_ else ""
        for name, sent_ in form.items()
    }


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
    return await _map_form(request, read, manager, _values(entry), entry)


def _values(entry: ValueMap) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(entry, name) for name, *_rest in fields.of_map()}
    values |= {f"q_{name}": text for name, text in entry.challenged.items()}
    return {**values, "customer": entry.customers}


@post("/value/{map_id:uuid}/edit", status_code=303)
async def save_map(
    request: AnyRequest, write: Write, manager: Manager, map_id: FromPath[UUID]
) -> Response[str] | Redirect:
    form = await sent(request)
    entry = await existing_map(write, manager.scope, map_id)
    try:
        if one(form, "do") == "undo":
            await service.undo_map(write, manager.scope, map_id, manager.name, one(form, "edit"))
            return Redirect(f"/value/{map_id}/edit", status_code=303)
        found = {**rules.read(form, rules.of_map()), "challenged": rules.challenged(form)}
        if "customer" in form:
            found["customers"] = await _customers(write, manager.scope, form)
        await service.change_map(write, manager.scope, map_id, found, number_in(form, "version"), manager.name)
    except Invalid as wrong:
        return await _map_form(request, write, manager, given(form), entry, 422, wrong=wrong)
    except Conflict as other:
        values = given(form) if "title" in form else _values(entry)
        return await _map_form(request, write, manager, values, entry, 409, conflict=other.message)
    return Redirect(f"/value/{map_id}", status_code=303)
