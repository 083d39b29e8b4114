"""Where a page of comments begins, as an address can carry it."""

from uuid import UUID

from analysis.schemas.readings import Place
from core.errors import FieldError, Invalid
from core.i18n import gettext as _


def told(place: Place) -> str:
    return f"{place.month}~{place.confidence!r}~{place.id}"


def place_of(cursor: str) -> Place | None:
    """None for the beginning."""
    if not cursor:
        return None
    try:
        month, confidence, id_ = cursor.split("~")
        return Place(int(month), float(confidence), UUID(id_))
    except ValueError:
        message = _("This is no place in the list")
        raise Invalid(message, [FieldError("cursor", message)]) from None
