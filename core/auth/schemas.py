from collections.abc import Iterable
from dataclasses import dataclass

from core.auth.models import Role


@dataclass(frozen=True)
class Principal:
    """Who is asking. `scope` is the set of customer keys they may see; None means all of them."""

    name: str
    role: Role
    scope: frozenset[str] | None

    @property
    def is_manager(self) -> bool:
        return self.role in (Role.MANAGER, Role.ADMIN)


def scope_of(role: Role, customers: Iterable[str]) -> frozenset[str] | None:
    """Admins see all customers; an integration without a list writes for all; others see the named ones."""
    keys = frozenset(customers)
    if role is Role.ADMIN or (role is Role.INTEGRATION and not keys):
        return None
    return keys
