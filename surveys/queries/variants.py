"""Surveys and their versions as variants that can be compared."""

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from surveys.models import Survey, SurveyVersion
from surveys.schemas.variants import Variant


async def variants(session: AsyncSession, scope: frozenset[str] | None) -> list[Variant]:
    """Every survey but those of other customers, by key, and its versions where there are several."""
    document = col(SurveyVersion.definition)
    statement = (
        select(Survey.key, SurveyVersion.number, document["title"], document["customer"].as_string())
        .join(SurveyVersion, col(SurveyVersion.survey_id) == col(Survey.id))
        .order_by(col(Survey.key), col(SurveyVersion.number).desc())
    )
    rows = (await session.exec(statement)).all()
    seen = [row for row in rows if scope is None or not row[3] or row[3] in scope]
    found: list[Variant] = []
    for key in dict.fromkeys(row[0] for row in seen):
        mine = [Variant(key, number, title) for of, number, title, _ in seen if of == key]
        found += [Variant(key, None, mine[0].title), *(mine if len(mine) > 1 else [])]
    return found
