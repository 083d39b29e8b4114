"""The words of value, in the current language."""

from analysis.models import Dimension
from core.i18n import gettext as _
from value.models import Agreed, ClaimKind, NodeKind, View
from value.routes.words import dimensions
from value.schemas.worth import Goal, NodeState

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
        Goal.NONE: _("no target or no figure"),
    }


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
