"""People's own words beside a number: a few, chosen, and only where many wrote."""

from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.disclosure import may_quote
from analysis.models import Experience, Mention
from analysis.queries.comments import newest_about
from analysis.rules.counting import opinions
from analysis.rules.quotes import choose
from analysis.schemas.reports import Comment, Filters, Quote
from analysis.service.voices import READING
from core.ids import veiled
from core.settings import settings


async def quotes_about(
    session: AsyncSession, scope: frozenset[str] | None, touchpoint: str, filters: Filters, praise: bool = False
) -> list[Quote]:
    """Words are shown for all services and customers in scope together, never for a part that a filter cuts out."""
    if filters.service or filters.customer:
        return []
    found = await newest_about(session, scope, touchpoint, filters.window)
    comments = [one for row in found for one in _comment(*row, touchpoint)]
    writers = [one.person for one in comments]
    return choose(comments, praise) if may_quote(writers, settings().min_group_comments) else []


def _comment(experience: Experience, mentions: list[Mention], touchpoint: str) -> list[Comment]:
    """At most one: an experience whose words are about other places says nothing here."""
    opinion = opinions(experience, mentions).get(touchpoint)
    if opinion is None or not experience.comment.strip():
        return []
    starts = [mention.start for mention in mentions if mention.touchpoint == touchpoint]
    comment = Comment(
        text=experience.comment,
        language=experience.language,
        sentiment=experience.sentiment,
        opinion=opinion,
        start=min(starts, default=0),
        day=experience.day,
        person=experience.person_id or experience.voice_id,
        reading=veiled(READING, experience.id),
    )
    return [comment]
