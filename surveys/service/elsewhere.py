"""Taking in what was said elsewhere, once each: answers of other programs, notes of meetings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from core.db import insert_new, lock
from core.errors import Conflict, FieldError, Invalid
from core.i18n import gettext as _
from core.ids import ordered_id
from core.outbox import announce
from journeys.models import Customer, Service
from journeys.queries import places
from journeys.queries.tickets import tickets_by_key
from journeys.service.keys import ids_of_names, ids_of_places
from surveys import queries
from surveys.events import ResponseReceived
from surveys.models import Response, ResponseOrigin
from surveys.queries import elsewhere
from surveys.queries.ageing import kept_since
from surveys.schemas import Construct, Note, Score, Told

SURVEY = "elsewhere"
NOTES = "notes"
# So long notes can be taken back, and are read by nobody.
SECOND_THOUGHTS = timedelta(minutes=10)


@dataclass(frozen=True)
class _Known:
    """Ids of what the rows name by key."""

    version: UUID
    number: int
    customers: Mapping[str, UUID]
    services: Mapping[str, UUID]
    touchpoints: Mapping[str, UUID]
    people: Mapping[str, UUID]
    tickets: Mapping[str, UUID]


async def take_in(session: AsyncSession, told: Sequence[Told], settled: datetime | None = None) -> int:
    """How many were new; what is known by source and id changes nothing, and neither does what was given before answers
    are kept: it may have been here. Read by nobody before `settled`."""
    await lock(session, ResponseOrigin)
    seen, since = await elsewhere.known(session, told), await kept_since(session)
    by_name = {(one.source, one.external_id): one for one in told}
    new = [one for name, one in by_name.items() if name not in seen and one.at.date() >= since]
    if not new:
        return 0
    known, ids = await _known(session, new), [ordered_id() for _one in new]
    rows = list(zip(ids, new, strict=True))
    await insert_new(session, Response, [_response(id_, one, known) for id_, one in rows])
    await insert_new(session, ResponseOrigin, [_origin(id_, one, known) for id_, one in rows])
    await announce(session, *(ResponseReceived(str(id_)) for id_ in ids), not_before=settled)
    return len(new)


async def _known(session: AsyncSession, told: Sequence[Told]) -> _Known:
    survey = await queries.survey_by_key(session, SURVEY)
    version = await queries.newest_version(session, survey.id) if survey else None
    if version is None:
        raise Conflict(_("The built-in survey “elsewhere” is not there. Run `touchstone init` once."))
    customers = await ids_of_places(session, Customer, (one.customer for one in told))
    return _Known(
        version=version.id,
        number=version.number,
        customers=customers,
        services=await ids_of_places(session, Service, (one.service for one in told)),
        touchpoints={one.key: one.id for one in await places.touchpoints(session)},
        people=await ids_of_names(session, {one.person: customers.get(one.customer) for one in told if one.person}),
        tickets=await tickets_by_key(session, {one.ticket for one in told if one.ticket}),
    )


def _response(id_: UUID, told: Told, known: _Known) -> dict[str, Any]:
    return {
        "id": id_,
        "invitation_id": None,
        "version_id": known.version,
        "ticket_id": known.tickets.get(told.ticket),
        "person_id": known.people.get(told.person),
        "submission_key": "",
        "confirmation": "",
        "language": told.language,
        "answers": [_entry(construct, score, known.number) for construct, score in told.scores.items()],
        "comment": told.comment,
        "may_contact": False,
        "received_at": told.at,
    }


def _entry(construct: Construct, score: Score, version: int) -> dict[str, Any]:
    scale = {"min": 1, "max": score.highest}
    return {
        "question": construct.value,
        "version": version,
        "construct": construct.value,
        "kind": "rating",
        "scale": scale,
        "value": score.value,
    }


def _origin(id_: UUID, told: Told, known: _Known) -> dict[str, Any]:
    return {
        "response_id": id_,
        "source": told.source,
        "external_id": told.external_id,
        "channel": told.channel,
        "entered_at": now(),
        "customer_id": known.customers.get(told.customer),
        "service_id": known.services.get(told.service),
        "touchpoint_id": known.touchpoints.get(told.touchpoint),
        "journey": told.journey,
        "persona": told.persona,
        "recovery": told.recovery,
        "sla_met": told.sla_met,
        "attributes": dict(told.attributes),
    }


async def take_note(session: AsyncSession, scope: frozenset[str] | None, note: Note) -> UUID:
    """The points of a meeting as voices of one person: who spoke, and how many, nobody knows. Returns the note's id."""
    _within(scope, note)
    if note.day < await kept_since(session):
        told_why = _("Nothing is kept of that day any more: answers go when they are as old as that.")
        raise Invalid(_("Some fields are not right"), [FieldError("day", told_why)])
    note_id = uuid4()
    said = datetime.combine(note.day, time(12), UTC)
    scores = {Construct.SATISFACTION: Score(note.satisfaction)} if note.satisfaction else {}
    told = [
        Told(
            source=NOTES,
            external_id=f"{note_id}/{number}",
            at=min(said, now()),
            channel=note.meeting.value,
            person=f"{NOTES}/{note_id}",
            customer=note.customer,
            service=note.service,
            touchpoint=note.touchpoint,
            scores=scores if number == 0 else {},
            comment=point,
        )
        for number, point in enumerate(note.points)
    ]
    await take_in(session, told, settled=now() + SECOND_THOUGHTS)
    return note_id


def _within(scope: frozenset[str] | None, note: Note) -> None:
    if scope is not None and note.customer not in scope:
        wrong = FieldError("customer", _("Please choose one of your customers."))
        raise Invalid(_("Some fields are not right"), [wrong])


async def take_back(session: AsyncSession, scope: frozenset[str] | None, note_id: UUID) -> int:
    """Notes that nobody has read yet go as if they had never been; how many points there were."""
    ids = await elsewhere.of_note(session, scope, NOTES, str(note_id), now() - SECOND_THOUGHTS)
    await session.exec(delete(ResponseOrigin).where(col(ResponseOrigin.response_id).in_(ids)))
    await session.exec(delete(Response).where(col(Response.id).in_(ids)))
    return len(ids)
