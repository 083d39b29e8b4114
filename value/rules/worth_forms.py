"""Forms of a value map and of what stands on it, checked field by field."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from analysis.models import Dimension
from core.errors import FieldError, Invalid
from core.i18n import gettext as _
from value.models import Agreed, ClaimKind, NodeKind, Source, View
from value.rules import forms
from value.rules.forms import Form, one
from value.schemas.register import Known
from value.schemas.worth import Question

LONG, SHORT = 2000, 200
QUESTIONS = tuple(Question)
NEEDED = ("kind", "measure")
Reader = Callable[[Form, str], Any]


def read(form: Form, readers: Mapping[str, Reader], *, new: bool = False) -> dict[str, Any]:
    """The columns that the form holds; every field that is wrong is named, also a name that is not there, and of what
    is new what it is."""
    errors, found = [], {}
    for name, reader in readers.items():
        if name in form or reader in (_named, _sentence) or (new and name in NEEDED):
            try:
                found[name] = reader(form, name)
            except ValueError as wrong:
                errors.append(FieldError(name, str(wrong)))
    if errors:
        raise Invalid(_("Some fields are not right. Nothing was saved; your text stands below."), errors)
    return found


def of_map() -> dict[str, Reader]:
    texts = ("purpose", "for_whom", "problem", "benefit", "difference", "outcome")
    return {"title": _named, **dict.fromkeys(texts, forms.text(LONG))}


def question(form: Form) -> str:
    asked = one(form, "question", Question.SOLVED)
    if asked not in QUESTIONS:
        raise Invalid(_("Choose one of the list"), [FieldError("question", _("Choose one of the list"))])
    return Question(asked).value


def challenged(form: Form) -> dict[str, str]:
    return {name.value: one(form, f"q_{name}")[:LONG] for name in QUESTIONS if one(form, f"q_{name}")}


def of_node(later: Iterable[str], improvements: Iterable[str], indicators: Iterable[str]) -> dict[str, Reader]:
    return {
        "title": _named,
        "owner": forms.text(SHORT),
        "kind": forms.choice(NodeKind),
        "leads_to": forms.several(dict.fromkeys(later, "")),
        "improvement_id": _id(improvements),
        "indicator_id": _id(indicators),
    }


def of_indicator(known: Known, flow: Iterable[str], objectives: Iterable[str]) -> dict[str, Reader]:
    return {
        "name": _named,
        "view": forms.choice(View),
        "measure": _measure([*(f"experience.{each.value}" for each in Dimension), *(f"flow.{each}" for each in flow)]),
        "touchpoint": forms.key(known.touchpoints),
        "service": forms.key(known.services),
        "unit": forms.text(30),
        "better": _one_of(("up", "down")),
        "target": forms.number(-1e9, 1e9),
        "due_on": forms.day,
        "owner": forms.text(SHORT),
        "agreed": forms.choice(Agreed),
        "objective_id": _id(objectives),
    }


def of_claim(known: Known, indicators: Iterable[str]) -> dict[str, Reader]:
    return {
        "text": _sentence,
        "kind": forms.choice(ClaimKind),
        "touchpoint": forms.key(known.touchpoints),
        "indicator_id": _id(indicators),
    }


def _named(form: Form, name: str) -> str:
    text = one(form, name)
    if not text:
        raise ValueError(_("Give it a name"))
    return str(forms.text(SHORT)(form, name))


def _sentence(form: Form, name: str) -> str:
    if not one(form, name):
        raise ValueError(_("Write a sentence that can turn out to be wrong"))
    return str(forms.text(LONG)(form, name))


def _one_of(known: Iterable[str]) -> Reader:
    def reader(form: Form, name: str) -> str:
        if one(form, name) not in known:
            raise ValueError(_("Choose one of the list"))
        return one(form, name)

    return reader


def _measure(known: list[str]) -> Reader:
    """`source.measure`; anything else is the name of what is imported."""

    def reader(form: Form, name: str) -> tuple[Source, str]:
        source, _dot, measure = one(form, name).partition(".")
        if one(form, name) in known:
            return Source(source), measure
        if source != Source.IMPORTED:
            raise ValueError(_("Choose one of the list"))
        return Source.IMPORTED, ""

    return reader


def _id(known: Iterable[str]) -> Reader:
    allowed = set(known)

    def reader(form: Form, name: str) -> UUID | None:
        text = one(form, name)
        if text and text not in allowed:
            raise ValueError(_("This is not known here"))
        return UUID(text) if text else None

    return reader
