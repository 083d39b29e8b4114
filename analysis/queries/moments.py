"""Moments of truth for those who may see them.

Who sees all customers sees every moment as it was found. Who sees some sees the moments of these customers, and of
the moments found among everybody what these customers lose, where enough of their people stand behind it.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.disclosure import count
from analysis.models import Moment, MomentFigure, MomentLook, MomentState
from analysis.schemas.moments import Loss, MomentPoint, MomentView, Segment
from analysis.statistics.pooling import Part, pooled
from core.settings import settings

Scope = frozenset[str] | None
CUSTOMER = "customer"


async def moments(session: AsyncSession, scope: Scope, states: Collection[MomentState] = ()) -> list[MomentView]:
    """In the order of their rank; all states unless some are named."""
    statement = select(Moment).order_by(col(Moment.rank), col(Moment.id))
    if states:
        statement = statement.where(col(Moment.state).in_(list(states)))
    found = (await session.exec(statement)).all()
    return [view for one in found if (view := _seen(one, scope))]


async def moment(session: AsyncSession, scope: Scope, id_: UUID) -> MomentView | None:
    found = (await session.exec(select(Moment).where(Moment.id == id_))).first()
    return _seen(found, scope) if found else None


async def history(session: AsyncSession, scope: Scope, id_: UUID) -> list[MomentPoint]:
    """Its numbers, oldest first; empty for those who may not see it."""
    found = (await session.exec(select(Moment).where(Moment.id == id_))).first()
    if not found or not _seen(found, scope):
        return []
    statement = select(MomentFigure).where(MomentFigure.moment_id == id_).order_by(col(MomentFigure.looked_on))
    rows = (await session.exec(statement)).all()
    return [point for row in rows if (point := _point(row, _is_own(found, scope), scope))]


async def newest_look(session: AsyncSession) -> MomentLook | None:
    """None while nobody has looked yet."""
    done = select(MomentLook).where(MomentLook.method != "").order_by(col(MomentLook.day).desc())
    return (await session.exec(done.limit(1))).first()


async def was_looked(session: AsyncSession, day: date) -> bool:
    done = select(MomentLook.method).where(MomentLook.day == day, MomentLook.method != "")
    return (await session.exec(done)).first() is not None


async def announced_since(session: AsyncSession, day: date) -> bool:
    """Whether a look has announced what is new on that day or later."""
    done = select(MomentLook.method).where(col(MomentLook.day) >= day, col(MomentLook.announcing).is_(True))
    return (await session.exec(done.limit(1))).first() is not None


async def looked_since(session: AsyncSession, day: date) -> bool:
    """Whether there was a look on that day or later."""
    done = select(MomentLook.method).where(col(MomentLook.day) >= day, MomentLook.method != "")
    return (await session.exec(done.limit(1))).first() is not None


async def all_moments(session: AsyncSession) -> list[Moment]:
    """Everything that stands, for the look that brings it up to date."""
    return list((await session.exec(select(Moment).order_by(col(Moment.id)))).all())


def _is_own(found: Moment, scope: Scope) -> bool:
    """Whether only what their own customers lose may be told."""
    return scope is not None and not (found.dimension == CUSTOMER and found.value in scope)


def _seen(found: Moment, scope: Scope) -> MomentView | None:
    own = _is_own(found, scope)
    if not count(found.persons, settings().min_group) or (own and found.dimension == CUSTOMER):
        return None
    loss = _own_loss(found.by_customer, scope) if own else _loss(found)
    return _view(found, loss, own) if loss else None


def _own_loss(by_customer: Mapping[str, Mapping[str, Any]], scope: Scope) -> Loss | None:
    """Of the customers in scope together; those of too few people are no part of it."""
    parts = [by_customer[key] for key in sorted(scope or ()) if key in by_customer]
    enough = [part["part"] for part in parts if count(part["persons"], settings().min_group)]
    found = pooled([Part(**part) for part in enough])
    if found is None:
        return None
    loss, low, high = (round(100 * value, 1) for value in (found.loss, found.low, found.high))
    return Loss(loss, low, high, round(100 * found.per_journey, 2), found.n)


def _loss(row: Moment | MomentFigure) -> Loss:
    return Loss(row.loss_per_100_visits, row.ci_low, row.ci_high, row.loss_per_100_journeys, row.n)


def _view(found: Moment, loss: Loss, own: bool) -> MomentView:
    between = (found.since_from, found.since_until) if found.since_from and found.since_until else None
    return MomentView(
        id=found.id,
        touchpoint=found.touchpoint,
        segment=Segment(found.dimension, found.value) if found.dimension else None,
        kind=found.kind,
        state=MomentState(found.state),
        wins=found.wins,
        loss=loss,
        own=own,
        rank=found.rank,
        since=found.since,
        since_between=between,
        first_detected=found.first_detected,
        looked_on=found.looked_on,
        acted_on_at=found.acted_on_at,
        method=found.method,
        figures={} if own else found.figures,
        carried_from=(found.figures.get("carried") or {}).get("touchpoint", ""),
    )


def _point(row: MomentFigure, own: bool, scope: Scope) -> MomentPoint | None:
    loss = _own_loss(row.by_customer, scope) if own else _loss(row)
    return MomentPoint(row.looked_on, row.method, row.kind, MomentState(row.state), loss) if loss else None
