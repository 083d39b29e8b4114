"""What comes in from a browser, as plain lists of texts."""

from typing import Annotated, Any

from litestar.datastructures import UploadFile
from litestar.params import QueryParameter

from core.errors import Invalid
from core.requests import AnyRequest
from value.models import Improvement, columns_of
from value.rules.forms import Form

InState = Annotated[str, QueryParameter(name="state", description="A state of the register")]


async def sent(request: AnyRequest) -> Form:
    form = await request.form()
    return {name: [value for value in form.getall(name) if isinstance(value, str)] for name in form}


async def file_in(request: AnyRequest, name: str, longest: int) -> bytes | None:
    """A file that was chosen, and one byte more than it may have where it has more; None: none was chosen."""
    found = (await request.form()).get(name)
    return await found.read(longest + 1) if isinstance(found, UploadFile) and found.filename else None


def number_in(form: Form, name: str) -> int:
    text = (form.get(name) or ["0"])[-1]
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def errors_of(wrong: Invalid | None) -> dict[str, str]:
    """What is wrong with each field; with one field several things may be."""
    found: dict[str, list[str]] = {}
    for one in wrong.errors if wrong else []:
        found.setdefault(one.field, []).append(one.message)
    return {field: " · ".join(messages) for field, messages in found.items()}


def values_of(one: Improvement) -> dict[str, Any]:
    """An entry as its form shows it."""
    return {name: "" if value is None else value for name, value in columns_of(one).items()}


SEVERAL = ("touchpoints", "customer")


def given(form: Form) -> dict[str, Any]:
    """A form as it was sent, to be shown again."""
    return {name: values if name in SEVERAL else values[-1] if values else "" for name, values in form.items()}
