"""The pages of a relationship manager."""

from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from analysis.models import Dimension
from analysis.routes import pictures, words
from analysis.routes.asking import Wished, query
from analysis.rules.periods import DATES
from analysis.schemas.reports import ASKED, Filters, Offer
from analysis.service.experience import experience_report
from analysis.service.filters import checked, offered
from analysis.service.flow import flow_by, flow_report
from analysis.service.flow_experience import flow_breaks
from analysis.service.overview import overview
from analysis.service.themes import sees_several, themes_shown
from core.clock import now
from core.errors import NotFound
from core.i18n import gettext as _
from core.requests import AnyRequest, Manager, Read, staff_page
from core.settings import settings
from journeys.queries import places

JOURNEY = "/journeys/service"


@get("/")
async def report(request: AnyRequest, read: Read, manager: Manager, wish: Wished) -> Response[str]:
    offer = await offered(read, manager.scope)
    filters = await checked(read, offer, wish, now().date())
    found = await overview(read, manager.scope, filters)
    address = f"{JOURNEY}?{query(filters)}"
    page: dict[str, Any] = {
        "found": found,
        "lede": words.lede(found),
        "trend": pictures.trend(found.experience),
        "sparks": pictures.sparks(found.experience),
        "journey": pictures.journey(found.experience.touchpoints, address),
        "address": address,
    }
    return staff_page(request, manager, "analysis/report.html", nav="report", **page, **_frame(filters, offer, "/"))


@get("/journeys/{key:str}")
async def journey(request: AnyRequest, read: Read, manager: Manager, wish: Wished, key: FromPath[str]) -> Response[str]:
    asked = await places.journey(read, key)
    if asked is None:
        raise NotFound(_("There is nothing here"))
    offer = await offered(read, manager.scope)
    filters = await checked(read, offer, wish, now().date())
    own = {one.key for one in await places.touchpoints(read) if one.journey_id == asked.id}
    found = await experience_report(read, manager.scope, filters)
    shown = [one for one in found.touchpoints if one.key in own]
    address = f"/journeys/{key}"
    page: dict[str, Any] = {
        "title": asked.name_zh if words.is_chinese() else asked.name_en,
        "found": found,
        "touchpoints": shown,
        "themes": await themes_shown(read, manager.scope, filters, own),
        "sees_several": sees_several(manager.scope),
        "journey": pictures.journey(shown, ""),
        "levels": pictures.levels(shown, Dimension.SATISFACTION, ""),
        "flows": (await flow_by(read, manager.scope, "touchpoint", filters)).flows,
    }
    return staff_page(
        request, manager, "analysis/journey.html", nav="journey", **page, **_frame(filters, offer, address)
    )


@get("/flow")
async def flow(request: AnyRequest, read: Read, manager: Manager, wish: Wished) -> Response[str]:
    offer = await offered(read, manager.scope)
    filters = await checked(read, offer, wish, now().date())
    found = await flow_report(read, manager.scope, filters)
    page: dict[str, Any] = {
        "flow": found,
        "spent": pictures.time_spent(found) if found else None,
        "waiting": words.waiting(found) if found else [],
        "breaks": words.breaks(await flow_breaks(read, manager.scope)),
        "tables": await _flow_tables(read, manager, filters, offer),
    }
    return staff_page(request, manager, "analysis/flow.html", nav="flow", **page, **_frame(filters, offer, "/flow"))


async def _flow_tables(read: Read, manager: Manager, filters: Filters, offer: Offer) -> list[tuple[Any, ...]]:
    """Title, caption, name of the first column, names of its rows, and their figures."""
    touchpoints = words.touchpoint_names(await places.touchpoints(read))
    services = await flow_by(read, manager.scope, "service", filters)
    by_touchpoint = await flow_by(read, manager.scope, "touchpoint", filters)
    return [
        (_("By service"), _("Tickets, times and hand-offs of services"), _("Service"), offer.services, services.flows),
        (
            _("By touchpoint"),
            _("Tickets, times and hand-offs at touchpoints"),
            _("Touchpoint"),
            touchpoints,
            by_touchpoint.flows,
        ),
    ]


def _frame(filters: Filters, offer: Offer, action: str) -> dict[str, Any]:
    """What every report page is given."""
    return {
        "filters": filters,
        "filter_bar": _filter_bar(filters, offer),
        "action": action,
        "words": words,
        "asked": ASKED,
        "looks": pictures.LOOKS,
        "few": settings().min_group,
        "few_comments": settings().min_group_comments,
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
