"""From a person's tickets and voices to visits, journey by journey.

A journey is a matter: tickets that are linked or follow each other within `GAP`, what was said about them or
meanwhile, and the answer about the whole. A ticket that nobody answered about is a visit too. What came from elsewhere
with the name of its journey belongs to that one, whenever it was said.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID

from analysis.schemas.lived import Raised, Said, Visit
from journeys.rules.matters import matters
from journeys.schemas.places import Strand

GAP = timedelta(days=7)  # after which a matter is over
PAUSE = timedelta(days=30)  # after which what is said without a ticket begins a new journey
DAY = 86400.0
LOWEST, STEP = 1.0, 25.0  # 0-100 becomes 1-5


def five(scores: Iterable[float | None]) -> float | None:
    """Mean of the scores 0-100 that were given, as 1 to 5."""
    given = [score for score in scores if score is not None]
    return LOWEST + sum(given) / len(given) / STEP if given else None


def from_words(label: str, score: float, confidence: float) -> float | None:
    """Where no score was given, words stand in for it: -1..1 as 1 to 5, drawn to the middle by what the reading may be
    wrong. Without an opinion they say nothing."""
    return None if label == "none" else 3.0 + 2.0 * score * confidence


def visits(raised: Sequence[Raised], said: Sequence[Said]) -> list[Visit]:
    """Of one person, in order of time; the order of what is given changes nothing."""
    journeys, said = _Journeys(raised, said), repaired(raised, said)
    answered = {one.ticket_id for one in said if one.touchpoint and one.score is not None}
    found = [visit for one in said for visit in _said(one, journeys.of_voice(one))]
    found += [
        _passed(one, journeys.of_ticket[one.id])
        for one in raised
        if one.touchpoint and one.over_at and one.id not in answered
    ]
    return sorted(found, key=lambda visit: (visit.day, visit.key))


def since(day: date, found: Sequence[Visit]) -> list[Visit]:
    """What was lived through from that day on."""
    begins = datetime.combine(day, time(), UTC).timestamp() / DAY
    return [visit for visit in found if visit.day >= begins]


def repaired(raised: Sequence[Raised], said: Sequence[Said]) -> list[Said]:
    """The provider came back to what was said about a ticket: it had been resolved, and was resolved again later on."""
    again = {one.id: (one.first_over_at, one.over_at) for one in raised if one.first_over_at and one.over_at}
    return [
        replace(one, repaired=True)
        if (span := one.ticket_id and again.get(one.ticket_id)) and span[0] <= one.at < span[1]
        else one
        for one in said
    ]


def _said(one: Said, journey: int) -> list[Visit]:
    found = []
    if one.touchpoint and one.overall is None:
        found.append(_visit(one.at, f"{one.id}", journey, one.touchpoint, one.score, one))
    if one.overall is not None:
        found.append(_visit(one.at, f"{one.id} end", journey, "", one.overall, one))
        if one.touchpoint and one.score is not None:
            found.append(_visit(one.at, f"{one.id}", journey, one.touchpoint, one.score, one))
    return found


def _passed(one: Raised, journey: int) -> Visit:
    assert one.over_at is not None
    return _visit(one.over_at, f"{one.id}", journey, one.touchpoint, None, one)


def _visit(at: datetime, key: str, journey: int, touchpoint: str, score: float | None, of: Said | Raised) -> Visit:
    return Visit(
        day=at.timestamp() / DAY,
        key=key,
        journey=journey,
        touchpoint=touchpoint,
        score=score,
        repaired=isinstance(of, Said) and of.repaired and touchpoint != "",
        persona=of.persona if isinstance(of, Said) else "",
        customer=of.customer,
        service=of.service,
        channel=of.channel,
    )


class _Journeys:
    """Numbers of journeys: the matters first, then what was said outside of any."""

    def __init__(self, raised: Sequence[Raised], said: Sequence[Said]) -> None:
        found = matters((Strand(one.id, one.opened_at, one.over_at, one.matter) for one in raised), GAP)
        self.of_ticket = {id_: number for number, matter in enumerate(found) for id_ in matter.ticket_ids}
        self._spans = [
            (matter.strands[0].opened_at, matter.over_at and matter.over_at + GAP, number)
            for number, matter in enumerate(found)
        ]
        tied = [(self.of_ticket[one.ticket_id], one.journey) for one in said if one.ticket_id in self.of_ticket]
        self._named = {name: number for number, name in sorted(tied, reverse=True) if name}
        outside = [one for one in said if self._inside(one) is None]
        self._outside = _chains(outside, len(found))

    def of_voice(self, one: Said) -> int:
        inside = self._inside(one)
        return self._outside[one.id] if inside is None else inside

    def _inside(self, one: Said) -> int | None:
        if one.ticket_id in self.of_ticket:
            return self.of_ticket[one.ticket_id]
        if one.journey:
            return self._named.get(one.journey)
        meanwhile = [number for first, last, number in self._spans if first <= one.at and (not last or one.at <= last)]
        return meanwhile[-1] if meanwhile else None


def _chains(said: Sequence[Said], first: int) -> dict[UUID, int]:
    names = {name: first + n for n, name in enumerate(sorted({one.journey for one in said if one.journey}))}
    numbers = {one.id: names[one.journey] for one in said if one.journey}
    ordered = sorted((one for one in said if not one.journey), key=lambda one: (one.at, one.id))
    number = first + len(names)
    numbers |= {one.id: number for one in ordered[:1]}
    for before, one in pairwise(ordered):
        number += one.at - before.at > PAUSE
        numbers[one.id] = number
    return numbers
