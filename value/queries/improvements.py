"""The register, for whoever may see it."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from surveys.queries.ageing import given_before
from value.models import Audience, Improvement, ImprovementCustomer, ImprovementEdit, ImprovementLink, LinkKind, State
from value.schemas.register import Scope, Wish

DONE = (State.DONE, State.MEASURED, State.CLOSED)
OPEN = (State.PROPOSED, State.PLANNED, State.DOING, State.DONE)
LONGEST_LIST = 500


def _in_scope(statement: Any, scope: Scope) -> Any:
    """For a manager: all the improvement's customers are hers, and it has some; its figures are of all of them."""
    if scope is None:
        return statement
    named = select(ImprovementCustomer.improvement_id)
    foreign = named.where(col(ImprovementCustomer.customer).not_in(scope))
    return statement.where(col(Improvement.id).in_(named), col(Improvement.id).not_in(foreign))


async def improvements(session: AsyncSession, scope: Scope, wish: Wish) -> Sequence[Improvement]:
    statement = _in_scope(select(Improvement), scope).order_by(col(Improvement.id).desc()).limit(LONGEST_LIST)
    if wish.state:
        statement = statement.where(Improvement.state == wish.state)
    if wish.customer:
        theirs = select(ImprovementCustomer.improvement_id).where(ImprovementCustomer.customer == wish.customer)
        statement = statement.where(col(Improvement.id).in_(theirs))
    if wish.q:
        like = f"%{wish.q.lower().replace('%', '').replace('_', '')}%"
        statement = statement.where(
            or_(func.lower(col(Improvement.title)).like(like), func.lower(col(Improvement.owner)).like(like))
        )
    found: Sequence[Improvement] = (await session.exec(statement)).all()
    return [one for one in found if not wish.touchpoint or wish.touchpoint in one.touchpoints]


async def improvement(session: AsyncSession, scope: Scope, id_: UUID) -> Improvement | None:
    found: Improvement | None = (
        await session.exec(_in_scope(select(Improvement).where(Improvement.id == id_), scope))
    ).first()
    return found


async def customers_of(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, frozenset[str]]:
    wanted = list(ids)
    rows = await session.exec(select(ImprovementCustomer).where(col(ImprovementCustomer.improvement_id).in_(wanted)))
    found: dict[UUID, set[str]] = {id_: set() for id_ in wanted}
    for row in rows.all():
        found[row.improvement_id].add(row.customer)
    return {id_: frozenset(customers) for id_, customers in found.items()}


async def edits_of(session: AsyncSession, id_: UUID) -> Sequence[ImprovementEdit]:
    """Newest first."""
    statement = select(ImprovementEdit).where(ImprovementEdit.improvement_id == id_)
    return (await session.exec(statement.order_by(col(ImprovementEdit.id).desc()))).all()


async def links_of(session: AsyncSession, id_: UUID) -> Sequence[ImprovementLink]:
    return (await session.exec(select(ImprovementLink).where(ImprovementLink.improvement_id == id_))).all()


async def overlapping(session: AsyncSession, id_: UUID) -> Sequence[Improvement]:
    """Others that have begun: where they change something is nothing to compare with."""
    statement = select(Improvement).where(Improvement.id != id_, col(Improvement.started_on).is_not(None))
    return (await session.exec(statement.where(Improvement.state != State.DROPPED))).all()


async def being_measured(session: AsyncSession) -> Sequence[Improvement]:
    return (await session.exec(select(Improvement).where(Improvement.state == State.DONE))).all()


async def told_to(session: AsyncSession, customer: str) -> Sequence[Improvement]:
    """Done, newest first, and for the eyes of everybody; or of the people of this one customer too."""
    for_all = col(Improvement.audience) == Audience.EVERYBODY
    statement = select(Improvement).where(col(Improvement.state).in_(DONE))
    if not customer:
        statement = statement.where(for_all)
    else:
        named = select(ImprovementCustomer.improvement_id)
        theirs = named.where(ImprovementCustomer.customer == customer)
        of_all = or_(col(Improvement.id).in_(theirs), col(Improvement.id).not_in(named))
        statement = statement.where(or_(for_all, (col(Improvement.audience) == Audience.CUSTOMERS) & of_all))
    return (await session.exec(statement.order_by(col(Improvement.done_on).desc(), col(Improvement.id)))).all()


async def linked_to(session: AsyncSession, kind: str, target_ids: Iterable[UUID]) -> dict[UUID, list[Improvement]]:
    """What a moment or a voice led to. Not scoped: the caller holds the thing itself."""
    statement = (
        select(ImprovementLink.target_id, Improvement)
        .join(Improvement, col(Improvement.id) == col(ImprovementLink.improvement_id))
        .where(ImprovementLink.kind == kind, col(ImprovementLink.target_id).in_(list(target_ids)))
        .order_by(col(Improvement.id))
    )
    found: dict[UUID, list[Improvement]] = {}
    for target, one in (await session.exec(statement)).all():
        found.setdefault(target, []).append(one)
    return found


def led_to_something(scope: Scope) -> Any:
    """Ids of the voices behind whatever is begun or done; to be used within another statement."""
    begun = _in_scope(select(Improvement.id), scope).where(col(Improvement.started_on).is_not(None))
    voices = col(ImprovementLink.kind).in_([LinkKind.FEEDBACK, LinkKind.RESPONSE])
    here = col(ImprovementLink.improvement_id).in_(begun.where(Improvement.state != State.DROPPED))
    return select(ImprovementLink.target_id).where(voices, here)


def answers_under_way() -> Any:
    """Ids of the answers that led to improvements which are not over; to be used within another statement."""
    begun = select(Improvement.id).where(col(Improvement.state).in_(OPEN))
    ours = ImprovementLink.kind == LinkKind.RESPONSE, col(ImprovementLink.improvement_id).in_(begun)
    return select(ImprovementLink.target_id).where(*ours)


async def held_by(session: AsyncSession, since: date) -> int:
    """How many answers from before that day led to improvements that are not over."""
    theirs = answers_under_way().where(given_before(since, col(ImprovementLink.target_id))).distinct().subquery()
    return (await session.exec(select(func.count()).select_from(theirs))).one()


async def done_improvement(session: AsyncSession, id_: UUID) -> Improvement | None:
    """For jobs, which see everything: None when it is gone, or not done any more."""
    statement = select(Improvement).where(Improvement.id == id_, col(Improvement.state).in_(DONE))
    return (await session.exec(statement)).first()
