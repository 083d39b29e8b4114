"""What programs call."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from core.auth.models import Role
from core.auth.schemas import Principal
from core.errors import FieldError, Invalid
from core.i18n import gettext as _
from core.requests import AnyRequest, Manager, Read, Somebody, Write
from feedback import service
from feedback.models import Channel, Closeness, MessageKind
from feedback.routes.common import challenge_for, desk_at, inbox_page, new_submission_key
from feedback.schemas import Contact, FeedbackBody, InboxItem, MessageBody, ReceiptBody, ReplyBody, Said, ThreadOut
from feedback.service import anonymous, handling


class Stored(msgspec.Struct, omit_defaults=True):
    """`id` of what was said by name, `receipt` of what was said anonymously: the only time that it is seen."""

    id: UUID | None = None
    receipt: str = ""


class InboxPage(msgspec.Struct):
    items: list[InboxItem]
    next: str | None


class Told(msgspec.Struct):
    """How many authors hear of it: those of merged messages among them."""

    threads: int


class Costly(msgspec.Struct):
    """Very many messages arrive: solve the challenge, or send it back unsolved after `seconds`, as `proof`."""

    type: str
    title: str
    status: int
    detail: str
    challenge: str
    seconds: int


@post("/feedback")
async def post_feedback(
    request: AnyRequest, write: Write, principal: Somebody, data: JSONBody[FeedbackBody]
) -> Response[Stored | Costly]:
    """Take in a feedback: 201, or 200 when the same one came before."""
    program = principal if principal and principal.role is Role.INTEGRATION else None
    _check_program(data, program)
    said = _said(data, program)
    service.check(said)
    if program is None and (costly := await _costly(request, write, data.proof)):
        return costly
    if data.anonymous:
        return Response(Stored(receipt=await anonymous.post(write, said)), status_code=201)
    received = await service.receive(write, said)
    return Response(Stored(id=received.id), status_code=201 if received.new else 200)


async def _costly(request: AnyRequest, write: Write, proof: str) -> Response[Stored | Costly] | None:
    asked = await challenge_for(request, write, proof)
    if asked is None:
        return None
    detail = _("Very many messages are arriving. Nothing was stored yet: send it again with a proof of work.")
    problem = Costly("about:blank", "Too Many Requests", 429, detail, asked.challenge, asked.seconds)
    headers = {"Retry-After": str(asked.seconds)}
    return Response(problem, status_code=429, media_type="application/problem+json", headers=headers)


def _check_program(data: FeedbackBody, program: Principal | None) -> None:
    """Whose portfolio a feedback enters, and where it was said, is told by programs alone, by each for its own
    customers."""
    wrong = {}
    if data.customer and program is None:
        wrong["customer"] = _("Only a program with an integration token may name the customer")
    elif data.customer and program and program.scope is not None and data.customer not in program.scope:
        wrong["customer"] = _("This token does not write for that customer")
    if data.channel is not Channel.API and program is None:
        wrong["channel"] = _("Only a program with an integration token may name the channel")
    if wrong:
        raise Invalid(next(iter(wrong.values())), [FieldError(name, message) for name, message in wrong.items()])


def _said(data: FeedbackBody, program: Principal | None) -> Said:
    contact = data.contact or Contact()
    same: dict[str, Any] = {
        name: getattr(data, name)
        for name in ("text", "service", "touchpoint", "customer", "functional", "emotional", "satisfaction")
    }
    closeness = Closeness.CONFIDENTIAL if data.confidential else Closeness.NAMED
    return Said(
        source=f"token:{program.name}" if program else "api",
        submission_key=data.submission_key or new_submission_key(),
        kind=data.kind.value,
        channel=data.channel.value,
        author_name=contact.name,
        author_email=contact.email,
        closeness=Closeness.ANONYMOUS if data.anonymous else closeness,
        **same,
    )


@post("/feedback/thread", status_code=200)
async def read_thread(read: Read, data: JSONBody[ReceiptBody]) -> ThreadOut:
    """What stands behind a receipt. Looking is not recorded."""
    return await anonymous.thread(read, data.receipt)


@post("/feedback/thread/messages")
async def add_to_thread(request: AnyRequest, write: Write, data: JSONBody[MessageBody]) -> Response[Any]:
    """Add to what was said: it waits and is passed on like a first message."""
    await anonymous.thread(write, data.receipt)
    if costly := await _costly(request, write, data.proof):
        return costly
    await anonymous.say_more(write, data.receipt, data.text, new_submission_key())
    return Response({"status": "received"}, status_code=201)


@post("/feedback/thread/withdraw", status_code=204)
async def withdraw_thread(write: Write, data: JSONBody[ReceiptBody]) -> None:
    """Delete all that stands behind a receipt, the answers with it."""
    await anonymous.withdraw(write, data.receipt)


@get("/feedback")
async def list_feedback(read: Read, manager: Manager, cursor: FromQuery[str] = "") -> InboxPage:
    """The feedback of a manager's customers and services, newest first."""
    items, following = await inbox_page(read, await desk_at(read, manager), cursor)
    return InboxPage(items, following)


@post("/feedback/{feedback:uuid}/replies")
async def reply(write: Write, manager: Manager, feedback: FromPath[UUID], data: JSONBody[ReplyBody]) -> Told:
    """Answer, ask back (`question`), thank, or tell what was done (`done`)."""
    told = await handling.say(write, await desk_at(write, manager), feedback, MessageKind(data.kind), data.text)
    return Told(told)
