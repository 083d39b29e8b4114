"""Decisions about who may do what."""

import hmac
import re
from datetime import timedelta

import pyotp

from core.auth.models import Role
from core.errors import FieldError, Invalid

SESSION_LENGTH = timedelta(hours=12)
HALF_LENGTH = timedelta(minutes=5)
LINK_LENGTH = timedelta(days=3)
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 1024
STEP_SECONDS = 30
RECOVERY_CODES = 10
CODE_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # without those that are taken for one another
BROWSERS = ("Edg", "OPR", "Firefox", "Chrome", "Safari")
NAMES = {"Edg": "Edge", "OPR": "Opera"}
SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Macintosh", "Linux")


def checked_email(email: str) -> str:
    cleaned = email.strip().lower()
    local, at, domain = cleaned.partition("@")
    if not (local and at and domain) or len(cleaned) > 254 or any(c.isspace() or ord(c) < 33 for c in cleaned):
        raise Invalid("That is not a mail address", [FieldError("email", "That is not a mail address")])
    return cleaned


def check_password(password: str) -> None:
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        message = f"A password needs at least {SHORTEST_PASSWORD} characters"
        raise Invalid(message, [FieldError("password", message)])


def needs_customers(role: Role) -> bool:
    """Whoever sees named customers only would see nothing without one, and not know why."""
    return role in (Role.MANAGER, Role.CUSTOMER)


def matching_step(secret: str, code: str, at: float, last: int) -> int | None:
    """The time step (RFC 6238) whose code this is: the current one or a neighbour, and later than the last one used."""
    typed = re.sub(r"\s", "", code)
    current, totp = int(at) // STEP_SECONDS, pyotp.TOTP(secret)
    for step in (current, current - 1, current + 1):
        if step > last and hmac.compare_digest(totp.generate_otp(step).encode(), typed.encode()):
            return step
    return None


def plain_code(code: str) -> str:
    """A recovery code as it was made, however it was typed."""
    return re.sub(r"[^a-z0-9]", "", code.lower())


def browser_name(user_agent: str) -> str:
    """Enough for somebody to know their own browsers by, and no more: "Firefox, Windows"."""
    browser = next((NAMES.get(name, name) for name in BROWSERS if f"{name}/" in user_agent), "")
    system = next((name for name in SYSTEMS if name in user_agent), "")
    return ", ".join(part for part in (browser, "macOS" if system == "Macintosh" else system) if part)
