"""What somebody said by telephone, in a meeting, on paper: written down by whoever heard it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.response import Redirect

from core.auth.schemas import Principal
from core.db import Session
from core.errors import FieldError, Invalid, NotFound
from core.i18n import gettext as _
from core.i18n import own_name
from core.requests import AnyRequest, Manager, Read, Write, staff_page
from feedback import service
from feedback.models import Channel
from feedback.routes.common import desk_at, new_submission_key
from feedback.routes.labels import channel_labels, kind_labels, touchpoint_labels
from feedback.schemas import LONGEST_TEXT, Said
from feedback.service import handling, taking_back
from journeys.queries import places

BY_HAND = (
    Channel.PHONE,
    Channel.REVIEW,
    Channel.CHANGE,
    Channel.REGISTER,
    Channel.LEAFLET,
    Channel.ONSITE,
    Channel.MAIL,
)
FIELDS = ("text", "kind", "channel", "customer", "service", "touchpoint", "name", "email", "with", "submission_key")


@get("/feedback/note")
async def note_form(request: AnyRequest, read: Read, manager: Manager) -> Response[str]:
    """`?with=`: the matter that went on elsewhere; what is written down is put together with it."""
    begun = await _begun(read, manager, request.query_params.get("with", ""))
    return await _page(request, read, manager, begun)


async def _begun(read: Session, manager: Principal, with_: str) -> dict[str, str]:
    try:
        one = await handling.visible(read, await desk_at(read, manager), UUID(with_))
    except (ValueError, NotFound):
        return {}
    return {"with": str(one.id), "kind": one.kind} | {
        name: getattr(one, name) for name in ("customer", "service", "touchpoint")
    }


@post("/feedback/note", status_code=200)
async def write_note(request: AnyRequest, write: Write, manager: Manager) -> Response[Any]:
    typed = await request.form()
    values = {name: str(typed.get(name, "")) for name in FIELDS}
    try:
        _check(manager, values)
        values["with"] = (await _begun(write, manager, values["with"])).get("with", "")
        received = await service.receive(write, _said(manager, values))
        if values["with"]:
            desk = await desk_at(write, manager)
            lead = (await handling.merge(write, desk, received.id, UUID(values["with"]))).lead
            return Redirect(f"/feedback/inbox/{lead}?merged={received.id.hex}", status_code=303)
    except Invalid as wrong:
        return await _page(request, write, manager, values, 422, wrong)
    return Redirect(f"/feedback/inbox/{received.id}", status_code=303)


def _check(manager: Principal, values: Mapping[str, str]) -> None:
    errors = []
    if values["channel"] not in BY_HAND:
        errors.append(FieldError("channel", _("Choose where it was said")))
    if manager.scope is not None and values["customer"] not in manager.scope:
        errors.append(FieldError("customer", _("Choose one of your customers")))
    if errors:
        raise Invalid(_("Some fields are not right"), errors)


def _said(manager: Principal, values: Mapping[str, str]) -> Said:
    same: dict[str, Any] = {
        name: values[name] for name in ("text", "kind", "channel", "customer", "service", "touchpoint")
    }
    key = values["submission_key"] or new_submission_key()
    return Said(
        taking_back.BY_HAND.format(manager.name), key, author_name=values["name"], author_email=values["email"], **same
    )


async def _page(
    request: AnyRequest,
    session: Session,
    manager: Principal,
    values: Mapping[str, str],
    status: int = 200,
    error: Invalid | None = None,
) -> Response[str]:
    labels = channel_labels()
    page: dict[str, Any] = {
        "values": dict.fromkeys(FIELDS, "") | dict(values),
        "errors": {one.field: one.message for one in error.errors} if error else {},
        "channels": [(one.value, labels[one]) for one in BY_HAND],
        "kinds": list(kind_labels().items()),
        "customers": [(one.key, own_name(one.name)) for one in await places.customers_in(session, manager.scope)],
        "services": [(one.key, own_name(one.name)) for one in await places.services(session)],
        "touchpoints": list((await touchpoint_labels(session)).items()),
        "submission_key": values.get("submission_key") or new_submission_key(),
        "longest_text": LONGEST_TEXT,
    }
    return staff_page(request, manager, "feedback/note.html", status, nav="inbox", **page)
