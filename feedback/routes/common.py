"""What the page, the inbox and the interface for programs share."""

from core.auth.budget import Budget
from core.auth.schemas import Principal
from core.db import Session
from core.errors import TooMany
from core.i18n import gettext as _
from core.requests import AnyRequest
from feedback import queries
from feedback.rules import cursor_at, position_of
from feedback.schemas import InboxItem, Position

PAGE = 50


def spend_budget(request: AnyRequest) -> None:
    """One budget for everybody together: counting each visitor would need to know who they are."""
    budget: Budget = request.app.state.feedback_budget
    try:
        budget.spend("everybody")
    except TooMany as spent:
        message = _("Very many messages are arriving. Nothing was stored; please send it again in a minute.")
        raise TooMany(message, spent.retry_after) from None


async def inbox_page(session: Session, manager: Principal, cursor: str) -> tuple[list[InboxItem], str | None]:
    """One page of what this manager may read, and the cursor of the next one; None after the last."""
    found = await queries.inbox(session, manager.scope, position_of(cursor), PAGE + 1)
    items = found[:PAGE]
    return items, cursor_at(Position(items[-1].received_at, items[-1].id)) if len(found) > PAGE else None
