"""Service reviews: the agenda, and what is written down."""

import asyncio
from datetime import date
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from analysis.rules.losses import each_of_100
from analysis.service.exports import as_pptx, printed
from core import i18n
from core.clock import now
from core.errors import Conflict, FieldError, Invalid
from core.i18n import gettext as _
from core.pages import day
from core.requests import AnyRequest, Manager, Read, Write, staff_page
from core.settings import settings
from value.models import Review
from value.queries import reviews as queries
from value.routes import words
from value.routes.forms import errors_of, number_in, sent
from value.rules.forms import Form, one
from value.service import reviewing as service
from value.service.known import known_to
from value.service.review_pack import pack_of

NAV = "reviews"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


@get("/reviews")
async def reviews(request: AnyRequest, read: Read, manager: Manager) -> Response[str]:
    return await _list(request, read, manager, {"held_on": now().date().isoformat()})


async def _list(
    request: AnyRequest, session: Any, manager: Any, values: dict[str, str], wrong: Invalid | None = None
) -> Response[str]:
    page: dict[str, Any] = {
        "reviews": await queries.reviews(session, manager.scope),
        "known": await known_to(session, manager.scope),
        "values": values,
        "errors": errors_of(wrong),
    }
    return staff_page(request, manager, "value/reviews.html", 422 if wrong else 200, nav=NAV, **page)


@post("/reviews", status_code=303)
async def open_review(request: AnyRequest, write: Write, manager: Manager) -> Response[str] | Redirect:
    form = await sent(request)
    values = {name: one(form, name) for name in ("customer", "held_on", "present")}
    try:
        made = await service.open_review(write, manager.scope, values["customer"], _day(form), values["present"][:500])
    except Invalid as wrong:
        return await _list(request, write, manager, values, wrong)
    return Redirect(f"/reviews/{made.id}", status_code=303)


def _day(form: Form) -> date:
    try:
        return date.fromisoformat(one(form, "held_on"))
    except ValueError:
        message = _("A date looks like 2026-01-31")
        raise Invalid(message, [FieldError("held_on", message)]) from None


@get("/reviews/{review_id:uuid}")
async def review(request: AnyRequest, read: Read, manager: Manager, review_id: FromPath[UUID]) -> Response[str]:
    return await _page(request, read, manager, review_id)


async def _page(
    request: AnyRequest, session: Any, manager: Any, id_: UUID, status: int = 200, **told: Any
) -> Response[str]:
    found = await service.existing(session, manager.scope, id_)
    page: dict[str, Any] = {
        "review": found,
        "known": await known_to(session, manager.scope),
        "words": words,
        "few": settings().min_group,
        "each_of_100": each_of_100,
        "text": told.get("text", ""),
        "day_of": lambda text: day(date.fromisoformat(text)),
        "errors": errors_of(told.get("wrong")),
        "conflict": told.get("conflict", ""),
    }
    return staff_page(request, manager, "value/review.html", status, nav=NAV, **page)


@get("/reviews/{review_id:uuid}/pack.pdf")
async def review_pdf(read: Read, manager: Manager, review_id: FromPath[UUID]) -> Response[bytes]:
    """What is handed round: agenda, notes and decisions, then the figures of these months."""
    found, pack = await pack_of(read, manager.scope, review_id)
    return _file(found, await printed(pack, i18n.current()), "application/pdf", "pdf")


@get("/reviews/{review_id:uuid}/pack.pptx")
async def review_pptx(read: Read, manager: Manager, review_id: FromPath[UUID]) -> Response[bytes]:
    found, pack = await pack_of(read, manager.scope, review_id)
    return _file(found, await asyncio.to_thread(as_pptx, pack), PPTX, "pptx")


def _file(found: Review, content: bytes, kind: str, ending: str) -> Response[bytes]:
    named = {"Content-Disposition": f'attachment; filename="service-review-{found.held_on}.{ending}"'}
    return Response(content, media_type=kind, headers=named)


@post("/reviews/{review_id:uuid}", status_code=303)
async def write_down(
    request: AnyRequest, write: Write, manager: Manager, review_id: FromPath[UUID]
) -> Response[str] | Redirect:
    """A note, a decision, or the end of the review."""
    form = await sent(request)
    do, text, version = one(form, "do"), one(form, "text"), number_in(form, "version")
    try:
        if do in ("close", "reopen"):
            await service.close(write, manager.scope, review_id, version, closed=do == "close")
        else:
            await service.record(write, manager.scope, review_id, manager.name, do, text, version)
    except Invalid as wrong:
        return await _page(request, write, manager, review_id, 422, wrong=wrong, text=text)
    except Conflict as other:
        return await _page(request, write, manager, review_id, 409, conflict=other.message, text=text)
    return Redirect(f"/reviews/{review_id}", status_code=303)
