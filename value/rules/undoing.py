"""Values of an entry as its history keeps them, and back."""

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from value.models import Audience, Effort, State
from value.rules.states import DATE_OF

_KINDS: dict[str, Callable[[Any], Any]] = {
    "state": State,
    "effort": Effort,
    "audience": Audience,
    **dict.fromkeys(["due_on", *DATE_OF.values()], date.fromisoformat),
    **dict.fromkeys(["improvement_id", "indicator_id", "objective_id"], UUID),
}


def plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return value.value if isinstance(value, StrEnum) else value


def real(name: str, value: Any) -> Any:
    return _KINDS[name](value) if name in _KINDS and value is not None else value
