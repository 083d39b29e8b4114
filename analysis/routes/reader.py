"""The page of the reader: its versions, and what may be done about them by an administrator."""

from typing import Any

from litestar import Response, get, post
from litestar.response import Redirect

from analysis.routes import words
from analysis.routes.labels import label_names, version_name
from analysis.rules.learning import interval
from analysis.service import classifier_report, comparing, heads, learning, rereading
from core.auth.models import Role
from core.i18n import gettext as _
from core.requests import Admin, AnyRequest, Manager, Read, Write, staff_page
from core.settings import settings
from journeys.queries import places

PAGE = "/classifier"


@get(PAGE)
async def reader(request: AnyRequest, read: Read, manager: Manager) -> Response[str]:
    found = await classifier_report.classifier_report(read)
    compared = found.comparison.found if found.comparison else None
    page: dict[str, Any] = {
        "found": found,
        "comparison": classifier_report.comparison_told(compared) if compared else None,
        "labels": label_names(),
        "places": words.touchpoint_names(await places.touchpoints(read)),
        "version_name": version_name,
        "interval": interval,
        "states": _states(),
        "may": manager.role is Role.ADMIN,
        "few": settings().min_group,
        "said": _said(request.query_params.get("done", ""), compared=compared is not None),
    }
    return staff_page(request, manager, "analysis/classifier.html", nav="voices", **page)


def _states() -> dict[str, str]:
    return {
        "shipped": _("shipped"),
        "candidate": _("not better, not used"),
        "current": _("reads now"),
        "retired": _("used before"),
    }


def _said(done: str, *, compared: bool) -> str:
    if done == "compare" and compared:
        return ""  # the result stands below already
    return {
        "learn": _("Learning has begun. A new version appears here in a moment."),
        "promote": _("New comments are read by this version from now on. Those read before can be read again below."),
        "rollback": _("The version before reads again. What was read meanwhile can be read again below."),
        "read-again": _("Reading again has begun; reports follow batch by batch. Reload to see how far it is."),
        "compare": _("Comparing has begun. The result appears here in a moment."),
    }.get(done, "")


@post(f"{PAGE}/learn", status_code=303)
async def learn(write: Write, admin: Admin) -> Redirect:
    await learning.ask_to_learn(write)
    return _done("learn")


@post(f"{PAGE}/promote", status_code=303)
async def promote(request: AnyRequest, write: Write, admin: Admin) -> Redirect:
    await heads.promote(write, await _version(request))
    return _done("promote")


@post(f"{PAGE}/rollback", status_code=303)
async def rollback(write: Write, admin: Admin) -> Redirect:
    await heads.rollback(write)
    return _done("rollback")


@post(f"{PAGE}/read-again", status_code=303)
async def read_again(write: Write, admin: Admin) -> Redirect:
    await rereading.ask_to_read_again(write)
    return _done("read-again")


@post(f"{PAGE}/compare", status_code=303)
async def compare(request: AnyRequest, write: Write, admin: Admin) -> Redirect:
    await comparing.ask_to_compare(write, await _version(request))
    return _done("compare")


async def _version(request: AnyRequest) -> str:
    form: Any = await request.form()
    return str(form.get("version", ""))


def _done(what: str) -> Redirect:
    return Redirect(f"{PAGE}?done={what}", status_code=303)
