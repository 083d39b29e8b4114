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
