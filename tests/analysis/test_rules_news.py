from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

from analysis.models import MomentState
from analysis.rules.news import picked
from analysis.schemas.moments import Loss, MomentView

TODAY = date(2026, 6, 15)
OLD = MomentView(
    id=uuid4(),
    touchpoint="delivery",
    segment=None,
    kind="negative_moment_of_truth",
    state=MomentState.FOUND,
    wins=False,
    loss=Loss(7.0, 4.0, 10.0, 2.0, 214),
    own=False,
    rank=1,
    since=None,
    since_between=None,
    first_detected=TODAY - timedelta(days=300),
    looked_on=TODAY,
    acted_on_at=None,
    method="1",
)


def test_what_was_found_long_ago_hurts_and_is_no_news() -> None:
    found = picked([OLD], TODAY)
    assert (found.changed, found.hurting, found.acted_on) == ([], [OLD], [])


def test_what_is_new_worse_or_over_is_news() -> None:
    new = replace(OLD, first_detected=TODAY - timedelta(days=9))
    worse, over = replace(OLD, state=MomentState.WORSE), replace(OLD, state=MomentState.RECOVERED)
    assert picked([new, worse, over], TODAY).changed == [new, worse, over]
    assert picked([new, worse, over], TODAY).hurting == [new, worse]


def test_what_is_being_acted_on_is_told_apart_and_what_wins_people_is_not_told_here() -> None:
    acted, wins = replace(OLD, state=MomentState.ACTED_ON), replace(OLD, wins=True)
    found = picked([acted, wins], TODAY)
    assert (found.hurting, found.acted_on) == ([], [acted])
