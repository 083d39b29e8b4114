"""Comments of the customers in scope, as far as they were released: a page at a time, however many there are.

Where words are searched for or a filter is set, one page looks through at most `LOOKED_AT` comments and tells where it
stopped. There is no index of words: it would be a second copy of what people may have taken back, and one of three
letters finds no Chinese word of two.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import and_, false, func, literal_column, or_, union_all
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.models import Correction, Experience, Mention, Released
from analysis.schemas.readings import Place, Search, Shown

Scope = frozenset[str] | None
SIDES = {"negative": ("very_negative", "negative"), "positive": ("positive", "very_positive")}
LOOKED_AT = 5_000
ONE_BY_ONE = 50  # so many customers are each read in their own order; more are put in order together
said_in: Any = Experience.month
how_sure: Any = Experience.sentiment_confidence
# Written out, since a database uses an index of these rows only where it sees that they are meant.
WRITTEN: Any = literal_column("experience.comment <> '' AND experience.released > 0")


class Found(NamedTuple):
    """`stopped`: where the next page begins, if this one is not full because it looked at as many as it may."""

    comments: list[Experience]
    stopped: Place | None


async def page(
    session: AsyncSession, scope: Scope, shown: Shown, search: Search, after: Place | None, at_most: int
) -> Found:
    """The newest months first; within a month those first of which the reader was least sure, which tells no order
    in time."""
    wanted, looked = _fitting(shown, search), 0
    found: list[Experience] = []
    month = after.month if after else await _month_up_to(session, scope, None)
    while month is not None:
        left = LOOKED_AT - looked if wanted else at_most - len(found)
        shelf = _shelf(scope, shown, month, after if after and after.month == month else None, left)
        found += await _among(session, shelf, wanted, at_most - len(found))
        if len(found) >= at_most:
            break
        on_it, last = await _end_of(session, shelf)
        looked += on_it
        if last and looked >= LOOKED_AT:
            return Found(found, Place(month, *last))
        month = await _month_up_to(session, scope, month - 1)
    return Found(found, None)


async def _among(session: AsyncSession, shelf: Any, wanted: list[Any], at_most: int) -> Sequence[Experience]:
    statement = select(Experience).join(shelf, shelf.c.id == Experience.id).where(*wanted)
    return (await session.exec(statement.order_by(shelf.c.sureness, shelf.c.id).limit(at_most))).all()


async def _end_of(session: AsyncSession, shelf: Any) -> tuple[int, tuple[float, Any] | None]:
    """How many comments are on a shelf, and the last of them."""
    n = (await session.exec(select(func.count()).select_from(shelf))).one()
    backwards = select(shelf.c.sureness, shelf.c.id).order_by(shelf.c.sureness.desc(), shelf.c.id.desc())
    last = (await session.exec(backwards.limit(1))).first()
    return n, (last[0], last[1]) if last else None


def by_customer(scope: Scope) -> list[list[Any]]:
    """Conditions, each with an index of its own order, that together hold what is in scope."""
    if scope is None:
        return [[]]
    if len(scope) > ONE_BY_ONE:
        return [[col(Experience.customer).in_(scope)]]
    return [[Experience.customer == one] for one in sorted(scope)] or [[false()]]


async def _month_up_to(session: AsyncSession, scope: Scope, month: int | None) -> int | None:
    """The newest month with comments; not after `month`, if one is given."""
    until = [] if month is None else [said_in <= month]
    months: Any = select(said_in.label("month")).order_by(said_in.desc()).limit(1)
    each = together([months.where(*of, WRITTEN, *until) for of in by_customer(scope)])
    found: int | None = (await session.exec(select(func.max(each.c.month)))).one()
    return found


def together(parts: list[Any]) -> Any:
    """Of statements with an order and a limit of their own, which SQLite wants wrapped."""
    return union_all(*(select(one.subquery()) for one in parts)).subquery()


def _shelf(scope: Scope, shown: Shown, month: int, after: Place | None, at_most: int) -> Any:
    """The first comments of a month in their order."""
    begin = [_after(after)] if after else []
    ids: Any = select(how_sure.label("sureness"), col(Experience.id).label("id"))
    ids = ids.where(said_in == month, WRITTEN, *begin, released(scope, shown.by_service))
    ids = ids.order_by(how_sure, col(Experience.id)).limit(at_most)
    each = together([ids.where(*of) for of in by_customer(scope)])
    return select(each).order_by(each.c.sureness, each.c.id).limit(at_most).subquery()


def _after(place: Place) -> Any:
    as_sure = and_(how_sure == place.confidence, col(Experience.id) > place.id)
    # The first bound says nothing new, but it is one that an index can start from.
    return and_(how_sure >= place.confidence, or_(how_sure > place.confidence, as_sure))


def _fitting(shown: Shown, search: Search) -> list[Any]:
    """What a comment has to be beside released; nothing, where nothing was chosen."""
    wanted: list[Any] = [_about(shown.touchpoint)] if shown.touchpoint else []
    if search.service:
        wanted.append(Experience.service == search.service)
    if search.sentiment:
        wanted.append(col(Experience.sentiment).in_(SIDES.get(search.sentiment, (search.sentiment,))))
    if search.language:
        wanted.append(Experience.language == search.language)
    if search.text:
        wanted.append(col(Experience.comment).icontains(search.text, autoescape=True))
    return wanted


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


def _newest(scope: Scope) -> Any:
    """The ids of the newest comments that may be shown."""
    backwards = said_in.desc(), how_sure.desc(), col(Experience.id).desc()
    ids: Any = select(said_in.label("month"), how_sure.label("sureness"), col(Experience.id).label("id"))
    ids = ids.where(WRITTEN, released(scope)).order_by(*backwards).limit(LOOKED_AT)
    each = together([ids.where(*of) for of in by_customer(scope)])
    return select(each.c.id).order_by(each.c.month.desc(), each.c.sureness.desc(), each.c.id.desc()).limit(LOOKED_AT)


def _waiting(statement: Any, scope: Scope) -> Any:
    """Mentions of the newest comments that nobody could place: two touchpoints were meant equally, or nothing at all
    says where it was."""
    unclear = or_(col(Mention.candidates) != [], col(Experience.touchpoint) == "")
    newest = _newest(scope).subquery()
    joined = statement.select_from(newest).join(Experience, col(Experience.id) == newest.c.id)
    joined = joined.join(Mention, col(Mention.experience_id) == newest.c.id)
    # Not the bare column: an index of it would lead through all that ever waited.
    nowhere_yet = func.coalesce(Mention.touchpoint, "") == ""
    return joined.where(nowhere_yet, col(Mention.nowhere).is_(False), unclear)


async def unplaced(
    session: AsyncSession, scope: Scope, after: Place | None, at_most: int
) -> Sequence[tuple[Mention, Experience]]:
    """The clearest first: they are placed most easily."""
    statement = _waiting(select(Mention, Experience), scope)
    if after:
        as_sure = and_(col(Mention.confidence) == after.confidence, col(Mention.id) > after.id)
        statement = statement.where(or_(col(Mention.confidence) < after.confidence, as_sure))
    ordered = statement.order_by(col(Mention.confidence).desc(), col(Mention.id)).limit(at_most)
    found: Sequence[tuple[Mention, Experience]] = (await session.exec(ordered)).all()
    return found


async def often_meant(session: AsyncSession, scope: Scope, service: str | None) -> Sequence[str]:
    """Touchpoints of the newest comments that were placed, of a service or of all: the commonest first."""
    many = func.count().label("many")
    newest = _newest(scope).subquery()
    joined = select(Mention.touchpoint, many).select_from(newest).join(Experience, col(Experience.id) == newest.c.id)
    placed = joined.join(Mention, col(Mention.experience_id) == newest.c.id).where(Mention.touchpoint != "")
    wanted = placed if service is None else placed.where(Experience.service == service)
    ordered = wanted.group_by(Mention.touchpoint).order_by(many.desc(), Mention.touchpoint)
    return [touchpoint for touchpoint, _many in (await session.exec(ordered)).all()]


async def how_many_unplaced(session: AsyncSession, scope: Scope) -> int:
    found: int = (await session.exec(_waiting(select(func.count()), scope))).one()
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
