"""Editing a journey: every save is a version, and the newest can be taken back."""

from typing import Any

import msgspec
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit import service as audit
from core.clock import now
from core.errors import FieldError, Invalid, NotFound
from core.i18n import gettext as _
from journeys.models import Journey, JourneyVersion, Touchpoint
from journeys.queries import places
from journeys.rules.editing import checked
from journeys.schemas.places import JourneyDefinition
from journeys.service.places import install_journey


async def save(session: AsyncSession, definition: JourneyDefinition, who: str, what: str) -> None:
    """The journey as the document says. Touchpoints that it does not name are retired, and come back when one does."""
    checked(definition)
    await _keep_apart(session, definition)
    before = await places.journey(session, definition.key)
    if before is not None and not await places.versions(session, before.id):
        await _keep(session, before, await places.definition(session, before), "", "")
    journey = await install_journey(session, definition, whole=True)
    await _keep(session, journey, definition, who, what)
    await audit.record(session, who, "journey.edited", f"{definition.key} {what}".strip())


async def _keep_apart(session: AsyncSession, definition: JourneyDefinition) -> None:
    """A touchpoint stands on one journey: what was said about it would else be counted twice."""
    keys = [one.key for one in definition.touchpoints]
    elsewhere = (
        select(Touchpoint.key)
        .join(Journey, col(Journey.id) == col(Touchpoint.journey_id))
        .where(col(Touchpoint.key).in_(keys), Journey.key != definition.key)
    )
    if taken := (await session.exec(elsewhere)).first():
        told = _("%(key)s stands on another journey already") % {"key": taken}
        raise Invalid(told, [FieldError("key", told)])


async def _keep(session: AsyncSession, journey: Journey, document: JourneyDefinition, who: str, what: str) -> None:
    known = await places.versions(session, journey.id)
    kept: dict[str, Any] = msgspec.to_builtins(document)
    number = known[0].number + 1 if known else 1
    session.add(JourneyVersion(journey_id=journey.id, number=number, document=kept, who=who, what=what, at=now()))
    await session.flush()


async def undo(session: AsyncSession, key: str, who: str) -> None:
    """Back to the version before; the one that is taken back is gone."""
    journey = await places.journey(session, key)
    known = await places.versions(session, journey.id) if journey else []
    if len(known) < 2:
        raise NotFound(_("There is nothing to take back"))
    await install_journey(session, msgspec.convert(known[1].document, JourneyDefinition), whole=True)
    await session.delete(known[0])
    await audit.record(session, who, "journey.undone", key)
