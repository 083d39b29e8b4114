"""Names of kinds and places, in the reader's language."""

from core import i18n
from core.db import Session
from core.i18n import gettext as _
from feedback.models import Kind
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
