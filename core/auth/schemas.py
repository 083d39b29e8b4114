from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from core.auth.models import Role


@dataclass(frozen=True)
class Principal:
    """Who is asking. `scope` is the set of customer keys they may see; None means all of them.

    `user`: their account, None for a program. `session`: the browser they are signed in with.
    `must_enrol`: may do nothing yet but set up the second step.
    """

    name: str
    role: Role
    scope: frozenset[str] | None
    user: UUID | None = None
    session: UUID | None = None
    must_enrol: bool = False

    @property
    def is_manager(self) -> bool:
        return self.role in (Role.MANAGER, Role.ADMIN)


def scope_of(role: Role, customers: Iterable[str]) -> frozenset[str] | None:
    """Admins see all customers; an integration without a list writes for all; others see the named ones."""
    keys = frozenset(customers)
    if role is Role.ADMIN or (role is Role.INTEGRATION and not keys):
        return None
    return keys


@dataclass(frozen=True)
class NewSession:
    """The cookie of a browser that came in, or that came half in and has its second step before it."""

    cookie: str
    half: bool = False


@dataclass(frozen=True)
class Enrolment:
    """What an authenticator needs: `uri` as its picture holds it, `secret` to be typed where there is no camera."""

    uri: str
    secret: str


@dataclass(frozen=True)
class Attempt:
    """A sign-in that was begun at the organisation's provider; kept sealed in the browser until it comes back."""

    state: str
    nonce: str
    verifier: str
    next: str
    until: float


@dataclass(frozen=True)
class Identity:
    """Whom the provider vouches for. `openid`: issuer and subject, which stay when the address changes."""

    openid: str
    email: str
    email_verified: bool
