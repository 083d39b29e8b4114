"""Who waits is told where their ticket stands, and when to expect news only where enough like it says so."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journeys.rules.flow import ticket_flow
from journeys.rules.progress import FEWEST, SHARE, progress, step_of
from journeys.schemas.progress import LikeIt, Step, Waiting
from tests.journeys.story import at, event, flow_events

HOUR = 3600.0


def waiting(step: Step, hours: float) -> Waiting:
    return Waiting(step, at(0), at(0), None, at(hours))


@pytest.mark.parametrize(
    ("happened", "step", "since"),
    [
        ([("created", 0)], Step.QUEUE, 0),
        ([("created", 0), ("assigned", 2)], Step.ACTIVE, 2),
        ([("created", 0), ("assigned", 2), ("assigned", 5)], Step.ACTIVE, 2),
        ([("created", 0), ("responded", 1), ("resolved", 4), ("reopened", 30)], Step.ACTIVE, 30),
        ([("created", 0), ("responded", 1), ("resolved", 4), ("closed", 9)], Step.DONE, 9),
    ],
)
def test_the_step_and_since_when(happened: list[tuple[str, float]], step: Step, since: float) -> None:
    flow = ticket_flow(flow_events(*[event(*one) for one in happened]))
    assert (step_of(flow), flow.entered_at) == (step, at(since))


@pytest.mark.parametrize(("who", "step"), [("requester", Step.WAITING_REQUESTER), ("vendor", Step.WAITING_OTHERS)])
def test_it_says_for_whom_it_waits(who: str, step: Step) -> None:
    flow = ticket_flow(flow_events(event("created", 0), event("waiting", 3, waiting_for=who)))
    assert (step_of(flow), flow.entered_at) == (step, at(3))


def test_no_step_without_a_state() -> None:
    assert step_of(ticket_flow([])) is None


def test_news_is_expected_when_most_like_it_had_some() -> None:
    like_it = LikeIt(to_response=[HOUR * n for n in range(100)], to_resolution=[HOUR * 100 * n for n in range(100)])
    in_queue = progress(waiting(Step.QUEUE, 0), like_it)
    at_work = progress(waiting(Step.ACTIVE, 0), like_it)
    assert in_queue.news_by == at(80).date()
    assert at_work.news_by == at(8000).date()
    assert in_queue.of == 99, "one was answered at once, and says nothing about a ticket that still waits"


def test_what_was_over_sooner_says_nothing_any_more() -> None:
    like_it = LikeIt(to_response=[HOUR] * 500 + [HOUR * 200] * FEWEST)
    assert progress(waiting(Step.QUEUE, 0), like_it).news_by == at(1).date()
    assert progress(waiting(Step.QUEUE, 2), like_it).news_by == at(200).date()


def test_too_few_like_it_say_nothing_and_a_late_one_is_called_late() -> None:
    few = progress(waiting(Step.QUEUE, 0), LikeIt(to_response=[HOUR] * (FEWEST - 1)))
    late = progress(waiting(Step.QUEUE, 5), LikeIt(to_response=[HOUR] * 100))
    assert (few.news_by, few.late) == (None, False)
    assert (late.news_by, late.late, late.of) == (None, True, 100)


def test_where_others_have_to_act_nobody_forecasts() -> None:
    like_it = LikeIt([HOUR] * 100, [HOUR] * 100)
    for step in (Step.WAITING_REQUESTER, Step.WAITING_OTHERS):
        assert progress(waiting(step, 0), like_it).news_by is None


@settings(deadline=None)
@given(
    st.lists(st.floats(min_value=0, max_value=1e7), min_size=FEWEST, max_size=80), st.floats(min_value=0, max_value=1e4)
)
def test_the_forecast_lies_ahead_and_holds_for_most_of_those_it_is_read_from(times: list[float], hours: float) -> None:
    told = progress(waiting(Step.ACTIVE, hours), LikeIt(to_resolution=times))
    age = (at(hours) - at(0)).total_seconds()  # a clock counts in microseconds
    later = [one for one in times if one > age]
    if told.news_by is None:
        assert told.late == (len(later) < FEWEST)
        return
    assert told.news_by >= at(hours).date()
    by = [one for one in later if (at(0) + timedelta(seconds=one)).date() <= told.news_by]
    assert len(by) >= SHARE * len(later)
