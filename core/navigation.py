"""Where a signed-in person can go: grouped by what they want to do, shown by role, and only what is there."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from core.auth.models import Role
from core.auth.schemas import Principal
from core.i18n import gettext as _

READING = (Role.ADMIN, Role.MANAGER, Role.CUSTOMER)
ACTING = (Role.ADMIN, Role.MANAGER)
SETTING_UP = (Role.ADMIN,)


@dataclass(frozen=True)
class Entry:
    """`key` is the `nav` of the page; `path` as the route is declared, with `{key:str}` filled in `href`."""

    key: str
    href: str
    label: str
    roles: tuple[Role, ...]
    path: str = ""


@dataclass(frozen=True)
class Group:
    title: str
    entries: list[Entry]


def groups(principal: Principal | None, served: Collection[str]) -> list[Group]:
    """What this role may open, of what this application serves (the paths of its routes)."""
    return list(_shown(principal, served)) if principal else []


def _shown(principal: Principal, served: Collection[str]) -> Iterator[Group]:
    for group in _all():
        entries = [one for one in group.entries if principal.role in one.roles and (one.path or one.href) in served]
        if entries:
            yield Group(group.title, entries)


def _all() -> tuple[Group, ...]:
    return (Group(_("Understand"), _understand()), Group(_("Act"), _act()), Group(_("Set up"), _set_up()))


def _understand() -> list[Entry]:
    return [
        Entry("report", "/", _("Overview"), READING),
        Entry("journey", "/journeys/service", _("Journey"), READING, "/journeys/{key:str}"),
        Entry("moments", "/moments", _("Moments"), READING),
        Entry("drivers", "/drivers", _("Drivers"), READING),
        Entry("voices", "/voices", _("Voices"), READING),
        Entry("flow", "/flow", _("Flow"), READING),
        Entry("compare", "/compare", _("Compare"), READING),
        Entry("sure", "/how-sure", _("How sure"), READING),
    ]


def _act() -> list[Entry]:
    return [
        Entry("inbox", "/feedback/inbox", _("Inbox"), ACTING),
        Entry("matters", "/matters", _("Whole matters"), ACTING),
        Entry("contact", "/contact", _("To be called back"), ACTING),
        Entry("notes", "/notes", _("Notes of meetings"), ACTING),
        Entry("improvements", "/improvements", _("Improvements"), ACTING),
        Entry("value", "/value", _("Value"), READING),
        Entry("reviews", "/reviews", _("Service reviews"), ACTING),
        Entry("programmes", "/employee-surveys", _("Employee surveys"), ACTING),
    ]


def _set_up() -> list[Entry]:
    return [
        Entry("surveys", "/surveys", _("Surveys"), SETTING_UP),
        Entry("journeys", "/journeys", _("Journeys"), SETTING_UP),
        Entry("names", "/names", _("Names"), SETTING_UP),
        Entry("hooks", "/tickets/hooks", _("Ticket systems"), SETTING_UP),
        Entry("webhooks", "/webhooks", _("Other programs"), SETTING_UP),
        Entry("audit", "/audit", _("Audit log"), SETTING_UP),
        Entry("tasks", "/tasks", _("Tasks"), SETTING_UP),
        Entry("users", "/users", _("People and access"), SETTING_UP),
    ]
