"""Identifiers and secrets."""

import hashlib
import hmac
import secrets
from uuid import UUID

from uuid_utils.compat import uuid7

from core.settings import settings

__all__ = ["keyed_hash", "new_secret", "ordered_id"]


def ordered_id() -> UUID:
    """UUIDv7: for what is attributed. Anonymous things take `uuid4`, which tells no time."""
    return uuid7()


def new_secret() -> str:
    """160 random bits, URL-safe."""
    return secrets.token_urlsafe(20)


def keyed_hash(purpose: str, secret: str) -> str:
    """HMAC-SHA256 under the installation's key; `purpose` keeps the kinds of secrets apart."""
    return hmac.new(settings().secret, f"{purpose}\0{secret}".encode(), hashlib.sha256).hexdigest()
