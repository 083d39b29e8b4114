"""Employee surveys: begun by managers, read by those who were asked."""

from datetime import date
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core import i18n
from core.errors import Conflict, FieldError, Invalid
from core.i18n import gettext as _
from core.requests import AnyRequest, Manager, Read, Write, public_page, staff_page
from core.settings import settings
from surveys import queries as surveys
from value.models import Programme
from value.queries import reviews as queries
from value.routes import pictures, words
from value.routes.forms import errors_of, number_in, sent
from value.rules.forms import Form, day, one, several, whole
from value.service import programmes as service
from value.service.known import known_to

NAV = "programmes"
TEXTS = ("title", "survey", "sponsor", "purpose", "collection")
NEEDED = ("title", "sponsor", "purpose")
TYPED = (*TEXTS, "customer", "attributes", "sample_percent", "asked", "results_on")
LONGEST = 2000


@get("/employee-surveys")
async def programmes(request: AnyRequest, read: Read, manager: Manager) -> Response[str]:
    return await _list(request, read, manager, {})


async def _list(
    request: AnyRequest, session: Any, manager: Any, values: dict[str, str], wrong: Invalid | None = None
) -> Response[str]:
    page: dict[str, Any] = {
        "programmes": await queries.programmes(session, manager.scope),
        "known": await known_to(session, manager.scope),
        "surveys": await _surveys(session),
        "values": values,
        "errors": errors_of(wrong),
    }
    return staff_page(request, manager, "value/programmes.html", 422 if wrong else 200, nav=NAV, **page)


async def _surveys(session: Any) -> list[tuple[str, str]]:
    """Key and title, of those in use first."""
    return [(each.key, getattr(each.title, i18n.current())) for each in await surveys.surveys(session)]


@post("/employee-surveys", status_code=303)
async def begin(request: AnyRequest, write: Write, manager: Manager) -> Response[str] | Redirect:
    form = await sent(request)
    try:
        made = await service.begin(write, manager.scope, {**_fields(form), "customer": one(form, "customer")})
    except Invalid as wrong:
        return await _list(request, write, manager, _typed(form), wrong)
    return Redirect(f"/employee-surveys/{made.id}", status_code=303)


def _typed(form: Form) -> dict[str, Any]:
    return {name: one(form, name) for name in TYPED} | {"actions": form.get("actions", [])}


def _fields(form: Form) -> dict[str, Any]:
    found: dict[str, Any] = {name: one(form, name)[:LONGEST] for name in TEXTS}
    errors = [FieldError(name, _("This is needed")) for name in NEEDED if not found[name]]
    percent = one(form, "sample_percent")
    if percent and not (percent.isdecimal() and 1 <= int(percent) <= 99):
        errors.append(FieldError("sample_percent", _("Between %(low)s and %(high)s") % {"low": 1, "high": 99}))
    for name, read in (("results_on", day), ("asked", _people)):
        try:
            found[name] = read(form, name)
        except ValueError as wrong:
            errors.append(FieldError(name, str(wrong)))
    if errors:
        raise Invalid(_("Some fields are not right"), errors)
    found["sample_percent"] = int(percent) if percent else None
    found["everyone"] = not percent
    found["attributes"] = [line.strip()[:200] for line in one(form, "attributes").splitlines() if line.strip()][:30]
    return found


def _people(form: Form, name: str) -> int:
    return whole(0, 10_000_000)(form, name) if one(form, name) else 0


@get("/employee-surveys/{programme_id:uuid}/edit")
async def edit_form(request: AnyRequest, read: Read, manager: Manager, programme_id: FromPath[UUID]) -> Response[str]:
    found = await service.existing(read, manager.scope, programme_id)
    values = {name: getattr(found, name) or "" for name in TYPED} | {"attributes": "\n".join(found.attributes)}
    return await _form(request, read, manager, found, {**values, "actions": found.actions, "version": found.version})


