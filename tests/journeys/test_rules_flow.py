import json
from datetime import datetime
from math import isclose
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeys.models import EventType, TicketState, WaitingFor
from journeys.rules.flow import RANK, ticket_flow
from journeys.rules.flow_report import flow_report, left_out, percentile
from journeys.schemas import FlowEvent, TicketFlow
from tests.journeys.story import at, event, flow_events
from tests.support.data import data_file

HOUR = 3600


def flow(*events: Any) -> TicketFlow:
    return ticket_flow(flow_events(*events))


# ---- one ticket ----


def test_the_incident_of_the_vendors_samples_has_the_figures_agreed_for_it() -> None:
    expected = json.loads(data_file("payloads/_expected-neutral-ticket.json").read_text())
    told, metrics = expected["ticket"], expected["metrics"]
    found = ticket_flow(_events_of_sample(told))
    assert found.open_s == metrics["open_clock_s"]
    assert found.waiting_s == metrics["waiting_s"]
    assert found.waiting_for == {"requester": metrics["waiting_s"]}
    assert found.handoffs == metrics["handoffs_group"]
    assert found.reopens == metrics["reopens"]
    report = flow_report([found])
    assert report.pooled.waiting == pytest.approx(metrics["waiting_share"], abs=5e-5)
    assert 1 - (report.pooled.waiting or 0) == pytest.approx(metrics["flow_efficiency"], abs=5e-5)
    seconds = {
        "request_to_response_s": report.hours_to_response,
        "first_resolution_s": report.hours_to_first_resolution,
        "elapsed_to_final_resolution_s": report.hours_to_final_resolution,
    }
    for name, figures in seconds.items():
        assert (figures.p50 or 0) * HOUR == pytest.approx(metrics[name], abs=0.01)


def _events_of_sample(told: dict[str, Any]) -> list[FlowEvent]:
    happened = [("created", told["opened_at"], {}), ("responded", told["first_response_at"], {})]
    happened += [("assigned", change["at"], {"group": change["to"]}) for change in told["group_changes"]]
    for pending in told["pending_intervals"]:
        happened += [
            ("waiting", pending["from"], {"waiting_for": pending["waiting_on"]}),
            ("resumed", pending["to"], {}),
        ]
    happened += [("resolved", when, {}) for when in told["resolved_at"]]
    happened += [("reopened", when, {}) for when in told["reopened_at"]]
    happened.append(("closed", told["closed_at"], {}))
    return [
        FlowEvent(event_id=str(i), type=EventType(kind), at=datetime.fromisoformat(when), **more)
        for i, (kind, when, more) in enumerate(happened)
    ]


def test_time_while_resolved_is_on_nobodys_account() -> None:
    found = flow(event("created"), event("resolved", 2), event("reopened", 50), event("resolved", 51))
    assert (found.open_s, found.resolved_at) == (3 * HOUR, at(51))


def test_a_ticket_closed_without_being_resolved_is_resolved_at_its_closing() -> None:
    assert flow(event("created"), event("closed", 4)).resolved_at == at(4)


def test_the_closing_after_a_resolution_changes_nothing() -> None:
    assert flow(event("created"), event("resolved", 4), event("closed", 124)).resolved_at == at(4)


def test_the_first_assignment_is_no_handoff_and_a_return_is_ping_pong() -> None:
    passed = [event("assigned", n, group=group) for n, group in enumerate("ABA", 1)]
    found = flow(event("created"), *passed, event("resolved", 9))
    assert (found.handoffs, found.returns, found.group) == (2, 1, "A")


def test_an_unknown_group_in_between_is_no_handoff() -> None:
    found = flow(event("assigned", 1, group="A"), event("updated", 2), event("assigned", 3, group="A"))
    assert found.handoffs == 0


def test_work_begins_with_the_first_assignment_unless_the_source_says_otherwise() -> None:
    assert flow(event("created"), event("assigned", 1), event("resolved", 3)).queue_s == HOUR
    still_new = event("assigned", 1, state=TicketState.QUEUE)
    assert flow(event("created"), still_new, event("resolved", 3)).queue_s == 3 * HOUR


