"""The fields of the forms of a value map, for one template: (name, kind, label, options, hint)."""

from collections.abc import Sequence
from typing import Any

from core.i18n import gettext as _
from core.i18n import own_name
from value.models import Claim, Improvement, Indicator, Node, NodeKind
from value.routes import worth_words as words
from value.schemas.register import Known

Field = tuple[str, str, str, list[tuple[str, str]], str]
NONE = ("", "–")


def of_node(nodes: Sequence[Node], improvements: Sequence[Improvement], indicators: Sequence[Indicator]) -> list[Field]:
    kinds, later = words.kinds(), [one for one in nodes if one.kind != NodeKind.ENABLER]
    further = [(str(one.id), kinds[one.kind] + _(": ") + own_name(one.title)) for one in later]
    return [
        ("title", "text", _("Name"), [], ""),
        (
            "kind",
            "select",
            _("Column"),
            list(words.kinds().items()),
            _("What is needed, what changes, what comes of it, or what it serves"),
        ),
        ("owner", "text", _("Owner"), [], ""),
        ("leads_to", "ticks", _("Leads to"), further, ""),
        (
            "improvement_id",
            "select",
            _("Measured by this improvement"),
            [NONE, *((str(one.id), own_name(one.title)) for one in improvements)],
            "",
        ),
        (
            "indicator_id",
            "select",
            _("Measured by this indicator"),
            [NONE, *((str(one.id), own_name(one.name)) for one in indicators)],
            "",
        ),
    ]


def of_indicator(known: Known, objectives: Sequence[Node]) -> list[Field]:
    return [
        ("name", "text", _("Name"), [], _("Say what it is so that nobody has to ask")),
        ("measure", "select", _("What is measured"), words.measures(), ""),
        ("touchpoint", "select", _("Touchpoint"), [("", _("All touchpoints")), *known.touchpoints.items()], ""),
        ("service", "select", _("Service"), [("", _("All services")), *known.services.items()], ""),
        ("target", "text", _("Target"), [], ""),
        ("better", "select", _("Direction"), [("up", _("higher is better")), ("down", _("lower is better"))], ""),
        ("unit", "text", _("Unit"), [], ""),
        ("due_on", "date", _("To be reached by"), [], ""),
        ("owner", "text", _("Owner"), [], ""),
        ("view", "select", _("View of the scorecard"), list(words.views().items()), ""),
        ("agreed", "select", _("Agreed with the customer"), list(words.agreed().items()), ""),
        (
            "objective_id",
            "select",
            _("Objective that it tells about"),
            [NONE, *((str(one.id), own_name(one.title)) for one in objectives)],
            "",
        ),
    ]


def of_claim(known: Known, indicators: Sequence[Indicator]) -> list[Field]:
    return [
        ("text", "area", _("Claim"), [], _("A sentence that can turn out to be wrong")),
        ("kind", "select", _("Kind"), list(words.claim_kinds().items()), ""),
        (
            "indicator_id",
            "select",
            _("Checked by this indicator"),
            [NONE, *((str(one.id), own_name(one.name)) for one in indicators)],
            "",
        ),
        (
            "touchpoint",
            "select",
            _("Checked at this touchpoint"),
            [NONE, *known.touchpoints.items()],
            _("Moments of truth and improvements there count for or against it"),
        ),
    ]


def of_map() -> list[Field]:
    return [
        ("title", "text", _("Name"), [], ""),
        ("purpose", "area", _("Purpose"), [], _("Why this is offered at all")),
        ("for_whom", "area", _("For whom"), [], ""),
        ("problem", "area", _("Relevance: which problem it solves"), [], ""),
        ("benefit", "area", _("Benefit: what comes of it, in figures"), [], ""),
        ("difference", "area", _("Difference: why from us"), [], ""),
        ("outcome", "area", _("Outcome"), [], _("What people can do that they could not do without it")),
    ]


def of_challenge() -> list[Field]:
    """As the history of a map names them."""
    return [
        ("challenged", "questions", _("Assumptions, challenged"), list(words.questions().items()), ""),
        ("customers", "ticks", _("Whose people is it for?"), [], ""),
    ]


def values(one: Node | Indicator | Claim) -> dict[str, Any]:
    found = {name: getattr(one, name) for name in type(one).model_fields}
    if isinstance(one, Indicator):
        found["measure"] = f"{one.source}.{one.measure}"
    return {name: "" if value is None else value for name, value in found.items()}
