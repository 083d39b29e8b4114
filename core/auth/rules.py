"""Decisions about who may do what."""

from datetime import timedelta

from core.errors import FieldError, Invalid

SESSION_LENGTH = timedelta(hours=12)
SHORTEST_PASSWORD = 12


def checked_email(email: str) -> str:
    cleaned = email.strip().lower()
    local, at, domain = cleaned.partition("@")
    if not (local and at and domain) or len(cleaned) > 254 or any(c.isspace() or ord(c) < 33 for c in cleaned):
        raise Invalid("That is not a mail address", [FieldError("email", "That is not a mail address")])
    return cleaned


def check_password(password: str) -> None:
    if len(password) < SHORTEST_PASSWORD:
        message = f"A password needs at least {SHORTEST_PASSWORD} characters"
        raise Invalid(message, [FieldError("password", message)])
