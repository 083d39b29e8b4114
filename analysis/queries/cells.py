"""The published sums as somebody in `scope` may see them under a filter. No answer is read here."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import and_, case, func, or_
from sqlalchemy import select as columns
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.disclosure import ANY, Block, Choice, Group, Kind
from analysis.models import Dimension, PublishedSum, RollupMonth
from analysis.queries.publication import portfolios_known
from analysis.schemas.figures import Window, month_of
from analysis.statistics import Sums

Scope = frozenset[str] | None
STEPS = {Dimension.LOST_MINUTES: 15}
USUAL_STEP = 25


async def atoms(session: AsyncSession, scope: Scope, choice: Choice) -> dict[Dimension, list[Block]]:
    """All that was ever published of what `scope` and the filter let see, by month and touchpoint."""
    seen = _narrowed(scope, choice)
    places = await _whole(session, seen)
    key = [col(PublishedSum.month), col(PublishedSum.touchpoint), col(PublishedSum.dimension)]
    statement: Any = columns(*key, func.min(col(PublishedSum.since)).label("since"), *_veiled_sums())
    statement = statement.where(_visible(seen, places)).group_by(*key).order_by(*key)
    if choice.service is not None:
        statement = statement.where(PublishedSum.service == choice.service)
    found: dict[Dimension, list[Block]] = {dimension: [] for dimension in Dimension}
    for row in (await session.exec(statement)).all():
        group = Group(Sums(int(row.n), int(row.total), int(row.squares)), out=True)
        months = Window(month_of(row.since), month_of(row.month))
        found[Dimension(row.dimension)].append(Block(months, group, row.touchpoint))
    return found


def _narrowed(scope: Scope, choice: Choice) -> Scope:
    if choice.customer is None:
        return scope
    return frozenset([choice.customer]) if scope is None or choice.customer in scope else frozenset()


async def _whole(session: AsyncSession, seen: Scope) -> list[str]:
    """Portfolios all of whose customers are seen: their sums by place may be."""
    known = await portfolios_known(session)
    found = [one.key for one in known if seen is None or seen.issuperset(one.customers)]
    return [ANY, *found] if seen is None else found


def _visible(seen: Scope, places: Iterable[str]) -> Any:
    """What else a customer said is told by customer or, where all of its portfolio is seen, by place; never twice."""
    whole = col(PublishedSum.portfolio).in_(list(places))
    of_place = and_(col(PublishedSum.kind) == Kind.PLACE, whole)
    if seen is None:
        return or_(col(PublishedSum.kind) == Kind.CELL, of_place)
    named = col(PublishedSum.kind).in_([Kind.CELL, Kind.CUSTOMER])
    twice = and_(col(PublishedSum.kind) == Kind.CUSTOMER, whole)
    return or_(and_(named, col(PublishedSum.customer).in_(sorted(seen)), ~twice), of_place)


def _veiled_sums() -> list[Any]:
    """`disclosure.veiled` of each published sum, before they are added up: a total gives no agreement away either."""
    n, total, squares = col(PublishedSum.n), col(PublishedSum.total), col(PublishedSum.squares)
    score = total // func.nullif(n, 0)
    step: Any = case(
        *((col(PublishedSum.dimension) == dimension, step) for dimension, step in STEPS.items()), else_=USUAL_STEP
    )
    moved = case((score >= step, -step), else_=step)
    agreed = and_(n > 0, n * squares == total * total)
    return [
        func.sum(n).label("n"),
        func.sum(total + case((agreed, moved), else_=0)).label("total"),
        func.sum(squares + case((agreed, 2 * score * moved + moved * moved), else_=0)).label("squares"),
    ]


async def anybody(session: AsyncSession, scope: Scope) -> bool:
    """Whether anybody in scope ever said anything."""
    statement = select(RollupMonth.n)
    if scope is not None:
        statement = statement.where(col(RollupMonth.customer).in_(scope))
    return (await session.exec(statement.limit(1))).first() is not None
