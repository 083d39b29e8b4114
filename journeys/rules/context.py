"""Where on the journey a ticket's requester stood, from what the ticket says of itself."""

from collections.abc import Mapping, Sequence
from typing import Protocol


class Placed(Protocol):
    @property
    def key(self) -> str: ...

    @property
    def contexts(self) -> list[dict[str, str]]: ...


def place(attributes: Mapping[str, str], touchpoints: Sequence[Placed]) -> str:
    """Key of the touchpoint one of whose contexts agrees in every attribute it names; the longest wins, then the
    first. "" when none agrees."""
    best, best_size = "", 0
    for touchpoint in touchpoints:
        for context in touchpoint.contexts:
            if len(context) > best_size and all(attributes.get(name) == value for name, value in context.items()):
                best, best_size = touchpoint.key, len(context)
    return best
