"""Two variants compared, or before and after a change: advice before, a plain verdict after."""

from typing import Annotated, Any

from litestar import Response, get
from litestar.params import FromQuery, QueryParameter

from analysis.routes import words
from analysis.routes.comparison_words import measures, sides, survey_names, tabs, verdict
from analysis.rules.comparison import USUAL, Asked, question
from analysis.schemas.compared import How
from analysis.service.comparison import comparison
from analysis.service.filters import offered
from core.clock import now
from core.errors import Invalid
from core.i18n import gettext as _
from core.requests import AnyRequest, Read, Viewer, staff_page
from core.settings import settings
from journeys.queries import places
from surveys.queries.variants import variants

WRONG = 422


@get("/compare")
async def compare(
    request: AnyRequest,
    read: Read,
    viewer: Viewer,
    how: FromQuery[str] = "",
    one: FromQuery[str] = "",
    other: FromQuery[str] = "",
    since: Annotated[str, QueryParameter(description="The day of the change")] = "",
    touchpoint: FromQuery[str] = "",
    dimension: FromQuery[str] = "",
    worthwhile: FromQuery[str] = "",
) -> Response[str]:  # fmt: skip
    asked = Asked(how, one, other, since.strip(), touchpoint, dimension, worthwhile.strip())
    offer = await offered(read, viewer.scope)
    names = words.touchpoint_names(await places.touchpoints(read))
    surveys = survey_names(await variants(read, viewer.scope))
    known = {How.SERVICES: offer.services, How.CUSTOMERS: offer.customers, How.SURVEYS: surveys}
    found, errors = None, dict[str, str]()
    try:
        wanted = question(asked, {how: list(names_of) for how, names_of in known.items()}, names, now().date())
        found = await comparison(read, viewer.scope, wanted, now().date())
    except Invalid as error:
        errors = {one.field: one.message for one in error.errors}
    things = {how.value: names_of for how, names_of in known.items()}.get(asked.how, {})
    page: dict[str, Any] = {
        "asked": asked,
        "found": found,
        "errors": errors,
        "told": verdict(found, things) if found and found.outcome else "",
        "sides": sides(found, things) if found else (),
        "tabs": tabs(asked.how or How.TIME, several=len(offer.customers) > 1),
        "things": [("", _("Choose")), *things.items()],
        "touchpoints": [("", _("All touchpoints")), *names.items()],
        "measures": measures(asked.how),
        "usual": USUAL,
        "words": words,
        "few": settings().min_group,
    }
    status = WRONG if errors else 200
    return staff_page(request, viewer, "analysis/compare.html", status, nav="compare", **page)
