"""Surveys and their published versions."""

import msgspec
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from core.db import insert_new
from core.errors import Conflict, FieldError, Invalid
from core.i18n import gettext as _
from core.ids import ordered_id
from journeys.queries import places
from surveys import queries
from surveys.models import Mode, Survey, SurveyVersion, Trigger
from surveys.rules.definitions import check_definition, weakens
from surveys.schemas import SurveyDefinition, TriggerDefinition
from surveys.service.releasing import begin_releasing
from surveys.service.triggers import trigger_columns


async def install_survey(session: AsyncSession, definition: SurveyDefinition) -> None:
    """Publish a built-in survey, or a new version of it where it differs from the newest; versions never change.

    What the people who run the installation have written themselves stays, and so does the trigger once it is set up.
    """
    check_definition(definition)
    row = {"id": ordered_id(), "key": definition.key, "mode": definition.mode}
    await insert_new(session, Survey, [row])
    survey = await queries.survey_by_key(session, definition.key)
    if not survey:
        raise Conflict(_("The survey could not be stored"))
    newest = await queries.newest_version(session, survey.id)
    if newest is None or newest.built_in:
        await publish(session, survey, definition, built_in=True)
    if definition.trigger:
        await _set_up(session, survey, definition.trigger)


async def publish(
    session: AsyncSession, survey: Survey, definition: SurveyDefinition, built_in: bool = False
) -> SurveyVersion:
    """The version in which this is asked from now on: a new one, or the newest where nothing differs."""
    check_definition(definition)
    await _keep_the_promise(session, survey, definition)
    await _take_the_address(session, survey, definition.slug)
    await _know_the_place(session, definition)
    survey.mode = definition.mode
    if definition.mode is Mode.ANONYMOUS:
        await begin_releasing(session, survey)
    session.add(survey)
    content = msgspec.structs.replace(definition, trigger=None)
    newest = await queries.newest_version(session, survey.id)
    if newest and queries.as_definition(newest.definition) == content:
        return newest
    version = SurveyVersion(
        survey_id=survey.id,
        number=newest.number + 1 if newest else 1,
        definition=msgspec.to_builtins(content),
        published_at=now(),
        built_in=built_in,
    )
    session.add(version)
    await session.flush()
    return version


async def _keep_the_promise(session: AsyncSession, survey: Survey, definition: SurveyDefinition) -> None:
    if not weakens(survey.mode, definition.mode) or not await queries.is_answered(session, survey.id):
        return
    told = _("This survey has been answered under a stronger promise, which stays. A new survey may promise less.")
    raise Conflict(told)


async def _take_the_address(session: AsyncSession, survey: Survey, slug: str) -> None:
    holder = await queries.survey_by_slug(session, slug) if slug else None
    if holder and holder.id != survey.id:
        told = _("another survey has this address")
        raise Invalid(_("The survey cannot be published as it stands"), [FieldError("slug", told)])
    survey.slug = slug or None


async def _know_the_place(session: AsyncSession, definition: SurveyDefinition) -> None:
    """What answers are counted under has to be there when they come."""
    customers = {one.key for one in await places.customers_in(session, None)} if definition.customer else set()
    touchpoints = {one.key for one in await places.touchpoints(session)} if definition.touchpoint else set()
    wrong = []
    if definition.customer and definition.customer not in customers:
        wrong.append(FieldError("customer", _("there is no customer of this key")))
    if definition.touchpoint and definition.touchpoint not in touchpoints:
        wrong.append(FieldError("touchpoint", _("is no touchpoint of the journey")))
    if wrong:
        raise Invalid(_("The survey cannot be published as it stands"), wrong)


async def _set_up(session: AsyncSession, survey: Survey, trigger: TriggerDefinition) -> None:
    await insert_new(session, Trigger, [{"id": ordered_id(), "survey_id": survey.id, **trigger_columns(trigger)}])
