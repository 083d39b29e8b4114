"""Whose tickets a program may write."""

from collections.abc import Iterable, Mapping

from core.errors import FieldError
from journeys.schemas import TicketEventIn

FOREIGN = "is not a customer that this token may write for"
TAKEN = "belongs to a customer that this token may not write for"


def out_of_scope(
    scope: frozenset[str] | None,
    event: TicketEventIn,
    ticket_owners: Mapping[tuple[str, str], str],
    person_owners: Mapping[str, str],
) -> list[FieldError]:
    """Why this event may not be written: its customer, its ticket or its requester is another's."""
    if scope is None:
        return []
    owner = ticket_owners.get((event.source, event.ticket))
    theirs = person_owners.get(event.requester.key) if event.requester else None
    found: Iterable[tuple[bool, FieldError]] = (
        (event.customer not in scope, FieldError("customer", FOREIGN)),
        (owner is not None and owner not in scope, FieldError("ticket", TAKEN)),
        (theirs is not None and theirs not in scope, FieldError("requester.key", TAKEN)),
    )
    return [error for wrong, error in found if wrong]
