"""What is known of everybody who was asked, whether they answered or not. Pure."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

OPEN_HOURS = ((4.0, "4"), (24.0, "24"), (72.0, "72"))
LONGER, UNKNOWN = "longer", ""


class Asked(Protocol):
    @property
    def kind(self) -> str: ...
    @property
    def service(self) -> str: ...
    @property
    def channel(self) -> str: ...
    @property
    def hours(self) -> float | None: ...
    @property
    def handoffs(self) -> int: ...
    @property
    def response(self) -> UUID | None: ...


def strata(found: Sequence[Asked]) -> dict[str, list[str]]:
    """Of each stratum the value of everybody."""
    return {
        "kind": [one.kind for one in found],
        "service": [one.service for one in found],
        "channel": [one.channel for one in found],
        "open": [open_for(one.hours) for one in found],
        "handoffs": [str(min(one.handoffs, 2)) for one in found],
    }


def open_for(hours: float | None) -> str:
    if hours is None:
        return UNKNOWN
    return next((name for limit, name in OPEN_HOURS if hours < limit), LONGER)
