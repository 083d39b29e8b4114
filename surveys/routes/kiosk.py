"""An open survey on a tablet at a counter: nothing of whoever was there before is left for the next."""

from typing import Any

from litestar import Response, Router, get, post
from litestar.params import FromPath

from core.requests import AnyRequest
from surveys.routes.forms import LARGEST_FORM, sent_by
from surveys.routes.open import at, nothing, shown, taken
from surveys.schemas import Asked

# Seconds. A form that nobody touches asks whether somebody is there, and is emptied after the warning (WCAG 2.2.1 asks
# for 20 at least); without a script it is emptied after long enough to have written.
THANKS, IDLE, WARNING, WITHOUT_SCRIPT = 15, 60, 25, 600


@get("/kiosk/{slug:str}")
async def form(request: AnyRequest, slug: FromPath[str]) -> Response[str]:
    asked = await at(request, slug)
    return shown(request, asked, **_frame(asked)) if asked else nothing(request)


@post("/kiosk/{slug:str}", status_code=200)
async def submit(request: AnyRequest, slug: FromPath[str]) -> Response[str]:
    sent = await sent_by(request)
    asked = await at(request, slug)
    return await taken(request, asked, sent, **_frame(asked)) if asked else nothing(request)


def _frame(asked: Asked) -> dict[str, Any]:
    return {
        "layout": "surveys/_kiosk.html",
        "home": f"/kiosk/{asked.survey.definition.slug}",
        "draft": "",
        "sent": "",
        "at_counter": True,
        "thanks_seconds": THANKS,
        "idle_seconds": IDLE,
        "warning_seconds": WARNING,
        "script_free_seconds": WITHOUT_SCRIPT,
    }


router = Router(
    "/",
    route_handlers=[form, submit],
    opt={"exclude_from_csrf": True},
    include_in_schema=False,
    request_max_body_size=LARGEST_FORM,
)
