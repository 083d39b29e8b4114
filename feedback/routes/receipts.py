"""The receipt: shown once, printed, typed back; and the dialogue behind it. It travels in bodies of POSTs alone."""

from typing import Any

import segno
from litestar import Response, get, post

from core.db import Session
from core.errors import Invalid, NotFound
from core.i18n import gettext as _
from core.requests import AnyRequest, Read, Write
from core.settings import settings
from feedback.routes.common import challenge_for, channel_page, new_submission_key
from feedback.routes.labels import state_labels
from feedback.rules import receipts
from feedback.schemas import LONGEST_TEXT
from feedback.service import anonymous

HEARD = ("yes", "no")


def receipt_page(request: AnyRequest, receipt: str, status: int = 200, typed: str = "") -> Response[str]:
    """The receipt with its picture, and the field in which it is typed back."""
    picture = segno.make(receipt, error="m").svg_data_uri(scale=4, border=4, dark="#000", light="#fff")
    context: dict[str, Any] = {"receipt": receipt, "picture": picture, "typed": typed}
    context["thread_address"] = f"{settings().base_url}/feedback/thread"  # written down: nobody clicks it
    context["switch"] = {"action": "/feedback/receipt", "fields": {"receipt": receipt}}
    return channel_page(request, "feedback/receipt.html", status, **context)


@post("/feedback/receipt", status_code=200)
async def typed_back(request: AnyRequest) -> Response[str]:
    """Whether what was written down is what was given: compared with the page's own copy, looked up nowhere. Without
    anything typed it is the receipt again, in the other language."""
    form = await request.form()
    receipt, typed = str(form.get("receipt", "")), form.get("typed")
    if form.get("kept"):
        return _kept(request)
    if not receipts.well_formed(receipt):
        raise NotFound(_("There is nothing here"))
    if receipts.plain(str(typed)) == receipts.plain(receipt):
        return _kept(request)
    shown = receipts.grouped(receipts.plain(receipt))
    return receipt_page(request, shown) if typed is None else receipt_page(request, shown, 422, str(typed))


def _kept(request: AnyRequest) -> Response[str]:
    return _without_receipt(request, "feedback/receipt_kept.html", "/feedback/receipt", "kept")


def _without_receipt(request: AnyRequest, template: str, action: str, mark: str) -> Response[str]:
    """The last page of a way: it holds no receipt any more, in either language."""
    return channel_page(request, template, switch={"action": action, "fields": {mark: "1"}})


@get("/feedback/thread")
async def thread_door(request: AnyRequest) -> Response[str]:
    return _door(request)


def _door(request: AnyRequest, status: int = 200, error: str = "") -> Response[str]:
    return channel_page(request, "feedback/thread_door.html", status, error=error, here="/feedback/thread")


@post("/feedback/thread", status_code=200)
async def open_thread(request: AnyRequest, read: Read) -> Response[str]:
    form = await request.form()
    try:
        # What was typed and not sent is kept: the other language is asked for in the same way.
        return await _thread_page(request, read, str(form.get("receipt", "")), text=str(form.get("text", "")))
    except NotFound as wrong:
        return _door(request, 404, wrong.message)


async def _thread_page(
    request: AnyRequest, session: Session, receipt: str, status: int = 200, **more: Any
) -> Response[str]:
    context: dict[str, Any] = {"text": "", "error": "", "error_withdraw": "", "notice": "", "asked": None} | more
    context["switch"] = {"action": "/feedback/thread", "form": "more"}
    context["thread"] = await anonymous.thread(session, receipt)
    context["receipt"] = receipts.grouped(receipts.plain(receipt))
    context |= {"states": state_labels(), "submission_key": new_submission_key(), "longest_text": LONGEST_TEXT}
    return channel_page(request, "feedback/thread.html", status, **context)


@post("/feedback/thread/more", status_code=200)
async def add_more(request: AnyRequest, write: Write) -> Response[str]:
    form = await request.form()
    receipt, text = str(form.get("receipt", "")), str(form.get("text", ""))
    key, proof = str(form.get("submission_key", "")), str(form.get("proof") or form.get("challenge") or "")
    try:
        await anonymous.thread(write, receipt)  # before anybody has to work for it
        asked = await challenge_for(request, write, proof)
        if asked:
            return await _thread_page(request, write, receipt, 429, text=text, asked=asked)
        await anonymous.say_more(write, receipt, text, key or new_submission_key())
    except NotFound as wrong:
        return _door(request, 404, wrong.message)
    except Invalid as wrong:
        return await _thread_page(request, write, receipt, 422, text=text, error=wrong.errors[0].message)
    return await _thread_page(request, write, receipt, 201, notice=_("That is stored, and will be passed on."))


@post("/feedback/thread/heard", status_code=200)
async def heard(request: AnyRequest, write: Write) -> Response[str]:
    """The author says whether the answer answered it."""
    form = await request.form()
    receipt, answer = str(form.get("receipt", "")), str(form.get("answered", ""))
    try:
        if answer in HEARD:
            # The same key each time: pressed twice, it is said once.
            await anonymous.say_more(write, receipt, answer, f"heard {answer}", heard=True)
        return await _thread_page(request, write, receipt, notice=_("Thank you. That will be passed on."))
    except NotFound as wrong:
        return _door(request, 404, wrong.message)


@post("/feedback/thread/withdraw", status_code=200)
async def withdraw(request: AnyRequest, write: Write) -> Response[str]:
    form = await request.form()
    receipt = str(form.get("receipt", ""))
    if form.get("gone"):
        return _gone(request)
    try:
        if not form.get("sure"):
            question = _("Tick the box first: what is deleted cannot be brought back.")
            return await _thread_page(request, write, receipt, 422, error_withdraw=question)
        await anonymous.withdraw(write, receipt)
    except NotFound as wrong:
        return _door(request, 404, wrong.message)
    return _gone(request)


def _gone(request: AnyRequest) -> Response[str]:
    return _without_receipt(request, "feedback/withdrawn.html", "/feedback/thread/withdraw", "gone")
