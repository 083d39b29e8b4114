"""One answer of each kind: what came from a form or a program, as it is kept; None: nothing was said."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from core.i18n import gettext as _
from surveys.rules.scales import scale_of
from surveys.schemas import Kind, Question

NOT_APPLICABLE = "na"
TICKED, UNTICKED = ("1", "on", "true", "yes"), ("", "0", "off", "false", "no")
LONGEST_LINE = 200
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
Reader = Callable[[Question, Any], Any]


def _empty(value: Any) -> bool:
    return value is None or value in ("", [], {})


def _number(value: Any) -> int | None:
    """None: no whole number."""
    if isinstance(value, str) and value.strip().isdecimal() and len(value) < 10:
        return int(value)
    if isinstance(value, int | float) and not isinstance(value, bool) and value == value // 1:
        return int(value)
    return None


def read_step(question: Question, value: Any) -> int | None:
    scale = scale_of(question)
    if _empty(value) or not scale:
        return None
    number = _number(value)
    if number is None:
        raise ValueError(_("Please choose one of the steps."))
    if not scale.min <= number <= scale.max:
        raise ValueError(_("Please choose a step from %(min)s to %(max)s.") % {"min": scale.min, "max": scale.max})
    return number


def read_choice(question: Question, value: Any) -> str | None:
    if _empty(value):
        return None
    offered = {option.value for option in question.options}
    if isinstance(value, bool | list | dict) or str(value) not in offered:
        raise ValueError(_("Please choose one of the answers."))
    return str(value)


def read_choices(question: Question, value: Any) -> list[str] | None:
    """In the order of the definition: an order in which things were ticked says nothing."""
    if _empty(value):
        return None
    given = value if isinstance(value, list) else [value]
    chosen = {read_choice(question, one) for one in given} - {None}
    return [option.value for option in question.options if option.value in chosen] or None


def read_text(question: Question, value: Any) -> str | None:
    return _words(value, question.max_length)


def read_line(question: Question, value: Any) -> str | None:
    words = _words(value, min(question.max_length, LONGEST_LINE))
    return " ".join(words.split()) if words else None


def _words(value: Any, longest: int) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not _storable(value):
        raise ValueError(_("Please write plain text."))
    words = value.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(words) > longest:
        over = len(words) - longest
        raise ValueError(_("The text is %(over)s characters too long. Please shorten it.") % {"over": over})
    return words or None


def _storable(text: str) -> bool:
    """Half a surrogate pair is no character, and no database takes it."""
    return _UNSTORABLE.search(text) is None


def read_minutes(question: Question, value: Any) -> int | None:
    if _empty(value):
        return None
    minutes = _number(value)
    if minutes is None or not 0 <= minutes <= question.max_minutes:
        raise ValueError(_("Please give whole minutes, from 0 to %(most)s.") % {"most": question.max_minutes})
    return minutes


def read_matrix(question: Question, value: Any) -> dict[str, int] | None:
    """Row -> step; rows that were left out are not there."""
    if _empty(value):
        return None
    if not isinstance(value, dict) or not value.keys() <= {row.value for row in question.rows}:
        raise ValueError(_("Please choose one of the steps."))
    steps = {row.value: read_step(question, value.get(row.value)) for row in question.rows}
    return {row: step for row, step in steps.items() if step is not None} or None


def read_yesno(_question: Question, value: Any) -> bool | None:
    if _empty(value) or isinstance(value, bool):
        return value if isinstance(value, bool) else None
    if value in ("yes", "no"):
        return bool(value == "yes")
    raise ValueError(_("Please choose yes or no."))


def read_date(_question: Question, value: Any) -> str | None:
    if _empty(value):
        return None
    try:
        found = date.fromisoformat(value.strip()) if isinstance(value, str) and value.isascii() else None
    except ValueError:
        found = None
    if not found or not 1900 <= found.year < 2200:
        raise ValueError(_("Please give a day as year-month-day, such as 2026-03-31."))
    return found.isoformat()


def read_checkbox(_question: Question, value: Any) -> bool | None:
    if isinstance(value, bool) or value is None:
        return value or None
    if str(value) in TICKED:
        return True
    if str(value) in UNTICKED:
        return None
    raise ValueError(_("Please tick the box or leave it."))


READERS: dict[Kind, Reader] = {
    Kind.RATING: read_step,
    Kind.CSAT: read_step,
    Kind.CES: read_step,
    Kind.NPS: read_step,
    Kind.CHOICE: read_choice,
    Kind.CHOICES: read_choices,
    Kind.REASONS: read_choices,
    Kind.EMOTIONS: read_choices,
    Kind.LINE: read_line,
    Kind.TEXT: read_text,
    Kind.MINUTES: read_minutes,
    Kind.MATRIX: read_matrix,
    Kind.YESNO: read_yesno,
    Kind.DATE: read_date,
    Kind.CHECKBOX: read_checkbox,
}
