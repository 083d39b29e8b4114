"""How each system signs what it sends. Whoever cannot sign sends the secret itself as a bearer token."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping

from journeys.models import HookSystem

Headers = Mapping[str, str]
Given = tuple[str, str]  # what the caller showed, and what it should have shown


def is_genuine(system: HookSystem, secret: str, body: bytes, headers: Headers) -> bool:
    """`headers` by lower-case name. One proof that holds is enough."""
    proofs = [_bearer(secret, headers)]
    if system in _SIGNED:
        proofs.append(_SIGNED[system](secret.encode(), body, headers))
    return any(shown and hmac.compare_digest(shown.encode(), expected.encode()) for shown, expected in proofs)


def _bearer(secret: str, headers: Headers) -> Given:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return (token.strip() if scheme.lower() == "bearer" else ""), secret


def _zendesk(secret: bytes, body: bytes, headers: Headers) -> Given:
    signed = headers.get("x-zendesk-webhook-signature-timestamp", "").encode() + body
    digest = hmac.new(secret, signed, hashlib.sha256).digest()
    return headers.get("x-zendesk-webhook-signature", ""), base64.b64encode(digest).decode()


def _glpi(secret: bytes, body: bytes, headers: Headers) -> Given:
    signed = body + headers.get("x-glpi-timestamp", "").encode()
    return headers.get("x-glpi-signature", ""), hmac.new(secret, signed, hashlib.sha256).hexdigest()


def _hub(algorithm: str) -> Callable[[bytes, bytes, Headers], Given]:
    def given(secret: bytes, body: bytes, headers: Headers) -> Given:
        expected = f"{algorithm}={hmac.new(secret, body, algorithm).hexdigest()}"
        return headers.get("x-hub-signature", ""), expected

    return given


_SIGNED: dict[HookSystem, Callable[[bytes, bytes, Headers], Given]] = {
    HookSystem.ZENDESK: _zendesk,
    HookSystem.GLPI: _glpi,
    HookSystem.JIRA: _hub("sha256"),
    HookSystem.ZAMMAD: _hub("sha1"),
    HookSystem.CUSTOM: _hub("sha256"),
}
