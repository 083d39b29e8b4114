"""Flow from the database, for those customers that may be seen."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Literal

from msgspec.structs import replace
from sqlmodel.ext.asyncio.session import AsyncSession

from journeys.models import Touchpoint
from journeys.queries.flow import placed_flows
from journeys.queries.flow_cells import PLACED
from journeys.queries.places import touchpoints
from journeys.rules.context import place
from journeys.rules.flow_cells import KEPT, KNOWN, SummedTally
from journeys.rules.flow_report import FlowTally
from journeys.rules.flow_sureness import sure_of, sure_of_tickets
from journeys.schemas import FlowChoice, FlowReport, Sure
from journeys.service.flow_cells import summed

Dimension = Literal["service", "customer", "kind", "touchpoint", "month", "value_stream"]
EVERYTHING = FlowChoice()
KeyOf = Callable[[Mapping[str, str]], str]
Cell = tuple[Mapping[str, str], date, Mapping[str, int], int]  # what places tickets, their month, sums, how often


async def flow(session: AsyncSession, scope: frozenset[str] | None, choice: FlowChoice = EVERYTHING) -> FlowReport:
    """Read from the tickets themselves, with intervals."""
    tally = (await _tallied(session, scope, choice, await _key_of(session, None)))[""]
    return replace(tally.report(), sure=sure_of_tickets(tally))


async def flow_by(
    session: AsyncSession, scope: frozenset[str] | None, by: Dimension | None, choice: FlowChoice = EVERYTHING
) -> dict[str, FlowReport]:
    """A report for each value of a dimension; "" holds the tickets where it is not known. Whole months are read from
    sums, their times within half a percent; all time, and other stretches, from the tickets themselves."""
    key_of = await _key_of(session, by)
    if _whole_months(choice):
        tallies: Mapping[str, FlowTally | SummedTally] = _summed(await _cells(session, scope, choice), key_of)
    else:
        tallies = await _tallied(session, scope, choice, key_of)
    return {key: tally.report() for key, tally in sorted(tallies.items())}


async def sure_by(
    session: AsyncSession, scope: frozenset[str] | None, by: Dimension | None, choice: FlowChoice
) -> dict[str, tuple[FlowReport, dict[str, Sure]]]:
    """For each value of a dimension its report of whole months, and its figures with their intervals: hours as
    `response_hours`, `resolution_hours_p90`, shares as `waiting_percent`."""
    return (await sure_by_each(session, scope, [by], choice))[by]


async def sure_by_each(
    session: AsyncSession, scope: frozenset[str] | None, dimensions: Sequence[Dimension | None], choice: FlowChoice
) -> dict[Dimension | None, dict[str, tuple[FlowReport, dict[str, Sure]]]]:
    """The same for several dimensions; the sums are read once."""
    cells = await _cells(session, scope, choice)
    return {by: _told(_summed(cells, await _key_of(session, by))) for by in dimensions}


def _told(tallies: Mapping[str, SummedTally]) -> dict[str, tuple[FlowReport, dict[str, Sure]]]:
    return {key: (tally.report(), sure_of(tally.sums)) for key, tally in sorted(tallies.items())}


async def kept_by_service(session: AsyncSession, scope: frozenset[str] | None) -> dict[str, tuple[int, int]]:
    """Of each service: tickets of which it is known whether the agreed time was kept, and how many of them were."""
    found: defaultdict[str, SummedTally] = defaultdict(SummedTally)
    for placed, _, sums, times in await summed(session, scope, EVERYTHING):
        found[placed["service"]].add(sums, times)
    return {key: (one.sums[KNOWN], one.sums[KEPT]) for key, one in found.items() if one.sums[KNOWN]}


def _whole_months(choice: FlowChoice) -> bool:
    bounds = (choice.since, choice.until)
    return all(at is not None and at == datetime.combine(at.date().replace(day=1), time(), UTC) for at in bounds)


async def _tallied(
    session: AsyncSession, scope: frozenset[str] | None, choice: FlowChoice, key_of: KeyOf
) -> defaultdict[str, FlowTally]:
    tallies: defaultdict[str, FlowTally] = defaultdict(FlowTally)
    touchpoint_of = await _key_of(session, "touchpoint") if choice.touchpoint else None
    async for placed in placed_flows(session, scope, choice):
        if touchpoint_of is None or touchpoint_of(placed.attributes) == choice.touchpoint:
            month = placed.flow.resolved_at or placed.flow.opened_at
            tallies[key_of(placed.attributes | {"month": f"{month:%Y-%m}" if month else ""})].add(placed.flow)
    return tallies


async def _cells(session: AsyncSession, scope: frozenset[str] | None, choice: FlowChoice) -> Sequence[Cell]:
    cells = await summed(session, scope, choice)
    if choice.touchpoint is None:
        return cells
    touchpoint_of = await _key_of(session, "touchpoint")
    return [cell for cell in cells if touchpoint_of(cell[0]) == choice.touchpoint]


def _summed(cells: Sequence[Cell], key_of: KeyOf) -> dict[str, SummedTally]:
    tallies: defaultdict[str, SummedTally] = defaultdict(SummedTally)
    for placed, month, sums, times in cells:
        tallies[key_of({**placed, "month": f"{month:%Y-%m}"})].add(sums, times)
    return {key: tally for key, tally in tallies.items() if tally.sums["tickets"]}


async def _key_of(session: AsyncSession, by: Dimension | None) -> KeyOf:
    if by is None:
        return lambda placed: ""
    if by == "touchpoint":
        return _touchpoint_of(await touchpoints(session))
    if by == "value_stream":
        return _stream_of(await touchpoints(session))
    return lambda placed: placed[by]


def _stream_of(places: Sequence[Touchpoint]) -> KeyOf:
    touchpoint_of, streams = _touchpoint_of(places), {one.key: one.value_stream for one in places}
    return lambda placed: streams.get(touchpoint_of(placed), "")


def _touchpoint_of(places: Sequence[Touchpoint]) -> KeyOf:
    """Many tickets are alike in what places them: each likeness is looked up once."""
    known: dict[tuple[str, ...], str] = {}

    def key_of(placed: Mapping[str, str]) -> str:
        likeness = tuple(placed[name] for name in PLACED)
        if likeness not in known:
            known[likeness] = place(placed, places)
        return known[likeness]

    return key_of
