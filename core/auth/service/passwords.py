"""Passwords: Argon2id, and the same time for an address that nobody has."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from core.auth.models import User

hasher = PasswordHasher()


@cache
def _nobody() -> str:
    return hasher.hash("nobody has this password")


def is_right(user: User | None, password: str) -> bool:
    """Costs one comparison whether there is such a user or not, and whether they have a password or not."""
    kept = user.password_hash if user and user.password_hash else ""
    try:
        hasher.verify(kept or _nobody(), password)
    except VerificationError:
        return False
    return kept != ""
