"""What programs call."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromQuery, JSONBody

from core.auth.models import Role
from core.auth.schemas import Principal
from core.errors import FieldError, Invalid
from core.i18n import gettext as _
from core.ids import new_secret
from core.requests import AnyRequest, Manager, Read, Somebody, Write
from feedback import service
from feedback.routes.common import inbox_page, spend_budget
from feedback.schemas import Contact, FeedbackBody, InboxItem, Said


class Stored(msgspec.Struct):
    id: UUID


class InboxPage(msgspec.Struct):
    items: list[InboxItem]
    next: str | None


@post("/feedback")
async def post_feedback(
    request: AnyRequest, write: Write, principal: Somebody, data: JSONBody[FeedbackBody]
) -> Response[Stored]:
    """Take in a feedback: 201, or 200 when the same one came before."""
    program = principal if principal and principal.role is Role.INTEGRATION else None
    if program is None:
        spend_budget(request)
    if data.anonymous:
        message = _("The anonymous channel is not open yet. Nothing was stored.")
        raise Invalid(message, [FieldError("anonymous", message)])
    _check_customer(data.customer, program)
    received = await service.receive(write, _said(data, program))
    return Response(Stored(received.id), status_code=201 if received.new else 200)


def _check_customer(customer: str, program: Principal | None) -> None:
    """Whose portfolio a feedback enters is said by programs alone, and by each for its own customers."""
    message = ""
    if customer and program is None:
        message = _("Only a program with an integration token may name the customer")
    elif customer and program and program.scope is not None and customer not in program.scope:
        message = _("This token does not write for that customer")
    if message:
        raise Invalid(message, [FieldError("customer", message)])


def _said(data: FeedbackBody, program: Principal | None) -> Said:
    contact = data.contact or Contact()
    same: dict[str, Any] = {
        name: getattr(data, name)
        for name in ("text", "service", "touchpoint", "customer", "functional", "emotional", "satisfaction")
    }
    return Said(
        source=f"token:{program.name}" if program else "api",
        submission_key=data.submission_key or new_secret(),
        kind=data.kind.value,
        channel="api",
        author_name=contact.name,
        author_email=contact.email,
        **same,
    )


@get("/feedback")
async def list_feedback(read: Read, manager: Manager, cursor: FromQuery[str] = "") -> InboxPage:
    """The feedback of a manager's customers, newest first."""
    items, following = await inbox_page(read, manager, cursor)
    return InboxPage(items, following)
