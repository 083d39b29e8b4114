"""The value stream from events: where tickets lie, where they come back, and what too few tickets took."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from journeys.models import EventType
from journeys.rules.flow import ticket_flow
from journeys.rules.stream import stream
from journeys.schemas import FlowEvent
from journeys.schemas.stream import NOBODY, OPENED, OTHERS, RESOLVED, Passage

START = datetime(2026, 3, 2, 8, tzinfo=UTC)


def events(*told: tuple[EventType, float, str]) -> list[FlowEvent]:
    return [
        FlowEvent(f"{number}", kind, START + timedelta(hours=hours), group=group)
        for number, (kind, hours, group) in enumerate(told)
    ]


ROUND = events(
    (EventType.CREATED, 0, ""),
    (EventType.ASSIGNED, 2, "desk"),
    (EventType.WAITING, 3, "desk"),
    (EventType.ASSIGNED, 7, "network"),
    (EventType.RESUMED, 8, "network"),
    (EventType.ASSIGNED, 10, "desk"),
    (EventType.RESOLVED, 11, "desk"),
)


def test_a_ticket_that_goes_round_is_seen_with_where_its_time_went() -> None:
    found = stream([ROUND] * 6, 5)
    steps = {one.group: one for one in found.steps}
    assert list(steps) == [NOBODY, "desk", "network"]
    assert (steps[NOBODY].queue, steps["desk"].tickets, steps["desk"].again, steps["desk"].visits) == (12.0, 6, 6, 12)
    assert steps["desk"].waiting == 6 * 4
    ways = {(one.source, one.target): one for one in found.passages}
    assert ways[OPENED, NOBODY] == Passage(OPENED, NOBODY, 6, False, 2.0)
    assert ways["network", "desk"].back
    assert ways["desk", RESOLVED].times == 6
    assert (found.returned, found.unowned) == (6, 6)


def test_groups_with_few_tickets_are_one_step_together_and_rare_ways_are_not_told() -> None:
    small = [
        events((EventType.CREATED, 0, f"team-{number}"), (EventType.RESOLVED, 1, f"team-{number}")) for number in "abc"
    ]
    found = stream([*[ROUND] * 6, *small], 5)
    assert {one.group for one in found.steps} == {NOBODY, "desk", "network", OTHERS}
    assert all(OTHERS not in (one.source, one.target) for one in found.passages)


@given(st.lists(st.tuples(st.sampled_from(list(EventType)), st.floats(0, 200), st.sampled_from(["", "a", "b"]))))
def test_the_steps_hold_all_open_time_and_no_more(told: list[tuple[EventType, float, str]]) -> None:
    one = events((EventType.CREATED, 0, ""), *told)
    flow = ticket_flow(one)
    found = stream([one], 1)
    assert abs(sum(step.hours for step in found.steps) - flow.open_s / 3600) < 1e-6
