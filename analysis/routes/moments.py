"""Moments of truth: what was found, and one of them with all that belongs to it."""

from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath

from analysis.models import COSTING, MomentState
from analysis.queries import moments as queries
from analysis.routes import flow_words, moment_words, pictures, words
from analysis.schemas.moments import MomentView
from analysis.service.filters import offered
from analysis.service.moment_page import moment_page
from core.auth.models import Role
from core.clock import now
from core.errors import NotFound
from core.i18n import gettext as _
from core.requests import AnyRequest, Read, Viewer, staff_page
from core.settings import settings
from journeys.queries import places

Groups = list[tuple[str, str, list[MomentView]]]
ACTING = (Role.ADMIN, Role.MANAGER)


@get("/moments")
async def moments(request: AnyRequest, read: Read, viewer: Viewer) -> Response[str]:
    shown = await queries.moments(read, viewer.scope)
    names = words.touchpoint_names(await places.touchpoints(read))
    page: dict[str, Any] = {
        "groups": _groups(shown),
        "lede": moment_words.lede(shown, names),
        "newest": (newest := await queries.newest_look(read)),
        "silence": moment_words.silence(newest),
        **await _frame(read, viewer, names),
    }
    return staff_page(request, viewer, "analysis/moments.html", nav="moments", **page)


@get("/moments/{moment_id:uuid}")
async def moment(request: AnyRequest, read: Read, viewer: Viewer, moment_id: FromPath[UUID]) -> Response[str]:
    found = await moment_page(read, viewer.scope, moment_id, now().date())
    if found is None:
        raise NotFound(_("There is nothing here"))
    names = words.touchpoint_names(await places.touchpoints(read))
    page: dict[str, Any] = {
        "found": found,
        "chart": pictures.moment_history(found.history, wins=found.view.wins),
        "may_act": viewer.role in ACTING,
        "address": f"{settings().base_url}/feedback?touchpoint={found.view.touchpoint}",
        **await _frame(read, viewer, names),
    }
    return staff_page(request, viewer, "analysis/moment.html", nav="moments", **page)


async def _frame(read: Read, viewer: Viewer, names: dict[str, str]) -> dict[str, Any]:
    offer = await offered(read, viewer.scope)
    return {
        "words": words,
        "flowing": flow_words,
        "told": moment_words,
        "names": names,
        "known": {"customer": offer.customers, "service": offer.services},
        "few": settings().min_group,
        "few_comments": settings().min_group_comments,
    }


def _groups(shown: list[MomentView]) -> Groups:
    """What costs trust first, then what may, what did, and what wins people."""

    def of(*states: MomentState) -> list[MomentView]:
        return [one for one in shown if not one.wins and one.state in states]

    groups = [
        (
            _("Where a bad experience lasts"),
            _("Tested: this is more than chance, and more than these places are merely disliked."),
            of(*COSTING),
        ),
        (_("To watch"), _("Nothing is shown to be lost here yet."), of(MomentState.WATCH)),
        (_("Recovered"), _("These cost something once."), of(MomentState.RECOVERED)),
        (
            _("Looks worse than it is"),
            _("Nothing that matters is lost here itself: people arrive hurt from elsewhere, or merely dislike it."),
            of(MomentState.CLEARED),
        ),
        (
            _("Where people are won"),
            _("Who is delighted here leaves happier than they otherwise would."),
            [one for one in shown if one.wins],
        ),
    ]
    return [group for group in groups if group[2]]
