"""The start page: what hurts, what people praise, what they said, and how we know."""

from analysis.models import Dimension
from analysis.queries.cells import anybody
from analysis.rules.levels import hurting, praised, watched
from analysis.schemas.reports import Filters, Finding, FlowsBy, Overview, Quote, TouchpointReport
from analysis.service.experience import experience_report
from analysis.service.flow import flow_by
from analysis.service.quotes import quotes_about
from analysis.service.rates import rate_report
from core.db import Session
from core.settings import settings

HURTING, PRAISED, WATCHED = 6, 3, 6


async def overview(session: Session, scope: frozenset[str] | None, filters: Filters) -> Overview:
    experience = await experience_report(session, scope, filters)
    flows = await flow_by(session, scope, "touchpoint", filters)
    bad, good = hurting(experience.touchpoints)[:HURTING], praised(experience.touchpoints)[:PRAISED]
    return Overview(
        experience=experience,
        hurting=[await _finding(session, scope, filters, one, flows) for one in bad],
        praised=[await _finding(session, scope, filters, one, flows, praise=True) for one in good],
        watched=watched(experience.touchpoints)[:WATCHED],
        rates=await rate_report(session, scope, filters),
        tickets=flows.tickets,
        anybody=await anybody(session, scope),
    )


async def _finding(
    session: Session,
    scope: frozenset[str] | None,
    filters: Filters,
    touchpoint: TouchpointReport,
    flows: FlowsBy,
    praise: bool = False,
) -> Finding:
    quotes = await quotes_if_many(session, scope, touchpoint, filters, praise)
    return Finding(touchpoint, quotes, flows.flows.get(touchpoint.key))


async def quotes_if_many(
    session: Session, scope: frozenset[str] | None, touchpoint: TouchpointReport, filters: Filters, praise: bool = False
) -> list[Quote]:
    """People's own words, where enough people wrote."""
    written = touchpoint.figures[Dimension.SENTIMENT].n or 0
    many = written >= settings().min_group_comments
    return await quotes_about(session, scope, touchpoint.key, filters, praise) if many else []
