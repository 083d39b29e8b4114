"""Decisions about who may do what."""

from collections.abc import Iterable
from datetime import timedelta

from core.auth.models import Role
from core.errors import FieldError, Invalid

SESSION_LENGTH = timedelta(hours=12)
SHORTEST_PASSWORD = 12


def scope_of(role: Role, customers: Iterable[str]) -> frozenset[str] | None:
    """Admins see all customers; an integration without a list writes for all; a manager sees the named ones."""
    keys = frozenset(customers)
    if role is Role.ADMIN or (role is Role.INTEGRATION and not keys):
        return None
    return keys


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
