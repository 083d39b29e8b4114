"""Comments of the customers in scope, as far as they were released."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, func, or_
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.models import Correction, Experience, Mention, Released
from analysis.schemas.figures import first_day, month_of
from analysis.schemas.readings import Place, Search, Shown

Scope = frozenset[str] | None
SIDES = {"negative": ("very_negative", "negative"), "positive": ("positive", "very_positive")}


async def page(
    session: AsyncSession, scope: Scope, shown: Shown, search: Search, after: Place | None, at_most: int
) -> list[Experience]:
    """The newest months first; within a month those first of which the reader was least sure, which tells no order
    in time."""
    found: list[Experience] = []
    since, until = await _months(session, scope, shown)
    for month in range(after.month if after else until, since - 1, -1):
        statement = _fitting(select(Experience), scope, shown, search).where(
            col(Experience.day) >= first_day(month), col(Experience.day) < first_day(month + 1)
        )
        if after and after.month == month:
            statement = statement.where(_after(after))
        statement = statement.order_by(col(Experience.sentiment_confidence), col(Experience.id))
        found += (await session.exec(statement.limit(at_most - len(found)))).all()
        if len(found) >= at_most:
            break
    return found


async def _months(session: AsyncSession, scope: Scope, shown: Shown) -> tuple[int, int]:
    """The first and the last of which there are any; the last before the first where there are none."""
    bounds = select(func.min(Experience.day), func.max(Experience.day)).where(released(scope, shown.by_service))
    first, last = (await session.exec(bounds)).one()
    return (month_of(first), month_of(last)) if first and last else (1, 0)


def _after(place: Place) -> Any:
    as_sure = and_(col(Experience.sentiment_confidence) == place.confidence, col(Experience.id) > place.id)
    return or_(col(Experience.sentiment_confidence) > place.confidence, as_sure)


def _fitting(statement: Any, scope: Scope, shown: Shown, search: Search) -> Any:
    statement = _visible(statement, scope, shown).where(Experience.comment != "")
    if search.service:
        statement = statement.where(Experience.service == search.service)
    if search.sentiment:
        statement = statement.where(col(Experience.sentiment).in_(SIDES.get(search.sentiment, (search.sentiment,))))
    if search.language:
        statement = statement.where(Experience.language == search.language)
    if search.text:
        statement = statement.where(col(Experience.comment).icontains(search.text, autoescape=True))
    return statement


def _visible(statement: Any, scope: Scope, shown: Shown) -> Any:
    """Released to whoever looks like this, and about the touchpoint that was chosen."""
    statement = statement.where(released(scope, shown.by_service))
    return statement.where(_about(shown.touchpoint)) if shown.touchpoint else statement


def released(scope: Scope, by_service: bool = False) -> Any:
    """The condition under which words may be shown to somebody who sees these customers."""
    ways = Released.ALL, Released.ALL_BY_SERVICE
    if scope is not None:
        ways = Released.CUSTOMER, Released.CUSTOMER_BY_SERVICE
    told = col(Experience.released).op("&")(int(ways[by_service])) != 0
    return told if scope is None else and_(told, col(Experience.customer).in_(scope))


def _about(touchpoint: str) -> Any:
    made_here = col(Experience.touchpoint) == touchpoint
    other = aliased(Mention)  # the statement itself may be about mentions
    spoken_of = select(other.id).where(other.experience_id == Experience.id, other.touchpoint == touchpoint)
    return or_(made_here, spoken_of.exists())


def _waiting(statement: Any, scope: Scope, shown: Shown) -> Any:
    """Mentions that nobody could place: two touchpoints were meant equally, or nothing at all says where it was."""
    unclear = or_(col(Mention.candidates) != [], col(Experience.touchpoint) == "")
    joined = statement.join(Experience, col(Experience.id) == col(Mention.experience_id))
    return _visible(joined.where(Mention.touchpoint == "", col(Mention.nowhere).is_(False), unclear), scope, shown)


async def unplaced(
    session: AsyncSession, scope: Scope, shown: Shown, after: Place | None, at_most: int
) -> Sequence[tuple[Mention, Experience]]:
    """The clearest first: they are placed most easily."""
    statement = _waiting(select(Mention, Experience), scope, shown)
    if after:
        as_sure = and_(col(Mention.confidence) == after.confidence, col(Mention.id) > after.id)
        statement = statement.where(or_(col(Mention.confidence) < after.confidence, as_sure))
    ordered = statement.order_by(col(Mention.confidence).desc(), col(Mention.id)).limit(at_most)
    found: Sequence[tuple[Mention, Experience]] = (await session.exec(ordered)).all()
    return found


async def how_many_unplaced(session: AsyncSession, scope: Scope, shown: Shown) -> int:
    statement = _waiting(select(func.count()).select_from(Mention), scope, shown)
    found: int = (await session.exec(statement)).one()
    return found


async def how_many_placed(session: AsyncSession, scope: Scope) -> int:
    """Mentions that people placed and the classifier could not."""
    statement = (
        select(func.count())
        .select_from(Correction)
        .join(Experience, col(Experience.id) == col(Correction.experience_id))
        .where(
            col(Correction.undone_at).is_(None),
            col(Correction.touchpoint).is_not(None),
            col(Correction.start).is_not(None),
            Correction.read_touchpoint == "",
        )
    )
    if scope is not None:
        statement = statement.where(col(Experience.customer).in_(scope))
    return (await session.exec(statement)).one()
