"""Identifiers and secrets."""

import hmac
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

from uuid_utils.compat import uuid7

from core.settings import settings

__all__ = [
    "beside",
    "first_at",
    "keyed_hash",
    "keyed_hashes",
    "new_secret",
    "ordered_id",
    "stamped",
    "told_at",
    "unveiled",
    "veiled",
]

_ROUNDS, _HALF = 4, 1 << 64
_STAMP, _TWELVE, _REST = 80, 0xFFF << 64, (1 << 62) - 1  # RFC 9562, 5.7: bits below the time; rand_a; rand_b


def ordered_id() -> UUID:
    """UUIDv7: for what is attributed. Anonymous things take `uuid4`, which tells no time."""
    return uuid7()


def stamped(at: datetime, of: UUID) -> UUID:
    """A UUIDv7 that tells `at` (milliseconds), its other bits from `of`: the same of the same, and of no other."""
    milliseconds = max(0, int(at.timestamp() * 1000))
    return UUID(int=(milliseconds << _STAMP) | (7 << 76) | (of.int & _TWELVE) | (2 << 62) | (of.int & _REST))


def beside(id_: UUID, place: int) -> UUID:
    """A new UUIDv7 that tells the same time as this one; those of one time stand in the order of `place`."""
    place, fresh = min(place, _TWELVE >> 64), secrets.randbits(62)
    return UUID(int=(id_.int >> _STAMP << _STAMP) | (7 << 76) | (place << 64) | (2 << 62) | fresh)


def first_at(at: datetime) -> UUID:
    """Below every UUIDv7 that tells `at` or later, above every one that tells an earlier time."""
    return UUID(int=int(at.timestamp() * 1000) << _STAMP)


def told_at(id_: UUID) -> datetime:
    """The time that a UUIDv7 tells."""
    return datetime.fromtimestamp((id_.int >> _STAMP) / 1000, UTC)


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