async def _form(
    request: AnyRequest, session: Any, manager: Any, found: Programme, values: dict[str, Any], **told: Any
) -> Response[str]:
    page: dict[str, Any] = {
        "one": found,
        "surveys": await _surveys(session),
        "offered": await service.offered(session, manager.scope, found),
        "values": values,
        "errors": errors_of(told.get("wrong")),
        "conflict": told.get("conflict", ""),
    }
    return staff_page(request, manager, "value/programme_edit.html", told.get("status", 200), nav=NAV, **page)


@post("/employee-surveys/{programme_id:uuid}/edit", status_code=303)
async def edit(
    request: AnyRequest, write: Write, manager: Manager, programme_id: FromPath[UUID]
) -> Response[str] | Redirect:
    form = await sent(request)
    found = await service.existing(write, manager.scope, programme_id)
    values = {**_typed(form), "version": number_in(form, "version")}
    try:
        known = {str(each.id): "" for each in await service.offered(write, manager.scope, found)}
        fields = {**_fields(form), "actions": several({**dict.fromkeys(found.actions, ""), **known})(form, "actions")}
        await service.change(write, manager.scope, programme_id, fields, values["version"], manager.name)
    except (Invalid, ValueError) as wrong:
        refused = wrong if isinstance(wrong, Invalid) else Invalid(str(wrong), [FieldError("actions", str(wrong))])
        return await _form(request, write, manager, found, values, status=422, wrong=refused)
    except Conflict as other:
        values["version"] = found.version
        return await _form(request, write, manager, found, values, status=409, conflict=other.message)
    return Redirect(f"/employee-surveys/{programme_id}", status_code=303)


@get("/employee-surveys/{programme_id:uuid}")
async def programme(request: AnyRequest, read: Read, manager: Manager, programme_id: FromPath[UUID]) -> Response[str]:
    return await _programme(request, read, manager, programme_id)


async def _programme(request: AnyRequest, session: Any, manager: Any, id_: UUID, **told: Any) -> Response[str]:
    found = await service.existing(session, manager.scope, id_)
    page = await _shown(session, found)
    page |= {"day_of": date.fromisoformat}
    page |= {"survey_title": dict(await _surveys(session)).get(found.survey, found.survey)}
    page |= {"address": service.address_for(found), "known": await known_to(session, manager.scope)}
    page |= {"fields": words.programme_fields(), "reasons": words.not_asked(), **told}
    page["to_send"] = None if found.sent else await service.to_send(session, found)
    return staff_page(request, manager, "value/programme.html", 422 if told else 200, nav=NAV, **page)


@post("/employee-surveys/{programme_id:uuid}/send", status_code=303)
async def send_it(
    request: AnyRequest, write: Write, manager: Manager, programme_id: FromPath[UUID]
) -> Response[str] | Redirect:
    form = await sent(request)
    try:
        await service.send(write, manager.scope, programme_id, number_in(form, "version"), manager.name)
    except Invalid as wrong:
        return await _programme(request, write, manager, programme_id, errors=errors_of(wrong))
    return Redirect(f"/employee-surveys/{programme_id}", status_code=303)


@get("/asked/of/{address:str}")
async def asked_of(read: Read, address: FromPath[str]) -> Redirect:
    """From the thank-you page of a survey to what came of it."""
    return Redirect(await service.of_survey(read, address[:100]), status_code=303)


@get("/asked/{address:str}")
async def asked(request: AnyRequest, read: Read, address: FromPath[str]) -> Response[str]:
    """Results and actions for those who were asked, under the same gate."""
    found = await service.behind(read, address[:100])
    return public_page(request, "value/asked.html", **await _shown(read, found))


async def _shown(session: Any, found: Any) -> dict[str, Any]:
    return {
        "one": found,
        "results": await service.results(session, found),
        "apart": await service.results_of_survey(session, found),
        "touchpoints": (await known_to(session, frozenset([found.customer]))).touchpoints,
        "made": [(each, pictures.both(each.picture)) for each in await service.actions(session, found)],
        "states": words.state_names(),
        "words": words,
        "few": settings().min_group,
    }
