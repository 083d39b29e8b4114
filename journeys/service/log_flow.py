"""Flow straight from a log, without any database."""

from collections import defaultdict
from pathlib import Path

from msgspec.structs import replace

from journeys.rules.flow import ticket_flow
from journeys.rules.flow_events import flow_event
from journeys.rules.flow_report import FlowTally
from journeys.rules.flow_sureness import sure_of_tickets
from journeys.schemas import FlowEvent, FlowReport, LogReading, Mapping, RowRejected
from journeys.service.log_events import Progress, log_events, note, refuse_misread


def flow_of_log(path: Path, mapping: Mapping | None, progress: Progress | None = None) -> tuple[FlowReport, LogReading]:
    """The figures with intervals, and what was read of the file. Holds what flow needs of every event in memory."""
    tickets: dict[tuple[str, str], list[FlowEvent]] = defaultdict(list)
    reading = LogReading()
    for item in log_events(path, mapping, progress):
        note(reading, item)
        if not isinstance(item, RowRejected):
            for event in item[1]:
                tickets[event.source, event.ticket].append(flow_event(event))
    refuse_misread(reading)
    tally = FlowTally()
    for events in tickets.values():
        tally.add(ticket_flow(events))
    return replace(tally.report(reading.rejected_total), sure=sure_of_tickets(tally)), reading
