"""A survey as somebody would see it, with a made-up ticket."""

from uuid import UUID

import msgspec

from core.i18n import gettext as _
from surveys.schemas import Asked, Published, Question, SurveyDefinition


def as_shown(survey_id: UUID, definition: SurveyDefinition) -> Asked:
    """All questions of all tickets: whoever tries a survey wants to see them."""
    questions = [_of_any_ticket(question) for question in definition.questions]
    pipes = {
        "key": "INC-1042",
        "summary": _("The VPN drops every hour"),
        "service": _("Remote access"),
        "customer": _("Example customer"),
        "kind": "incident",
        "group": "network",
        "priority": "2",
        "channel": "portal",
    }
    return Asked(
        invitation_id=None if definition.slug else survey_id,
        survey=Published(survey_id, 0, msgspec.structs.replace(definition, questions=questions)),
        ticket_id=None,
        person_id=None,
        answered=False,
        person_language=None,
        ticket="" if definition.slug else pipes["key"],
        summary="" if definition.slug else pipes["summary"],
        pipes=pipes,
    )


def _of_any_ticket(question: Question) -> Question:
    return msgspec.structs.replace(question, show_if=[one for one in question.show_if if one.question])