def test_waiting_is_on_the_account_of_those_who_are_waited_for() -> None:
    waits = [event("waiting", 1, waiting_for=WaitingFor.VENDOR), event("waiting", 3), event("resumed", 6)]
    found = flow(event("created"), *waits, event("resolved", 7))
    assert found.waiting_for == {"vendor": 2 * HOUR, "other": 3 * HOUR}
    assert found.waiting_s == 5 * HOUR


def test_an_open_state_after_a_resolution_is_a_reopening() -> None:
    back = event("updated", 5, state=TicketState.ACTIVE)
    found = flow(event("created"), event("resolved", 2), back, event("resolved", 6))
    assert (found.reopens, found.first_resolved_at, found.resolved_at) == (1, at(2), at(6))


def test_a_reopening_whose_resolution_is_not_known_counts() -> None:
    assert flow(event("reopened", 1), event("resolved", 2)).reopens == 1


def test_a_comment_after_the_resolution_reopens_nothing() -> None:
    later = [event("responded", 3), event("updated", 4), event("assigned", 5, group="A")]
    assert flow(event("created"), event("resolved", 2), *later).resolved_at == at(2)


def test_the_response_is_the_first_reply_else_the_first_taking_up() -> None:
    taken_up = flow(event("created"), event("assigned", 1), event("resumed", 2), event("resolved", 3))
    assert taken_up.responded_at == at(2)
    replied = flow(event("created"), event("resumed", 2), event("responded", 2.5), event("resolved", 3))
    assert replied.responded_at == at(2.5)


def test_the_opening_that_a_system_repeats_is_the_opening() -> None:
    found = flow(event("updated", 2, opened_at=at(0), state=TicketState.ACTIVE), event("resolved", 3, opened_at=at(0)))
    assert (found.queue_s, found.active_s) == (2 * HOUR, HOUR)


def test_time_before_the_opening_does_not_count() -> None:
    found = flow(event("updated", -3, state=TicketState.ACTIVE), event("created", 0), event("resolved", 1))
    assert found.open_s == HOUR


def test_updates_of_the_same_minute_keep_the_order_of_the_sources_counter() -> None:
    to_b = event("updated", 1, group="B", sequence=2, event_id="a")
    to_a = event("updated", 1, group="A", sequence=1, event_id="b")
    assert flow(event("created"), to_b, to_a).group == "B"


# ---- many tickets ----


def test_tickets_are_left_out_by_reason_and_still_counted() -> None:
    unopened = flow(event("assigned", 0, group="A"), event("assigned", 1, group="B"), event("resolved", 2))
    unresolved = flow(event("created"), event("resolved", 1), event("reopened", 2))
    backwards = flow(event("resolved", -1), event("created", 0))
    at_once = flow(event("created"), event("resolved"))
    report = flow_report([unopened, unresolved, backwards, at_once])
    reasons = {"no_creation": 1, "not_resolved": 1, "resolved_before_opening": 1, "no_open_time": 1}
    assert (report.tickets, report.left_out) == (4, reasons)
    assert (report.handoffs["1"], report.reopened) == (1, 1)
    assert report.pooled.active is None
    assert report.hours_to_first_resolution.p50 == 0.5, "an hour of the reopened ticket, none of the immediate one"
    assert report.hours_to_final_resolution.p50 == 0.0


def test_a_long_ticket_weighs_more_in_the_pooled_shares_only() -> None:
    short = flow(event("created"), event("resumed", 0), event("resolved", 1))
    long = flow(event("created"), event("waiting", 0), event("resolved", 9))
    report = flow_report([short, long])
    assert (report.pooled.waiting, report.per_ticket_mean.waiting) == (0.9, 0.5)


def test_handoffs_are_counted_up_to_five_and_more() -> None:
    many = flow(event("created"), *[event("assigned", n, group=str(n)) for n in range(1, 9)])
    assert flow_report([many, flow(event("created"))]).handoffs == {"0": 1, "1": 0, "2": 0, "3": 0, "4": 0, "5+": 1}


