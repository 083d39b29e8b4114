"""The improvement register: board, list, one entry, its form, its steps."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from core.clock import now
from core.errors import Conflict, FieldError, Invalid
from core.i18n import gettext as _
from core.requests import AnyRequest, Manager, Read, Write, staff_page
from core.settings import settings
from value.models import State
from value.routes import pictures, words
from value.routes.forms import InState, errors_of, given, number_in, sent, values_of
from value.rules.forms import Form, entry_of, one
from value.rules.kept import baseline_of
from value.schemas.measuring import NOWHERE
from value.schemas.register import Known, Wish
from value.service import register as service
from value.service import steps
from value.service.known import known_to
from value.service.led import led_by, origin_of, share_that_led
from value.service.telling import telling_of
from value.service.viewing import detail, entries

NAV = "improvements"
USUAL = {"dimension": "satisfaction", "margin": 5, "method": "touchpoints", "judge_after": 6, "audience": "nobody"}


@get("/improvements")
async def board(
    request: AnyRequest,
    read: Read,
    manager: Manager,
    view: FromQuery[str] = "board",
    in_state: InState = "",
    customer: FromQuery[str] = "",
    touchpoint: FromQuery[str] = "",
    q: FromQuery[str] = "",
) -> Response[str]:
    known = await known_to(read, manager.scope)
    wish = Wish(in_state, customer if customer in known.customers else "", touchpoint, q.strip()[:100])
    found = await entries(read, manager.scope, wish)
    page: dict[str, Any] = {
        "entries": found,
        "columns": [(one, [each for each in found if each.improvement.state == one]) for one in _columns(wish)],
        "searched": any([wish.state, wish.customer, wish.touchpoint, wish.q]),
        "filter_bar": _filter_bar(wish, known, view),
        "view": "list" if view == "list" else "board",
        "share": await share_that_led(read, manager.scope),
        "pages_told": telling_of(known, manager.scope),
    }
    return staff_page(request, manager, "value/improvements.html", nav=NAV, **page, **_frame(known))


def _columns(wish: Wish) -> list[State]:
    every = [State.PROPOSED, State.PLANNED, State.DOING, State.DONE, State.MEASURED, State.CLOSED, State.DROPPED]
    return [one for one in every if wish.state in ("", one)]


def _filter_bar(wish: Wish, known: Known, view: str) -> list[dict[str, Any]]:
    bar: list[dict[str, Any]] = [
        _choice("view", _("View"), view, [("board", _("Board")), ("list", _("List"))]),
        _choice("state", _("State"), wish.state, [("", _("All states")), *words.state_names().items()]),
        _choice(
            "touchpoint", _("Touchpoint"), wish.touchpoint, [("", _("All touchpoints")), *known.touchpoints.items()]
        ),
    ]
    if len(known.customers) > 1:
        options = [("", _("All customers")), *known.customers.items()]
        bar.append(_choice("customer", _("Customer"), wish.customer, options))
    bar.append({"name": "q", "label": _("Search"), "value": wish.q, "type": "search"})
    return bar


def _choice(name: str, label: str, value: str, options: list[tuple[str, str]]) -> dict[str, Any]:
    return {"name": name, "label": label, "value": value, "options": options}


def _frame(known: Known) -> dict[str, Any]:
    return {
        "known": known,
        "words": words,
        "states": words.state_names(),
        "few": settings().min_group,
        "today": now().date(),
    }


@get("/improvements/new")
async def new(
    request: AnyRequest,
    read: Read,
    manager: Manager,
    moment: FromQuery[str] = "",
    feedback: FromQuery[str] = "",
    touchpoint: FromQuery[str] = "",
    title: FromQuery[str] = "",
) -> Response[str]:
    known = await known_to(read, manager.scope)
    origin = await origin_of(read, manager.scope, {"moment": moment, "feedback": feedback})
    values: dict[str, Any] = {**USUAL, **origin.suggested, "moment": moment, "feedback": feedback}
    if touchpoint in known.touchpoints:
        values["touchpoints"] = [touchpoint]
    if title:
        values["title"] = title[:160]
    return _form_page(request, manager, known, values)


def _form_page(
    request: AnyRequest, manager: Any, known: Known, values: dict[str, Any], status: int = 200, **told: Any
) -> Response[str]:
    streams, practices = ({place[n] for place in known.places.values() if place[n]} for n in (0, 1))
    page = {
        "values": values,
        "errors": errors_of(told.get("wrong")),
        "entry": told.get("entry"),
        "conflict": told.get("conflict", ""),
        "streams": sorted(map(words.told, streams)),
        "practices": sorted(map(words.told, practices)),
    }
    return staff_page(request, manager, "value/improvement_form.html", status, nav=NAV, **page, **_frame(known))


@post("/improvements", status_code=303)
async def create(request: AnyRequest, write: Write, manager: Manager) -> Response[str] | Redirect:
    form = await sent(request)
    known = await known_to(write, manager.scope)
    try:
        fields = entry_of({"title": [], **form}, known)
        customers = _customers(form, known, manager.scope)
        origin = await origin_of(write, manager.scope, {name: one(form, name) for name in ("moment", "feedback")})
    except Invalid as wrong:
        return _form_page(request, manager, known, given(form), 422, wrong=wrong)
    made = await service.register(write, manager.name, fields, customers, origin.links, origin.picked)
    return Redirect(f"/improvements/{made.id}", status_code=303)


def _customers(form: Form, known: Known, scope: frozenset[str] | None) -> list[str]:
    """Those that are ticked, or all that the manager has. None at all: everybody, which only who sees all may say."""
    wanted = {key for key in form.get("customer", []) if key}
    if not wanted <= set(known.customers):
        message = _("This is not known here")
        raise Invalid(message, [FieldError("customer", message)])
    return sorted(wanted or scope or [])


@get("/improvements/{improvement_id:uuid}")
async def show(
    request: AnyRequest, read: Read, manager: Manager, improvement_id: FromPath[UUID], done: FromQuery[str] = ""
) -> Response[str]:
    return await _entry_page(request, read, manager, improvement_id)


async def _entry_page(
    request: AnyRequest, session: Any, manager: Any, id_: UUID, status: int = 200, **told: Any
) -> Response[str]:
    found = await detail(session, manager.scope, id_)
    known = await known_to(session, manager.scope)
    kept = found.entry.improvement.baseline
    page = {
        "found": found,
        "one": found.entry.improvement,
        "learned": bool(kept) and baseline_of(kept).usual != NOWHERE,
        "errors": errors_of(told.get("wrong")),
        "conflict": told.get("conflict", ""),
        "steps": words.step_names(),
        "fields": words.field_names(),
        "chart": pictures.before_after(found),
        "bars": pictures.both(found.picture),
        "led": await led_by(session, manager.scope, found),
    }
    return staff_page(request, manager, "value/improvement.html", status, nav=NAV, **page, **_frame(known))


@get("/improvements/{improvement_id:uuid}/edit")
async def edit_form(request: AnyRequest, read: Read, manager: Manager, improvement_id: FromPath[UUID]) -> Response[str]:
    entry, customers = await service.existing(read, manager.scope, improvement_id)
    known = await known_to(read, manager.scope)
    values = {**values_of(entry), "customer": sorted(customers)}
    return _form_page(request, manager, known, values, entry=entry)


@post("/improvements/{improvement_id:uuid}/edit", status_code=303)
async def edit(
    request: AnyRequest, write: Write, manager: Manager, improvement_id: FromPath[UUID]
) -> Response[str] | Redirect:
    """What was typed comes back with the message, whether a field is wrong or somebody else was faster."""
    form = await sent(request)
    entry, _customers_of = await service.existing(write, manager.scope, improvement_id)
    known = await known_to(write, manager.scope)
    try:
        fields = entry_of(form, known)
        if "customer" in form:
            fields["customers"] = _customers(form, known, manager.scope)
        version, reason = number_in(form, "version"), one(form, "reason")
        await service.edit(write, manager.scope, improvement_id, manager.name, fields, version, reason)
    except Invalid as wrong:
        return _form_page(request, manager, known, given(form), 422, wrong=wrong, entry=entry)
    except Conflict as other:
        values = {**given(form), "version": entry.version}
        return _form_page(request, manager, known, values, 409, conflict=other.message, entry=entry)
    return Redirect(f"/improvements/{improvement_id}", status_code=303)


@post("/improvements/{improvement_id:uuid}/move", status_code=303)
async def move(
    request: AnyRequest, write: Write, manager: Manager, improvement_id: FromPath[UUID]
) -> Response[str] | Redirect:
    form = await sent(request)

    async def act() -> None:
        fields = entry_of({"day": [], "due_on": form.get("day", [])}, Known({}, {}, {}))
        to, version = _state(one(form, "to")), number_in(form, "version")
        await steps.move(write, manager.scope, improvement_id, manager.name, to, version, fields["due_on"])

    return await _acted(request, write, manager, improvement_id, act)


def _state(text: str) -> State:
    try:
        return State(text)
    except ValueError:
        raise Invalid(_("There is no such step")) from None


async def _acted(request: AnyRequest, session: Any, manager: Any, id_: UUID, act: Any) -> Response[str] | Redirect:
    """Do it and show the entry; where it is refused, the entry with the reason."""
    try:
        await act()
    except Invalid as wrong:
        session.expire_all()
        return await _entry_page(request, session, manager, id_, 422, wrong=wrong, conflict=wrong.message)
    except Conflict as other:
        session.expire_all()
        return await _entry_page(request, session, manager, id_, 409, conflict=other.message)
    return Redirect(f"/improvements/{id_}", status_code=303)


@post("/improvements/{improvement_id:uuid}/undo", status_code=303)
async def undo(
    request: AnyRequest, write: Write, manager: Manager, improvement_id: FromPath[UUID]
) -> Response[str] | Redirect:
    form = await sent(request)

    async def act() -> None:
        try:
            edit_id = UUID(one(form, "edit"))
        except ValueError:
            raise Conflict(_("Only the last change can be taken back, and there is a newer one.")) from None
        await service.undo(write, manager.scope, improvement_id, manager.name, edit_id)

    return await _acted(request, write, manager, improvement_id, act)


@post("/improvements/{improvement_id:uuid}/longer", status_code=303)
async def longer(
    request: AnyRequest, write: Write, manager: Manager, improvement_id: FromPath[UUID]
) -> Response[str] | Redirect:
    """Measure on, where the day of judgement came too early."""
    form = await sent(request)

    async def act() -> None:
        months, version = number_in(form, "months"), number_in(form, "version")
        await steps.measure_on(write, manager.scope, improvement_id, manager.name, months, version)

    return await _acted(request, write, manager, improvement_id, act)
