"""What became of the decisions: true denominators for every rate."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import case, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from surveys.models import Invitation, Reason
from surveys.schemas import Funnel

# Who falls under these was never to be asked; the others were eligible.
NOT_ELIGIBLE = (Reason.EXCLUDED, Reason.TOO_OLD)


async def funnel(session: AsyncSession, survey_id: UUID, since: datetime, until: datetime) -> Funnel:
    """Of the decisions made from `since` to before `until`. Whoever answered also opened and started."""
    done = col(Invitation.answered_at).is_not(None)
    steps = {
        "sent": col(Invitation.sent_at).is_not(None),
        "bounced": col(Invitation.bounced_at).is_not(None) & ~done,
        "opened": col(Invitation.opened_at).is_not(None) | done,
        "started": col(Invitation.started_at).is_not(None) | done,
        "finished": done,
        "reminded": col(Invitation.reminded) > 0,
    }
    counts = [func.sum(case((step, 1), else_=0)) for step in steps.values()]
    statement: Any = (
        select(Invitation.asked, Invitation.reason, Invitation.detail, func.count(), *counts)
        .where(Invitation.survey_id == survey_id)
        .where(col(Invitation.decided_at) >= since, col(Invitation.decided_at) < until)
        .group_by(col(Invitation.asked), col(Invitation.reason), col(Invitation.detail))
    )
    return _funnel(list((await session.exec(statement)).all()), list(steps))


def _funnel(rows: list[Any], steps: list[str]) -> Funnel:
    refused: dict[str, dict[str, int]] = {}
    for asked, reason, detail, n, *_counts in rows:
        if not asked and reason:
            of_reason = refused.setdefault(str(reason), {})
            of_reason[str(detail or "")] = of_reason.get(str(detail or ""), 0) + n
    total = {reason: sum(details.values()) for reason, details in refused.items()}
    asked_rows = [row for row in rows if row[0]]
    counted = {name: sum(int(row[4 + at]) for row in asked_rows) for at, name in enumerate(steps)}
    done = 4 + steps.index("finished")
    decided = sum(row[3] for row in rows if row[0] or row[1])
    eligible = decided - sum(total.get(reason, 0) for reason in NOT_ELIGIBLE)
    return Funnel(
        decided=decided,
        planned=sum(row[3] for row in rows if not row[0] and not row[1]),
        eligible=eligible,
        sampled=eligible - total.get(Reason.SAMPLED_OUT, 0),
        asked=sum(row[3] for row in asked_rows),
        delivered=counted["sent"] - counted.pop("bounced"),
        not_asked=refused,
        calls={str(row[2]): row[3] - int(row[done]) for row in asked_rows if row[2] and row[3] > int(row[done])},
        **counted,
    )
