"""How sure: who was asked, who answered, and what their silence may hide."""

from collections.abc import Callable, Mapping
from typing import Any

from litestar import Response, get

from analysis.routes import words
from analysis.schemas.sureness import Silence, StratumRate, Sureness
from analysis.service.filters import offered
from analysis.service.sureness import sureness
from core.clock import now
from core.i18n import gettext as _
from core.requests import AnyRequest, Read, Viewer, staff_page
from core.settings import settings

ADDRESS = "/how-sure"


@get(ADDRESS)
async def how_sure(request: AnyRequest, read: Read, viewer: Viewer) -> Response[str]:
    found = await sureness(read, viewer.scope, now().date())
    names = {**_values(), "service": (await offered(read, viewer.scope)).services}
    page: dict[str, Any] = {
        "found": found,
        "strata": {key: sorted(lines, key=_place(names[key])) for key, lines in found.strata.items()},
        "lede": _lede(found),
        "titles": _titles(),
        "names": names,
        "words": words,
        "few": settings().min_group,
    }
    return staff_page(request, viewer, "analysis/sureness.html", nav="sure", **page)


def _place(known: Mapping[str, str]) -> Callable[[StratumRate], int]:
    """In the order of the names; what is not known comes last."""
    order = {value: place for place, value in enumerate(known)}
    return lambda one: order.get(one.value, len(order))


def _lede(found: Sureness) -> str:
    if found.rate is None:
        return ""
    values = {
        "rate": words.percent(found.rate.value),
        "asked": f"{found.asked:,}",
        "months": words.months(found.months),
    }
    rate = _("Of about %(asked)s people asked in %(months)s, %(rate)s answered.") % values
    return words.sentences(rate, _weighted(found.silence) if found.silence else "")


def _weighted(found: Silence) -> str:
    values = {"raw": words.whole(found.raw.value), "weighted": words.whole(found.weighted.value)}
    if found.moved:
        differs = _("Who answered differs from who was asked: satisfaction is %(raw)s raw and %(weighted)s weighted.")
        return differs % values
    return _("Weighted to who was asked, satisfaction is %(weighted)s, raw %(raw)s: about the same.") % values


def _titles() -> dict[str, str]:
    return {
        "kind": _("By kind of ticket"),
        "service": _("By service"),
        "channel": _("By the way of asking"),
        "open": _("By how long the ticket was open"),
        "handoffs": _("By hand-offs"),
    }


def _values() -> dict[str, dict[str, str]]:
    return {
        "kind": {"incident": _("Incident"), "request": _("Request"), "demand": _("Demand")},
        "channel": {"mail": _("By mail"), "link": _("By a link"), "phone": _("By telephone")},
        "open": {
            "4": _("under 4 hours"),
            "24": _("4 hours to a day"),
            "72": _("one to three days"),
            "longer": _("longer"),
        },
        "handoffs": {"0": _("never handed on"), "1": _("once"), "2": _("twice or more")},
    }
