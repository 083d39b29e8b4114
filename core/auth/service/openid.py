"""Coming in by the organisation's own sign-in: OpenID Connect, authorization code with PKCE, by authlib and joserfc."""

import json
import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

import httpx
from authlib.integrations.base_client import OAuthError  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from core.auth.schemas import Attempt, Identity
from core.clock import now
from core.errors import Misconfigured, NotSignedIn
from core.sealing import seal, unseal
from core.settings import settings

PURPOSE = "openid-attempt"
ATTEMPT_SECONDS = 600
ALGORITHMS = [
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
]  # no shared secret
TIMEOUT = httpx.Timeout(10)
LEEWAY_SECONDS = 60
BACK = "/sign-in/openid/back"


def is_offered() -> bool:
    return bool(settings().oidc_issuer and settings().oidc_client_id)


async def begin(next_: str) -> tuple[str, str]:
    """Where the browser goes, and what it keeps meanwhile: sealed, so that nobody else can finish this sign-in."""
    found = await _metadata()
    attempt = Attempt(
        state=secrets.token_urlsafe(24),
        nonce=secrets.token_urlsafe(24),
        verifier=secrets.token_urlsafe(48),
        next=next_,
        until=now().timestamp() + ATTEMPT_SECONDS,
    )
    async with _client() as client:
        url, _state = client.create_authorization_url(
            found["authorization_endpoint"], state=attempt.state, nonce=attempt.nonce, code_verifier=attempt.verifier
        )
    return url, urlsafe_b64encode(seal(PURPOSE, json.dumps(asdict(attempt)))).decode()


def kept_attempt(cookie: str) -> Attempt:
    """What the browser kept; raises NotSignedIn when it is not ours, not whole or too old."""
    try:
        attempt = Attempt(**json.loads(unseal(PURPOSE, urlsafe_b64decode(cookie))))
    except (Misconfigured, ValueError, TypeError):
        raise NotSignedIn("This sign-in was not begun here") from None
    if attempt.until < now().timestamp():
        raise NotSignedIn("This sign-in took too long")
    return attempt


async def finish(attempt: Attempt, given: Mapping[str, str]) -> Identity:
    """Whom the provider vouches for; raises NotSignedIn for anything that does not fit."""
    if not secrets.compare_digest(given.get("state", "").encode(), attempt.state.encode()) or not given.get("code"):
        raise NotSignedIn("The answer does not belong to this sign-in")
    try:
        found = await _metadata()
        token = await _exchange(found["token_endpoint"], given["code"], attempt.verifier)
        keys = KeySet.import_key_set(await _fetch(found["jwks_uri"]))  # type: ignore[arg-type]
        claims = _claims(str(token["id_token"]), keys, attempt.nonce)
    except (OAuthError, httpx.HTTPError, JoseError, KeyError, ValueError) as error:
        raise NotSignedIn("The provider did not vouch for anybody") from error
    openid, email = f"{claims['iss']} {claims['sub']}", str(claims.get("email", ""))
    return Identity(openid, email, claims.get("email_verified") is True)


async def _exchange(endpoint: str, code: str, verifier: str) -> dict[str, Any]:
    async with _client() as client:
        token: dict[str, Any] = await client.fetch_token(
            _safe(endpoint), grant_type="authorization_code", code=code, code_verifier=verifier
        )
        return token


def _claims(id_token: str, keys: KeySet, nonce: str) -> dict[str, Any]:
    """OpenID Connect Core 1.0, section 3.1.3.7."""
    claims = jwt.decode(id_token, keys, algorithms=ALGORITHMS).claims
    mine = settings().oidc_client_id
    rules = jwt.JWTClaimsRegistry(
        now=lambda: int(time.time()),
        leeway=LEEWAY_SECONDS,
        iss={"essential": True, "value": settings().oidc_issuer},
        aud={"essential": True, "value": mine},
        sub={"essential": True},
        exp={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    rules.validate(claims)
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if several else mine) != mine:
        raise ValueError("the token is for somebody else")
    return claims


def _client() -> Any:
    """The client is loaded only where a provider is used."""
    from authlib.integrations.httpx_client import AsyncOAuth2Client  # type: ignore[import-untyped]

    return AsyncOAuth2Client(
        client_id=settings().oidc_client_id,
        client_secret=settings().oidc_client_secret or None,
        scope="openid email",
        redirect_uri=settings().base_url + BACK,
        code_challenge_method="S256",
        token_endpoint_auth_method="client_secret_basic" if settings().oidc_client_secret else "none",
        timeout=TIMEOUT,
        follow_redirects=False,
    )


async def _metadata() -> dict[str, Any]:
    issuer = settings().oidc_issuer
    found = await _fetch(issuer.rstrip("/") + "/.well-known/openid-configuration")
    if found.get("issuer") != issuer:
        raise ValueError("the provider calls itself otherwise")
    return found


async def _fetch(url: str) -> dict[str, Any]:
    async with httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False) as client:
        answer = await client.get(_safe(url))
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found


def _safe(url: str) -> str:
    """Secrets go over HTTPS only; to this machine itself they may go without, for trying things out."""
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise ValueError("the provider has to speak HTTPS")
    return url
