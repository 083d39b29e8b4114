"""What comes in from a browser, as plain lists of texts."""

from typing import Annotated, Any

from litestar.params import QueryParameter

from core.errors import Invalid
from core.requests import AnyRequest
from value.models import Improvement, columns_of
from value.rules.forms import Form

InState = Annotated[str, QueryParameter(name="state", description="A state of the register")]


async def sent(request: AnyRequest) -> Form:
    form = await request.form()
    return {name: [value for value in form.getall(name) if isinstance(value, str)] for name in form}


def number_in(form: Form, name: str) -> int:
    text = (form.get(name) or ["0"])[-1]
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def errors_of(wrong: Invalid | None) -> dict[str, str]:
    return {one.field: one.message for one in wrong.errors} if wrong else {}


def values_of(one: Improvement) -> dict[str, Any]:
    """An entry as its form shows it."""
    return {name: "" if value is None else value for name, value in columns_of(one).items()}


SEVERAL = ("touchpoints", "customer")


def given(form: Form) -> dict[str, Any]:
    """A form as it was sent, to be shown again."""
    return {name: values if name in SEVERAL else values[-1] if values else "" for name, values in form.items()}
