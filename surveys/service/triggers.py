"""Whom a survey asks, as those who run the installation set it."""

from typing import Any
from uuid import UUID

import msgspec
from sqlmodel.ext.asyncio.session import AsyncSession

from core.db import insert_new, upsert
from core.ids import ordered_id
from surveys.models import AskingRules, Survey, Trigger
from surveys.queries.asking import COLUMNS
from surveys.schemas import AskingPolicy, TriggerDefinition


def trigger_columns(trigger: TriggerDefinition) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins(trigger)
    columns = {name: told.pop(name) for name in COLUMNS}
    return {**columns, "more": told}


async def set_up(session: AsyncSession, survey: Survey, trigger: TriggerDefinition) -> None:
    """Once: afterwards it belongs to those who run the installation."""
    row = {"id": ordered_id(), "survey_id": survey.id, **trigger_columns(trigger)}
    await insert_new(session, Trigger, [row])


async def set_trigger(session: AsyncSession, survey_id: UUID, trigger: TriggerDefinition) -> None:
    row = {"id": ordered_id(), "survey_id": survey_id, **trigger_columns(trigger)}
    await upsert(session, Trigger, [row], ["survey_id"], [*COLUMNS, "more"])


async def set_asking_policy(session: AsyncSession, policy: AskingPolicy) -> None:
    row = {"id": 1, "policy": msgspec.to_builtins(policy)}
    await upsert(session, AskingRules, [row], ["id"], ["policy"])
