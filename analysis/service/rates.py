"""How we know: who was asked, who answered, who was not asked and why."""

from analysis.disclosure import counts_shown, in_steps, stepped
from analysis.schemas.figures import Window
from analysis.schemas.reports import Filters, RateReport
from core.db import Session
from core.settings import settings
from surveys.service.asked_cells import response_rate


async def rate_report(session: Session, scope: frozenset[str] | None, filters: Filters) -> RateReport:
    minimum = settings().min_group
    window, narrow = filters.window, {"service": filters.service or "", "customer": filters.customer or ""}
    since, until = window.start, Window(window.last + 1, window.last + 1).start
    found = await response_rate(session, scope, since, until, **narrow)
    asked = in_steps(found.asked, minimum)
    # Nobody or a few: the same is told of both, or the first answer would show.
    answered = in_steps(found.answered, minimum) or (None if found.asked else 0)
    return RateReport(
        asked=asked,
        answered=answered,
        rate=round(answered / asked, 3) if asked and answered is not None else None,
        not_asked={why: n and stepped(n, minimum) for why, n in counts_shown(found.not_asked, minimum).items()},
    )
