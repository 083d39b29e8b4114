"""Secrets of other programs, kept so that a copy of the database alone does not tell them."""

import hashlib

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from core.errors import Misconfigured
from core.settings import settings


def seal(purpose: str, secret: str) -> bytes:
    return bytes(_box(settings().secret, purpose).encrypt(secret.encode()))


def unseal(purpose: str, sealed: bytes) -> str:
    """Under the key of today or the one before it; `Misconfigured` when neither fits."""
    for key in settings().secrets:
        try:
            return _box(key, purpose).decrypt(sealed).decode()
        except CryptoError:
            continue
    raise Misconfigured("A kept secret cannot be read: it was sealed under another TOUCHSTONE_SECRET_KEY")


def _box(key: bytes, purpose: str) -> SecretBox:
    return SecretBox(hashlib.blake2b(purpose.encode(), key=hashlib.sha256(key).digest(), digest_size=32).digest())
