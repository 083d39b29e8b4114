"""Decisions about what is taken in, and about the place where reading went on."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from core.auth.rules import checked_email
from core.errors import FieldError, Invalid
from core.i18n import gettext as _
from feedback.models import Closeness, Kind
from feedback.rules.receipts import holds_a_receipt
from feedback.schemas import BEST, LONGEST_KEY, LONGEST_NAME, LONGEST_TEXT, WORST, Position, Said

CURSOR_DAY = "%Y%m%d"


def a_receipt_inside() -> str:
    return _("There is a receipt in your text. Whoever reads it could use it: take it out, and send it again.")


def checked(said: Said) -> Said:
    """The same in its stored form; everything that is wrong is refused at once, field by field."""
    clean = replace(
        said,
        text=said.text.replace("\r\n", "\n").strip(),
        author_name=" ".join(said.author_name.split()),
        author_email=said.author_email.strip().lower(),
    )
    errors = [*_wrong_words(clean), *_wrong_scores(clean), *_wrong_author(clean), *_wrong_closeness(clean)]
    if errors:
        raise Invalid(_("Some fields are not right"), errors)
    return clean


def _wrong_words(said: Said) -> list[FieldError]:
    errors = []
    if not said.text:
        errors.append(FieldError("text", _("Please write something first")))
    elif holds_a_receipt(said.text):
        errors.append(FieldError("text", a_receipt_inside()))
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


def _wrong_closeness(said: Said) -> list[FieldError]:
    """What somebody chose and what they gave have to agree: nobody is known by an oversight."""
    if said.closeness is Closeness.ANONYMOUS:
        message = _("You chose “anonymous” and gave this all the same. Take it out, or choose another way.")
        given = {"name": said.author_name, "email": said.author_email}
        return [FieldError(name, message) for name, value in given.items() if value]
    if said.closeness is Closeness.CONFIDENTIAL and not said.author_email:
        return [FieldError("email", _("Confidential means that we can write to you: we need a mail address for that"))]
    return []


def cursor_at(position: Position) -> str:
    return f"{position.day:{CURSOR_DAY}}-{position.id.hex}"


def position_of(cursor: str) -> Position | None:
    """Where a page of the inbox goes on; None for the first page."""
    if not cursor:
        return None
    day, _sep, id_ = cursor.partition("-")
    try:
        return Position(datetime.strptime(day, CURSOR_DAY).date(), UUID(id_))  # noqa: DTZ007 - a day has no zone
    except ValueError:
        message = _("That is not a place in this list; start again without it")
        raise Invalid(message, [FieldError("cursor", message)]) from None
