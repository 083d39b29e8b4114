"""Where people leave a form: a number a question, and of nobody anything."""

from sqlmodel.ext.asyncio.session import AsyncSession

from core.db import add_counts
from surveys import queries
from surveys.models import StepCount


async def count_leaving(session: AsyncSession, key: str, number: int, question: str) -> None:
    """What names no question of a published version is not counted."""
    survey = await queries.survey_by_key(session, key)
    found = [one for one in await queries.versions(session, survey.id) if one.number == number] if survey else []
    for version in found:
        asked = {one.key for one in queries.as_definition(version.definition).questions}
        if question in asked | {""}:
            row = {"version_id": version.id, "question": question, "n": 1}
            await add_counts(session, StepCount, [row], ["version_id", "question"], ["n"])
