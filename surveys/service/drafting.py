"""Work on a survey before it is published: every step is kept, and can be taken back."""

from collections.abc import Callable

import msgspec
from sqlalchemy import delete
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from core.db import insert_new
from core.errors import Conflict, FieldError, Invalid, NotFound
from core.i18n import gettext as _
from core.ids import ordered_id
from surveys import queries
from surveys.models import Survey, SurveyDraft
from surveys.schemas import Draft, SurveyDefinition
from surveys.service.publishing import publish

STEPS_KEPT = 50
Change = Callable[[SurveyDefinition], SurveyDefinition]


async def begin(session: AsyncSession, definition: SurveyDefinition) -> None:
    """A new survey, as a draft."""
    row = {"id": ordered_id(), "key": definition.key, "mode": definition.mode}
    if not await insert_new(session, Survey, [row]):
        told = _("another survey has this name")
        raise Invalid(_("The survey could not be stored"), [FieldError("key", told)])
    await _keep(session, await survey_named(session, definition.key), 1, definition)


async def take_in(session: AsyncSession, definition: SurveyDefinition) -> None:
    """What a file says: of a survey that is there it becomes the draft, else it begins a new one."""
    survey = await queries.survey_by_key(session, definition.key)
    if survey is None:
        await begin(session, definition)
        return
    seen = (await draft_or_published(session, survey)).number
    await save(session, definition.key, seen, lambda _before: definition)


async def survey_named(session: AsyncSession, key: str) -> Survey:
    survey = await queries.survey_by_key(session, key)
    if survey is None:
        raise NotFound(_("There is no such survey"))
    return survey


async def draft_or_published(session: AsyncSession, survey: Survey) -> Draft:
    """The draft, or what it would begin with."""
    draft, newest = await queries.draft_of(session, survey.id), await queries.newest_version(session, survey.id)
    if draft:
        return draft
    if newest is None:
        raise NotFound(_("There is no such survey"))
    return Draft(0, queries.as_definition(newest.definition), 0)


async def as_it_stood(session: AsyncSession, key: str, number: int | None) -> SurveyDefinition:
    """The published version of that number; None: the draft, or what it would begin with."""
    survey = await survey_named(session, key)
    if number is None:
        return (await draft_or_published(session, survey)).definition
    found = [one for one in await queries.versions(session, survey.id) if one.number == number]
    if not found:
        raise NotFound(_("This survey has no such version"))
    return queries.as_definition(found[0].definition)


async def save(session: AsyncSession, key: str, seen: int, change: Change) -> int:
    """One step on from the draft that was `seen`; returns its number. What somebody else wrote is not written over."""
    survey = await survey_named(session, key)
    draft = await draft_or_published(session, survey)
    if draft.number != seen:
        raise Conflict(_("Somebody else has changed this survey meanwhile. Reload the page to see how it is now."))
    changed = change(draft.definition)
    if changed == draft.definition:
        return draft.number
    await _keep(session, survey, draft.number + 1, changed)
    return draft.number + 1


async def _keep(session: AsyncSession, survey: Survey, number: int, definition: SurveyDefinition) -> None:
    content = msgspec.to_builtins(definition)
    session.add(SurveyDraft(survey_id=survey.id, number=number, definition=content))
    old = delete(SurveyDraft).where(
        col(SurveyDraft.survey_id) == survey.id, col(SurveyDraft.number) <= number - STEPS_KEPT
    )
    await session.exec(old)
    await session.flush()


async def undo(session: AsyncSession, key: str) -> None:
    """One step back; before the first step stands what is published."""
    survey = await survey_named(session, key)
    draft, newest = await queries.draft_of(session, survey.id), await queries.newest_version(session, survey.id)
    if draft and (draft.steps or newest):
        this = col(SurveyDraft.number) == draft.number
        await session.exec(delete(SurveyDraft).where(col(SurveyDraft.survey_id) == survey.id, this))


async def discard(session: AsyncSession, key: str) -> None:
    """Back to what is published."""
    survey = await survey_named(session, key)
    if await queries.newest_version(session, survey.id):
        await session.exec(delete(SurveyDraft).where(col(SurveyDraft.survey_id) == survey.id))


async def publish_draft(session: AsyncSession, key: str) -> int:
    """The draft becomes a version that never changes; returns its number."""
    survey = await survey_named(session, key)
    version = await publish(session, survey, (await draft_or_published(session, survey)).definition)
    await session.exec(delete(SurveyDraft).where(col(SurveyDraft.survey_id) == survey.id))
    return version.number


async def set_archived(session: AsyncSession, key: str, archived: bool) -> None:
    """An archived survey asks nobody and is closed; what was answered, and links that are out, stay."""
    survey = await survey_named(session, key)
    survey.archived_at = now() if archived else None
    session.add(survey)
