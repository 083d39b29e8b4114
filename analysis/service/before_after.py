"""Sums of answers before and after, as the gate lets them out: whole months, groups that are large enough."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from analysis.disclosure import Choice, inside, plan, veiled
from analysis.models import Dimension
from analysis.queries.cells import atoms
from analysis.schemas.figures import Figure, Window
from analysis.service.experience import scale_of
from analysis.statistics import Scale, Sums, mean
from core.db import Session
from core.settings import settings


@dataclass(frozen=True)
class Shown:
    """What may be seen of one period: touchpoint -> last month of a block -> its sums."""

    blocks: dict[str, dict[int, Sums]] = field(default_factory=dict)

    def of(self, touchpoints: Sequence[str]) -> Sums:
        return sum((one for key in touchpoints for one in self.blocks.get(key, {}).values()), Sums())

    def months(self, touchpoints: Sequence[str]) -> tuple[tuple[int, Sums], ...]:
        found: dict[int, Sums] = {}
        for key in touchpoints:
            for month, sums in self.blocks.get(key, {}).items():
                found[month] = found.get(month, Sums()) + sums
        return tuple(sorted(found.items()))


async def shown_in(
    session: Session,
    scope: frozenset[str] | None,
    choice: Choice,
    dimension: Dimension,
    windows: Sequence[Window | None],
) -> list[Shown]:
    """One for each period; none where there is no period. Read once, so all of them are of one moment."""
    minimum, scale = settings().min_group, scale_of(dimension)
    planned = plan((await atoms(session, scope, choice))[dimension], choice, minimum)
    found = [inside(planned, window, minimum) if window else {} for window in windows]
    return [
        Shown({key: {one.months.last: veiled(one.group.sums, scale) for one in of_one} for key, of_one in each.items()})
        for each in found
    ]


def figure_of(sums: Sums, scale: Scale) -> Figure:
    """Of sums that the gate has let out; a group that is smaller than it would ever show has none."""
    if sums.n < settings().min_group:
        return Figure()
    found = mean(sums, scale)
    return Figure(round(found.value, 1), round(found.low, 1), round(found.high, 1), sums.n)
