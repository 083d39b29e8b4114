"""Which state follows which, and what has to be there for it."""

from collections.abc import Mapping
from typing import Any

from core.errors import Conflict, FieldError, Invalid
from core.i18n import gettext as _
from value.models import Audience, State
from value.schemas.measuring import VerdictKind

NEXT: Mapping[State, tuple[State, ...]] = {
    State.PROPOSED: (State.PLANNED, State.DROPPED),
    State.PLANNED: (State.DOING, State.PROPOSED, State.DROPPED),
    State.DOING: (State.DONE, State.DROPPED),
    State.DONE: (State.CLOSED,),
    State.MEASURED: (State.CLOSED,),
    State.CLOSED: (),
    State.DROPPED: (State.PROPOSED,),
}
STARTED = (State.DOING, State.DONE, State.MEASURED, State.CLOSED)
DATE_OF = {
    State.PROPOSED: "proposed_on",
    State.PLANNED: "planned_on",
    State.DOING: "started_on",
    State.DONE: "done_on",
    State.MEASURED: "measured_on",
    State.CLOSED: "closed_on",
    State.DROPPED: "dropped_on",
}
# What the verdict depends on: written down before the start, and changed afterwards only in the open.
REGISTERED = ("customers", "touchpoints", "service", "dimension", "target", "margin", "method", "judge_after")
MEASURED_ON = (VerdictKind.TOO_EARLY, VerdictKind.UNCLEAR, VerdictKind.NO_DATA)
REFREEZES = ("customers", "touchpoints", "service", "dimension", "method")


def check_move(entry: Mapping[str, Any], to: State) -> None:
    """Refuses a state that does not follow, and one for which something is missing, field by field."""
    if to not in NEXT[entry["state"]]:
        raise Conflict(_("This step does not follow from where the improvement stands. Somebody may have moved it."))
    errors = [FieldError(name, message) for name, message in _missing(entry, to)]
    if errors:
        raise Invalid(_("Something is missing for this step"), errors)


def _missing(entry: Mapping[str, Any], to: State) -> list[tuple[str, str]]:
    found = []
    if to == State.PLANNED and not entry["owner"]:
        found.append(("owner", _("Say who is responsible for it")))
    if to == State.DOING:
        found += _unregistered(entry)
    if to == State.DONE and entry["audience"] != Audience.NOBODY and not (entry["done_en"] or entry["done_zh"]):
        found.append(("done_en", _("Say in plain words what was done, for the people who asked for it")))
    return found


def _unregistered(entry: Mapping[str, Any]) -> list[tuple[str, str]]:
    asked = {
        "touchpoints": _("Choose at least one touchpoint: without it nothing can be measured"),
        "target": _("Set a target before the start: afterwards it would follow the result"),
        "hypothesis": _("Say why it should help, before the start"),
    }
    return [(name, message) for name, message in asked.items() if entry[name] in (None, "", [])]


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """{field: [before, after]} of what differs."""
    return {name: [before[name], value] for name, value in after.items() if before[name] != value}


def registered(state: State, changes: Mapping[str, Any]) -> list[str]:
    """What of these changes touches what was to stand once it had begun."""
    return [name for name in REGISTERED if name in changes] if state in STARTED else []
