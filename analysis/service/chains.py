"""Counting what people lived through into the sums that moments are found from: out as it was, in as it is.

Whatever happens marks the person; the job then reads all that is known of them anew. So it does not matter what came
first, how often it came, or what was taken away since.
"""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import delete
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.events import VisitsChanged
from analysis.models import MomentCell, MomentChain, MomentTotal, MomentWeek
from analysis.queries import chains as queries
from analysis.rules.lived import five, from_words, since, visits
from analysis.schemas.figures import EPOCH, first_day
from analysis.schemas.lived import Raised, Said, Visit
from analysis.service.parameters import frozen_versions
from core.clock import now
from core.db import Database, add_counts, lock, upsert
from core.outbox import announce
from journeys.models import Touchpoint
from journeys.queries.matters import everybody, raised_by
from journeys.queries.places import touchpoints
from journeys.rules.context import place
from journeys.schemas.places import RaisedTicket
from surveys.queries.ageing import ALWAYS, kept_since
from surveys.queries.origins import NOTHING_TOLD, Story, stories
from surveys.service.ageing import still_kept_since

AT_ONCE, PAGE = 500, 2000
DRAWS = 10_000
_pack, _unpack = msgspec.msgpack.Encoder().encode, msgspec.msgpack.Decoder(list[Visit]).decode


@dataclass(frozen=True)
class Chain:
    person: UUID
    parameters: int
    visits: list[Visit]


def number(person: UUID) -> int:
    """By which the statistics tell people apart."""
    return person.int & ((1 << 62) - 1)


async def mark(session: AsyncSession, persons: Iterable[UUID]) -> None:
    """These people lived through something that is not counted yet, or no longer did."""
    rows = [_unknown(person) for person in sorted(set(persons))]
    await upsert(session, MomentChain, rows, ["person"], ["stale"])
    if rows:
        await announce(session, VisitsChanged(now().isoformat()))


async def count_again(session: AsyncSession) -> None:
    """There are new parameters: everybody is counted by them, some at a time."""
    await announce(session, VisitsChanged(now().isoformat()))


async def begin_counting(session: AsyncSession) -> None:
    """Who waits to be counted and is announced by nothing, as after an upgrade, is announced."""
    if await queries.anybody_stale(session):
        await count_again(session)


def _unknown(person: UUID) -> dict[str, Any]:
    draw = person.int % DRAWS
    return {"person": person, "draw": draw, "parameters": 0, "answers": 0, "stale": True, "visits": _pack([])}


async def count_some(session: AsyncSession) -> bool:
    """Bring some people's sums up to date; whether there may be more.

    What somebody lived through before answers are kept stays in the sums as it was counted: it is neither taken out nor
    put in.
    """
    begins = await still_kept_since(session)
    version, _ = await frozen_versions(session, ())
    rows = await queries.to_count(session, version, AT_ONCE)
    if not rows:
        return False
    old = [Chain(row.person, row.parameters, since(begins, _unpack(row.visits))) for row in rows]
    new = [Chain(person, version, found) for person, found in (await lived(session, [c.person for c in old])).items()]
    await _replace(session, old, new)
    await _keep(session, new)
    return len(rows) == AT_ONCE


async def lived(session: AsyncSession, persons: Collection[UUID]) -> dict[UUID, list[Visit]]:
    """All visits of these people as the tables tell them now, of the months of which answers are kept."""
    begins, places = await kept_since(session), await touchpoints(session)
    raised, said = defaultdict[UUID, list[Raised]](list), defaultdict[UUID, list[Said]](list)
    for ticket in await raised_by(session, persons):
        if ticket.context.requester_id:
            raised[ticket.context.requester_id].append(_raised(ticket, places))
    voices = await queries.said_by(session, persons)
    told = await stories(session, [one.voice_id for one in voices])
    for one in voices:
        said[one.person_id or one.voice_id].append(_said(one, told.get(one.voice_id, NOTHING_TOLD)))
    return {person: since(begins, visits(raised[person], said[person])) for person in persons}


def _raised(ticket: RaisedTicket, places: Sequence[Touchpoint]) -> Raised:
    of = ticket.context
    where = place(of.attributes, places)
    return Raised(
        of.ticket_id,
        ticket.opened_at,
        ticket.over_at,
        ticket.matter,
        where,
        of.customer,
        of.service,
        of.channel,
        ticket.first_over_at,
    )


def _said(one: Any, told: Story) -> Said:
    score = five((one.functional, one.emotional, one.satisfaction))
    if score is None and one.overall is None:
        score = from_words(one.sentiment, one.sentiment_score, one.sentiment_confidence)
    return Said(
        id=one.voice_id,
        at=one.said_at,
        ticket_id=one.ticket_id,
        touchpoint=one.touchpoint,
        score=score,
        overall=five((one.overall,)),
        customer=one.customer,
        service=one.service,
        channel=one.channel,
        repaired=told.repaired,
        persona=told.persona,
        journey=told.journey,
    )


