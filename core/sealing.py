"""Secrets of other programs and words of people, kept so that a copy of the database alone does not tell them."""

import hashlib
from functools import lru_cache

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
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


# Sealed away: whoever writes needs the public half of a key only, and a copy of the database opens nothing.
PADDED_TO = 256  # bytes: a length would tell one message from another


def seal_away(words: str) -> bytes:
    """A libsodium sealed box, with the name of its key before it."""
    key = _private_keys()[0].public_key
    plain = words.encode()
    padded = plain + b"\x80" + b"\0" * (-(len(plain) + 1) % PADDED_TO)
    return _name(key) + SealedBox(key).encrypt(padded)


def open_sealed(sealed: bytes) -> str:
    """Under the key of today or the one before it; `Misconfigured` when neither fits."""
    for key in _private_keys():
        if _name(key.public_key) == sealed[:_NAME]:
            try:
                return SealedBox(key).decrypt(sealed[_NAME:]).rstrip(b"\0")[:-1].decode()
            except CryptoError:
                break
    raise Misconfigured("A sealed message cannot be read: it was sealed under another TOUCHSTONE_SECRET_KEY")


def under_todays_key(sealed: bytes) -> bool:
    return sealed[:_NAME] == _name(_private_keys()[0].public_key)


_NAME = 8


def _name(key: PublicKey) -> bytes:
    return hashlib.blake2b(bytes(key), digest_size=_NAME).digest()


def _private_keys() -> list[PrivateKey]:
    return [_private_key(secret) for secret in settings().secrets]


@lru_cache(maxsize=8)
def _private_key(secret: bytes) -> PrivateKey:
    return PrivateKey(hashlib.blake2b(b"sealed away", key=hashlib.sha256(secret).digest(), digest_size=32).digest())
