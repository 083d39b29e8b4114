"""Tables of the ask floor: what a survey is, who was asked, what was answered."""

from surveys.models.answers import Response
from surveys.models.asking import Channel, Invitation, InvitationLink, Reason, Trigger
from surveys.models.definitions import Mode, Survey, SurveyVersion

__all__ = [
    "Channel",
    "Invitation",
    "InvitationLink",
    "Mode",
    "Reason",
    "Response",
    "Survey",
    "SurveyVersion",
    "Trigger",
]
