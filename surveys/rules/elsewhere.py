"""Reading what was said elsewhere: a row of a file, and the form of a meeting's notes."""

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import partial
from math import isfinite
from typing import Any

from core.errors import FieldError, Invalid
from core.i18n import gettext as _
from surveys.schemas import LONGEST_TEXT, Construct, Meeting, Note, Score, Told

LONGEST_WORD = 200
SCORES = {
    "functional": Construct.FUNCTIONAL,
    "emotional": Construct.EMOTIONAL,
    "satisfaction": Construct.SATISFACTION,
    "overall": Construct.OVERALL,
}
WORDS = (
    "event_id", "external_id", "source", "person_id", "journey_id", "touchpoint", "service", "customer", "persona",
    "channel", "ticket_id", "stage", "kind", "language",
)  # fmt: skip
KNOWN = frozenset([*WORDS, *SCORES, *(f"{name}_max" for name in SCORES), "ts", "recovery", "sla_met", "comment"])
YES_NO = {"0": False, "1": True, "false": False, "true": True}
KINDS = ("", "touchpoint", "journey_end")
LONGEST_NOTE, MOST_POINTS = 20_000, 50
Cells = Mapping[str, Any]


def told(cells: Cells, source: str, touchpoints: Collection[str], now: datetime) -> Told:
    """One row; `Invalid` names every cell that is wrong. The columns are those of docs/channels.md."""
    row = _Row(cells)
    ends = row.word("kind") == "journey_end"
    if row.word("kind") not in KINDS:
        row.wrong("kind", _("must be touchpoint or journey_end"))
    at = row.checked("ts", lambda text: _time(text, now)) or now
    name = row.word("external_id") or row.word("event_id")
    if not name:
        row.wrong("event_id", _("is empty"))
    if not ends and not row.word("touchpoint"):
        row.wrong("touchpoint", _("is empty"))
    elif not ends and row.word("touchpoint") not in touchpoints:
        row.wrong("touchpoint", _("is no touchpoint of the journey"))
    one = Told(
        source=row.word("source") or source,
        external_id=name,
        at=at,
        channel=row.word("channel"),
        person=row.word("person_id") or _whose(row, source),
        ticket=row.word("ticket_id"),
        customer=row.word("customer"),
        service=row.word("service"),
        touchpoint="" if ends else row.word("touchpoint"),
        journey=row.word("journey_id"),
        persona=row.word("persona"),
        scores=row.scores(("overall",) if ends else ("functional", "emotional", "satisfaction")),
        recovery=row.checked("recovery", _yes_no),
        sla_met=row.checked("sla_met", _yes_no),
        comment=row.words(),
        language=row.word("language"),
        attributes=row.others(),
    )
    row.refuse()
    return one


def _whose(row: "_Row", source: str) -> str:
    """Who is not named is taken for somebody else in each journey."""
    journey = row.word("journey_id")
    return f"{row.word('source') or source}/journey/{journey}"[:LONGEST_WORD] if journey else ""


class _Row:
    """Cells by the names of their columns, and what is wrong with them."""

    def __init__(self, cells: Cells) -> None:
        self._cells = {name.strip().casefold(): _text(value) for name, value in cells.items()}
        self._errors: list[FieldError] = []

    def wrong(self, name: str, message: str) -> None:
        self._errors.append(FieldError(name, message))

    def refuse(self) -> None:
        if self._errors:
            raise Invalid(_("Some fields are not right"), self._errors)

    def word(self, name: str) -> str:
        text = self._cells.get(name, "")
        if len(text) > LONGEST_WORD:
            self.wrong(name, _("has more than %(n)s characters") % {"n": LONGEST_WORD})
        return text[:LONGEST_WORD]

    def words(self) -> str:
        text = self._cells.get("comment", "")
        if len(text) > LONGEST_TEXT:
            self.wrong("comment", _("has more than %(n)s characters") % {"n": LONGEST_TEXT})
        return text

    def checked(self, name: str, read: Callable[[str], Any]) -> Any:
        """None where the cell is empty, but for the time, which must be there."""
        text = self._cells.get(name, "")
        if not text and name != "ts":
            return None
        try:
            return read(text)
        except ValueError as error:
            self.wrong(name, str(error))
            return None

    def scores(self, names: tuple[str, ...]) -> dict[Construct, Score]:
        found = {}
        for name in names:
            highest = self.checked(f"{name}_max", _number) or 5.0
            value = self.checked(name, partial(_step, highest))
            if value is not None:
                found[SCORES[name]] = Score(value, highest)
        return found

    def others(self) -> dict[str, str]:
        return {name: text[:LONGEST_WORD] for name, text in self._cells.items() if name and name not in KNOWN and text}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return "" if value is None else str(value).strip()


def _time(text: str, now: datetime) -> datetime:
    if not text:
        raise ValueError(_("is empty"))
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(_("is not a time in ISO 8601, such as 2026-03-01T09:30:00Z")) from None
    if at.tzinfo is None:
        raise ValueError(_("has no zone: write Z for UTC, or +01:00"))
    if at > now + timedelta(days=1):
        raise ValueError(_("lies in the future"))
    return at.astimezone(UTC)


def _yes_no(text: str) -> bool:
    if text.casefold() not in YES_NO:
        raise ValueError(_("must be 0 or 1"))
    return YES_NO[text.casefold()]


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not isfinite(value):
        raise ValueError(_("is not a number"))
    return value


def _step(highest: float, text: str) -> float:
    value = _number(text)
    if not highest > 1:
        raise ValueError(_("has a scale that ends at %(top)s") % {"top": f"{highest:g}"})
    if not 1 <= value <= highest:
        raise ValueError(_("must be from 1 to %(top)s") % {"top": f"{highest:g}"})
    return value


def note(form: Mapping[str, str], today: date) -> Note:
    """The points of a meeting, one a paragraph; a bullet before them is left out."""
    errors = []
    meeting, day = form.get("meeting", ""), _day(form.get("day", ""))
    if meeting not in list(Meeting):
        errors.append(FieldError("meeting", _("Please choose where it was said.")))
    if day is None or day > today:
        errors.append(FieldError("day", _("Please give the day of the meeting; it cannot lie ahead.")))
    points = points_of(form.get("points", ""))
    if trouble := _trouble_with(points, form.get("points", "")):
        errors.append(FieldError("points", trouble))
    if errors or day is None:
        raise Invalid(_("Some fields are not right"), errors)
    places = {name: form.get(name, "") for name in ("customer", "service", "touchpoint")}
    score = form.get("satisfaction", "")
    return Note(Meeting(meeting), day, points, satisfaction=int(score) if score in set("12345") else None, **places)


def points_of(text: str) -> tuple[str, ...]:
    """Paragraphs; where no line is empty, lines."""
    text = text.replace("\r\n", "\n").strip()
    parts = text.split("\n\n") if "\n\n" in text else text.split("\n")
    said = (" ".join(part.split()).lstrip("-*•·– ").strip() for part in parts)
    return tuple(one for one in said if one)


def _trouble_with(points: tuple[str, ...], text: str) -> str:
    if not points:
        return _("Please write down what was said.")
    if len(points) > MOST_POINTS:
        return _("At most %(n)s points at a time.") % {"n": MOST_POINTS}
    if len(text) > LONGEST_NOTE:
        return _("At most %(n)s characters at a time.") % {"n": LONGEST_NOTE}
    return ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
