"""Pages of hooks, for administrators: payloads hold names and words."""

import re
from typing import Annotated, Any

import msgspec
from litestar import Response, Router, get, post
from litestar.params import FromPath, URLEncodedBody

from core.errors import Conflict, FieldError, Invalid
from core.i18n import gettext as _
from core.requests import Admin, AnyRequest, Read, Write, staff_page
from core.settings import settings
from journeys.models import Hook, HookSystem
from journeys.queries import hooks as queries
from journeys.service import hooks as service

SHOWN = 10
LONGEST_MAPPING = 100_000
NAMES = {"servicenow": "ServiceNow", "jira": "Jira", "zendesk": "Zendesk", "glpi": "GLPI", "zammad": "Zammad"}
Text = Annotated[str, msgspec.Meta(max_length=LONGEST_MAPPING)]


class MappingForm(msgspec.Struct):
    """`action`: try, look (the same, for the part of the page that shows it), save or replay. `payload`: the id of the
    call that it is tried on; "" or unknown: the last one."""

    mapping: Text
    action: str = "try"
    payload: Annotated[str, msgspec.Meta(max_length=40)] = ""


class NewHook(msgspec.Struct):
    """`mapping` empty: the one that comes with the program for this system. `secret` empty: one is made."""

    system: HookSystem
    key: Annotated[str, msgspec.Meta(max_length=40)] = ""
    mapping: Text = ""
    secret: Annotated[str, msgspec.Meta(max_length=200)] = ""


@get("/hooks")
async def hooks_page(request: AnyRequest, read: Read, admin: Admin) -> Response[str]:
    """Every address that ticket systems call, and what became of the calls."""
    return await _all(request, read, admin)


@post("/hooks", status_code=200)
async def open_hook(request: AnyRequest, write: Write, admin: Admin, data: URLEncodedBody[NewHook]) -> Response[str]:
    """Open an address; its secret is shown on this page and never again."""
    key = data.key.strip().lower()
    try:
        _check_name(key)
        mapping = data.mapping.replace("\r\n", "\n").strip() or _shipped(request, data.system)
        secret = await service.add_hook(write, data.system, key, mapping, data.secret.strip() or None)
    except (Invalid, Conflict) as wrong:
        errors = wrong.errors if isinstance(wrong, Invalid) else [FieldError("key", wrong.message)]
        return await _all(request, write, admin, status=422, given=data, errors=_by_field(errors))
    opened = {"address": f"{settings().base_url}/hooks/{data.system.value}/{key}", "secret": secret}
    return await _all(request, write, admin, opened=opened)


def _shipped(request: AnyRequest, system: HookSystem) -> str:
    if system is HookSystem.CUSTOM:
        told = _("Another system needs a mapping: docs/hooks.md shows one.")
        raise Invalid(_("Some fields are not right"), [FieldError("", told)])
    text: str = request.app.state.shipped_mapping(system.value)
    return text


def _check_name(key: str) -> None:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", key):
        told = _("Small letters, digits and hyphens, such as helpdesk.")
        raise Invalid(_("Some fields are not right"), [FieldError("key", told)])


def _by_field(errors: list[FieldError]) -> dict[str, str]:
    """What is wrong with a mapping stands under the mapping, whatever its line."""
    found: dict[str, str] = {}
    for error in errors:
        if error.field == "key":
            found.setdefault("key", error.message)
        else:
            found.setdefault("mapping", f"{error.field} {error.message}".strip())
    return found


async def _all(request: AnyRequest, session: Any, admin: Any, status: int = 200, **told: Any) -> Response[str]:
    common: dict[str, Any] = {
        "hooks": await queries.hooks_seen(session),
        "days": settings().hook_days,
        "systems": [(one.value, NAMES.get(one.value) or _("another system")) for one in HookSystem],
        "given": None,
        "errors": {},
        "opened": None,
    }
    return staff_page(request, admin, "journeys/hooks.html", status, nav="hooks", **common | told)


@get("/hooks/{system:str}/{key:str}")
async def hook_page(
    request: AnyRequest, read: Read, admin: Admin, system: FromPath[str], key: FromPath[str]
) -> Response[str]:
    """How a hook's payloads are read, tried on the last of them."""
    hook = await service.existing(read, system, key)
    return await _page(request, read, admin, hook, hook.mapping, request.query_params.get("payload", ""))


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
    if data.action == "look":
        return await _page(request, write, admin, hook, mapping, data.payload, template="journeys/_reading.html")
    try:
        done = await _act(write, hook, mapping, data.action)
    except Invalid:
        return await _page(request, write, admin, hook, mapping, data.payload, status=422)
    return await _page(request, write, admin, hook, mapping, data.payload, done=done)


async def _act(session: Any, hook: Hook, mapping: str, action: str) -> str:
    if action == "save":
        await service.change_mapping(session, hook.system, hook.key, mapping)
        return _("Saved. New payloads are read like this from now on.")
    if action == "replay":
        n = await service.replay(session, hook.system, hook.key)
        return _("%(n)s payloads are being read again by the saved mapping.") % {"n": n}
    return ""


async def _page(
    request: AnyRequest,
    session: Any,
    admin: Any,
    hook: Hook,
    mapping: str,
    payload: str = "",
    status: int = 200,
    template: str = "journeys/hook.html",
    **told: Any,
) -> Response[str]:
    calls = await queries.last_calls(session, hook.id, SHOWN)
    chosen = next((one for one in calls if str(one.id) == payload), calls[0] if calls else None)
    common = {
        "hook": hook,
        "mapping": mapping,
        "calls": calls,
        "chosen": chosen,
        "look": service.look(mapping, service.payload_of(chosen.body) if chosen else None),
        "states": _states(),
        "address": f"{settings().base_url}/hooks/{hook.system}/{hook.key}",
    }
    return staff_page(request, admin, template, status, nav="hooks", **common | {"done": ""} | told)


def _states() -> dict[str, str]:
    return {
        "new": _("not read yet"),
        "mapped": _("read"),
        "ignored": _("nothing in it that the mapping knows"),
        "refused": _("could not be read"),
    }


hook_pages = Router("/tickets", route_handlers=[hooks_page, open_hook, hook_page, change_hook], include_in_schema=False)
