"""Pages of hooks, for administrators: payloads hold names and words."""

from typing import Annotated, Any

import msgspec
from litestar import Response, Router, get, post
from litestar.params import FromPath, URLEncodedBody

from core.errors import Invalid
from core.i18n import gettext as _
from core.requests import Admin, AnyRequest, Read, Write, staff_page
from core.settings import settings
from journeys.models import Hook
from journeys.queries import hooks as queries
from journeys.service import hooks as service

SHOWN = 10
LONGEST_MAPPING = 100_000
ADD = "touchstone hook add jira helpdesk"
Text = Annotated[str, msgspec.Meta(max_length=LONGEST_MAPPING)]


class MappingForm(msgspec.Struct):
    """`action`: try, save or replay."""

    mapping: Text
    action: str = "try"


@get("/hooks")
async def hooks_page(request: AnyRequest, read: Read, admin: Admin) -> Response[str]:
    """Every address that ticket systems call, and what became of the calls."""
    told: dict[str, Any] = {"hooks": await queries.hooks_seen(read), "days": settings().hook_days, "command": ADD}
    return staff_page(request, admin, "journeys/hooks.html", nav="hooks", **told)


@get("/hooks/{system:str}/{key:str}")
async def hook_page(
    request: AnyRequest, read: Read, admin: Admin, system: FromPath[str], key: FromPath[str]
) -> Response[str]:
    """How a hook's payloads are read, tried on the last of them."""
    hook = await service.existing(read, system, key)
    return await _page(request, read, admin, hook, hook.mapping)


@post("/hooks/{system:str}/{key:str}", status_code=200)
async def change_hook(
    request: AnyRequest,
    write: Write,
    admin: Admin,
    system: FromPath[str],
    key: FromPath[str],
    data: URLEncodedBody[MappingForm],
) -> Response[str]:
    """Try another mapping on the last payloads, keep it, or read again what is kept."""
    hook = await service.existing(write, system, key)
    mapping = data.mapping.replace("\r\n", "\n")
    try:
        done = await _act(write, hook, mapping, data.action)
    except Invalid as refused:
        return await _page(request, write, admin, hook, mapping, status=422, refused=refused)
    return await _page(request, write, admin, hook, mapping, done=done)


async def _act(session: Any, hook: Hook, mapping: str, action: str) -> str:
    if action == "save":
        await service.change_mapping(session, hook.system, hook.key, mapping)
        return _("Saved. New payloads are read like this from now on.")
    if action == "replay":
        n = await service.replay(session, hook.system, hook.key)
        return _("%(n)s payloads are being read again by the saved mapping.") % {"n": n}
    return ""


async def _page(
    request: AnyRequest, session: Any, admin: Any, hook: Hook, mapping: str, status: int = 200, **told: Any
) -> Response[str]:
    calls = await queries.last_calls(session, hook.id, SHOWN)
    tried = service.tried(calls, mapping if "refused" not in told else hook.mapping)
    address = f"{settings().base_url}/hooks/{hook.system}/{hook.key}"
    common = {"hook": hook, "mapping": mapping, "tried": tried, "address": address}
    return staff_page(request, admin, "journeys/hook.html", status, nav="hooks", **common, **told)


hook_pages = Router("/tickets", route_handlers=[hooks_page, hook_page, change_hook], include_in_schema=False)
