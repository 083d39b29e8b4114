"""A form of the register, checked: every field that is wrong is named, and nothing that was typed is lost."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from analysis.models import Dimension
from core.errors import FieldError, Invalid
from core.i18n import gettext as _
from value.models import Audience, Effort
from value.schemas.measuring import Method
from value.schemas.register import Known

LONG, SHORT, TITLE = 4000, 200, 160
TEXTS = {"title": TITLE, "owner": SHORT, "practice": SHORT, "value_stream": SHORT, "segment": SHORT} | dict.fromkeys(
    ("vision", "problem", "hypothesis", "plan", "said_en", "said_zh", "done_en", "done_zh"), LONG
)
LONGEST_MEASURING = 12  # months
Form = Mapping[str, Sequence[str]]


def one(form: Form, name: str, otherwise: str = "") -> str:
    return (form.get(name) or [otherwise])[-1].strip()


def entry_of(form: Form, known: Known) -> dict[str, Any]:
    """The columns that the form holds; what is not in the form stays as it is."""
    errors: list[FieldError] = []
    found: dict[str, Any] = {}
    for name, read in _readers(known).items():
        if name in form:
            try:
                found[name] = read(form, name)
            except ValueError as wrong:
                errors.append(FieldError(name, str(wrong)))
    if errors:
        raise Invalid(_("Some fields are not right. Nothing was saved; your text stands below."), errors)
    return found


def _readers(known: Known) -> dict[str, Callable[[Form, str], Any]]:
    points = number(-100, 100)
    return {
        **{name: text(longest) for name, longest in TEXTS.items()},
        "due_on": day,
        "touchpoints": several(known.touchpoints),
        "service": key(known.services),
        "dimension": choice(Dimension),
        "target": number(0, 1_000_000),
        "margin": required(number(0.5, 1000)),
        "expected": points,
        "judge_after": whole(1, LONGEST_MEASURING),
        "method": choice(Method),
        "effort": choice(Effort),
        "audience": choice(Audience),
    }


def text(longest: int) -> Callable[[Form, str], str]:
    def read(form: Form, name: str) -> str:
        text = one(form, name).replace("\r\n", "\n")
        if name == "title" and not text:
            raise ValueError(_("Give it a name by which people will speak of it"))
        if len(text) > longest:
            raise ValueError(_("At most %(n)s characters; these are %(m)s") % {"n": longest, "m": len(text)})
        return text

    return read


def day(form: Form, name: str) -> date | None:
    text = one(form, name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ValueError(_("A date looks like 2026-01-31")) from None


def several(known: Mapping[str, str]) -> Callable[[Form, str], list[str]]:
    def read(form: Form, name: str) -> list[str]:
        wanted = [value for value in form[name] if value]
        if any(value not in known for value in wanted):
            raise ValueError(_("This is not known here"))
        return [key for key in known if key in wanted]

    return read


def key(known: Mapping[str, str]) -> Callable[[Form, str], str]:
    def read(form: Form, name: str) -> str:
        value = one(form, name)
        if value and value not in known:
            raise ValueError(_("This is not known here"))
        return value

    return read


def choice(kind: type[Any]) -> Callable[[Form, str], Any]:
    def read(form: Form, name: str) -> Any:
        try:
            return kind(one(form, name))
        except ValueError:
            raise ValueError(_("Choose one of the list")) from None

    return read


def number(low: float, high: float) -> Callable[[Form, str], float | None]:
    def read(form: Form, name: str) -> float | None:
        text = one(form, name).replace("，", ".").replace(",", ".")
        if not text:
            return None
        try:
            value = float(text)
        except ValueError:
            raise ValueError(_("Write a number")) from None
        if not low <= value <= high:
            raise ValueError(_("Between %(low)s and %(high)s") % {"low": f"{low:g}", "high": f"{high:g}"})
        return value

    return read


def required(read_number: Callable[[Form, str], float | None]) -> Callable[[Form, str], float]:
    def read(form: Form, name: str) -> float:
        value = read_number(form, name)
        if value is None:
            raise ValueError(_("Write a number"))
        return value

    return read


def whole(low: int, high: int) -> Callable[[Form, str], int]:
    def read(form: Form, name: str) -> int:
        text = one(form, name)
        if not text.isdecimal() or not low <= int(text) <= high:
            raise ValueError(_("Between %(low)s and %(high)s") % {"low": low, "high": high})
        return int(text)

    return read
