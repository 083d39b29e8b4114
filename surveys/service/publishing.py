"""Surveys and their published versions."""

import msgspec
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from core.db import insert_new
from core.errors import Conflict
from core.ids import ordered_id
from surveys import queries
from surveys.models import Survey, SurveyVersion, Trigger
from surveys.rules.definitions import check_definition
from surveys.schemas import SurveyDefinition, TriggerDefinition


async def install_survey(session: AsyncSession, definition: SurveyDefinition) -> None:
    """Publish the survey, or a new version of it where it differs from the newest; versions never change.

    The trigger is set up once: afterwards it belongs to the people who run the installation.
    """
    check_definition(definition)
    await insert_new(session, Survey, [{"id": ordered_id(), "key": definition.key, "mode": definition.mode}])
    survey = await queries.survey_by_key(session, definition.key)
    if not survey or survey.mode != definition.mode:
        raise Conflict(f"The survey {definition.key} was published in another mode, which stays as it is")
    await _publish(session, survey, msgspec.to_builtins(msgspec.structs.replace(definition, trigger=None)))
    if definition.trigger:
        await _set_up(session, survey, definition.trigger)


async def _publish(session: AsyncSession, survey: Survey, content: dict[str, object]) -> None:
    newest = await queries.newest_version(session, survey.id)
    if newest and newest.definition == content:
        return
    number = newest.number + 1 if newest else 1
    session.add(SurveyVersion(survey_id=survey.id, number=number, definition=content, published_at=now()))
    await session.flush()


async def _set_up(session: AsyncSession, survey: Survey, trigger: TriggerDefinition) -> None:
    settings = msgspec.to_builtins(trigger)
    await insert_new(session, Trigger, [{"id": ordered_id(), "survey_id": survey.id, "active": True, **settings}])
