"""Kept, and still unhappy: the watermelon list, and people's own time lost."""

from typing import Any

from litestar import Response, get

from analysis.routes import words
from analysis.routes.asking import Wished
from analysis.routes.pages import frame
from analysis.schemas.green import GreenReport
from analysis.service.filters import checked, offered
from analysis.service.green import green_report
from core.clock import now
from core.i18n import gettext as _
from core.requests import AnyRequest, Read, Viewer, staff_page
from journeys.queries import places

ADDRESS = "/flow/green"


@get(ADDRESS)
async def green(request: AnyRequest, read: Read, viewer: Viewer, wish: Wished) -> Response[str]:
    offer = await offered(read, viewer.scope)
    today = now().date()
    filters = await checked(read, offer, wish, today)
    found = await green_report(read, viewer.scope, filters, today)
    page: dict[str, Any] = {
        "found": found,
        "lede": _lede(found),
        "services": offer.services,
        "names": words.touchpoint_names(await places.touchpoints(read)),
        "hours": sum(one.hours.value for one in found.lost if one.hours),
    }
    return staff_page(request, viewer, "analysis/green.html", nav="flow", **page, **frame(filters, offer, ADDRESS))


def _lede(found: GreenReport) -> str:
    if found.whole is None:
        return ""
    kept = _("Agreed times were kept for %(kept)s of %(n)s tickets.") % {
        "kept": words.percent(found.whole.kept.value),
        "n": f"{found.whole.measured:,}",
    }
    if found.whole.red is None:
        return kept
    red = found.whole.red
    unhappy = _("Of the people whose ticket was in time, %(red)s were unhappy all the same (%(low)s to %(high)s).")
    bounds = {name: words.percent(getattr(red, name)) for name in ("low", "high")}
    return words.sentences(kept, unhappy % (bounds | {"red": words.percent(red.value)}))