def test_a_report_of_nothing_is_empty_and_not_wrong() -> None:
    report = flow_report([])
    assert (report.tickets, report.pooled.active, report.hours_to_response.mean) == (0, None, None)


def test_the_report_is_printed_in_the_agreed_form() -> None:
    printed = json.loads(msgspec.json.encode(flow_report([])))
    assert list(printed) == [
        *("tickets", "events", "left_out", "pooled", "per_ticket_mean", "hours_to_response"),
        *("hours_to_first_resolution", "hours_to_final_resolution", "handoffs", "ping_pong", "reopened", "waiting_for"),
    ]
    assert list(printed["pooled"]) == ["active", "waiting", "queue"]
    assert list(printed["hours_to_response"]) == ["p50", "p75", "p90", "mean"]


@pytest.mark.parametrize(("q", "expected"), [(0.0, 1.0), (0.5, 2.5), (0.75, 3.25), (1.0, 4.0)])
def test_percentiles_interpolate_between_neighbours(q: float, expected: float) -> None:
    assert percentile([1.0, 2.0, 3.0, 4.0], q) == expected


# ---- whatever the events are ----

SOME_EVENTS = st.lists(
    st.builds(
        FlowEvent,
        event_id=st.integers(0, 40).map(str),
        type=st.sampled_from(EventType),
        at=st.integers(0, 12).map(at),
        sequence=st.integers(0, 2),
        state=st.none() | st.sampled_from(TicketState),
        group=st.sampled_from(["", "A", "B", "C"]),
        waiting_for=st.sampled_from(["", *WaitingFor]),
        opened_at=st.none() | st.integers(0, 4).map(at),
    ),
    max_size=14,
    unique_by=lambda one: one.event_id,
)


def test_every_type_has_its_place_in_the_order() -> None:
    assert set(RANK) == set(EventType)


@given(SOME_EVENTS, st.randoms())
def test_the_order_of_arrival_changes_nothing(events: list[FlowEvent], random: Any) -> None:
    shuffled = random.sample(events, len(events))
    assert ticket_flow(shuffled) == ticket_flow(events)


@given(SOME_EVENTS)
def test_repeated_events_change_nothing(events: list[FlowEvent]) -> None:
    assert ticket_flow([*events, *events]) == ticket_flow(events)


@given(SOME_EVENTS)
def test_the_parts_of_the_clock_are_never_negative_and_make_up_the_whole(events: list[FlowEvent]) -> None:
    found = ticket_flow(events)
    assert min(found.active_s, found.waiting_s, found.queue_s) >= 0
    assert isclose(sum(found.waiting_for.values()), found.waiting_s)
    assert 0 <= found.returns <= found.handoffs <= max(0, len(events) - 1)
    shares = flow_report([found]).pooled
    if left_out(found) is None:
        assert sum((shares.active or 0, shares.waiting or 0, shares.queue or 0)) == pytest.approx(1, abs=2e-6)
        assert found.resolved_at
        assert found.opened_at
        assert found.open_s <= (found.resolved_at - found.opened_at).total_seconds()


@given(SOME_EVENTS)
def test_each_reopening_lies_between_two_resolutions(events: list[FlowEvent]) -> None:
    found = ticket_flow(events)
    assert (found.resolved_at is None) <= (found.state not in (TicketState.RESOLVED, TicketState.CLOSED))
    if found.first_resolved_at and found.resolved_at:
        assert found.first_resolved_at <= found.resolved_at
        assert found.reopens or found.first_resolved_at == found.resolved_at


@given(st.lists(SOME_EVENTS, max_size=6))
def test_reports_count_every_ticket_once(tickets: list[list[FlowEvent]]) -> None:
    report = flow_report(map(ticket_flow, tickets))
    assert sum(report.handoffs.values()) == report.tickets == len(tickets)
    assert report.events == sum(map(len, tickets))
    assert sum(report.left_out.values()) <= report.tickets
