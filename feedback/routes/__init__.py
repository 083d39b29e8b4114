"""Doors: the pages for everybody, the inbox for managers, the interface for programs."""

from litestar import Router

from feedback.routes import api as programs
from feedback.routes import inbox, note, page, promise, readers, receipts

public = Router(
    "/",
    route_handlers=[
        page.form,
        page.send,
        promise.promises_page,
        receipts.typed_back,
        receipts.thread_door,
        receipts.open_thread,
        receipts.add_more,
        receipts.heard,
        receipts.withdraw,
    ],
    opt={"exclude_from_csrf": True},
    include_in_schema=False,
)
staff = Router(
    "/",
    route_handlers=[
        inbox.inbox,
        inbox.matter,
        inbox.act,
        note.note_form,
        note.write_note,
        readers.readers,
        readers.appoint,
    ],
    include_in_schema=False,
)
api = Router(
    "/api/v1",
    route_handlers=[
        programs.list_feedback,
        programs.post_feedback,
        programs.read_thread,
        programs.add_to_thread,
        programs.withdraw_thread,
        programs.reply,
    ],
    opt={"exclude_from_csrf": True},
)
routers = [public, staff, api]
