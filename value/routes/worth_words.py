"""The words of value, in the current language."""

from collections.abc import Mapping, Sequence
from typing import Any

from analysis.models import Dimension
from core.i18n import gettext as _
from value.models import Agreed, ClaimKind, Indicator, NodeKind, Source, ValueEdit, View
from value.routes.words import dimensions
from value.schemas.worth import Goal, Measured, Moves, NodeState, Sure

FLOW = "flow"


def kinds() -> dict[str, str]:
    return {
        NodeKind.ENABLER: _("Enablers"),
        NodeKind.CHANGE: _("Changes"),
        NodeKind.BENEFIT: _("Benefits"),
        NodeKind.OBJECTIVE: _("Objectives"),
    }


def views() -> dict[str, str]:
    return {
        View.CUSTOMER: _("Customer"),
        View.FINANCE: _("Finance"),
        View.INTERNAL: _("Internal processes"),
        View.LEARNING: _("Learning and growth"),
    }


def goals() -> dict[str, str]:
    return {
        Goal.MET: _("met"),
        Goal.MISSED: _("missed"),
        Goal.OPEN: _("open: the interval holds the target"),
        Goal.NO_TARGET: _("no target is set"),
        Goal.NO_FIGURE: _("no figure yet"),
    }


def unsaid(one: Indicator) -> list[str]:
    """What keeps an indicator from being specific, measurable, assignable, relevant and timed (SMART: Doran 1981)."""
    told = {
        _("a target"): one.target is not None,
        _("an owner"): bool(one.owner),
        _("a day to reach it"): one.due_on is not None,
        _("the objective it tells about"): one.objective_id is not None,
    }
    return [what for what, there in told.items() if not there]


def unsure(one: Measured) -> str:
    """Why there is no interval."""
    told = {
        Sure.FEW: _("no interval: too few tickets for one"),
        Sure.ALONE: _("no interval: only the figure was given"),
    }
    return told.get(one.sure, "")


def moves() -> dict[str, str]:
    return {
        Moves.BEFORE: _("against the three months before"),
        Moves.MONTHLY: _("per month, over the last months (at most twelve)"),
    }


def no_trend() -> dict[str, str]:
    return {
        Moves.BEFORE: _("no trend: too little before it to compare with"),
        Moves.MONTHLY: _("no trend: it takes six months"),
    }


def digits(one: Measured) -> int:
    """Scores are whole points; counted and imported figures keep what they were given with, up to two digits."""
    if one.indicator.source == Source.EXPERIENCE:
        return 0
    value = one.figure.value or 0.0
    return 1 if abs(10 * value - round(10 * value)) < 1e-9 else 2


def claim_kinds() -> dict[str, str]:
    return {
        ClaimKind.RELEVANCE: _("Relevance: which problem it solves"),
        ClaimKind.BENEFIT: _("Benefit: what comes of it, in figures"),
        ClaimKind.DIFFERENCE: _("Difference: why from us"),
    }


def agreed() -> dict[str, str]:
    return {
        Agreed.NO: _("Not agreed on"),
        Agreed.SLA: _("Service level (SLA)"),
        Agreed.XLA: _("Experience level (XLA)"),
    }


def states() -> dict[str, str]:
    return {
        NodeState.GOOD: _("on target"),
        NodeState.BAD: _("off target"),
        NodeState.DOING: _("under way"),
        NodeState.OPEN: _("open"),
        NodeState.OFF: _("not measured"),
    }


def questions() -> dict[str, str]:
    return {
        "happened": _("Did the problem happen?"),
        "solved": _("How did the service solve it?"),
        "best": _("Was the service the best way?"),
        "eaten": _("Did a weak value stream eat the value?"),
    }


def measures() -> list[tuple[str, str]]:
    return [
        *((f"experience.{Dimension(name).value}", label) for name, label in dimensions()),
        ("flow.response_hours", _("Hours to the first response, half of the tickets")),
        ("flow.response_hours_p90", _("Hours to the first response, 9 of 10 tickets")),
        ("flow.resolution_hours", _("Hours to the resolution, half of the tickets")),
        ("flow.resolution_hours_p90", _("Hours to the resolution, 9 of 10 tickets")),
        ("flow.waiting_percent", _("Share of the time that tickets waited, %")),
        ("flow.queue_percent", _("Share of the time that tickets lay in a queue, %")),
        ("flow.active_percent", _("Share of the time that tickets were worked on, %")),
        ("imported.", _("Imported: from a file or a program")),
    ]


def edits(found: Sequence[ValueEdit], fields: Sequence[Any]) -> list[tuple[ValueEdit, str, list[tuple[str, str, str]]]]:
    """Each change: what kind it was, and label, before and after of the fields that a form shows."""
    kinds = {
        "created": _("registered"),
        "edit": _("edited"),
        "undo": _("taken back"),
        "out": _("taken out"),
        "back": _("put back"),
        "noted": _("evidence noted"),
        "readings": _("figures taken in"),
    }
    return [(edit, kinds.get(edit.kind, edit.kind), _told(edit, fields)) for edit in found]


def _told(edit: ValueEdit, fields: Sequence[Any]) -> list[tuple[str, str, str]]:
    shown = {name: (label, dict(options)) for name, _kind, label, options, _hint in fields}
    shown |= {name: (name[:7], {}) for name in edit.changes if name[:1].isdigit()}  # a month of imported figures
    shown |= {"notes": (_("What people know of it"), {})}
    here = [(name, both) for name, both in edit.changes.items() if name in shown]
    return [(shown[name][0], *(_in_words(value, shown[name][1]) for value in both)) for name, both in here]


def _in_words(value: Any, options: Mapping[str, str]) -> str:
    if isinstance(value, dict):
        return _(", ").join(f"{options.get(str(name), str(name))} {text}" for name, text in value.items())
    if isinstance(value, list):
        told = [each.get("text", "") if isinstance(each, dict) else each for each in value if each is not None]
        return _(", ").join(options.get(str(each), str(each)) for each in told)
    return "" if value is None else str(options.get(str(value), value))
