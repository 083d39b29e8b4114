"""What somebody wants to compare, checked. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from analysis.models import Dimension
from analysis.rules.periods import BEGINNING
from analysis.schemas.compared import How, Question
from analysis.schemas.figures import Window, month_of
from analysis.schemas.reports import ASKED
from core.errors import FieldError, Invalid
from core.i18n import gettext as _

USUAL, LEAST, MOST = "5", 1.0, 50.0
RATE = "rate"  # asked for in the place of a dimension
MONTHS = 12


@dataclass(frozen=True)
class Asked:
    """As it was typed; "" where nothing was."""

    how: str = ""
    one: str = ""
    other: str = ""
    since: str = ""
    touchpoint: str = ""
    dimension: str = ""
    worthwhile: str = ""


def question(asked: Asked, known: dict[How, Collection[str]], places: Collection[str], today: date) -> Question:
    """All that is wrong at once; nothing chosen yet is no mistake."""
    wrong: list[FieldError] = []
    how = How(asked.how) if asked.how in [*How] else How.TIME
    dimension = Dimension(asked.dimension) if asked.dimension in [*ASKED] else Dimension.SATISFACTION
    by_rate = how is How.SURVEYS and asked.dimension == RATE
    for field in ("one", "other"):
        key = getattr(asked, field)
        if how in known and key and key not in known[how]:
            wrong.append(FieldError(field, _("Choose one of the list")))
    if how in known and asked.one and asked.one == asked.other:
        wrong.append(FieldError("other", _("Choose two different ones")))
    if asked.touchpoint and asked.touchpoint not in places:
        wrong.append(FieldError("touchpoint", _("Choose one of the list")))
    since = _month(asked.since, today, wrong) if how is How.TIME and asked.since else None
    worthwhile = _points(asked.worthwhile or USUAL, wrong)
    if wrong:
        raise Invalid(_("Something is missing or wrong"), wrong)
    place = None if how is How.SURVEYS else asked.touchpoint or None  # a part of single answers would be a filter
    return Question(how, None if by_rate else dimension, worthwhile, asked.one, asked.other, since, place)


def _month(text: str, today: date, wrong: list[FieldError]) -> int | None:
    try:
        found = month_of(date.fromisoformat(text))
    except ValueError:
        wrong.append(FieldError("since", _("A date looks like 2026-01-31")))
        return None
    if not BEGINNING < found <= month_of(today):
        wrong.append(FieldError("since", _("The change has to lie in the past")))
    return found


def _points(text: str, wrong: list[FieldError]) -> float:
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = 0.0
    if not LEAST <= value <= MOST:
        wrong.append(FieldError("worthwhile", _("A number of points from 1 to 50")))
        return float(USUAL)
    return value


def windows(asked: Question, today: date) -> tuple[Window, Window]:
    """The months of the one and of the other: since the change and as many before it, or the last twelve of both; of
    surveys, whose single answers are read, only months that are over."""
    last = month_of(today)
    if asked.how is How.SURVEYS:
        return Window(last - MONTHS, last - 1), Window(last - MONTHS, last - 1)
    if asked.since is None:
        return Window(last - MONTHS + 1, last), Window(last - MONTHS + 1, last)
    return Window(asked.since, last), Window(max(BEGINNING, asked.since - MONTHS), asked.since - 1)
