"""A message or a moment of truth that led to an improvement which was registered already: hung on it, or taken off."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col

from analysis.service.moments import mark_acted_on
from core.db import Session
from core.errors import Conflict, FieldError, Invalid
from core.i18n import gettext as _
from core.outbox import announce
from value.events import ImprovementDone
from value.models import Improvement, ImprovementLink, LinkKind, State
from value.queries import improvements as queries
from value.schemas.register import Scope, Wish
from value.service.led import link, origin_of
from value.service.register import TOLD, existing, note

ENDED = (State.CLOSED, State.DROPPED)
Named = dict[str, str]


async def candidates(session: Session, scope: Scope, named: Named) -> tuple[Sequence[Improvement], list[Improvement]]:
    """What it led to already, and what it may be hung on: everything that has not ended, newest first."""
    there = await _led_to(session, scope, named)
    known = {one.id for one in there}
    every = await queries.improvements(session, scope, Wish())
    return there, [one for one in every if one.state not in ENDED and one.id not in known]


async def _led_to(session: Session, scope: Scope, named: Named) -> list[Improvement]:
    found: dict[UUID, Improvement] = {}
    for kind, id_ in (await origin_of(session, scope, named)).links:
        for one in (await queries.linked_to(session, kind, [id_])).get(id_, []):
            if await queries.improvement(session, scope, one.id):
                found[one.id] = one
    return list(found.values())


async def hang_on(session: Session, scope: Scope, who: str, named: Named, improvement_id: UUID | None) -> Improvement:
    """Where it is done already, whoever said it hears of it now."""
    links = (await origin_of(session, scope, named)).links
    if improvement_id is None or not links:
        message = _("Choose the improvement that it led to")
        raise Invalid(message, [FieldError("improvement", message)])
    one, _customers = await existing(session, scope, improvement_id)
    if await link(session, one.id, links):
        await note(session, one.id, who, "linked", {})
        await _follow(session, one, links)
    return one


async def _follow(session: Session, one: Improvement, links: list[tuple[str, UUID]]) -> None:
    for kind, id_ in links:
        if kind == LinkKind.MOMENT and one.started_on:
            await mark_acted_on(session, id_)
    if one.state in TOLD:
        await announce(session, ImprovementDone(str(one.id)))


async def take_off(session: Session, scope: Scope, who: str, named: Named, improvement_id: UUID) -> None:
    links = (await origin_of(session, scope, named)).links
    one, _customers = await existing(session, scope, improvement_id)
    for kind, id_ in links:
        same = col(ImprovementLink.kind) == kind, col(ImprovementLink.target_id) == id_
        untold = col(ImprovementLink.improvement_id) == one.id, col(ImprovementLink.how) == ""
        if not (await session.exec(delete(ImprovementLink).where(*same, *untold))).rowcount:
            raise Conflict(_("Whoever said this has been told of it already: it stays with this improvement."))
        await note(session, one.id, who, "unlinked", {})
