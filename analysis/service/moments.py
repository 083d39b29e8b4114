"""Moments of truth as a report, and the mark that something is done about one."""

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import CursorResult, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.models import Moment, MomentState
from analysis.queries import moments as queries
from core.clock import now

if TYPE_CHECKING:
    from analysis.statistics.moments import Finding, Report

OPEN = tuple(state for state in MomentState if state != MomentState.ACTED_ON)


async def mark_acted_on(session: AsyncSession, moment_id: UUID) -> bool:
    """Something is being done about it. Whether this was new; a moment that is gone, or acted on already, is left."""
    here = update(Moment).where(col(Moment.id) == moment_id, col(Moment.state).in_(OPEN))
    done: CursorResult[tuple[int]] = await session.exec(here.values(state=MomentState.ACTED_ON, acted_on_at=now()))
    return done.rowcount > 0


async def report(session: AsyncSession) -> "Report":
    """Everything that stands, for whoever keeps the database, as from a file."""
    from analysis.statistics.moments import Report

    newest = await queries.newest_look(session)
    found = sorted(await queries.all_moments(session), key=lambda one: one.rank)
    method: dict[str, object] = dict(newest.report) | {"as_of": newest.day.isoformat()} if newest else {}
    return Report(tuple(_finding(one) for one in found), method or {"note": "nobody has looked yet"})


def _finding(one: Moment) -> "Finding":
    from analysis.statistics.moments import CarriedOver, Finding

    between = (one.since_from.isoformat(), one.since_until.isoformat()) if one.since_from and one.since_until else None
    kept = {name: value for name, value in one.figures.items() if name in Finding.__dataclass_fields__}
    if kept.get("carried"):
        kept["carried"] = CarriedOver(**kept["carried"])
    return Finding(
        **kept,
        kind=one.kind,
        touchpoint=one.touchpoint,
        segment={one.dimension: one.value} if one.dimension else None,
        loss_per_100_visits=one.loss_per_100_visits,
        ci95=(one.ci_low, one.ci_high),
        loss_per_100_journeys=one.loss_per_100_journeys,
        n=one.n,
        persons=one.persons,
        rank=one.rank,
        since=one.since.isoformat() if one.since else None,
        since_between=between,
        first_detected=one.first_detected.isoformat(),
        evidence=tuple(one.evidence),
    )
