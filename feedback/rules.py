"""Decisions about what is taken in, and about the place where reading went on."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from core.auth.rules import checked_email
from core.errors import FieldError, Invalid
from core.i18n import gettext as _
from feedback.models import Kind
from feedback.schemas import BEST, LONGEST_KEY, LONGEST_NAME, LONGEST_TEXT, WORST, Position, Said

CURSOR_TIME = "%Y%m%dT%H%M%S.%f"


def checked(said: Said) -> Said:
    """The same in its stored form; everything that is wrong is refused at once, field by field."""
    clean = replace(
        said,
        text=said.text.replace("\r\n", "\n").strip(),
        author_name=" ".join(said.author_name.split()),
        author_email=said.author_email.strip().lower(),
    )
    errors = [*_wrong_words(clean), *_wrong_scores(clean), *_wrong_author(clean)]
    if errors:
        raise Invalid(_("Some fields are not right"), errors)
    return clean


def _wrong_words(said: Said) -> list[FieldError]:
    errors = []
    if not said.text:
        errors.append(FieldError("text", _("Please write something first")))
    elif len(said.text) > LONGEST_TEXT:
        errors.append(FieldError("text", _("At most %(n)s characters, please") % {"n": LONGEST_TEXT}))
    if said.kind not in list(Kind):
        errors.append(FieldError("kind", _("Please choose what kind of message this is")))
    if not 0 < len(said.submission_key) <= LONGEST_KEY:
        errors.append(FieldError("submission_key", _("1 to %(n)s characters, please") % {"n": LONGEST_KEY}))
    return errors


def _wrong_scores(said: Said) -> list[FieldError]:
    scores = {"functional": said.functional, "emotional": said.emotional, "satisfaction": said.satisfaction}
    message = _("A score is a whole number from %(low)s to %(high)s") % {"low": WORST, "high": BEST}
    return [
        FieldError(name, message) for name, score in scores.items() if score is not None and not WORST <= score <= BEST
    ]


def _wrong_author(said: Said) -> list[FieldError]:
    errors = []
    if len(said.author_name) > LONGEST_NAME:
        errors.append(FieldError("name", _("At most %(n)s characters, please") % {"n": LONGEST_NAME}))
    if said.author_email:
        try:
            checked_email(said.author_email)
        except Invalid:
            errors.append(FieldError("email", _("This does not look like a mail address")))
    return errors


def cursor_at(position: Position) -> str:
    return f"{position.received_at.astimezone(UTC):{CURSOR_TIME}}-{position.id.hex}"


def position_of(cursor: str) -> Position | None:
    """Where a page of the inbox goes on; None for the first page."""
    if not cursor:
        return None
    moment, _sep, id_ = cursor.partition("-")
    try:
        return Position(datetime.strptime(moment, CURSOR_TIME).replace(tzinfo=UTC), UUID(id_))
    except ValueError:
        message = _("That is not a place in this list; start again without it")
        raise Invalid(message, [FieldError("cursor", message)]) from None