async def _replace(session: AsyncSession, old: Sequence[Chain], new: Sequence[Chain]) -> None:
    from analysis.statistics.moments.tallies import Tally  # numpy and scipy take half a second to load

    _, frozen = await frozen_versions(session, {chain.parameters for chain in [*old, *new]})
    change = Tally()
    for sign, chains in ((-1, old), (1, new)):
        for version, parameters in frozen.items():
            these = [(number(chain.person), chain.visits) for chain in chains if chain.parameters == version]
            change.add(await asyncio.to_thread(_tally, these, parameters), sign)
    await _add(session, change)


def _tally(chains: Any, parameters: Any) -> Any:
    from analysis.statistics.moments.tallies import tally

    return tally(chains, parameters)


async def _keep(session: AsyncSession, new: Sequence[Chain]) -> None:
    rows = [
        _unknown(chain.person)
        | {
            "parameters": chain.parameters,
            "answers": _answers(chain.visits),
            "stale": False,
            "visits": _pack(chain.visits),
        }
        for chain in new
    ]
    await upsert(session, MomentChain, rows, ["person"], ["parameters", "answers", "stale", "visits"])
    gone = [chain.person for chain in new if not chain.visits]
    await session.exec(delete(MomentChain).where(col(MomentChain.person).in_(gone)))


def _answers(visits: Sequence[Visit]) -> int:
    return sum(visit.score is not None and visit.touchpoint != "" for visit in visits)


CELL = ("touchpoint", "dimension", "value", "month", "kind")
SUMS = tuple(name for name in MomentCell.model_fields if name not in (*CELL, "people"))
WEEK, TOTAL = ("week", "touchpoint", "dimension", "value"), ("journeys", "ended", "answers", "persons")


async def _add(session: AsyncSession, change: Any) -> None:
    """In the order of the keys, so that two workers never wait for each other in a circle."""
    from analysis.statistics.moments.tallies import monday_of

    cells = [
        dict(zip(CELL, (*key[:3], first_day(EPOCH + key.month), key.kind), strict=True))
        | {"people": people}
        | dict(zip(SUMS, sums.tolist(), strict=True))
        for key, (people, sums) in sorted(change.cells.items(), key=lambda item: item[0])
        if sums.any() or people
    ]
    weeks = [
        dict(zip(WEEK, (monday_of(key.week), *key[1:]), strict=True))
        | {"answered": int(counts[0]), "bad": int(counts[1])}
        for key, counts in sorted(change.weeks.items())
        if counts.any()
    ]
    totals = [
        {"month": first_day(EPOCH + month)} | dict(zip(TOTAL, counts.tolist(), strict=True))
        for month, counts in sorted(change.totals.items())
        if counts.any()
    ]
    await add_counts(session, MomentCell, cells, CELL, SUMS, bits=["people"])
    await add_counts(session, MomentWeek, weeks, WEEK, ["answered", "bad"])
    await add_counts(session, MomentTotal, totals, ["month"], TOTAL)


async def shorten_some(session: AsyncSession, after: UUID | None) -> UUID | None:
    """Leave of the next people only what they lived through since answers are kept; the sums stay as they are. Where
    the next page begins."""
    begins = await still_kept_since(session)
    rows = await queries.page(session, after, PAGE)
    for row in rows:
        before = _unpack(row.visits)
        if len(left := since(begins, before)) == len(before):
            continue
        row.visits, row.answers = _pack(left), _answers(left)
        if left or row.stale:
            session.add(row)
        else:
            await session.delete(row)
    return rows[-1].person if len(rows) == PAGE else None


async def recount(db: Database) -> int:
    """Count everybody again from nothing; how many people. Until it is done nobody looks for moments.

    Where answers have gone by age there is no counting from nothing: their sums would be lost. There everybody is taken
    out as they were counted, and put in as they are.
    """
    async with db.write() as session:
        await lock(session, MomentChain)
        if await still_kept_since(session) == ALWAYS:
            for table in (MomentCell, MomentWeek, MomentTotal, MomentChain):
                await session.exec(delete(table))
    await _mark_everybody(db)
    await db.write_by_parts(count_some)
    async with db.read() as session:
        return await queries.people(session)


async def _mark_everybody(db: Database) -> None:
    for next_page in (_speakers, _requesters):
        after: UUID | None = None
        while True:
            async with db.write() as session:
                people, after = await next_page(session, after)
                await mark(session, people)
            if after is None:
                break


async def _speakers(session: AsyncSession, after: UUID | None) -> tuple[set[UUID], UUID | None]:
    return await queries.speakers(session, after, PAGE)


async def _requesters(session: AsyncSession, after: UUID | None) -> tuple[set[UUID], UUID | None]:
    found = await everybody(session, after, PAGE)
    return set(found), found[-1] if len(found) == PAGE else None
