"""What of a neutral event matters to flow."""

from datetime import UTC
from sys import intern

from journeys.schemas import FlowEvent, TicketEventIn


def flow_event(event: TicketEventIn) -> FlowEvent:
    return FlowEvent(
        event_id=event.event_id,
        type=event.type,
        at=event.at.astimezone(UTC),
        sequence=event.sequence,
        state=event.state,
        group=intern(event.group or ""),  # a log names the same few groups over and over
        waiting_for=event.waiting_for or "",
        opened_at=event.opened_at and event.opened_at.astimezone(UTC),
    )
