"""Flow from the database, for those customers that may be seen."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Literal

from sqlmodel.ext.asyncio.session import AsyncSession

from journeys.models import Touchpoint
from journeys.queries.flow import placed_flows
from journeys.queries.places import touchpoints
from journeys.rules.context import place
from journeys.rules.flow_report import FlowTally
from journeys.schemas import FlowChoice, FlowReport, PlacedFlow

Dimension = Literal["service", "customer", "kind", "touchpoint", "month", "value_stream"]
EVERYTHING = FlowChoice()
KeyOf = Callable[[PlacedFlow], str]


async def flow(session: AsyncSession, scope: frozenset[str] | None, choice: FlowChoice = EVERYTHING) -> FlowReport:
    tallies = await _tallied(session, scope, choice, lambda placed: "")
    return tallies[""].report()


async def flow_by(
    session: AsyncSession, scope: frozenset[str] | None, by: Dimension, choice: FlowChoice = EVERYTHING
) -> dict[str, FlowReport]:
    """A report for each value of a dimension; "" holds the tickets where it is not known."""
    key_of = await _key_of(session, by)
    tallies = await _tallied(session, scope, choice, key_of)
    return {key: tally.report() for key, tally in sorted(tallies.items())}


async def _tallied(
    session: AsyncSession, scope: frozenset[str] | None, choice: FlowChoice, key_of: KeyOf
) -> defaultdict[str, FlowTally]:
    tallies: defaultdict[str, FlowTally] = defaultdict(FlowTally)
    touchpoint_of = await _key_of(session, "touchpoint") if choice.touchpoint else None
    async for placed in placed_flows(session, scope, choice):
        if touchpoint_of is None or touchpoint_of(placed) == choice.touchpoint:
            tallies[key_of(placed)].add(placed.flow)
    return tallies


async def _key_of(session: AsyncSession, by: Dimension) -> KeyOf:
    if by == "month":
        return _month
    if by == "touchpoint":
        return _touchpoint_of(await touchpoints(session))
    if by == "value_stream":
        return _stream_of(await touchpoints(session))
    return lambda placed: placed.attributes[by]


def _stream_of(places: Sequence[Touchpoint]) -> KeyOf:
    touchpoint_of, streams = _touchpoint_of(places), {one.key: one.value_stream for one in places}
    return lambda placed: streams.get(touchpoint_of(placed), "")


def _month(placed: PlacedFlow) -> str:
    counted_at = placed.flow.resolved_at or placed.flow.opened_at
    return f"{counted_at:%Y-%m}" if counted_at else ""


def _touchpoint_of(places: Sequence[Touchpoint]) -> KeyOf:
    """Many tickets are alike in what places them: each likeness is looked up once."""
    known: dict[tuple[str, ...], str] = {}

    def key_of(placed: PlacedFlow) -> str:
        likeness = tuple(placed.attributes.values())
        if likeness not in known:
            known[likeness] = place(placed.attributes, places)
        return known[likeness]

    return key_of
