"""What moves the satisfaction with the whole, on one page."""

from typing import Any

from litestar import Response, get

from analysis.routes import pictures, words
from analysis.routes.driving_words import lede, turned
from analysis.service.driving import drivers_shown
from analysis.service.filters import offered
from core.clock import now
from core.requests import AnyRequest, Read, Viewer, staff_page
from core.settings import settings
from journeys.queries import places


@get("/drivers")
async def drivers(request: AnyRequest, read: Read, viewer: Viewer) -> Response[str]:
    found = await drivers_shown(read, viewer.scope, now().date())
    names = words.touchpoint_names(await places.touchpoints(read))
    page: dict[str, Any] = {
        "found": found,
        "names": names,
        "lede": lede(found, names),
        "turned": turned(found, names, (await offered(read, viewer.scope)).services),
        "chart": pictures.importance(found.lines, names),
        "words": words,
        "few": settings().min_group,
    }
    return staff_page(request, viewer, "analysis/drivers.html", nav="drivers", **page)
