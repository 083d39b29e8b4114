"""What is promised on every page of the channel, in figures of this installation."""

from typing import Any

from litestar import Response, get

from core.db import Session
from core.requests import AnyRequest, Read
from core.settings import settings
from feedback.queries import inbox
from feedback.routes.common import channel_page
from feedback.rules import promises
from feedback.rules.handling import ANSWER_WITHIN
from feedback.rules.mixing import LONGEST_WAIT


async def promise(session: Session) -> dict[str, Any]:
    readers = {one.who for one in await inbox.readers(session)}
    return {
        "readers": len(readers),
        "few": settings().min_group,
        "many": settings().min_group_comments,
        "passed_on_days": LONGEST_WAIT.days,
        "answer_days": (LONGEST_WAIT + ANSWER_WITHIN).days,
        "kept_days": settings().feedback_days,
        "delete_unread": settings().delete_unread,
        "answer_months": settings().answer_months,
    }


@get("/promises")
async def promises_page(request: AnyRequest, read: Read) -> Response[str]:
    context: dict[str, Any] = {
        "promise": await promise(read),
        "lines": promises.lines(),
        "not_promised": promises.not_promised(),
    }
    return channel_page(request, "feedback/promises.html", **context)
