"""A journey twice, side by side. Nothing is added up here but what is published already."""

from collections.abc import Iterable, Mapping, Sequence

from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.disclosure import Group, change, figure
from analysis.models import Dimension
from analysis.schemas.beside import Pair, SideBySide
from analysis.schemas.reports import ASKED, Filters
from analysis.service.experience import Shown, groups_at, shown_under
from core.settings import settings
from journeys.models import Stage, Touchpoint

Groups = Mapping[Dimension, Group | None]


async def side_by_side(
    session: AsyncSession, scope: frozenset[str] | None, this: Filters, other: Filters, places: Sequence[Touchpoint]
) -> SideBySide:
    mine, theirs = [await shown_under(session, scope, one) for one in (this, other)]
    stages = [(stage.value, [one.key for one in places if one.stage == stage]) for stage in Stage]
    single = [(one.key, [one.key]) for one in places]
    return SideBySide(this, other, _pairs(stages, mine, theirs), _pairs(single, mine, theirs))


def _pairs(kept: Iterable[tuple[str, list[str]]], mine: Shown, theirs: Shown) -> tuple[Pair, ...]:
    return tuple(_pair(key, groups_at(keys, mine), groups_at(keys, theirs)) for key, keys in kept)


def _pair(key: str, this: Groups, other: Groups) -> Pair:
    few = settings().min_group
    return Pair(
        key=key,
        this={one: figure(this[one], few) for one in ASKED},
        other={one: figure(other[one], few) for one in ASKED},
        change={one: change(this[one], other[one], few) for one in ASKED},
    )
