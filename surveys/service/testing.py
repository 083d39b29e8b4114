"""Trying a survey: a link that anybody who has it may answer, on any device, and whose answers nothing ever counts."""

import hmac
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from core.ids import keyed_hash, new_secret
from core.settings import settings
from surveys import queries
from surveys.models import Survey, TrialAnswer
from surveys.rules.answers import checked_answers
from surveys.rules.preview import as_shown
from surveys.rules.telling import in_words
from surveys.schemas import Asked, Submission
from surveys.service.drafting import draft_or_published, survey_named

PURPOSE = "test link"
LONGEST = 80
MOST_KEPT = 100


async def open_test(session: AsyncSession, key: str) -> None:
    """A new link; the one before it leads nowhere any more."""
    (await survey_named(session, key)).test_nonce = new_secret()


async def close_test(session: AsyncSession, key: str) -> None:
    (await survey_named(session, key)).test_nonce = None


async def forget_tests(session: AsyncSession, key: str) -> None:
    survey = await survey_named(session, key)
    await session.exec(delete(TrialAnswer).where(col(TrialAnswer.survey_id) == survey.id))


def link_to_test(survey: Survey) -> str:
    """ "" where there is none. It names the survey and proves that this installation made it."""
    return f"{settings().base_url}/try/{survey.key}/{_proof(survey)}" if survey.test_nonce else ""


def _proof(survey: Survey) -> str:
    return keyed_hash(PURPOSE, f"{survey.id} {survey.test_nonce}")[:40]


async def behind_test_link(session: AsyncSession, key: str, proof: str) -> Asked | None:
    """What the editor holds, as anybody would see it; None for every link that leads nowhere."""
    survey = await queries.survey_by_key(session, key) if len(key) <= LONGEST else None
    if survey is None or survey.test_nonce is None or not hmac.compare_digest(_proof(survey).encode(), proof.encode()):
        return None
    return as_shown(survey.id, (await draft_or_published(session, survey)).definition)


async def keep_test(session: AsyncSession, asked: Asked, submission: Submission) -> None:
    """Checked like everybody's answer; the newest `MOST_KEPT` of a survey are kept, by the day."""
    answers = checked_answers(asked.survey, submission.given, asked.attributes)
    survey_id, language = asked.survey.version_id, submission.language
    told = in_words(asked.survey.definition, answers, language)
    session.add(TrialAnswer(survey_id=survey_id, day=now().date(), language=language, told=told))
    await session.flush()
    kept = select(TrialAnswer.id).where(col(TrialAnswer.survey_id) == survey_id).order_by(col(TrialAnswer.id).desc())
    old: list[UUID] = list((await session.exec(kept.offset(MOST_KEPT))).all())
    await session.exec(delete(TrialAnswer).where(col(TrialAnswer.id).in_(old)))
