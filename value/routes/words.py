"""The words of the register, in the current language."""

from analysis.models import Dimension
from core import i18n
from core.i18n import gettext as _
from journeys.rules.streams_and_practices import told
from value.models import Audience, Effort, Improvement, State
from value.rules.wording import kept, signed, state_names, unit, verdict
from value.schemas.measuring import Method, Verdict, VerdictKind

__all__ = [
    "kept",
    "signed",
    "state_names",
    "told",
    "unit",
    "verdict",
]


def is_chinese() -> bool:
    return i18n.current() == "zh"


def step_names() -> dict[str, str]:
    """What a button says that moves an improvement there."""
    return {
        State.PROPOSED: _("Back to proposed"),
        State.PLANNED: _("Plan it"),
        State.DOING: _("Start: freeze the baseline"),
        State.DONE: _("It is done"),
        State.CLOSED: _("Close it"),
        State.DROPPED: _("Drop it"),
    }


def dimensions() -> list[tuple[str, str]]:
    return [
        (Dimension.SATISFACTION, _("Satisfaction: did you get what you needed?")),
        (Dimension.FUNCTIONAL, _("Functional: did it work?")),
        (Dimension.EMOTIONAL, _("Emotional: how did it feel?")),
        (Dimension.SENTIMENT, _("Words: what was written about it")),
        (Dimension.LOST_MINUTES, _("Time lost, in minutes")),
    ]


def methods() -> list[tuple[str, str]]:
    return [
        (Method.TOUCHPOINTS, _("With the other touchpoints in the same months")),
        (Method.CUSTOMERS, _("With the same touchpoints at other customers")),
        (Method.SERIES, _("With its own past alone (weakest)")),
    ]


def efforts() -> list[tuple[str, str]]:
    return [
        (Effort.UNKNOWN, _("Not estimated")),
        (Effort.SMALL, _("Small: days")),
        (Effort.MEDIUM, _("Medium: weeks")),
        (Effort.LARGE, _("Large: months")),
    ]


def audiences() -> list[tuple[str, str]]:
    return [
        (Audience.NOBODY, _("Nobody yet")),
        (Audience.CUSTOMERS, _("People of these customers")),
        (Audience.EVERYBODY, _("Everybody, on the public page")),
    ]


def look(found: Verdict | None) -> str:
    """The colour of a verdict: good, bad, warn or plain."""
    kinds = {VerdictKind.HELPED: "good", VerdictKind.WORSE: "bad", VerdictKind.NO_EFFECT: "warn"}
    return kinds.get(found.kind, "") if found else ""


def said(one: Improvement) -> tuple[str, str]:
    """In the reader's language, else in the other, with the language tag it is in."""
    return _either(one.said_zh, one.said_en)


def done(one: Improvement) -> tuple[str, str]:
    return _either(one.done_zh, one.done_en)


def _either(chinese: str, english: str) -> tuple[str, str]:
    both = [(chinese, "zh-Hans"), (english, "en")]
    ordered = both if is_chinese() else both[::-1]
    return next((one for one in ordered if one[0]), ("", ""))


def ways() -> dict[str, str]:
    return {
        "mail": _("heard of it by mail"),
        "receipt": _("read it in their own thread, behind the receipt if they are anonymous"),
        "result": _("read in their own thread what was done and what came out"),
        "no_address": _("left no address"),
        "not_allowed": _("did not want to be written to"),
        "with_another": _("were told by the same mail"),
        "gone": _("are not known any more"),
    }


def edit_names() -> dict[str, str]:
    return {
        "created": _("registered"),
        "edit": _("edited"),
        "state": _("moved on"),
        "undo": _("taken back"),
        "measured": _("measured"),
        "longer": _("measured on"),
        "linked": _("a message or a moment was added that led to it"),
        "unlinked": _("a message or a moment was taken off it"),
    }


def field_names() -> dict[str, str]:
    return {
        "title": _("Title"),
        "customers": _("Whose people is it for?"),
        "owner": _("Owner"),
        "due_on": _("Due"),
        "vision": _("What is it for?"),
        "problem": _("Where are we?"),
        "hypothesis": _("Why should it help?"),
        "plan": _("How do we get there?"),
        "touchpoints": _("Touchpoints"),
        "service": _("Service"),
        "segment": _("Who is affected"),
        "dimension": _("What is measured"),
        "target": _("Target"),
        "margin": _("Smallest effect worth it"),
        "expected": _("Expected effect"),
        "method": _("Compared"),
        "judge_after": _("Months until it is judged"),
        "practice": _("Practice"),
        "value_stream": _("Value stream step"),
        "effort": _("Effort"),
        "said_en": _("You said (English)"),
        "said_zh": _("You said (Chinese)"),
        "done_en": _("We did (English)"),
        "done_zh": _("We did (Chinese)"),
        "audience": _("Who may read of it"),
        "state": _("State"),
        "reason": _("Reason"),
    }


def programme_fields() -> dict[str, str]:
    return {
        "title": _("Name"),
        "survey": _("The survey that asks"),
        "sponsor": _("Sponsor"),
        "purpose": _("Purpose"),
        "everyone": _("Everyone is asked"),
        "sample_percent": _("Share of a sample, %%").replace("%%", "%"),
        "collection": _("How it is asked"),
        "attributes": _("What is asked about, one a line"),
        "asked": _("How many people are asked"),
        "results_on": _("Results by"),
        "actions": _("What came of it"),
    }


def not_asked() -> dict[str, str]:
    """Why somebody who was drawn was left in peace."""
    return {
        "opted_out": _("do not want to be asked"),
        "no_address": _("whose mail came back"),
        "cooldown": _("were asked too lately"),
    }
