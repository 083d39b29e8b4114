"""Who may stand before a customer's link: anybody who has it, but nobody from the staff, and nobody who guesses."""

from typing import cast

from core.auth.budget import SharedBudget
from core.auth.models import Role
from core.errors import NotAllowed
from core.i18n import gettext as _
from core.requests import AnyRequest, client_network, provide_principal


async def is_staff(request: AnyRequest) -> bool:
    principal = await provide_principal(request)
    return principal is not None and principal.role in (Role.MANAGER, Role.ADMIN)


async def not_for_staff(request: AnyRequest) -> None:
    """Somebody who is signed in as manager or admin would answer in a customer's name."""
    if await is_staff(request):
        raise NotAllowed(
            _("You are signed in as staff, and this link belongs to a customer. Their answer is theirs to give.")
        )


async def miss(request: AnyRequest) -> None:
    """Counts a link that leads nowhere. Only misses are counted: whoever holds a good link gets in, even when others
    behind the same address have used the budget up."""
    budget = cast(SharedBudget, request.app.state.miss_budget)
    await budget.spend(client_network(request))


async def follow_once_more(request: AnyRequest) -> None:
    """Counts every call for a mail, also about a ticket that there is: who is refused learns nothing from it."""
    budget = cast(SharedBudget, request.app.state.miss_budget)
    await budget.spend(f"tag {client_network(request)}")
