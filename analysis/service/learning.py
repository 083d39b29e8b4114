"""Learning from corrections: gathering them, learning in a process of its own, keeping what came of it as a version."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel.ext.asyncio.session import AsyncSession

from analysis import classifier
from analysis.classifier import VERSION, TouchpointSeed
from analysis.events import LearningAsked
from analysis.models import ClassifierHead, Experience, HeadState
from analysis.queries.corrections import standing
from analysis.queries.heads import corrected_since, heads
from analysis.rules.learning import Lesson, fingerprint, lessons, worth_using
from analysis.schemas.versions import Scores
from analysis.service.heads import promote
from analysis.service.reading import places_known, seeds
from core.clock import now
from core.confined import confined
from core.db import lock
from core.outbox import announce
from core.settings import settings
from feedback.queries import feedback_voices
from journeys.queries.places import touchpoints

SECONDS = 900.0  # of learning: thousands of corrections take a minute or two


@dataclass(frozen=True)
class Material:
    lessons: list[Lesson]
    touchpoints: list[TouchpointSeed]
    corrections: int
    fingerprint: str


async def ask_to_learn(session: AsyncSession) -> None:
    await announce(session, LearningAsked(now().isoformat()))


async def material(session: AsyncSession, asked: bool) -> Material | None:
    """What there is to learn; None while it is too little, or was learnt already."""
    of_this = [head for head in await heads(session) if head.base == VERSION]
    last = max((head.made_at for head in of_this), default=None)
    if not asked and await corrected_since(session, last) < settings().learn_after:
        return None
    found, places = await standing(session), await touchpoints(session)
    await _lend_words(session, [one for _, one in found])
    print_ = fingerprint(VERSION, places_known(places), [one for one, _ in found])
    if not found or any(head.learnt_from == print_ for head in of_this):
        return None
    return Material(lessons(found), seeds(places), len(found), print_)


async def _lend_words(session: AsyncSession, experiences: Sequence[Experience]) -> None:
    """Of sealed feedback the words stand below; they are lent for learning, and never stored here."""
    without = {one.voice_id: one for one in experiences if not one.comment}
    for said in await feedback_voices(session, list(without)):
        experience = without[said.feedback_id]
        if experience in session:
            session.expunge(experience)
        experience.comment = said.text


def learn(from_: Material) -> "classifier.Learned":
    """Slow, and without a database: belongs into a thread."""
    told = [
        classifier.Correction(one.text, one.language, one.label, one.touchpoint)  # type: ignore[arg-type]
        for one in from_.lessons
    ]
    return confined(SECONDS, classifier.learn, told, from_.touchpoints)


async def keep(session: AsyncSession, from_: Material, learned: "classifier.Learned") -> ClassifierHead | None:
    """A new version, promoted when it is better; None where another worker was faster."""
    await lock(session, ClassifierHead)
    of_this = [head for head in await heads(session) if head.base == VERSION]
    if any(head.learnt_from == from_.fingerprint for head in of_this):
        return None
    made = _version(from_, learned, 1 + max((head.number for head in of_this), default=0))
    session.add(made)
    await session.flush()
    if not learned.head.empty and worth_using(_scores(learned.before), _scores(learned.after)):
        await promote(session, made.version)
    return made


def _version(from_: Material, learned: "classifier.Learned", number: int) -> ClassifierHead:
    return ClassifierHead(
        version=f"{VERSION}+{number}",
        base=VERSION,
        number=number,
        state=HeadState.CANDIDATE,
        made_at=now(),
        corrections=from_.corrections,
        learnt_from=from_.fingerprint,
        held_out=learned.after.n,
        sentiment_before=learned.before.sentiment,
        sentiment_after=learned.after.sentiment,
        touchpoints_before=learned.before.touchpoints,
        touchpoints_after=learned.after.touchpoints,
        head=learned.head.dump(),
    )


def _scores(of: classifier.HeldOut) -> Scores:
    return Scores(of.sentiment, of.touchpoints)
