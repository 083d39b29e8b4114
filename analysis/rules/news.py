"""Which moments belong on the start page: what is new, what costs trust, and what is being done."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from analysis.models import MomentState
from analysis.schemas.moments import MomentView

NEW = timedelta(days=60)
MOST = 4
COSTLY = (MomentState.FOUND, MomentState.WORSE)


@dataclass(frozen=True)
class Picked:
    """`changed`: found, worse or over of late; `hurting`: costs trust now; `acted_on`: somebody is at it."""

    changed: list[MomentView]
    hurting: list[MomentView]
    acted_on: list[MomentView]


def picked(found: Iterable[MomentView], today: date) -> Picked:
    lost = [one for one in found if not one.wins]
    return Picked(
        changed=[one for one in lost if _is_news(one, today)][:MOST],
        hurting=[one for one in lost if one.state in COSTLY][:MOST],
        acted_on=[one for one in lost if one.state == MomentState.ACTED_ON][:MOST],
    )


def _is_news(one: MomentView, today: date) -> bool:
    if one.state in (MomentState.WORSE, MomentState.RECOVERED):
        return one.looked_on >= today - NEW
    begun = one.since_between is not None and one.since is not None and one.since >= today - 3 * NEW
    return one.state in (MomentState.FOUND, MomentState.ACTED_ON) and (begun or one.first_detected >= today - NEW)
