"""Flow figures through the gate: with an interval where enough tickets have them, and not at all where too few do."""

from datetime import UTC, datetime, timedelta

from analysis.routes.flow_words import figures, lede
from analysis.service.flow import disclosed
from core.i18n import use
from journeys.rules.flow_cells import SummedTally, sums_of
from journeys.rules.flow_sureness import sure_of
from journeys.schemas import TicketFlow

BEGAN = datetime(2026, 3, 1, tzinfo=UTC)


def resolved(hours: float, *, answered: bool = True, handoffs: int = 0) -> TicketFlow:
    over = BEGAN + timedelta(hours=hours)
    return TicketFlow(
        opened_at=BEGAN, responded_at=BEGAN + timedelta(minutes=30) if answered else None, first_resolved_at=over,
        resolved_at=over, active_s=hours * 1800, waiting_s=hours * 1800, handoffs=handoffs,
    )  # fmt: skip


def report(flows: list[TicketFlow]) -> SummedTally:
    tally = SummedTally()
    for flow in flows:
        tally.add(sums_of(flow, None))
    return tally


def test_times_and_shares_are_told_with_their_intervals() -> None:
    tally = report([resolved(hours, handoffs=hours % 2) for hours in range(1, 41)])
    shown = disclosed(tally.report(), sure_of(tally.sums))
    assert shown is not None
    use("en")
    told = figures(shown)
    assert (told["resolved"].value, told["resolved"].between, told["resolved"].n) == ("20.5 h", "14.0–27.0 h", 40)
    assert (told["slow"].value, told["slow"].between) == ("36.1 h", "32.0–40.0 h")
    assert (told["handed_on"].value, told["handed_on"].between) == ("50%", "35–65%")


def test_what_too_few_tickets_have_is_not_told() -> None:
    flows = [resolved(hours, answered=hours < 3) for hours in range(1, 6)]
    tally = report(flows)
    shown = disclosed(tally.report(), sure_of(tally.sums))
    assert shown is not None
    assert shown.hours_to_response.p50 is None, "two tickets were answered"
    use("en")
    told = figures(shown)
    assert "Half of the tickets are resolved within 3.0 h." in lede(shown)
    assert "response" not in told
    assert (told["resolved"].value, told["resolved"].between) == ("3.0 h", ""), "five tickets give no interval"
    assert disclosed(report(flows[:3]).report(), {}) is None
