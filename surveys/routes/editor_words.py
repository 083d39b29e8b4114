"""What the editor calls things."""

from core import i18n
from core.i18n import gettext as _
from surveys.rules.asking_words import ticket_fields
from surveys.rules.definitions import TICKET_ATTRIBUTES
from surveys.schemas import SurveyDefinition

Choices = list[tuple[str, str]]


def kinds() -> Choices:
    return [
        ("rating", _("Rating (faces, stars, numbers)")),
        ("csat", _("Satisfaction, 1 to 5 (CSAT)")),
        ("ces", _("Effort, 1 to 5 or 7 (CES)")),
        ("nps", _("Recommendation, 0 to 10 (NPS)")),
        ("choice", _("One of several answers")),
        ("choices", _("Any of several answers")),
        ("reasons", _("Reasons for a score")),
        ("emotions", _("Words for feelings")),
        ("line", _("Short text")),
        ("text", _("Long text")),
        ("minutes", _("Minutes lost")),
        ("matrix", _("Several things on one scale")),
        ("yesno", _("Yes or no")),
        ("date", _("A day")),
        ("checkbox", _("A box to tick")),
    ]


def constructs() -> Choices:
    return [
        ("other", _("Something else")),
        ("functional", _("How it worked (functional)")),
        ("emotional", _("How it felt (emotional)")),
        ("satisfaction", _("Satisfaction")),
        ("expectation", _("Against expectations")),
        ("effort", _("Effort")),
        ("lost_time", _("Time lost")),
        ("recommendation", _("Recommendation")),
        ("overall", _("The whole matter")),
        ("comment", _("The comment")),
        ("contact", _("May be contacted")),
    ]


def modes() -> Choices:
    return [
        ("confidential", _("Confidential: shown in groups only")),
        ("anonymous", _("Anonymous: nobody knows who answered")),
        ("identified", _("Identified: shown with the name")),
    ]


def subjects(survey: SurveyDefinition) -> Choices:
    """What a condition can be about."""
    here, there = ("zh", "en") if i18n.current() == "zh" else ("en", "zh")
    answers = [
        (f"question.{one.key}", getattr(one.wording, here) or getattr(one.wording, there) or one.key)
        for one in survey.questions
    ]
    of_ticket, names = _("Ticket: %(attribute)s"), ticket_fields()
    return [*answers, *((f"ticket.{name}", of_ticket % {"attribute": names[name]}) for name in TICKET_ATTRIBUTES)]


def place_of(field: str) -> tuple[str, str]:
    """Where on the page a fault is, and what to call it."""
    parts = field.split(".")
    if parts[0] != "questions" or len(parts) < 2:
        return f"f-{parts[0]}", _said(parts)
    if not parts[1].isdecimal():
        return "add", _("Questions: %(field)s") % {"field": parts[1]}
    number, told = int(parts[1]), _said(parts[2:])
    return f"q-{number}", _("Question %(number)s, %(field)s") % {"number": number + 1, "field": told}


def _said(parts: list[str]) -> str:
    """The label that stands on the page, with the language where one is meant; what has none keeps its name."""
    labels = {
        "title": _("Title"),
        "customer": _("Whose people it asks"),
        "touchpoint": _("What it is about"),
        "intro": _("Before the first question"),
        "thanks": _("After it was sent"),
        "mode": _("Promise"),
        "slug": _("Open address"),
        "wording": _("What is asked"),
        "hint": _("Hint below the question"),
        "options": _("Answers to choose from"),
        "rows": _("Rows"),
        "scale": _("Scale"),
    }
    tongue = {"en": "English", "zh": "中文"}.get(parts[-1], "") if len(parts) > 1 else ""
    name = labels.get(parts[0], ".".join(parts))
    return f"{name} ({tongue})" if tongue and parts[0] in labels else name
