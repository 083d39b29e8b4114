"""The value stream as a picture, with the same in words and as a table."""

from typing import Annotated, Any

from litestar import Response, get
from litestar.params import QueryParameter

from analysis.routes import pictures
from analysis.routes.asking import Wished
from analysis.routes.pages import frame
from analysis.routes.stream_words import lede, step_names, told
from analysis.service.filters import checked, offered
from analysis.service.streams import efficiency_by_stream, stream_names, stream_shown
from core.clock import now
from core.errors import NotFound
from core.i18n import gettext as _
from core.requests import AnyRequest, Read, Viewer, staff_page
from journeys.rules import streams_and_practices as practices

ADDRESS = "/flow/stream"


@get(ADDRESS)
async def value_stream(
    request: AnyRequest, read: Read, viewer: Viewer, wish: Wished, stream: Annotated[str, QueryParameter()] = ""
) -> Response[str]:
    offer = await offered(read, viewer.scope)
    filters = await checked(read, offer, wish, now().date())
    streams = await stream_names(read)
    if stream and stream not in streams:
        raise NotFound(_("There is nothing here"))
    found = await stream_shown(read, viewer.scope, filters, stream or None)
    names = step_names()
    framed = frame(filters, offer, ADDRESS)
    if streams:
        framed["filter_bar"].append(_choice(streams, stream))
    page: dict[str, Any] = {
        "found": found,
        "names": names,
        "lede": lede(found),
        "told": told(found, names) if found else [],
        "chart": pictures.value_stream(found, names) if found else None,
        "streams": await efficiency_by_stream(read, viewer.scope, filters) if streams else {},
        "stream_order": streams,
        "practice": practices.told,
    }
    return staff_page(request, viewer, "analysis/stream.html", nav="flow", **page, **framed)


def _choice(streams: list[str], chosen: str) -> dict[str, Any]:
    options = [("", _("All value streams")), *((one, practices.told(one)) for one in streams)]
    return {"name": "stream", "label": _("Value stream"), "value": chosen, "options": options}
