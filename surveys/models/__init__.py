"""Tables of the ask floor: what a survey is, who was asked, what was answered."""

from surveys.models.answers import AnswersKept, Response
from surveys.models.asking import (
    AskedCell,
    AskingMark,
    AskingRules,
    Channel,
    Detail,
    Invitation,
    InvitationLink,
    MailTrouble,
    OptOut,
    OptOutLink,
    Reason,
    Trigger,
    TroubleKind,
)
from surveys.models.definitions import Mode, StepCount, Survey, SurveyDraft, SurveyVersion, TrialAnswer
from surveys.models.elsewhere import ResponseOrigin

__all__ = [
    "AnswersKept",
    "AskedCell",
    "AskingMark",
    "AskingRules",
    "Channel",
    "Detail",
    "Invitation",
    "InvitationLink",
    "MailTrouble",
    "Mode",
    "OptOut",
    "OptOutLink",
    "Reason",
    "Response",
    "ResponseOrigin",
    "StepCount",
    "Survey",
    "SurveyDraft",
    "SurveyVersion",
    "TrialAnswer",
    "Trigger",
    "TroubleKind",
]
