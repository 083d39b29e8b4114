"""The pages of a relationship manager."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from analysis.queries import moments as moments_of_truth
from analysis.routes import flow_words, moment_words, pictures, words
from analysis.routes.asking import Wished, query
from analysis.routes.driving_words import of_one
from analysis.rules.news import picked
from analysis.rules.periods import DATES
from analysis.schemas.drivers import Standing
from analysis.schemas.reports import ASKED, Deed, Filters, Offer, Quote, TouchpointReport
from analysis.service.driving import drivers_shown
from analysis.service.experience import experience_report
from analysis.service.filters import checked, offered
from analysis.service.flow import flow_by, flow_report, flows_of
from analysis.service.flow_experience import flow_breaks
from analysis.service.overview import overview, quotes_if_many
from analysis.service.streams import stream_names
from core.clock import now
from core.errors import NotFound
from core.i18n import gettext as _
from core.requests import AnyRequest, Read, Viewer, staff_page
from core.settings import settings
from journeys.queries import places
from journeys.rules import streams_and_practices

JOURNEY = "/journeys/service"
BeingDone = NamedDependency[list[Deed]]  # `being_done: BeingDone`, told by the floor above
MOST_DEEDS = 6


@get("/")
async def report(request: AnyRequest, read: Read, viewer: Viewer, wish: Wished, being_done: BeingDone) -> Response[str]:
    offer = await offered(read, viewer.scope)
    filters = await checked(read, offer, wish, now().date())
    found = await overview(read, viewer.scope, filters)
    address = f"{JOURNEY}?{query(filters)}"
    names = words.touchpoint_names(await places.touchpoints(read))
    page: dict[str, Any] = {
        "found": found,
        "lede": words.lede(found),
        "told": moment_words,
        "names": names,
        "known": {"customer": offer.customers, "service": offer.services},
        "moments": picked(await moments_of_truth.moments(read, viewer.scope), now().date()),
        "deeds": [one for one in being_done if _asked_for(one, filters)],
        "most_deeds": MOST_DEEDS,
        "trend": pictures.trend(found.experience),
        "sparks": pictures.sparks(found.experience),
        "journey": pictures.journey(found.experience, address),
        "address": address,
    }
    return staff_page(request, viewer, "analysis/report.html", nav="report", **page, **frame(filters, offer, "/"))


def _asked_for(one: Deed, filters: Filters) -> bool:
    whose = not filters.customer or not one.customers or filters.customer in one.customers
    return whose and (not filters.service or one.service in ("", filters.service))


@get("/journeys/{key:str}/touchpoints/{touchpoint_key:str}")
async def touchpoint(
    request: AnyRequest,
    read: Read,
    viewer: Viewer,
    wish: Wished,
    being_done: BeingDone,
    key: FromPath[str],
    touchpoint_key: FromPath[str],
) -> Response[str]:
    """One place on the journey: its scores, what it does to the whole, flow, words, and what was done."""
    asked = await places.journey(read, key)
    definition = await places.definition(read, asked) if asked else None
    place = next((one for one in definition.touchpoints if one.key == touchpoint_key), None) if definition else None
    if place is None or definition is None:
        raise NotFound(_("There is nothing here"))
    offer = await offered(read, viewer.scope)
    filters = await checked(read, offer, wish, now().date())
    found = await experience_report(read, viewer.scope, filters)
    here = next(one for one in found.touchpoints if one.key == touchpoint_key)
    page: dict[str, Any] = {
        "found": found,
        "one": here,
        "place": place,
        "practice": streams_and_practices.told,
        "journey": definition,
        **await _both_sides(read, viewer, here, filters),
        **await _moves(read, viewer, touchpoint_key),
        "deeds": [one for one in being_done if touchpoint_key in one.touchpoints and _asked_for(one, filters)],
        "flow_here": (await flow_by(read, viewer.scope, "touchpoint", filters)).flows.get(touchpoint_key),
        "moments": [
            one for one in await moments_of_truth.moments(read, viewer.scope) if one.touchpoint == touchpoint_key
        ],
        "told": moment_words,
        "known": {"customer": offer.customers, "service": offer.services},
        "names": {touchpoint_key: words.name(here)},
    }
    action = f"/journeys/{key}/touchpoints/{touchpoint_key}"
    return staff_page(
        request, viewer, "analysis/touchpoint.html", nav="journey", **page, **frame(filters, offer, action)
    )


async def _both_sides(read: Read, viewer: Viewer, here: TouchpointReport, filters: Filters) -> dict[str, list[Quote]]:
    """What people complain of, and what they praise."""
    return {
        "blamed": await quotes_if_many(read, viewer.scope, here, filters),
        "praised": await quotes_if_many(read, viewer.scope, here, filters, praise=True),
    }


async def _moves(read: Read, viewer: Viewer, touchpoint_key: str) -> dict[str, Any]:
    """What it does to the satisfaction with the whole: of everything in scope, whatever is filtered."""
    found = await drivers_shown(read, viewer.scope, now().date())
    return {"moves": of_one(found, touchpoint_key), "unreliable": found.standing is Standing.NONE}


@get("/flow")
async def flow(request: AnyRequest, read: Read, viewer: Viewer, wish: Wished) -> Response[str]:
    offer = await offered(read, viewer.scope)
    filters = await checked(read, offer, wish, now().date())
    found = await flow_report(read, viewer.scope, filters)
    page: dict[str, Any] = {
        "flow": found,
        "spent": pictures.time_spent(found) if found else None,
        "breaks": flow_words.breaks(await flow_breaks(read, viewer.scope, now().date())),
        "tables": await _flow_tables(read, viewer, filters, offer),
    }
    return staff_page(request, viewer, "analysis/flow.html", nav="flow", **page, **frame(filters, offer, "/flow"))


async def _flow_tables(read: Read, viewer: Viewer, filters: Filters, offer: Offer) -> list[tuple[Any, ...]]:
    """Title, name of the first column, and its rows."""
    touchpoints = words.touchpoint_names(await places.touchpoints(read))
    streams = {one: streams_and_practices.told(one) for one in await stream_names(read)}
    found = await flows_of(read, viewer.scope, ["service", "touchpoint", "value_stream"], filters)
    told = [
        (_("By service"), _("Service"), flow_words.rows(offer.services, found["service"].flows)),
        (_("By touchpoint"), _("Touchpoint"), flow_words.rows(touchpoints, found["touchpoint"].flows)),
    ]
    by_stream = (_("By value stream"), _("Value stream"), flow_words.rows(streams, found["value_stream"].flows))
    return [*told, by_stream] if streams else told


def frame(filters: Filters, offer: Offer, action: str) -> dict[str, Any]:
    """What every report page is given."""
    return {
        "filters": filters,
        "filter_bar": _filter_bar(filters, offer),
        "action": action,
        "words": words,
        "flowing": flow_words,
        "asked": ASKED,
        "looks": pictures.LOOKS,
        "few": settings().min_group,
        "few_comments": settings().min_group_comments,
        "answer_months": settings().answer_months,
        "query": query(filters),
    }


def _filter_bar(filters: Filters, offer: Offer) -> list[dict[str, Any]]:
    bar: list[dict[str, Any]] = [
        {"name": "period", "label": _("Period"), "value": filters.period, "options": words.periods()}
    ]
    if filters.period == DATES:
        bar += [
            {"name": "from", "label": _("From"), "value": filters.window.start.isoformat(), "type": "date"},
            {"name": "to", "label": _("Until"), "value": filters.window.end.isoformat(), "type": "date"},
        ]
    if offer.services:
        options = [("", _("All services")), *offer.services.items()]
        bar.append({"name": "service", "label": _("Service"), "value": filters.service or "", "options": options})
    if len(offer.customers) > 1:
        options = [("", _("All customers")), *offer.customers.items()]
        bar.append({"name": "customer", "label": _("Customer"), "value": filters.customer or "", "options": options})
    return bar
