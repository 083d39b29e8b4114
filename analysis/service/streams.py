"""The value stream through the gate: steps and passages of enough tickets."""

from dataclasses import replace

import msgspec

from analysis.disclosure import count
from analysis.schemas.reports import Filters, FlowFigures
from analysis.service.flow import choice_of, flow_by
from core.db import Session
from core.settings import settings
from journeys.queries.places import touchpoints
from journeys.schemas.stream import OPENED, RESOLVED, Stream
from journeys.service.streams import value_stream


async def stream_names(session: Session) -> list[str]:
    """In the order in which the journey meets them."""
    return list(dict.fromkeys(one.value_stream for one in await touchpoints(session) if one.value_stream))


async def stream_shown(
    session: Session, scope: frozenset[str] | None, filters: Filters, name: str | None
) -> Stream | None:
    minimum = settings().min_group
    found = await value_stream(session, scope, choice_of(filters), name, minimum)
    if found.tickets < minimum:
        return None
    steps = tuple(one for one in found.steps if one.tickets >= minimum)
    known = {one.group for one in steps} | {OPENED, RESOLVED}
    return msgspec.structs.replace(
        found,
        steps=steps,
        passages=tuple(one for one in found.passages if {one.source, one.target} <= known),
        reopened=count(found.reopened, minimum) or 0,
        returned=count(found.returned, minimum) or 0,
        unowned=count(found.unowned, minimum) or 0,
    )


async def efficiency_by_stream(
    session: Session, scope: frozenset[str] | None, filters: Filters
) -> dict[str, FlowFigures | None]:
    """Of each value stream; "" is what belongs to none."""
    return dict((await flow_by(session, scope, "value_stream", replace(filters, touchpoint=None))).flows)
