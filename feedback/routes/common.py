"""What the pages, the inbox and the interface for programs share."""

import secrets
from typing import Any

from litestar import Response

from core.auth.budget import SharedCount
from core.auth.schemas import Principal
from core.db import Session
from core.requests import AnyRequest, public_page
from feedback.queries import inbox
from feedback.rules import cost
from feedback.rules.taking_in import cursor_at, position_of
from feedback.schemas import Desk, InboxItem, Position, Search
from feedback.service import guarding

PAGE = 50
PAGE_BYTES, FILLER = 16_000, "<!-- -->"
SEARCH_ALL = Search()


async def challenge_for(request: AnyRequest, session: Session, proof: str) -> guarding.Asked | None:
    """What has to be done before this message is taken in; None where it may come in now.

    One count for everybody together: counting each visitor would need to know who they are. So nobody is shut out by
    others; only the price rises, for all alike.
    """
    count: SharedCount = request.app.state.feedback_count
    level = cost.level(await count.one_more())
    if level == 0 or (proof and await guarding.paid(session, proof)):
        return None
    return guarding.ask(level)


def channel_page(request: AnyRequest, template: str, status: int = 200, **context: Any) -> Response[str]:
    """A page of the anonymous channel. They are all of one length: whoever sees the line, and not what is on it, cannot
    tell reading an answer from opening the form. A page with very much on it is two or three such lengths."""
    page = public_page(request, template, status, **context)
    short = -(len(page.content.encode()) + len(FILLER)) % PAGE_BYTES
    page.content += FILLER.replace(" ", " " * (short + 1))
    return page


async def desk_at(session: Session, manager: Principal) -> Desk:
    return await inbox.desk_of(session, manager.name, manager.scope)


async def inbox_page(
    session: Session, desk: Desk, cursor: str, search: Search = SEARCH_ALL
) -> tuple[list[InboxItem], str | None]:
    """One page of what somebody may read, and the cursor of the next one; None after the last."""
    found = await inbox.inbox(session, desk, search, position_of(cursor), PAGE + 1)
    items = found[:PAGE]
    return items, cursor_at(Position(items[-1].day, items[-1].id)) if len(found) > PAGE else None


def new_submission_key() -> str:
    return secrets.token_urlsafe(20)
