"""Identifiers and secrets."""

import hmac
import secrets
from collections.abc import Iterable
from uuid import UUID

from uuid_utils.compat import uuid7

from core.settings import settings

__all__ = ["keyed_hash", "keyed_hashes", "new_secret", "ordered_id", "unveiled", "veiled"]

_ROUNDS, _HALF = 4, 1 << 64


def ordered_id() -> UUID:
    """UUIDv7: for what is attributed. Anonymous things take `uuid4`, which tells no time."""
    return uuid7()


def new_secret() -> str:
    """160 random bits, URL-safe."""
    return secrets.token_urlsafe(20)


def keyed_hash(purpose: str, secret: str) -> str:
    """HMAC-SHA256 under the installation's key; `purpose` keeps the kinds of secrets apart."""
    return _hash_under(settings().secret, purpose, secret)


def keyed_hashes(purpose: str, secret: str) -> list[str]:
    """What it may be kept as: under the key of today, and under the one before while that is not revoked."""
    return [_hash_under(key, purpose, secret) for key in settings().secrets]


def _hash_under(key: bytes, purpose: str, secret: str) -> str:
    return hmac.digest(key, f"{purpose}\0{secret}".encode(), "sha256").hex()


def veiled(purpose: str, id_: UUID) -> UUID:
    """An id to be shown: an ordered id would tell the moment at which it was made. `unveiled` leads back."""
    return _feistel(purpose, id_, range(_ROUNDS))


def unveiled(purpose: str, id_: UUID) -> UUID:
    return _feistel(purpose, id_, reversed(range(_ROUNDS)))


def _feistel(purpose: str, id_: UUID, rounds: Iterable[int]) -> UUID:
    """Luby and Rackoff 1988: four keyed rounds over the halves are a permutation that nobody without the key tells
    from a random one; with the rounds reversed and the halves exchanged it leads back."""
    left, right = divmod(id_.int, _HALF)
    for number in rounds:
        mask = int(keyed_hash(f"veil {purpose} {number}", f"{right:016x}")[:16], 16)
        left, right = right, left ^ mask
    return UUID(int=right * _HALF + left)
