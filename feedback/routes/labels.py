"""Names of kinds and places, in the reader's language."""

from core import i18n
from core.db import Session
from core.i18n import gettext as _
from feedback.models import Channel, Closeness, Kind, MessageKind, State
from journeys.queries import places


def kind_labels() -> dict[str, str]:
    return {
        Kind.COMPLAINT: _("Complaint"),
        Kind.COMPLIMENT: _("Praise"),
        Kind.SUGGESTION: _("Suggestion"),
        Kind.QUESTION: _("Question"),
    }


async def touchpoint_labels(session: Session) -> dict[str, str]:
    """In the order of the journey."""
    chinese = i18n.current() == "zh"
    found = await places.touchpoints(session)
    return {one.key: one.name_zh if chinese else one.name_en for one in found if one.visible}


def state_labels() -> dict[str, str]:
    return {
        "received": _("Received, not passed on yet"),
        State.NEW: _("New"),
        State.SEEN: _("Read"),
        State.ANSWERED: _("Answered"),
        State.ACTED: _("Something was done"),
        State.CLOSED: _("Closed"),
    }


def closeness_labels() -> dict[str, str]:
    return {
        Closeness.ANONYMOUS: _("Anonymous"),
        Closeness.CONFIDENTIAL: _("Confidential"),
        Closeness.NAMED: _("With a name"),
    }


def channel_labels() -> dict[str, str]:
    return {
        Channel.WEB: _("Feedback page"),
        Channel.API: _("Another program"),
        Channel.MAIL: _("Mail"),
        Channel.PHONE: _("Telephone"),
        Channel.REVIEW: _("Service review"),
        Channel.CHANGE: _("Change review"),
        Channel.LEAFLET: _("Leaflet"),
        Channel.REGISTER: _("Register of complaints and praise"),
        Channel.ONSITE: _("On site"),
        Channel.SOCIAL: _("Social media"),
        Channel.COMMUNITY: _("User community"),
    }


def message_labels() -> dict[str, str]:
    return {
        MessageKind.SAID: _("First message"),
        MessageKind.MORE: _("Added by the author"),
        MessageKind.HEARD: _("Did that answer it?"),
        MessageKind.ANSWER: _("Answer"),
        MessageKind.QUESTION: _("Question to the author"),
        MessageKind.DONE: _("What was done"),
        MessageKind.THANKS: _("Thanks"),
        MessageKind.NOTE: _("Note for colleagues"),
    }
