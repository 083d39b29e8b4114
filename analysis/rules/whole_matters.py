"""One matter of one person, over all value streams: repair, a suggestion, a new demand stay one story.

Tickets belong together by the rule that surveys and moments use (`journeys.rules.matters`); a message that somebody
signed counts as a thread of its own there, so that it also joins what lies before and after it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time
from uuid import UUID

from analysis.rules.lived import GAP
from analysis.schemas.matters import Entry, Happened, Strand, Stream, WholeMatter
from feedback.schemas.signed import Signed, Turn
from journeys.models import TicketKind
from journeys.rules import matters as rule
from journeys.rules.context import Placed, place
from journeys.schemas import places
from journeys.schemas.matters import MatterTicket
from surveys.schemas.matters import AskedAbout, ToldOpenly

HOUR = 3600
STREAMS = {
    TicketKind.INCIDENT: Stream.RESTORATION,
    TicketKind.REQUEST: Stream.FULFILMENT,
    TicketKind.DEMAND: Stream.NEW_DEMAND,
}


def whole_matters(
    tickets: Sequence[MatterTicket], signed: Sequence[Signed], touchpoints: Sequence[Placed]
) -> list[WholeMatter]:
    """All matters of one person, without what happened in them."""
    threads = [places.Strand(one.id, one.opened_at, one.over_at, one.linked) for one in tickets]
    threads += [places.Strand(one.id, one.at, one.at) for one in signed]
    strands = {one.id: _of_ticket(one, touchpoints) for one in tickets} | {one.id: _of_message(one) for one in signed}
    named = {one.id: one.name for one in signed if one.name}
    customers = {one.id: one.customer for one in tickets}
    found = []
    for matter in rule.matters(threads, GAP):
        mine = [strands[id_] for id_ in matter.ticket_ids]
        whose = next((customers[one.id] for one in mine if customers.get(one.id)), "")
        found.append(_matter(mine, whose, next((named[one.id] for one in mine if one.id in named), "")))
    return found


def _matter(strands: Sequence[Strand], customer: str, person: str) -> WholeMatter:
    ends = [one.over_at for one in strands]
    return WholeMatter(
        id=strands[0].id,
        customer=customer,
        person=person,
        strands=tuple(strands),
        streams=tuple(dict.fromkeys(one.stream for one in strands)),
        began_at=strands[0].began_at,
        over_at=None if None in ends else max(end for end in ends if end),
    )


def _of_ticket(one: MatterTicket, touchpoints: Sequence[Placed]) -> Strand:
    flow = one.flow
    return Strand(
        id=one.id,
        stream=STREAMS[TicketKind(one.kind)],
        number=one.number,
        name=one.summary,
        service=one.service,
        touchpoint=place(one.place, touchpoints),
        began_at=one.opened_at,
        over_at=one.over_at,
        open_hours=flow.open_s / HOUR if flow.open_s else None,
        idle_hours=(flow.waiting_s + flow.queue_s) / HOUR if flow.open_s else None,
        handoffs=flow.handoffs,
        reopens=flow.reopens,
        sla_met=one.sla_met,
    )


def _of_message(one: Signed) -> Strand:
    return Strand(one.id, Stream.SAID, "", one.kind, one.service, one.touchpoint, one.at, one.at)


def told(
    matter: WholeMatter,
    tickets: Iterable[MatterTicket],
    signed: Iterable[Signed],
    turns: Iterable[Turn],
    asked: Iterable[AskedAbout],
    answers: Sequence[ToldOpenly],
) -> WholeMatter:
    """The same with all that happened, in order; who may be called back is named."""
    mine = {one.id: one for one in matter.strands}
    entries = [entry for one in tickets if one.id in mine for entry in _ticket(one, mine[one.id].stream)]
    entries += [_asked(one, mine[one.ticket_id].stream) for one in asked]
    entries += [_told(one, mine[one.ticket_id].stream) for one in answers]
    said = {one.id: one for one in signed if one.id in mine}
    entries += [_spoke(one) for one in said.values()]
    entries += [_replied(one, said) for one in turns if one.feedback in said]
    name = matter.person or next((one.name for one in answers if one.name), "")
    return replace(matter, person=name, entries=tuple(sorted(entries, key=lambda one: one.at)))


def _ticket(one: MatterTicket, stream: Stream) -> list[Entry]:
    found = [Entry(one.opened_at, Happened.OPENED, one.id, stream, one.summary, channel=one.place.get("channel", ""))]
    if one.flow.responded_at:
        found.append(Entry(one.flow.responded_at, Happened.ANSWERED, one.id, stream))
    if one.over_at:
        found.append(Entry(one.over_at, Happened.RESOLVED, one.id, stream))
    return found


def _asked(one: AskedAbout, stream: Stream) -> Entry:
    return Entry(one.at, Happened.ASKED, one.ticket_id, stream, channel=one.channel, survey=one.survey)


def _told(one: ToldOpenly, stream: Stream) -> Entry:
    return Entry(one.at, Happened.TOLD, one.ticket_id, stream, one.comment, scores=one.scores)


def _spoke(one: Signed) -> Entry:
    return Entry(one.at, Happened.SPOKE, one.id, Stream.SAID, one.text, one.kind, one.channel)


def _replied(one: Turn, said: Mapping[UUID, Signed]) -> Entry:
    """Of a turn the day alone is known: never before what it answers."""
    at = max(said[one.feedback].at, datetime.combine(one.day, time(), UTC))
    return Entry(at, Happened.REPLIED, one.feedback, Stream.SAID, one.text, one.kind)
