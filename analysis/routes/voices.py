"""Comments, to be read and put right; and what waits to be placed."""

from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath, FromQuery

from analysis.queries.cells import anybody
from analysis.routes import seen, words
from analysis.routes.labels import FACES, changed, label_names, language_choices, sentiment_choices
from analysis.rules import cursors
from analysis.schemas.figures import month_of
from analysis.schemas.readings import Search
from analysis.schemas.reports import Offer, Wish
from analysis.service import voices as comments
from analysis.service.filters import checked, offered
from core.clock import now
from core.i18n import gettext as _
from core.navigation import ACTING
from core.requests import AnyRequest, Manager, Read, Viewer, staff_page
from core.settings import settings
from journeys.queries import places

LONGEST_SEARCH = 100


@get("/voices")
async def voices(
    request: AnyRequest,
    read: Read,
    viewer: Viewer,
    touchpoint: FromQuery[str] = "",
    service: FromQuery[str] = "",
    sentiment: FromQuery[str] = "",
    language: FromQuery[str] = "",
    q: FromQuery[str] = "",
    cursor: FromQuery[str] = "",
) -> Response[str]:
    """Customers read what their own people wrote, as the gate lets it out; putting right is for managers."""
    search = Search(touchpoint, service, sentiment, language, q.strip()[:LONGEST_SEARCH])
    offer = await offered(read, viewer.scope)
    await checked(read, offer, Wish(service=search.service, touchpoint=search.touchpoint), now().date())
    items, following = await comments.voices(read, viewer.scope, search, cursors.place_of(cursor))
    frame = await frame_of(request, read, viewer)
    page: dict[str, Any] = {
        "items": items,
        "anybody": await anybody(read, viewer.scope),
        "searched": any([search.touchpoint, search.service, search.sentiment, search.language, search.text]),
        "filter_bar": _filter_bar(search, offer, frame["places"]),
        "older": _address(search, cursors.told(following)) if following else "",
        "newest": _address(search, "") if cursor else "",
        "looked_until": words.month(following.month) if following and len(items) < comments.PAGE else "",
        "back": _address(search, cursor),
        "may_correct": viewer.role in ACTING,
        "unplaced": await comments.how_many_unplaced(read, viewer.scope) if viewer.role in ACTING else 0,
    }
    await seen.note(request, read, viewer, seen.VOICES, about(search))
    return staff_page(request, viewer, "analysis/voices.html", nav="voices", **frame, **page)


def about(search: Search) -> str:
    """By what was chosen; that words were searched for, and not which."""
    narrowed = {"touchpoint": search.touchpoint, "service": search.service, "sentiment": search.sentiment}
    return seen.chosen(**narrowed, language=search.language, searched="yes" if search.text else "")


def _address(search: Search, cursor: str) -> str:
    chosen = {
        "touchpoint": search.touchpoint,
        "service": search.service,
        "sentiment": search.sentiment,
        "language": search.language,
        "q": search.text,
        "cursor": cursor,
    }
    query = urlencode({name: value for name, value in chosen.items() if value})
    return f"/voices?{query}" if query else "/voices"


def _filter_bar(search: Search, offer: Offer, named: dict[str, str]) -> list[dict[str, Any]]:
    bar: list[dict[str, Any]] = [
        {
            "name": "touchpoint",
            "label": _("Touchpoint"),
            "value": search.touchpoint,
            "options": [("", _("All touchpoints")), *named.items()],
        },
        {"name": "sentiment", "label": _("Sentiment"), "value": search.sentiment, "options": sentiment_choices()},
    ]
    if offer.services:
        options = [("", _("All services")), *offer.services.items()]
        bar.append({"name": "service", "label": _("Service"), "value": search.service, "options": options})
    bar.append({"name": "language", "label": _("Language"), "value": search.language, "options": language_choices()})
    bar.append({"name": "q", "label": _("Search"), "value": search.text, "type": "search"})
    return bar


@get("/voices/unplaced")
async def unplaced(request: AnyRequest, read: Read, manager: Manager, after: FromQuery[str] = "") -> Response[str]:
    queue = await comments.unplaced(read, manager.scope, cursors.place_of(after))
    frame = await frame_of(request, read, manager)
    following = f"/voices/unplaced?after={cursors.told(queue.following)}" if queue.following else ""
    page: dict[str, Any] = {"queue": queue, "following": following, "begun": bool(after), "back": "/voices/unplaced"}
    await seen.note(request, read, manager, seen.UNPLACED)
    return staff_page(request, manager, "analysis/unplaced.html", nav="voices", **frame, **page)


@get("/voices/{reading:uuid}")
async def voice(request: AnyRequest, read: Read, manager: Manager, reading: FromPath[UUID]) -> Response[str]:
    one = await comments.voice(read, manager.scope, reading)
    frame = await frame_of(request, read, manager)
    await seen.note(request, read, manager, seen.VOICE, str(reading))
    return staff_page(
        request, manager, "analysis/voice.html", nav="voices", one=one, back=f"/voices/{reading}", **frame
    )


async def frame_of(request: AnyRequest, read: Read, manager: Manager) -> dict[str, Any]:
    """What every page with comments is given."""
    return {
        "words": words,
        "labels": label_names(),
        "faces_of": FACES,
        "places": words.touchpoint_names(await places.touchpoints(read)),
        "few_comments": settings().min_group_comments,
        "month_of": lambda text: words.month(month_of(date.fromisoformat(f"{text}-01"))),
        "done": await _done(request, read, manager),
    }


async def _done(request: AnyRequest, read: Read, manager: Manager) -> dict[str, Any] | None:
    """What was just corrected, or taken back, as the address says."""
    told = request.query_params.get("done", "")
    try:
        found = await comments.correction_shown(read, manager.scope, UUID(told)) if told else None
    except ValueError:
        return None
    if found is None:
        return None
    correction, reading = found
    names, named = label_names(), words.touchpoint_names(await places.touchpoints(read))
    return {
        "id": correction.id,
        "reading": reading,
        "undone": correction.undone_at is not None,
        "now": changed(names, correction.label, correction.touchpoint, named),
        "before": changed(
            names,
            correction.old_label if correction.label is not None else None,
            correction.old_touchpoint if correction.touchpoint is not None else None,
            named,
        ),
    }
