"""What can go wrong, in the words of the domain. `web/errors.py` alone turns these into statuses and pages."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FieldError:
    field: str
    message: str


class TouchstoneError(Exception):
    """A message for the person concerned: what is wrong and what to do."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self.message = message


class NotFound(TouchstoneError):
    """It is not there, or not there for this person: the two look alike on purpose."""


class NotSignedIn(TouchstoneError):
    """Nobody is signed in, or the session has ended."""


class NotAllowed(TouchstoneError):
    """Somebody is signed in, and may not do this."""


class NotEnrolled(NotAllowed):
    """Somebody is signed in whose role needs a second step that they have not set up yet."""


class Conflict(TouchstoneError):
    """It collides with what is already stored."""


class TooMany(TouchstoneError):
    """Asked too often in too short a time."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Busy(TouchstoneError):
    """It can be taken, but not just now: nothing was stored, and the same may be sent again."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Invalid(TouchstoneError):
    """Bad input, field by field."""

    def __init__(self, message: str, errors: list[FieldError] | None = None) -> None:
        super().__init__(message)
        self.errors = errors or []


class Misconfigured(TouchstoneError):
    """The installation cannot start like this."""
