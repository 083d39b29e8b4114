"""The value stream from the events of the newest tickets of a choice, for those customers that may be seen."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from journeys.queries.flow import newest_placed
from journeys.queries.places import touchpoints
from journeys.queries.tickets import events_of
from journeys.rules.context import place
from journeys.rules.stream import stream
from journeys.schemas import FlowChoice, FlowEvent
from journeys.schemas.stream import Stream

NEWEST, AT_ONCE = 2000, 500


async def value_stream(
    session: AsyncSession, scope: frozenset[str] | None, choice: FlowChoice, name: str | None, minimum: int
) -> Stream:
    """`name`: of a value stream that touchpoints belong to; None: all tickets."""
    chosen = await _ids(session, scope, choice, name)
    found: list[Sequence[FlowEvent]] = []
    for start in range(0, len(chosen), AT_ONCE):
        found += (await events_of(session, chosen[start : start + AT_ONCE])).values()
    return stream(found, minimum)


async def _ids(session: AsyncSession, scope: frozenset[str] | None, choice: FlowChoice, name: str | None) -> list[UUID]:
    placed = await newest_placed(session, scope, choice, NEWEST)
    if name is None:
        return [id_ for id_, _ in placed]
    places = await touchpoints(session)
    inside = {one.key for one in places if one.value_stream == name}
    return [id_ for id_, attributes in placed if place(attributes, places) in inside]
